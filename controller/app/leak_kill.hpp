// A confirmed leak or bypass switches tenants off at once (STG-4), by the component portcullisd: the same way as a
// person's kill (kill_first.hpp), so journalled and sent before the database is asked.
#pragma once

#include <optional>
#include <string>

#include "controller/app/kill_first.hpp"
#include "controller/policy/instance_id.hpp"

namespace app {

/// Of one instance when it can be ordered there, else and without one of the whole fleet. The operation's id.
Outcome<policy::RecordId> KillForLeak(KillFirst& kills, const std::optional<policy::InstanceId>& instance,
                                      const std::string& reason);

/// Whether the instance is ordered off already, so that a kill of it would change nothing. Nothing is known without the
/// database: none.
std::optional<bool> IsOrderedOff(store::Database& database, const policy::InstanceId& instance);

}  // namespace app
