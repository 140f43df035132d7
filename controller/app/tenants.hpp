// Operations on the registry of tenants (domain rule CHN-6 reads it). Errors, attribution and transactions as
// controller/app/call.hpp says.
#pragma once

#include <cstdint>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/store/tenants.hpp"
#include "controller/wire/tenant_json.hpp"

namespace app {

Outcome<wire::Tenant> RegisterTenant(store::Tx& tx, const Call& call, const wire::RegisterTenant& command);
/// What `command` leaves out stays. A tenant that becomes inactive receives no release any more.
Outcome<wire::Tenant> ChangeTenant(store::Tx& tx, const Call& call, const policy::TenantId& id, std::int64_t version,
                                   const wire::ChangeTenant& command);

Outcome<wire::Tenant> ShowTenant(store::Tx& tx, const policy::TenantId& id);
Outcome<Page<wire::Tenant>> ListTenants(store::Tx& tx, const store::TenantFilter& filter, const PageQuery& page);

}  // namespace app
