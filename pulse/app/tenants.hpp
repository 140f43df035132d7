// The administration of tenants: provisioning, their life, plans and quotas, exports and restores. A tenant is an
// organization; this is what super admins do to it, and what its own admins may ask about it.
//
// Who may act is decided before (a super admin, or an admin of the tenant). Each operation is one transaction with its
// audit entry; a refusal changes nothing. Errors: platform::Unavailable. Thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pulse/app/orgs.hpp"
#include "pulse/app/services.hpp"
#include "tenancy/lifecycle.hpp"
#include "tenancy/store/audit.hpp"
#include "tenancy/store/records.hpp"
#include "tenancy/store/usage.hpp"
#include "tenancy/wire/requests.hpp"

namespace pulse::app {

struct ProvisionedTenant {
    tenancy::Organization org;
    std::string admin;  // the user name of its owner
    std::string admin_name;
    bool admin_made = true;  // false: the person was there already and keeps their account
};
/// 400 invalid_request (a null body), invalid_name, invalid_contact_email, invalid_admin_name, invalid_admin_email,
/// invalid_admin_password, invalid_plan, invalid_id; 409 already_exists. The admin's user name is their e-mail address.
/// A person who has an account keeps it, if the password is their own; else 409 admin_exists. Without an id one is made
/// from the name.
tenancy::Decided<ProvisionedTenant> ProvisionTenant(Services& services, const Act& act,
                                                    const tenancy::wire::ProvisionRequest* body);

/// In hosted mode a tenant that an operator makes or brings back may be used: it has a subscription unless somebody has
/// said otherwise. Within the transaction that makes it.
void OpenSubscription(Services& services, tenancy::store::TenantTx& tx, tenancy::Plan plan, const Act& act);

std::vector<tenancy::Organization> ListTenants(Services& services, const Act& act);

/// The lifecycle's refusals. `event` is what the audit log calls it.
using DecideMove = std::function<tenancy::Decided<tenancy::LifecycleDecision>(const tenancy::Organization* org)>;
tenancy::Decided<tenancy::Organization> MoveTenant(Services& services, const Act& act, std::string_view id,
                                                   std::string_view event, std::string details,
                                                   const DecideMove& decide);
/// As a soft deletion of what is not canceled already; a canceled tenant is on its way and stays as it is.
tenancy::Decided<tenancy::Organization> SoftDeleteTenant(Services& services, const Act& act, std::string_view id,
                                                         std::optional<std::int64_t> retention_days);

struct DeletedTenant {
    tenancy::OrgId id;
    std::vector<tenancy::store::DeletedRows> rows;
};
/// For good. 400 default_org_immutable, 404, 409 not_pending_deletion, retention_not_over.
tenancy::Decided<DeletedTenant> HardDeleteTenant(Services& services, const Act& act, std::string_view id,
                                                 tenancy::Force force);

/// What it may use and uses; the calls that are not written yet included. The default organization has no limits.
struct TenantQuotaState {
    tenancy::OrgId id;
    std::string month;
    tenancy::store::TenantQuotas quotas;
};
/// 404.
tenancy::Decided<TenantQuotaState> LoadTenantQuotas(Services& services, const Act& act, const tenancy::OrgId& id);
/// 400 default_org_immutable, 404, 400 invalid_plan.
tenancy::Decided<tenancy::Organization> SetTenantPlan(Services& services, const Act& act, std::string_view id,
                                                      std::string_view plan);
/// Replaces the tenant's own numbers. 400 default_org_immutable, 404.
tenancy::Decided<TenantQuotaState> SetTenantQuotas(Services& services, const Act& act, std::string_view id,
                                                   const tenancy::store::QuotaOverrides& overrides,
                                                   const std::string& reason);

/// The whole tenant as a document. 404.
tenancy::Decided<std::string> ExportTenant(Services& services, const Act& act, const tenancy::OrgId& id);

enum class Replace : std::uint8_t { kNo, kYes };
struct RestoredTenant {
    tenancy::Organization org;
    tenancy::store::Restored outcome;
};
/// Brings a tenant back from its document: under its own id, or `into` another that nobody has. One that waits for its
/// deletion is active afterwards; a suspended one stays suspended. 400 restore_damaged for a document that is not
/// whole, 400 restore_foreign for one of another tenant or another product, 400 default_org_immutable, 409
/// tenant_active for a tenant at work whose data is not what the document says, unless `replace`. A refusal changes
/// nothing and is written down.
tenancy::Decided<RestoredTenant> RestoreTenant(Services& services, const Act& act, std::string_view document,
                                               const std::optional<std::string>& into, Replace replace);

tenancy::store::AuditPage ListTenantAudit(Services& services, const Act& act, const tenancy::OrgId& id,
                                          const tenancy::store::AuditFilter& filter,
                                          const tenancy::store::AuditWindow& window);
std::optional<tenancy::store::AuditRow> FindTenantAudit(Services& services, const Act& act, const tenancy::OrgId& id,
                                                        const std::string& entry);
tenancy::store::AuditVerdict VerifyTenantAudit(Services& services, const Act& act, const tenancy::OrgId& id);

}  // namespace pulse::app
