#include "controller/app/communication.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/component.hpp"
#include "controller/app/incident_view.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/rollout_lock.hpp"
#include "controller/store/rollbacks.hpp"
#include "controller/store/rollouts.hpp"

namespace app {
namespace {

/// In one transaction; the others wait for the next round.
constexpr int kMostMessages = 20;
constexpr int kMostEntries = 100;

/// Whom a plan is about, as audit entries and events name it; none when it does not exist.
std::optional<AuditSubject> SubjectOfPlan(store::Tx& tx, const store::PlanSubject& subject, const std::string& verb) {
    const std::string action = std::string(platform::EnumText(subject.kind)) + "." + verb;
    if (subject.kind == store::PlanKind::kIncident) {
        const auto id = policy::RecordId::Parse(subject.id);
        const auto incident = id ? store::LoadIncident(tx, *id) : std::nullopt;
        return incident ? std::optional(IncidentSubjectOf(action, incident->subjects)) : std::nullopt;
    }
    const auto id = policy::RolloutId::Parse(subject.id);
    return id && store::LoadRollout(tx, *id) ? std::optional(AuditSubject{action}) : std::nullopt;
}

Refusal NoSubject(const store::PlanSubject& subject) {
    return NotFound(platform::EnumText(subject.kind), subject.id);
}

Refusal NoEntry(const store::PlanSubject& subject, std::int64_t n) {
    return NotFound("entry of the communication plan of " + subject.id, std::to_string(n));
}

wire::AuditDetails EntryDetails(const store::PlanSubject& subject, const wire::Communication& entry) {
    wire::AuditDetails details;
    details.Text(platform::EnumText(subject.kind), subject.id)
        .Number("entry", entry.n)
        .Text("who", entry.who)
        .Text("text", entry.text);
    if (entry.stage) {
        details.Number("stage", *entry.stage);
    }
    if (entry.due_at) {
        details.Instant("due_at", *entry.due_at);
    }
    return details;
}

void SendOfRollback(store::Tx& tx, const store::DueCommunication& due) {
    const auto rollback = store::LoadRollback(tx, policy::RecordId::Trusted(due.subject.id));
    const auto step = std::ranges::find(rollback->steps, static_cast<int>(due.n), &store::RollbackStep::n);
    wire::AuditDetails details;
    details.Text("rollback", due.subject.id)
        .Text("release", rollback->release.Text())
        .Number("step", due.n)
        .Text("text", step->text)
        .Text("reason", rollback->reason)
        .Text("started_by", rollback->started_by);
    if (step->due_at) {
        details.Instant("due_at", *step->due_at);
    }
    RecordDone(tx, ComponentCall(), {.action = "rollback.communicate", .release = rollback->release.Text()},
               "sent the communication plan's entry " + std::to_string(due.n) + ": " + step->text, details,
               {"communication.due", rollback->release.Text(), details.Encode()});
}

/// Of an incident or a rollout.
void SendEntry(store::Tx& tx, const store::DueCommunication& due) {
    const auto entry = store::LoadCommunication(tx, due.subject, due.n);
    const auto subject = SubjectOfPlan(tx, due.subject, "communicate");
    wire::AuditDetails details = EntryDetails(due.subject, *entry);
    details.Text("planned_by", entry->added_by);
    RecordDone(tx, ComponentCall(), *subject,
               "sent the communication plan's entry " + std::to_string(due.n) + ": tell " + entry->who, details,
               {"communication.due", due.subject.id, details.Encode()});
}

}  // namespace

Outcome<wire::Communication> PlanCommunication(store::Tx& tx, const Call& call, const store::PlanSubject& subject,
                                               const wire::PlanCommunication& command) {
    const auto about = SubjectOfPlan(tx, subject, "plan_communication");
    if (!about) {
        return Refused(NoSubject(subject));
    }
    if (subject.kind == store::PlanKind::kRollout) {
        auto rollout = LockRollout(tx, call, about->action, policy::RolloutId::Trusted(subject.id), std::nullopt);
        if (!rollout) {
            return Refused(std::move(rollout.error()));
        }
    }
    if (store::LoadCommunication(tx, subject, kMostEntries)) {
        return Refused(
            RecordRefusal(tx, call, *about,
                          Conflict("The plan has " + std::to_string(kMostEntries) + " entries, which is the most.")));
    }
    const wire::Communication entry = store::InsertCommunication(tx, subject, command, call.actor.id);
    RecordDone(tx, call, *about, "planned to tell " + entry.who, EntryDetails(subject, entry));
    return entry;
}

Outcome<Page<wire::Communication>> ListCommunications(store::Tx& tx, const store::PlanSubject& subject,
                                                      const PageQuery& page) {
    if (!SubjectOfPlan(tx, subject, "")) {
        return Refused(NoSubject(subject));
    }
    return store::ListCommunications(tx, subject, page);
}

Outcome<wire::Communication> ShowCommunication(store::Tx& tx, const store::PlanSubject& subject, std::int64_t n) {
    auto entry = store::LoadCommunication(tx, subject, n);
    if (!entry) {
        return Refused(SubjectOfPlan(tx, subject, "") ? NoEntry(subject, n) : NoSubject(subject));
    }
    return std::move(*entry);
}

Outcome<wire::Communication> RecordCommunication(store::Tx& tx, const Call& call, const store::PlanSubject& subject,
                                                 std::int64_t n, const wire::RecordCommunication& command) {
    const auto about = SubjectOfPlan(tx, subject, "record_communication");
    if (!about) {
        return Refused(NoSubject(subject));
    }
    const auto before = store::LoadCommunication(tx, subject, n);
    if (!before) {
        return Refused(NoEntry(subject, n));
    }
    auto entry = store::RecordCommunication(tx, subject, n, command, call.actor.id);
    if (!entry) {
        return Refused(RecordRefusal(
            tx, call, *about, Conflict("What came of entry " + std::to_string(n) + " of the plan is on record.")));
    }
    wire::AuditDetails details = EntryDetails(subject, *entry);
    details.Text("outcome", *entry->outcome).Text("note", entry->note);
    RecordDone(tx, call, *about, command.told ? "told " + entry->who : "there was no need to tell " + entry->who,
               details);
    return std::move(*entry);
}

int SendDueMessages(store::Tx& tx) {
    const std::vector<store::DueCommunication> all = store::TakeDueCommunications(tx, kMostMessages);
    for (const store::DueCommunication& due : all) {
        if (due.subject.kind == store::PlanKind::kRollback) {
            SendOfRollback(tx, due);
        } else {
            SendEntry(tx, due);
        }
    }
    return static_cast<int>(all.size());
}

}  // namespace app
