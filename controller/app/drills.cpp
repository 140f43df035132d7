#include "controller/app/drills.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/drill_obstacles.hpp"
#include "controller/app/instances.hpp"
#include "controller/app/kill_switch.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/operations.hpp"
#include "controller/store/outbox.hpp"
#include "controller/store/releases.hpp"
#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"

namespace app {
namespace {

constexpr policy::Duration kDrillApprovalHolds = std::chrono::hours{24};

wire::DrillApproval ViewDrillApproval(const store::DrillApproval& row) {
    return {row.id.Text(),          row.schedule ? std::optional(row.schedule->Text()) : std::nullopt,
            row.instances,          row.reason,
            row.approved_by.Text(), row.approved_at,
            row.expires_at};
}

/// Who is not connected cannot be drilled either, and that is a drill's to show.
platform::FieldErrors DrillErrors(const std::vector<DrillObstacle>& obstacles) {
    platform::FieldErrors errors;
    for (std::size_t i = 0; i < obstacles.size(); ++i) {
        if (obstacles[i].kind == DrillObstacle::Kind::kLasting || obstacles[i].kind == DrillObstacle::Kind::kPassing) {
            errors.push_back({"/instances/" + std::to_string(i), obstacles[i].what});
        }
    }
    return errors;
}

platform::FieldErrors FindUnknownReleases(store::Tx& tx, const std::vector<policy::ReleaseId>& releases) {
    platform::FieldErrors errors;
    for (std::size_t i = 0; i < releases.size(); ++i) {
        const auto row = store::LoadRelease(tx, releases[i]);
        if (!row || row->status != policy::ReleaseStatus::kActive) {
            errors.push_back({"/releases/" + std::to_string(i),
                              std::string(row ? "is not active: '" : "is no release: '") + releases[i].Text() + "'"});
        }
    }
    return errors;
}

/// KSW-7 of the kill and KSW-8 of the restore.
policy::Findings JudgeDrillOrder(const Call& call, const std::string& reason, bool restore_is_decided) {
    policy::KillAct act;
    act.actor = call.actor;
    act.reason = reason;
    policy::Findings findings = policy::JudgeAct(act);
    act.switching_on = true;
    act.governed_decision = restore_is_decided;
    for (policy::Finding& finding : policy::JudgeAct(act)) {
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::string StateOfDrill(const store::Drill& row) {
    if (row.outcome) {
        return *row.outcome;
    }
    return row.restore ? "restoring" : "killing";
}

std::string RunningSummary(const store::Drill& row) {
    if (row.restore) {
        return "Switched back on; being verified.";
    }
    return row.aborted_by ? "Stopped; to be switched back on." : "Switched off; being verified.";
}

wire::DrillPhases PhasesNow(store::Tx& tx, const fleet::Patience& patience, const std::optional<std::string>& kept,
                            const std::optional<policy::RecordId>& operation) {
    if (kept) {
        return wire::DecodeDrillPhases(*kept);
    }
    return operation ? ViewDrillPhase(tx, patience, *operation).phases : wire::DrillPhases();
}

}  // namespace

std::string OpenKillReviews(store::Tx& tx) {
    std::vector<std::string> open;
    for (const store::KillReview& review : store::ListKillReviews(tx, true, {.limit = 10, .after = {}}).rows) {
        open.push_back(review.operation.Text());
    }
    return platform::Join(open, ", ");
}

store::Drill BeginDrill(store::Tx& tx, const Call& call, const store::NewDrill& drill, const std::string& approved_by) {
    store::InsertDrill(tx, drill);
    store::NewOperation kill;
    kill.id = NewRecordId(tx, "op");
    kill.enabled = false;
    kill.mode = drill.mode;
    kill.instances = drill.instances;
    kill.reason = drill.reason;
    kill.requested_by = drill.ordered_by;
    kill.drill = drill.id.Text();
    kill.watch_for = platform::Duration{};
    store::InsertOperation(tx, kill);
    store::Drill row = *store::LoadDrill(tx, drill.id);
    wire::AuditDetails details;
    details.Text("drill", drill.id.Text())
        .Text("kill", kill.id.Text())
        .Text("mode", drill.mode)
        .Text("reason", drill.reason)
        .Text("ordered_by", drill.ordered_by.Text())
        .Text("approval", drill.approval.Text())
        .Text("approved_by", approved_by)
        .Texts("instances", row.instances)
        .Texts("releases", row.releases);
    if (drill.schedule) {
        details.Text("schedule", drill.schedule->Text());
    }
    store::AppendOutbox(tx, "drill.ordered", drill.id.Text(), details.Encode());
    RecordDone(tx, call, {.action = "drill.order"},
               "ordered a drill on " + platform::Plural(static_cast<long long>(row.instances.size()), "instance") +
                   ": " + drill.reason,
               details);
    return row;
}

DrillPhaseState ViewDrillPhase(store::Tx& tx, const fleet::Patience& patience, const policy::RecordId& operation) {
    DrillPhaseState state;
    const auto shown = ShowOperation(tx, patience, operation);
    PORTCULLIS_INVARIANT(shown.has_value(), "an operation of a drill exists");
    state.settled = shown->finished;
    const std::vector<policy::InstanceId> overtaken = store::LoadOvertaken(tx, operation);
    for (const wire::OperationInstance& part : shown->instances) {
        wire::DrillPhase phase;
        phase.outcome = part.outcome;
        phase.why = part.why;
        const auto is_this = [&](const policy::InstanceId& id) { return id.Text() == part.instance; };
        if (part.outcome == "applied" && std::ranges::any_of(overtaken, is_this)) {
            phase.outcome = "superseded";  // nobody asks it any more whether it is verified
        }
        phase.applied_ms = part.applied_ms;
        phase.verified_ms = part.verified_ms;
        for (const wire::OperationStep& step : part.steps) {
            if (step.step == "data") {
                phase.before = wire::TenantDataOf(step.evidence, "baseline");
                phase.data = wire::TenantDataOf(step.evidence, "tenants");
            }
        }
        state.phases.emplace_back(part.instance, std::move(phase));
    }
    return state;
}

wire::Drill ViewDrill(store::Tx& tx, const fleet::Patience& patience, const store::Drill& row) {
    wire::Drill view;
    view.id = row.id.Text();
    view.state = StateOfDrill(row);
    view.mode = row.mode;
    view.reason = row.reason;
    view.ordered_by = row.ordered_by.Text();
    view.ordered_at = row.ordered_at;
    view.approval = row.approval.Text();
    view.approved_by = row.approved_by;
    view.schedule = row.schedule ? std::optional(row.schedule->Text()) : std::nullopt;
    view.releases = row.releases;
    view.kill = row.kill ? std::optional(row.kill->Text()) : std::nullopt;
    view.restore = row.restore ? std::optional(row.restore->Text()) : std::nullopt;
    view.aborted_by = row.aborted_by;
    view.abort_reason = row.abort_reason;
    view.not_restored = row.not_restored;
    view.summary = row.summary.value_or(RunningSummary(row));
    view.finished_at = row.finished_at;
    view.instances = row.instances;
    view.killed = PhasesNow(tx, patience, row.killed, row.kill);
    view.restored = PhasesNow(tx, patience, row.restored, row.restore);
    return view;
}

Outcome<wire::DrillApproval> ApproveDrill(store::Tx& tx, const Call& call, const wire::NewDrillApproval& command) {
    platform::FieldErrors errors;
    for (std::size_t i = 0; i < command.instances.size(); ++i) {
        if (!store::LoadInstance(tx, command.instances[i])) {
            errors.push_back({"/instances/" + std::to_string(i),
                              "is no instance of the fleet: '" + command.instances[i].Text() + "'"});
        }
    }
    if (!errors.empty()) {
        Refusal refusal = Invalid("", "");
        refusal.errors = std::move(errors);
        return Refused(std::move(refusal));
    }
    store::NewDrillApproval approval;
    approval.id = NewRecordId(tx, "dra");
    approval.instances = command.instances;
    approval.reason = command.reason;
    approval.approved_by = call.actor.id;
    approval.valid_for = kDrillApprovalHolds;
    const wire::DrillApproval view = ViewDrillApproval(store::InsertDrillApproval(tx, approval));
    wire::AuditDetails details;
    details.Text("approval", view.id)
        .Text("reason", view.reason)
        .Texts("instances", view.instances)
        .Instant("expires_at", view.expires_at);
    RecordDone(tx, call, {.action = "drill.approve"}, "approved that a drill switches back on: " + view.reason,
               details);
    return view;
}

Outcome<wire::Drill> OrderDrill(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                const wire::NewDrill& command) {
    const AuditSubject subject{.action = "drill.order"};
    const auto approval = store::FindDrillApproval(tx, call.actor.id, command.instances);
    const std::string open = OpenKillReviews(tx);
    std::string missing;
    if (!approval) {
        missing = "an approval for these instances by another person who is a system owner (portcullis drill approve)";
    }
    if (!open.empty()) {
        missing +=
            (missing.empty() ? "" : ", and ") + ("the completed review of " + open) + " (portcullis switch review)";
    }
    policy::Findings findings = JudgeDrillOrder(call, command.reason, missing.empty());
    if (Blocks(findings)) {
        return Refused(RecordRefusal(
            tx, call, subject,
            FromFindings(std::move(findings), missing.empty()
                                                  ? "The drill cannot be ordered like that."
                                                  : "A drill switches back on, which needs " + missing + ".")));
    }
    platform::FieldErrors errors = DrillErrors(FindDrillObstacles(tx, patience, command.instances));
    for (platform::FieldError& error : FindUnknownReleases(tx, command.releases)) {
        errors.push_back(std::move(error));
    }
    if (!errors.empty()) {
        Refusal refusal = Invalid("", "");
        refusal.errors = std::move(errors);
        return Refused(RecordRefusal(tx, call, subject, std::move(refusal)));
    }
    store::NewDrill drill;
    drill.id = NewRecordId(tx, "drl");
    drill.mode = command.mode;
    drill.reason = command.reason;
    drill.ordered_by = call.actor.id;
    drill.approval = approval->id;
    drill.releases = command.releases;
    drill.instances = command.instances;
    return ViewDrill(tx, patience, BeginDrill(tx, call, drill, approval->approved_by.Text()));
}

Outcome<wire::Drill> AbortDrill(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                const policy::RecordId& id, const std::string& reason) {
    const AuditSubject subject{.action = "drill.abort"};
    const auto row = store::LoadDrill(tx, id, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("drill", id.Text()));
    }
    if (row->outcome || row->aborted_by) {
        return Refused(RecordRefusal(
            tx, call, subject,
            Conflict("The drill " + id.Text() +
                     (row->outcome ? " has ended: " + *row->outcome + "." : " was stopped by " + *row->aborted_by))));
    }
    store::AbortDrill(tx, id, call.actor.id, reason);
    const wire::Drill view = ViewDrill(tx, patience, *store::LoadDrill(tx, id));
    wire::AuditDetails details;
    details.Text("drill", view.id).Text("reason", reason);
    RecordDone(tx, call, subject, "stopped the drill " + view.id + ": " + reason, details);
    return view;
}

Outcome<wire::Drill> ShowDrill(store::Tx& tx, const fleet::Patience& patience, const policy::RecordId& id) {
    const auto row = store::LoadDrill(tx, id);
    if (!row) {
        return Refused(NotFound("drill", id.Text()));
    }
    return ViewDrill(tx, patience, *row);
}

Outcome<Page<wire::Drill>> ListDrills(store::Tx& tx, const fleet::Patience& patience, const PageQuery& page) {
    const Page<store::Drill> rows = store::ListDrills(tx, page);
    Page<wire::Drill> view;
    view.next = rows.next;
    for (const store::Drill& row : rows.rows) {
        view.rows.push_back(ViewDrill(tx, patience, row));
    }
    return view;
}

}  // namespace app
