// Entering a stage, reversing, ending, and what rollback triggers ask (STG-1 to STG-6).

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/rollout_lock.hpp"
#include "controller/app/rollouts.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/outbox.hpp"
#include "controller/store/rollouts.hpp"

namespace app {
namespace {

std::string StageWords(const std::optional<std::int64_t>& stage) {
    return stage ? "stage " + std::to_string(*stage) : std::string("no stage");
}

wire::StageVerdict JudgeStage(store::Tx& tx, const wire::Rollout& rollout, std::int64_t to) {
    wire::StageVerdict document;
    document.rollout = rollout.id;
    document.from = rollout.stage;
    document.to = to;
    document.verdict = policy::EvaluateAdvance(store::LoadAdvanceFacts(tx, rollout, to));
    document.evaluated_at = store::Now(tx);
    document.version = rollout.version;
    return document;
}

/// Of each organization that the stage is for: what concerns a tenant carries its id in the audit (ATT-3).
void RecordTenants(store::Tx& tx, const Call& call, const std::string& action, const wire::Rollout& rollout,
                   const std::vector<std::string>& tenants, const std::string& what) {
    for (const std::string& tenant : tenants) {
        RecordDone(tx, call, {action, {}, tenant}, what + " for " + tenant, RolloutDetails(rollout));
    }
}

Outcome<wire::Rollout> Close(store::Tx& tx, const Call& call, const wire::Rollout& rollout, std::string_view kind,
                             const std::string& reason) {
    const policy::RolloutId id = policy::RolloutId::Trusted(rollout.id);
    const std::string action = "rollout." + std::string(kind);
    std::vector<std::string> tenants;
    if (rollout.stage) {
        tenants = store::ListStageTenants(tx, id, *rollout.stage);
    }
    store::InsertRolloutMove(tx, {NewRecordId(tx, "rmv"), id, kind, std::nullopt, reason, "{}", call.actor.id});
    wire::Rollout after = *store::LoadRollout(tx, id);
    RecordTenants(tx, call, action + ".organization", after, tenants, rollout.flag + " is over");
    wire::AuditDetails details = RolloutDetails(after);
    details.Text("reason", reason).Texts("organizations", tenants);
    RecordDone(
        tx, call, {action},
        std::string(platform::EnumText(after.state)) + " the rollout in " + StageWords(rollout.stage) + ": " + reason,
        details, {"rollout." + std::string(platform::EnumText(after.state)), after.id, wire::EncodeRollout(after)});
    return after;
}

}  // namespace

Outcome<wire::StageVerdict> EvaluateStage(store::Tx& tx, const policy::RolloutId& id, std::int64_t to) {
    const auto rollout = store::LoadRollout(tx, id);
    if (!rollout) {
        return Refused(NotFound("rollout", id.Text()));
    }
    return JudgeStage(tx, *rollout, to);
}

Outcome<wire::Rollout> AdvanceRollout(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                      std::int64_t version, const wire::AdvanceRollout& command) {
    const std::string action = "rollout.advance";
    const auto to = static_cast<std::int64_t>(command.to);
    auto rollout = LockRollout(tx, call, action, id, version);
    if (!rollout) {
        return rollout;
    }
    wire::StageVerdict document = JudgeStage(tx, *rollout, to);
    if (document.verdict.state != policy::VerdictState::kAllow) {
        return Refused(RecordRefusal(tx, call, {action},
                                     FromFindings(std::move(document.verdict.findings),
                                                  "The rollout cannot go from " + StageWords(rollout->stage) +
                                                      " to stage " + std::to_string(to) + " now.")));
    }
    store::InsertRolloutMove(tx, {NewRecordId(tx, "rmv"), id, "advance", to, command.reason,
                                  wire::EncodeStageVerdict(document), call.actor.id});
    wire::Rollout after = *store::LoadRollout(tx, id);
    const std::vector<std::string> tenants = store::ListStageTenants(tx, id, to);
    RecordTenants(tx, call, action + ".organization", after, tenants,
                  "stage " + std::to_string(to) + " of " + after.flag + " begins");
    wire::AuditDetails details = RolloutDetails(after);
    details.Text("reason", command.reason).Texts("organizations", tenants);
    RecordDone(tx, call, {action}, "went from " + StageWords(rollout->stage) + " to stage " + std::to_string(to),
               details, {"rollout.advanced", after.id, wire::EncodeRollout(after)});
    return after;
}

Outcome<wire::Rollout> ReverseRollout(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                      const std::string& reason) {
    auto rollout = LockRollout(tx, call, "rollout.reverse", id, std::nullopt);
    return rollout ? Close(tx, call, *rollout, "reverse", reason) : rollout;
}

Outcome<wire::Rollout> EndRollout(store::Tx& tx, const Call& call, const policy::RolloutId& id, std::int64_t version,
                                  const std::string& reason) {
    auto rollout = LockRollout(tx, call, "rollout.end", id, version);
    return rollout ? Close(tx, call, *rollout, "end", reason) : rollout;
}

Outcome<wire::Rollout> OpenEvaluation(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                      const wire::OpenEvaluation& command) {
    const std::string action = "rollout.evaluate";
    auto rollout = LockRollout(tx, call, action, id, std::nullopt);
    if (!rollout) {
        return rollout;
    }
    if (rollout->state != policy::RolloutState::kActive) {
        return Refused(RecordRefusal(tx, call, {action}, Conflict("The rollout is in no stage yet.")));
    }
    const auto opened =
        store::OpenEvaluation(tx, NewRecordId(tx, "rev"), id, command.trigger, command.evidence, call.actor.id);
    wire::Rollout after = *store::LoadRollout(tx, id);
    wire::AuditDetails details = RolloutDetails(after);
    details.Text("evaluation", opened ? opened->Text() : "").Text("trigger", command.trigger);
    RecordDone(tx, call, {action}, "asks whether to go on: " + command.trigger, details,
               {"rollout.evaluation_opened", after.id, wire::EncodeRollout(after)});
    return after;
}

Outcome<wire::Rollout> DecideStageEvaluation(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                             std::int64_t version, const policy::RecordId& evaluation,
                                             const wire::DecideStageEvaluation& command) {
    const std::string action = "rollout.decide";
    auto rollout = LockRollout(tx, call, action, id, version);
    if (!rollout) {
        return rollout;
    }
    const auto row =
        std::ranges::find_if(rollout->evaluations, [&](const auto& one) { return one.id == evaluation.Text(); });
    if (row == rollout->evaluations.end()) {
        return Refused(NotFound("evaluation", evaluation.Text()));
    }
    if (row->decision && *row->decision != policy::StageDecision::kHold) {
        return Refused(
            RecordRefusal(tx, call, {action},
                          Conflict("The evaluation was decided by " + row->decided_by.value_or("") + " already.")));
    }
    std::vector<std::string> tenants;
    if (command.decision == policy::StageDecision::kReverse && rollout->stage) {
        tenants = store::ListStageTenants(tx, id, *rollout->stage);
    }
    store::DecideStageEvaluation(tx, evaluation, command.decision, command.reason, call.actor.id);
    wire::Rollout after = *store::LoadRollout(tx, id);
    RecordTenants(tx, call, "rollout.reverse.organization", after, tenants, rollout->flag + " is over");
    wire::AuditDetails details = RolloutDetails(after);
    details.Text("evaluation", evaluation.Text())
        .Text("decision", platform::EnumText(command.decision))
        .Text("reason", command.reason);
    RecordDone(tx, call, {action},
               "decided " + std::string(platform::EnumText(command.decision)) + " about " + row->trigger, details,
               {after.state == policy::RolloutState::kReversed ? "rollout.reversed" : "rollout.evaluation_decided",
                after.id, wire::EncodeRollout(after)});
    return after;
}

}  // namespace app
