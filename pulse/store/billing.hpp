// What a hosted tenant has paid for: one document each, kept as it was given.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tenancy/store/session.hpp"

namespace pulse::store {

/// Of the scope's tenant. Fit for OneTrip.
std::optional<std::string> FindBillingState(tenancy::store::TenantTx& tx);
void PutBillingState(tenancy::store::TenantTx& tx, std::string_view document, std::string_view actor);

}  // namespace pulse::store
