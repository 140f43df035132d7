#include "controller/app/flag_kill.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/operation_view.hpp"
#include "controller/app/reconcile_exposure.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/outbox.hpp"
#include "controller/store/releases.hpp"

namespace app {
namespace {

constexpr policy::Duration kFlagApprovalHolds = std::chrono::hours{24};

store::NewOperation OperationOf(store::Tx& tx, const Call& call, const policy::FlagName& flag,
                                const wire::FlagOrder& command, bool enabled) {
    store::NewOperation operation;
    operation.id = NewRecordId(tx, "op");
    operation.kind = "flag";
    operation.flag = flag.Text();
    operation.enabled = enabled;
    operation.mode = "hot";
    operation.whole_fleet = true;
    operation.verify = command.verify;
    operation.watch_for = command.watch_for;
    operation.reason = command.reason;
    operation.requested_by = call.actor.id;
    return operation;
}

wire::FlagKill ViewFlagKill(const store::FlagKill& kill) {
    return {kill.flag, kill.operation.Text(), kill.reason, kill.killed_by, kill.killed_at};
}

std::vector<std::string> ReleasesWith(store::Tx& tx, const std::string& flag) {
    std::vector<std::string> releases;
    for (const policy::FlaggedRelease& release : store::LoadExposureFacts(tx).releases) {
        if (release.flag == flag) {
            releases.push_back(release.id.Text());
        }
    }
    return releases;
}

/// ATT-4: under each release it concerns; under none when no release has the flag now.
void RecordFlagAct(store::Tx& tx, const Call& call, const std::string& action, const wire::Operation& view,
                   const std::string& summary) {
    wire::AuditDetails details;
    details.Text("operation", view.id).Text("flag", view.flag.value_or("")).Text("reason", view.reason);
    std::vector<std::string> names;
    for (const wire::OperationInstance& part : view.instances) {
        names.push_back(part.instance);
    }
    details.Texts("instances", names);
    std::vector<std::string> releases = ReleasesWith(tx, view.flag.value_or(""));
    if (releases.empty()) {
        releases.emplace_back();
    }
    for (const std::string& release : releases) {
        RecordDone(tx, call, {.action = action, .release = release}, summary, details);
    }
}

std::string MissingForLift(store::Tx& tx, const std::string& flag, const std::optional<store::FlagApproval>& approval) {
    std::string missing;
    if (!approval) {
        missing =
            "an approval for this flag by another person who is a system owner (portcullis switch approve --flag " +
            flag + ")";
    }
    for (const policy::RecordId& review : store::ListOpenFlagReviews(tx, flag)) {
        missing += (missing.empty() ? "" : ", and ") + std::string("the completed review of ") + review.Text() +
                   " (portcullis switch review)";
    }
    return missing;
}

Outcome<wire::Operation> Finish(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                const store::NewOperation& operation, const std::string& action,
                                const std::string& summary) {
    store::InsertOperation(tx, operation);
    IssueFlagOrders(tx, operation.id);
    wire::Operation view = ViewOperation(tx, patience, *store::LoadOperation(tx, operation.id));
    store::AppendOutbox(tx, action, view.id, wire::EncodeOperation(view));
    RecordFlagAct(tx, call, action, view, summary);
    return view;
}

}  // namespace

Outcome<wire::Operation> KillFlag(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                  const policy::FlagName& flag, const wire::FlagOrder& command) {
    const AuditSubject subject{.action = "flag.kill"};
    policy::KillAct act;
    act.actor = call.actor;
    act.reason = command.reason;
    policy::Findings findings = policy::JudgeAct(act);
    if (Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     FromFindings(std::move(findings), "The flag cannot be killed like that.")));
    }
    if (!store::IsKnownFlag(tx, flag.Text())) {
        return Refused(RecordRefusal(
            tx, call, subject,
            Conflict("No release and no instance has a flag '" + flag.Text() +
                     "', so nothing was ordered. A release shows its flag in kill_switch.flag of its manifest.")));
    }
    return Finish(tx, call, patience, OperationOf(tx, call, flag, command, false), "flag.kill",
                  "killed the flag " + flag.Text() + ": " + command.reason);
}

Outcome<wire::Operation> LiftFlag(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                  const policy::FlagName& flag, const wire::FlagOrder& command) {
    const AuditSubject subject{.action = "flag.lift"};
    const auto kills = store::ListFlagKills(tx, flag.Text());
    if (kills.empty()) {
        return Refused(
            RecordRefusal(tx, call, subject, Conflict("The flag " + flag.Text() + " is not killed; nothing to lift.")));
    }
    const auto approval = store::FindFlagApproval(tx, flag.Text(), call.actor.id);
    const std::string missing = MissingForLift(tx, flag.Text(), approval);
    policy::KillAct act;
    act.actor = call.actor;
    act.switching_on = true;
    act.reason = command.reason;
    act.governed_decision = missing.empty();
    policy::Findings findings = policy::JudgeAct(act);
    if (Blocks(findings)) {
        return Refused(RecordRefusal(
            tx, call, subject,
            FromFindings(std::move(findings), "Lifting the kill of " + flag.Text() + " needs " + missing + ".")));
    }
    store::NewOperation operation = OperationOf(tx, call, flag, command, true);
    operation.flag_approval = approval->id;
    return Finish(tx, call, patience, operation, "flag.lift",
                  "lifted the kill of the flag " + flag.Text() + ", approved by " + approval->approved_by.Text() +
                      ": " + command.reason);
}

Outcome<wire::FlagApproval> ApproveLift(store::Tx& tx, const Call& call, const policy::FlagName& flag,
                                        const std::string& reason) {
    const store::FlagApproval row =
        store::InsertFlagApproval(tx, NewRecordId(tx, "fla"), flag.Text(), call.actor.id, reason, kFlagApprovalHolds);
    wire::AuditDetails details;
    details.Text("approval", row.id.Text()).Text("flag", row.flag).Text("reason", reason);
    details.Instant("expires_at", row.expires_at);
    RecordDone(tx, call, {.action = "flag.approve"},
               "approved lifting the kill of the flag " + row.flag + ": " + reason, details);
    return wire::FlagApproval{row.id.Text(),          row.flag,        row.reason,
                              row.approved_by.Text(), row.approved_at, row.expires_at};
}

Outcome<Page<wire::FlagKill>> ListFlagKills(store::Tx& tx) {
    Page<wire::FlagKill> view;
    for (const store::FlagKill& kill : store::ListFlagKills(tx)) {
        view.rows.push_back(ViewFlagKill(kill));
    }
    return view;
}

std::optional<ReleaseFlag> FindReleaseFlag(store::Tx& tx, const policy::ReleaseId& release) {
    const auto row = store::LoadRelease(tx, release);
    if (!row || !row->flag) {
        return std::nullopt;
    }
    ReleaseFlag found{*row->flag, std::nullopt};
    if (const auto kills = store::ListFlagKills(tx, found.flag); !kills.empty()) {
        found.kill = ViewFlagKill(kills.front());
    }
    return found;
}

}  // namespace app
