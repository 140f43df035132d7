// What the operations on rollouts share: the row that they lock, and how their audit entries name it. Errors as
// store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/app/call.hpp"
#include "controller/wire/audit_entry.hpp"
#include "controller/wire/rollout_json.hpp"

namespace app {

/// The rollout, locked, when it exists, is not over and is at this version.
Outcome<wire::Rollout> LockRollout(store::Tx& tx, const Call& call, const std::string& action,
                                   const policy::RolloutId& id, std::optional<std::int64_t> version);
wire::AuditDetails RolloutDetails(const wire::Rollout& rollout);

}  // namespace app
