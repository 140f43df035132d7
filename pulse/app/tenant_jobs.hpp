// What is done for tenants in the background: their calls are written down, their alerts judged, those whose retention
// is over deleted.
//
// Every job works tenant by tenant under TenantScope::Job, so it does nothing for tenants while they are switched off;
// what it would have looked at waits, and nothing is lost: calls that were counted before are still written, alerts are
// judged when the switch is on again. `default` is looked after in every mode. The time is a parameter: whoever plans
// the jobs has the clock.
//
// A tenant that fails is logged and does not keep the others waiting. Errors: platform::Unavailable when the database
// cannot be used at all. Thread safe.
#pragma once

#include <vector>

#include "pulse/app/orgs.hpp"
#include "pulse/app/services.hpp"
#include "tenancy/scope.hpp"
#include "tenancy/store/alerts.hpp"

namespace pulse::app {

/// Quotas, errors and answer times of one tenant against their thresholds: opens, changes and resolves its alerts and
/// tells whoever watches it. Traffic is what Flush has written.
std::vector<tenancy::store::AlertTransition> JudgeTenant(Services& services, const tenancy::TenantScope& scope,
                                                         platform::Time now);

/// How many were judged. Those that were called since the last time; the others have not changed.
int JudgeTouchedTenants(Services& services, platform::Time now);
/// All of them: quotas may have been changed, months may have begun.
int JudgeAllTenants(Services& services, platform::Time now);

/// Deletes for good whose retention is over; hosted mode only, elsewhere an operator does it. How many.
int ReapTenants(Services& services, platform::Time now);

/// Of one tenant, as they are now; `default` has no quotas and may have alerts of its traffic.
std::vector<tenancy::store::TenantAlert> ListTenantAlerts(Services& services, const tenancy::TenantScope& scope,
                                                          tenancy::store::AlertsShown shown, platform::Time now);
/// Of all tenants, each read in a transaction of its own; critical and newest first.
std::vector<tenancy::store::TenantAlert> ListAllAlerts(Services& services, const Act& act,
                                                       tenancy::store::AlertsShown shown);

}  // namespace pulse::app
