// The tenants of an unmodified Pulse, as its data folder shows them: one folder in `orgs` for each. To be compared
// before and after an order; what is in their measurements changes all the time and is left out.
//
// Errors are values, with messages for people. No state; thread safe.
#pragma once

#include <string>
#include <vector>

#include "platform/base/expected.hpp"
#include "tenancy/wire/evidence.hpp"

namespace pulse::agent {

struct TenantRecords {
    std::vector<std::string> ids;  // sorted; without the default organization
    tenancy::wire::TenantDigest digest;
};
/// Over the ids and the record (org.json) of each. No folder: no tenants.
platform::Expected<TenantRecords, std::string> ReadTenantRecords(const std::string& orgs_folder);

}  // namespace pulse::agent
