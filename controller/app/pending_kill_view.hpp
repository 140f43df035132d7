// A kill that is not in the database yet, as the API shows it: from the journal's entry and from what the instances
// connected here report. Nothing of it is on record, so it is never finished and never complete. Pure; thread safe.
#pragma once

#include <functional>
#include <optional>

#include "controller/app/kill_first.hpp"

namespace app {

wire::Operation ViewPendingKill(const wire::KillEntry& entry, const wire::SwitchOrder& order,
                                const std::function<std::optional<HeardInstance>(const policy::InstanceId&)>& heard);

}  // namespace app
