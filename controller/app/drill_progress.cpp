#include "controller/app/drill_progress.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/component.hpp"
#include "controller/app/drill_obstacles.hpp"
#include "controller/fleet/plan/drill.hpp"
#include "controller/store/checks.hpp"
#include "controller/store/operations.hpp"
#include "controller/store/outbox.hpp"
#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"

namespace app {
namespace {

/// ATT-2: what goes on by itself is the controller's doing; who ordered it is in the details.
std::string AbortText(const store::Drill& row) {
    std::string text;
    if (row.aborted_by) {
        text = *row.aborted_by + " stopped it: " + row.abort_reason.value_or("");
        text += text.ends_with('.') ? "" : ".";
    }
    if (row.not_restored) {
        text += (text.empty() ? "" : " ") + *row.not_restored;
    }
    return text;
}

const wire::DrillPhase* FindPhaseOf(const wire::DrillPhases& phases, const std::string& instance) {
    const auto found = std::ranges::find(phases, instance, [](const auto& entry) { return entry.first; });
    return found == phases.end() ? nullptr : &found->second;
}

fleet::DrillPhaseFacts PhaseFacts(const wire::DrillPhase& phase) {
    return {phase.outcome, phase.why, phase.data ? std::optional(phase.data->count) : std::nullopt};
}

fleet::DrillVerdict JudgeEnd(const store::Drill& row, const wire::DrillPhases& killed,
                             const wire::DrillPhases& restored) {
    std::vector<fleet::DrillPartFacts> parts;
    for (const std::string& instance : row.instances) {
        fleet::DrillPartFacts part;
        part.instance = instance;
        if (const wire::DrillPhase* kill = FindPhaseOf(killed, instance)) {
            part.kill = PhaseFacts(*kill);
            part.records_before = kill->before ? std::optional(kill->before->count) : std::nullopt;
        }
        if (const wire::DrillPhase* restore = FindPhaseOf(restored, instance)) {
            part.restore = PhaseFacts(*restore);
        }
        parts.push_back(std::move(part));
    }
    return fleet::JudgeDrill(parts, AbortText(row));
}

policy::CheckOutcome EvidenceOutcome(const std::string& outcome) {
    if (outcome == platform::EnumText(fleet::DrillOutcome::kPassed)) {
        return policy::CheckOutcome::kPassed;
    }
    return outcome == platform::EnumText(fleet::DrillOutcome::kFailed) ? policy::CheckOutcome::kFailed
                                                                       : policy::CheckOutcome::kInconclusive;
}

/// The drill as the kill switch drill of its releases: what KSW-2, KSW-4 and KSW-6 look at.
void RecordAsEvidence(store::Tx& tx, const Call& call, const store::Drill& row, const wire::Drill& view) {
    const std::string evidence = wire::EncodeDrillEvidence(view);
    for (const store::ActiveRelease& release : store::LockActiveReleases(tx, row.releases)) {
        store::NewCheck check;
        check.id = NewRecordId(tx, "chk");
        check.release = release.id;
        check.control = policy::Control::kKillSwitchDrill;
        check.outcome = EvidenceOutcome(view.state);
        check.tier = policy::EvidenceTier::kRehearsal;
        check.change_hash = release.change_hash;
        check.reason = view.summary;
        check.evidence = evidence;
        check.performed_at = *view.finished_at;
        check.recorded_by = row.ordered_by;
        store::InsertCheck(tx, check);
        wire::AuditDetails details;
        details.Text("check", check.id.Text())
            .Text("control", platform::EnumText(check.control))
            .Text("outcome", platform::EnumText(check.outcome))
            .Text("tier", platform::EnumText(check.tier))
            .Text("drill", view.id)
            .Text("on_behalf_of", row.ordered_by.Text());
        RecordDone(tx, call, {.action = "check.record", .release = release.id.Text()},
                   "recorded kill-switch-drill by the drill " + view.id + ": " +
                       std::string(platform::EnumText(check.outcome)),
                   details);
    }
}

EndedDrill EndDrill(store::Tx& tx, const fleet::Patience& patience, const store::Drill& row,
                    const wire::DrillPhases& killed, const std::optional<wire::DrillPhases>& restored) {
    const Call call = ComponentCall();
    const fleet::DrillVerdict verdict = JudgeEnd(row, killed, restored.value_or(wire::DrillPhases()));
    EndedDrill ended;
    ended.outcome = platform::EnumText(verdict.outcome);
    store::FinishDrill(tx, row.id, restored ? std::optional(wire::EncodeDrillPhases(*restored)) : std::nullopt,
                       ended.outcome, verdict.summary);
    ended.drill = ViewDrill(tx, patience, *store::LoadDrill(tx, row.id));
    RecordAsEvidence(tx, call, row, ended.drill);
    store::AppendOutbox(tx, "drill." + ended.outcome, row.id.Text(), wire::EncodeDrill(ended.drill));
    wire::AuditDetails details;
    details.Text("drill", row.id.Text())
        .Text("outcome", ended.outcome)
        .Document("result", wire::EncodeDrill(ended.drill));
    RecordDone(tx, call, {.action = "drill.finish"},
               "the drill " + row.id.Text() + " " +
                   (ended.outcome == "aborted" ? "was aborted: " : ended.outcome + ": ") + verdict.summary,
               details);
    return ended;
}

/// Who stays off, and why; empty when everybody may be switched back on.
std::string NotRestored(const std::vector<store::HeldInstance>& held, const std::string& open_reviews) {
    std::string text;
    if (!open_reviews.empty()) {
        return "All stay off: the review of the kill " + open_reviews +
               " is not completed. The way back on is portcullis switch on.";
    }
    for (const store::HeldInstance& one : held) {
        text += (text.empty() ? "" : "; ") + one.instance.Text() + " stays off: " + one.why;
    }
    return text.empty() ? text : text + ". The way back on is portcullis switch on.";
}

/// Switches back on what may be; what the kill came to is written down first, since newer orders hide it.
std::optional<EndedDrill> RestoreDrill(store::Tx& tx, const fleet::Patience& patience, const store::Drill& row,
                                       const wire::DrillPhases& killed) {
    const std::vector<store::HeldInstance> held = store::LockHeldInstances(tx, row.id);
    const std::string open = OpenKillReviews(tx);
    const std::string not_restored = NotRestored(held, open);
    store::RecordDrillKilled(tx, row.id, wire::EncodeDrillPhases(killed),
                             not_restored.empty() ? std::nullopt : std::optional(not_restored));
    store::NewOperation restore;
    for (const std::string& name : row.instances) {
        const auto is_held = [&](const store::HeldInstance& one) { return one.instance.Text() == name; };
        if (open.empty() && std::ranges::none_of(held, is_held)) {
            restore.instances.push_back(policy::InstanceId::Trusted(name));
        }
    }
    const Call call = ComponentCall();
    if (restore.instances.empty()) {
        Refusal refusal;
        refusal.code = "rules.denied";
        refusal.detail = "the drill " + row.id.Text() + " switches nothing back on. " + not_restored;
        // Releases are locked before the audit chain: first the end, then its entries.
        EndedDrill ended = EndDrill(tx, patience, *store::LoadDrill(tx, row.id), killed, std::nullopt);
        static_cast<void>(RecordRefusal(tx, call, {.action = "drill.restore"}, std::move(refusal)));
        return ended;
    }
    restore.id = NewRecordId(tx, "op");
    restore.enabled = true;
    restore.mode = row.mode;
    restore.reason = "restore after the drill " + row.id.Text();
    restore.requested_by = row.ordered_by;
    restore.drill = row.id.Text();
    restore.watch_for = platform::Duration{};
    store::InsertOperation(tx, restore);
    std::vector<std::string> names;
    for (const policy::InstanceId& instance : restore.instances) {
        names.push_back(instance.Text());
    }
    wire::AuditDetails details;
    details.Text("drill", row.id.Text())
        .Text("operation", restore.id.Text())
        .Text("on_behalf_of", row.ordered_by.Text())
        .Text("approval", row.approval.Text())
        .Text("approved_by", row.approved_by)
        .Texts("instances", names);
    if (!not_restored.empty()) {
        details.Text("not_restored", not_restored);
    }
    RecordDone(tx, call, {.action = "drill.restore"},
               "the drill " + row.id.Text() + " switches " +
                   platform::Plural(static_cast<long long>(names.size()), "instance") + " back on" +
                   (not_restored.empty() ? "" : ". " + not_restored),
               details);
    return std::nullopt;
}

constexpr platform::Duration kLookAtDueAgain = std::chrono::seconds(2);

bool MayWait(const std::vector<DrillObstacle>& obstacles, policy::Duration waited, policy::Duration every) {
    return std::ranges::any_of(obstacles, [&](const DrillObstacle& obstacle) {
        switch (obstacle.kind) {
            case DrillObstacle::Kind::kPassing:
                return waited < std::min(every, kLongestDrillDelay);
            case DrillObstacle::Kind::kAway:
                return waited < kLongestWaitForInstances;
            case DrillObstacle::Kind::kNone:
            case DrillObstacle::Kind::kLasting:
                break;
        }
        return false;
    });
}

std::string WhatPasses(const std::vector<DrillObstacle>& obstacles) {
    std::vector<std::string> texts;
    for (const DrillObstacle& obstacle : obstacles) {
        if (obstacle.kind == DrillObstacle::Kind::kPassing || obstacle.kind == DrillObstacle::Kind::kAway) {
            texts.push_back(obstacle.what);
        }
    }
    return platform::Join(texts, "; ");
}

}  // namespace

std::optional<EndedDrill> ContinueDrill(store::Tx& tx, const fleet::Patience& patience, const policy::RecordId& id) {
    const auto row = store::TakeDrill(tx, id);
    if (!row || row->outcome || !row->kill) {
        return std::nullopt;
    }
    if (!row->restore) {
        const DrillPhaseState kill = ViewDrillPhase(tx, patience, *row->kill);
        if (!kill.settled && !row->aborted_by && row->kill_age.value_or(platform::Duration{}) < kLongestDrillPhase) {
            return std::nullopt;
        }
        return RestoreDrill(tx, patience, *row, kill.phases);
    }
    DrillPhaseState restore = ViewDrillPhase(tx, patience, *row->restore);
    if (!restore.settled && row->restore_age.value_or(platform::Duration{}) < kLongestDrillPhase) {
        return std::nullopt;
    }
    PORTCULLIS_INVARIANT(row->killed.has_value(), "what the kill came to is written before the restore");
    return EndDrill(tx, patience, *row, wire::DecodeDrillPhases(*row->killed), std::move(restore.phases));
}

DueDrill RunDueDrill(store::Tx& tx, const fleet::Patience& patience) {
    const auto schedule = store::TakeDueDrillSchedule(tx);
    if (!schedule) {
        return DueDrill::kNone;
    }
    const Call call = ComponentCall();
    std::vector<policy::InstanceId> instances;
    for (const std::string& name : schedule->instances) {
        instances.push_back(policy::InstanceId::Trusted(name));
    }
    std::vector<std::string> problems;
    const auto approval = store::LoadStandingApproval(tx, schedule->id);
    if (!approval) {
        problems.push_back("no system owner has approved its restores (portcullis drill schedule-approve " +
                           schedule->id.Text() + ")");
    } else if (!approval->counts) {
        problems.push_back("the approval by " + approval->approved_by.Text() + " has expired, or they are no system " +
                           "owner any more: it held until " + platform::FormatTime(approval->expires_at) +
                           " (portcullis drill schedule-approve " + schedule->id.Text() + ")");
    }
    if (const std::string open = OpenKillReviews(tx); !open.empty()) {
        problems.push_back("the review of the kill " + open + " is not completed");
    }
    const std::vector<DrillObstacle> obstacles = FindDrillObstacles(tx, patience, instances);
    for (const DrillObstacle& obstacle : obstacles) {
        if (obstacle.kind == DrillObstacle::Kind::kLasting) {
            problems.push_back(obstacle.what);
        }
    }
    const policy::Duration waited = schedule->waits_for.value_or(policy::Duration{});
    if (problems.empty() && MayWait(obstacles, waited, schedule->every)) {
        store::LetDrillScheduleWait(tx, schedule->id, "It is due and waits: " + WhatPasses(obstacles), kLookAtDueAgain);
        return DueDrill::kWaits;
    }
    for (const DrillObstacle& obstacle : obstacles) {
        if (obstacle.kind == DrillObstacle::Kind::kPassing) {
            problems.push_back(obstacle.what);
        }
    }
    const std::string problem = platform::Join(problems, "; ");
    store::MoveDrillSchedule(tx, schedule->id, problem);
    if (!problem.empty()) {
        Refusal refusal;
        refusal.code = "rules.denied";
        refusal.detail = "the drill of the schedule " + schedule->id.Text() + " was not ordered: " + problem + ".";
        static_cast<void>(RecordRefusal(tx, call, {.action = "drill.order"}, std::move(refusal)));
        return DueDrill::kSkipped;
    }
    store::NewDrill drill;
    drill.id = NewRecordId(tx, "drl");
    drill.mode = schedule->mode;
    drill.reason = schedule->reason;
    drill.ordered_by = schedule->created_by;
    drill.approval = approval->id;
    drill.schedule = schedule->id;
    drill.instances = std::move(instances);
    BeginDrill(tx, call, drill, approval->approved_by.Text());
    return DueDrill::kOrdered;
}

}  // namespace app
