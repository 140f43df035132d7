#include "controller/app/kill_switch.hpp"

#include <set>

#include "controller/app/audit_trail.hpp"
#include "controller/app/operation_view.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/exposure.hpp"
#include "controller/store/operations.hpp"
#include "controller/store/outbox.hpp"

namespace app {
namespace {

constexpr policy::Duration kSwitchApprovalHolds = std::chrono::hours{24};

wire::KillReview ViewKillReview(const store::KillReview& row) {
    return {row.operation.Text(), row.opened_at,    row.killed_by,    row.reason,
            row.findings,         row.completed_by, row.completed_at, row.version};
}

/// What is missing for switching on; empty when nothing is.
std::string MissingForOn(store::Tx& tx, const std::optional<store::SwitchApproval>& approval) {
    std::string missing;
    if (!approval) {
        missing = "an approval by another person who is a system owner (portcullis switch approve)";
    }
    const auto open = store::ListKillReviews(tx, true, {.limit = 10, .after = {}});
    if (!open.rows.empty()) {
        missing += missing.empty() ? "" : ", and ";
        missing += "the completed review of";
        for (const store::KillReview& review : open.rows) {
            missing += (&review == &open.rows.front() ? " " : ", ") + review.operation.Text();
        }
        missing += " (portcullis switch review)";
    }
    return missing;
}

std::optional<Refusal> RefuseUnknownInstances(store::Tx& tx, const wire::SwitchOrder& command) {
    platform::FieldErrors errors;
    const auto strangers = store::FindStrangers(tx, command.instances);
    const std::set<policy::InstanceId> named(strangers.begin(), strangers.end());
    for (std::size_t i = 0; i < command.instances.size() && !named.empty(); ++i) {
        if (named.contains(command.instances[i])) {
            const bool retired = store::LoadInstance(tx, command.instances[i]).has_value();
            errors.push_back({"/scope/instances/" + std::to_string(i),
                              std::string(retired ? "is retired: '" : "is no instance of the fleet: '") +
                                  command.instances[i].Text() + "'; nothing was ordered"});
        }
    }
    if (errors.empty()) {
        return std::nullopt;
    }
    Refusal refusal = Invalid("", "");
    refusal.errors = std::move(errors);
    return refusal;
}

/// That it was given, and sent to instances, before it was entered here; and which of the named it does not reach.
void AddJournalled(const store::JournalledKill& journalled, const std::optional<Refusal>& unknown,
                   wire::AuditDetails& details) {
    details.Instant("given_at", journalled.given_at)
        .Text("journal_of", journalled.controller)
        .Number("sent_before_it_was_entered", static_cast<std::int64_t>(journalled.pushed.size()));
    if (unknown) {
        std::vector<std::string> left_out;
        for (const platform::FieldError& error : unknown->errors) {
            left_out.push_back(error.message);
        }
        details.Texts("left_out", left_out);
    }
}

}  // namespace

Outcome<policy::RecordId> EnterSwitch(store::Tx& tx, const Call& call, const wire::SwitchOrder& command,
                                      const store::JournalledKill* journalled) {
    const AuditSubject subject{.action = command.enabled ? "kill_switch.on" : "kill_switch.off"};
    policy::KillAct act;
    act.actor = call.actor;
    act.switching_on = command.enabled;
    act.reason = command.reason;
    std::optional<store::SwitchApproval> approval;
    std::string missing;
    if (command.enabled) {
        approval = store::FindSwitchApproval(tx, call.actor.id);
        missing = MissingForOn(tx, approval);
        act.governed_decision = missing.empty();
    }
    policy::Findings findings = policy::JudgeAct(act);
    if (Blocks(findings)) {
        return Refused(
            RecordRefusal(tx, call, subject,
                          FromFindings(std::move(findings), missing.empty() ? "The switch cannot be moved like that."
                                                                            : "Switching on needs " + missing + ".")));
    }
    auto refusal = RefuseUnknownInstances(tx, command);
    if (refusal && journalled == nullptr) {
        return Refused(RecordRefusal(tx, call, subject, std::move(*refusal)));
    }
    store::NewOperation operation;
    operation.id = journalled != nullptr ? journalled->operation : NewRecordId(tx, "op");
    operation.enabled = command.enabled;
    operation.mode = command.mode;
    operation.whole_fleet = command.whole_fleet;
    operation.instances = command.instances;
    operation.batch_size = command.batch_size;
    operation.stop_on_failure = command.stop_on_failure;
    operation.verify = command.verify;
    operation.watch_for = command.watch_for;
    operation.reason = command.reason;
    operation.requested_by = call.actor.id;
    if (approval) {
        operation.approval = approval->id;
    }
    if (journalled != nullptr) {
        store::RecordJournalled(tx, *journalled);
        operation.journal = journalled->operation.Text();
        operation.ordered_at = journalled->machine_time;
        operation.pushed = journalled->pushed;
    }
    std::vector<std::string> names;
    for (const policy::InstanceId& target : store::InsertOperation(tx, operation)) {
        names.push_back(target.Text());
    }
    const auto ordered = static_cast<std::int64_t>(names.size());
    wire::AuditDetails details;
    details.Text("operation", operation.id.Text())
        .Flag("enabled", operation.enabled)
        .Flag("whole_fleet", operation.whole_fleet)
        .Text("mode", operation.mode)
        .Number("batch_size", operation.batch_size.value_or(ordered))
        .Flag("stop_on_failure", operation.stop_on_failure)
        .Flag("verify", operation.verify)
        .Text("watch_for", platform::FormatDuration(operation.verify ? operation.watch_for : policy::Duration{}))
        .Text("reason", operation.reason)
        .Texts("instances", names);
    if (journalled != nullptr) {
        AddJournalled(*journalled, refusal, details);
    }
    if (approval) {
        details.Text("approval", approval->id.Text()).Text("approved_by", approval->approved_by.Text());
    }
    store::AppendOutbox(tx, subject.action, operation.id.Text(), details.Encode());
    RecordDone(tx, call, subject,
               std::string("ordered tenants ") + (operation.enabled ? "on" : "off") + " on " + std::to_string(ordered) +
                   (ordered == 1 ? " instance: " : " instances: ") + operation.reason,
               details);
    return operation.id;
}

Outcome<wire::Operation> OrderSwitch(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                     const wire::SwitchOrder& command) {
    const auto entered = EnterSwitch(tx, call, command);
    if (!entered) {
        return Refused(entered.error());
    }
    return ShowOperation(tx, patience, *entered, store::WithEvidence::kNo);
}

Outcome<wire::SwitchApproval> ApproveSwitchingOn(store::Tx& tx, const Call& call, const std::string& reason) {
    const store::SwitchApproval row =
        store::InsertSwitchApproval(tx, NewRecordId(tx, "swa"), call.actor.id, reason, kSwitchApprovalHolds);
    wire::AuditDetails details;
    details.Text("approval", row.id.Text()).Text("reason", reason).Instant("expires_at", row.expires_at);
    RecordDone(tx, call, {.action = "kill_switch.approve"}, "approved switching tenants on: " + reason, details);
    return wire::SwitchApproval{row.id.Text(), row.reason, row.approved_by.Text(), row.approved_at, row.expires_at};
}

Outcome<Page<wire::KillReview>> ListKillReviews(store::Tx& tx, bool open_only, const PageQuery& page) {
    const Page<store::KillReview> rows = store::ListKillReviews(tx, open_only, page);
    Page<wire::KillReview> view;
    view.next = rows.next;
    for (const store::KillReview& row : rows.rows) {
        view.rows.push_back(ViewKillReview(row));
    }
    return view;
}

Outcome<wire::KillReview> ShowKillReview(store::Tx& tx, const policy::RecordId& operation) {
    const auto row = store::LoadKillReview(tx, operation);
    if (!row) {
        return Refused(NotFound("review of a kill", operation.Text()));
    }
    return ViewKillReview(*row);
}

Outcome<wire::KillReview> CompleteKillReview(store::Tx& tx, const Call& call, const policy::RecordId& operation,
                                             std::int64_t version, const wire::CompleteReview& command) {
    const AuditSubject subject{.action = "kill_switch.review"};
    const auto row = store::LoadKillReview(tx, operation, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("review of a kill", operation.Text()));
    }
    if (row->completed_at) {
        return Refused(
            RecordRefusal(tx, call, subject, Conflict("The review of " + operation.Text() + " is completed already.")));
    }
    if (row->version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("review", row->version, version)));
    }
    const wire::KillReview view =
        ViewKillReview(store::CompleteKillReview(tx, operation, command.findings, call.actor.id));
    wire::AuditDetails details;
    details.Text("operation", view.operation).Text("findings", command.findings);
    RecordDone(tx, call, subject, "completed the review of the kill " + view.operation, details);
    return view;
}

Outcome<wire::Operation> ShowOperation(store::Tx& tx, const fleet::Patience& patience, const policy::RecordId& id,
                                       store::WithEvidence with) {
    const auto row = store::LoadOperation(tx, id);
    if (!row) {
        return Refused(NotFound("operation", id.Text()));
    }
    return ViewOperation(tx, patience, *row, with);
}

Outcome<Page<wire::OperationSummary>> ListOperations(store::Tx& tx, const fleet::Patience& patience,
                                                     const PageQuery& page) {
    const Page<store::Operation> rows = store::ListOperations(tx, page);
    Page<wire::OperationSummary> view;
    view.next = rows.next;
    for (const fleet::CountedOperation& counted : fleet::CountOperations(tx, rows.rows, patience)) {
        view.rows.push_back(SummariseOperation(counted));
    }
    return view;
}

}  // namespace app
