// What waits for one person: approvals, signatures, checkpoints, decisions and reviews that this person's roles allow,
// oldest first.
//
// What releases wait for is read from the snapshots of facts that the gate keeps (gate.hpp), and asked with the rules
// that will judge the act: what would be refused to this person is not in the list. What is not kept is loaded, at most
// `most_loads` releases and for `load_for` in one reading; how many were left out is said. Reads only. Errors as
// store::Database. Thread safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/app/call.hpp"
#include "controller/app/services.hpp"
#include "controller/policy/types.hpp"

namespace app {

enum class InboxKind : std::uint8_t {
    kApproval,            // of `release`, as `role`, for `scope`
    kSignature,           // under memo `number` of `release`, as `role`
    kRollbackEvaluation,  // of `release`
    kCheckpoint,          // `number` of rollout `subject`
    kStageEvaluation,     // of rollout `subject`
    kKillReview           // of operation `subject`
};

struct InboxItem {
    InboxKind kind = InboxKind::kApproval;
    std::string subject;  // id of the release, rollout or operation
    std::string title;    // of it
    std::string detail;   // what people wrote about it: a checkpoint's title, a trigger, a reason; may be empty
    std::optional<policy::Role> role;
    std::optional<policy::ApprovalScope> scope;
    std::int64_t number = 0;
    policy::Time since{};
    std::optional<policy::Time> due_at;
    bool late = false;
};

struct Inbox {
    policy::Time now{};
    std::vector<InboxItem> items;  // oldest first
    int left_out = 0;              // releases that were not looked at this time
};

Inbox ReadInbox(const Services& services, const Call& call, int most_loads = 200,
                std::chrono::milliseconds load_for = std::chrono::milliseconds(60));

}  // namespace app
