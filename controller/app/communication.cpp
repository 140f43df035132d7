#include "controller/app/communication.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/component.hpp"
#include "controller/store/rollbacks.hpp"
#include "controller/store/webhooks.hpp"

namespace app {
namespace {

/// In one transaction; the others wait for the next round.
constexpr int kMostMessages = 20;

}  // namespace

int SendDueMessages(store::Tx& tx) {
    const std::vector<store::DueMessage> due = store::TakeDueMessages(tx, kMostMessages);
    const Call call = ComponentCall();
    for (const store::DueMessage& message : due) {
        const auto rollback = store::LoadRollback(tx, message.rollback);
        const auto step = std::ranges::find(rollback->steps, message.n, &store::RollbackStep::n);
        wire::AuditDetails details;
        details.Text("rollback", message.rollback.Text())
            .Text("release", rollback->release.Text())
            .Number("step", message.n)
            .Text("text", step->text)
            .Text("reason", rollback->reason)
            .Text("started_by", rollback->started_by);
        if (step->due_at) {
            details.Instant("due_at", *step->due_at);
        }
        RecordDone(tx, call, {.action = "rollback.communicate", .release = rollback->release.Text()},
                   "sent the communication plan's entry " + std::to_string(message.n) + ": " + step->text, details,
                   {"communication.due", rollback->release.Text(), details.Encode()});
    }
    return static_cast<int>(due.size());
}

}  // namespace app
