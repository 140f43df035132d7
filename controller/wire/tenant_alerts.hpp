// What an instance says of its tenants' use (its /api/admin/alerts): quotas, errors, answer times.
//
// The instance names only tenants of whom there is something to say; of all others all is well. The text is an
// instance's, so it may be anything. Pure; thread safe.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "controller/policy/monitor_triggers.hpp"
#include "platform/base/expected.hpp"

namespace wire {

using TenantUsages = std::map<std::string, policy::TenantUsage, std::less<>>;

/// A tenant that uses nothing of what it may: what one is of whom there is nothing to say.
policy::TenantUsage QuietTenant();

/// By tenant, as the instance names it. Why not, otherwise: for people.
platform::Expected<TenantUsages, std::string> ReadTenantAlerts(std::string_view text);

}  // namespace wire
