// What tenants keep here: customers, and the alerts of their monitoring. Each change is one transaction: the row, the
// quotas it has to fit in, the audit entry; afterwards whoever watches that tenant is told.
//
// Every operation works in the scope it is given, which is that of one tenant. Errors: platform::Unavailable,
// platform::RuleViolation. Thread safe.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "pulse/app/orgs.hpp"
#include "pulse/app/services.hpp"
#include "pulse/store/alerts.hpp"
#include "pulse/store/customers.hpp"
#include "tenancy/scope.hpp"

namespace pulse::app {

/// The caller's role in the organization, as their work with its records goes by it: a member's role; of a token, its
/// owner's; who is no member but may come in (a person in the default organization) reads. Super admins own the default
/// organization and are nobody elsewhere.
tenancy::OrgRole RecordRole(Services& services, const tenancy::Caller& caller, const tenancy::OrgId& org);
/// 403 access_denied for those who may only read.
std::optional<tenancy::Refusal> DecideRecordChange(tenancy::OrgRole role);

namespace audit_event {
constexpr std::string_view kCustomerCreated = "customer_created";
constexpr std::string_view kCustomerUpdated = "customer_updated";
constexpr std::string_view kCustomerDeleted = "customer_deleted";
constexpr std::string_view kAlertAcknowledged = "alert_acknowledged";
constexpr std::string_view kAlertUnacknowledged = "alert_unacknowledged";
constexpr std::string_view kAlertCleared = "alert_cleared";
constexpr std::string_view kAuditTest = "audit_test";
}  // namespace audit_event

store::CustomerPage ListCustomers(Services& services, const tenancy::TenantScope& scope,
                                  const store::CustomerQuery& query);
/// 404.
tenancy::Decided<store::Customer> GetCustomer(Services& services, const tenancy::TenantScope& scope,
                                              std::string_view id);
/// 403 quota_exceeded.
tenancy::Decided<store::Customer> CreateCustomer(Services& services, const tenancy::TenantScope& scope, const Act& act,
                                                 const store::CustomerFields& fields);
/// `change` makes the new fields of the old ones, or refuses. 404, 403 quota_exceeded (storage).
using ChangeCustomer = std::function<tenancy::Decided<store::CustomerFields>(const store::CustomerFields& before)>;
tenancy::Decided<store::Customer> UpdateCustomer(Services& services, const tenancy::TenantScope& scope, const Act& act,
                                                 std::string_view id, const ChangeCustomer& change);
/// 404.
tenancy::Decided<void> DeleteCustomer(Services& services, const tenancy::TenantScope& scope, const Act& act,
                                      std::string_view id);

/// 403 quota_exceeded (storage).
tenancy::Decided<store::RecordedAlert> ReportAlert(Services& services, const tenancy::TenantScope& scope,
                                                   const Act& act, const store::AlertReport& report);
enum class AlertMove : std::uint8_t { kAcknowledge, kUnacknowledge, kClear };
/// 404.
tenancy::Decided<store::Alert> MoveAlert(Services& services, const tenancy::TenantScope& scope, const Act& act,
                                         std::string_view id, AlertMove move);

std::vector<store::Alert> ListOpenAlerts(Services& services, const tenancy::TenantScope& scope);
/// `limit` 1..1000.
std::vector<store::Alert> ListAlertHistory(Services& services, const tenancy::TenantScope& scope, int limit);

/// The state of one tenant as JSON: for /api/state and for what a socket is told first.
std::string DescribeState(Services& services, const tenancy::TenantScope& scope, platform::Time now);

}  // namespace pulse::app
