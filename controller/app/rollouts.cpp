#include "controller/app/rollouts.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/rollout_lock.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/principals.hpp"
#include "controller/store/programmes.hpp"
#include "controller/store/releases.hpp"
#include "controller/store/rollouts.hpp"
#include "controller/store/tenants.hpp"

namespace app {
namespace {

/// Names in a plan that nobody knows.
void FindUnknown(store::Tx& tx, const wire::PlanStage& plan, const std::string& pointer,
                 platform::FieldErrors& errors) {
    for (std::size_t i = 0; i < plan.organizations.size(); ++i) {
        if (!store::LoadTenant(tx, plan.organizations[i])) {
            errors.push_back({pointer + "/organizations/" + std::to_string(i),
                              "there is no tenant '" + plan.organizations[i].Text() + "'"});
        }
    }
    if (plan.needs.release && !store::LoadRelease(tx, *plan.needs.release)) {
        errors.push_back({pointer + "/release", "there is no release '" + plan.needs.release->Text() + "'"});
    }
    if (plan.needs.programme && !store::LoadProgramme(tx, *plan.needs.programme)) {
        errors.push_back({pointer + "/programme", "there is no programme '" + plan.needs.programme->Text() + "'"});
    }
}

Refusal UnknownNames(platform::FieldErrors errors) {
    Refusal refusal = Invalid("", "");
    refusal.errors = std::move(errors);
    return refusal;
}

bool IsActiveUser(store::Tx& tx, const policy::PrincipalId& id) {
    const auto principal = store::LoadPrincipal(tx, id);
    return principal && principal->active && principal->kind == policy::PrincipalKind::kUser;
}

const wire::StageMetric* FindMetric(const wire::Rollout& rollout, std::int64_t stage, const std::string& key) {
    for (const wire::RolloutStage& one : rollout.stages) {
        const auto metric = std::ranges::find_if(one.metrics, [&](const auto& row) { return row.key == key; });
        if (one.stage == stage && metric != one.metrics.end()) {
            return &*metric;
        }
    }
    return nullptr;
}

}  // namespace

wire::AuditDetails RolloutDetails(const wire::Rollout& rollout) {
    wire::AuditDetails details;
    details.Text("rollout", rollout.id);
    if (rollout.stage) {
        details.Number("stage", *rollout.stage);
    }
    return details;
}

Outcome<wire::Rollout> LockRollout(store::Tx& tx, const Call& call, const std::string& action,
                                   const policy::RolloutId& id, std::optional<std::int64_t> version) {
    auto rollout = store::LoadRollout(tx, id, store::Lock::kForUpdate);
    if (!rollout) {
        return Refused(NotFound("rollout", id.Text()));
    }
    if (version && rollout->version != *version) {
        return Refused(RecordRefusal(tx, call, {action}, Stale("rollout", rollout->version, *version)));
    }
    if (rollout->state == policy::RolloutState::kReversed || rollout->state == policy::RolloutState::kEnded) {
        return Refused(RecordRefusal(
            tx, call, {action},
            Conflict("The rollout is " + std::string(platform::EnumText(rollout->state)) + "; make another one.")));
    }
    return std::move(*rollout);
}

Outcome<wire::Rollout> CreateRollout(store::Tx& tx, const Call& call, const wire::CreateRollout& command) {
    const std::string action = "rollout.create";
    if (store::LoadRollout(tx, command.id)) {
        return Refused(RecordRefusal(tx, call, {action}, Exists("rollout", command.id.Text())));
    }
    platform::FieldErrors errors;
    for (const auto& [field, person] :
         {std::pair{"/owner", command.owner}, std::pair{"/engineering", command.engineering},
          std::pair{"/product", command.product}, std::pair{"/support", command.support}}) {
        if (!IsActiveUser(tx, person)) {
            errors.push_back({field, "'" + person.Text() + "' is no active user"});
        }
    }
    for (std::size_t i = 0; i < command.stages.size(); ++i) {
        FindUnknown(tx, command.stages[i].plan, "/stages/" + std::to_string(i), errors);
    }
    if (!errors.empty()) {
        return Refused(UnknownNames(std::move(errors)));
    }
    if (const auto other = store::FindRolloutOfFlag(tx, command.flag)) {
        return Refused(RecordRefusal(tx, call, {action},
                                     Conflict("Flag " + command.flag + " is that of rollout " + other->Text() +
                                              ", which is not over; end it first.")));
    }
    store::InsertRollout(tx, command, call.actor.id);
    wire::Rollout rollout = *store::LoadRollout(tx, command.id);
    wire::AuditDetails details = RolloutDetails(rollout);
    details.Text("flag", rollout.flag).Text("title", rollout.title);
    RecordDone(tx, call, {action}, "planned the rollout " + rollout.id, details);
    return rollout;
}

Outcome<wire::Rollout> ShowRollout(store::Tx& tx, const policy::RolloutId& id) {
    auto rollout = store::LoadRollout(tx, id);
    if (!rollout) {
        return Refused(NotFound("rollout", id.Text()));
    }
    return std::move(*rollout);
}

Outcome<Page<wire::Rollout>> ListRollouts(store::Tx& tx, const PageQuery& page) {
    return store::ListRollouts(tx, page);
}

Outcome<wire::Rollout> PlanStage(store::Tx& tx, const Call& call, const policy::RolloutId& id, std::int64_t version,
                                 std::int64_t stage, const wire::PlanStage& command) {
    const std::string action = "rollout.plan";
    auto rollout = LockRollout(tx, call, action, id, version);
    if (!rollout) {
        return rollout;
    }
    if (rollout->stage >= stage) {
        return Refused(RecordRefusal(
            tx, call, {action},
            Conflict("Stage " + std::to_string(stage) + " was entered; what it is for is said before that.")));
    }
    platform::FieldErrors errors;
    FindUnknown(tx, command, "", errors);
    const std::optional<std::int64_t> cap = rollout->stages.at(static_cast<std::size_t>(stage)).cap;
    if (stage == policy::kLastStage && !command.organizations.empty()) {
        errors.push_back({"/organizations", "must be left out: stage 3 is for every active tenant"});
    }
    if (!errors.empty()) {
        return Refused(UnknownNames(std::move(errors)));
    }
    policy::StageAdvanceFacts facts;
    facts.rollout = id;
    facts.to = stage;
    facts.cap = cap;
    facts.planned = std::max<std::int64_t>(1, static_cast<std::int64_t>(command.organizations.size()));
    for (const policy::TenantId& tenant : command.organizations) {
        const auto known = store::LoadTenant(tx, tenant);
        const bool is_for_tests = known->kind == policy::TenantKind::kDev || known->kind == policy::TenantKind::kTest;
        if (!known->active || (stage == 0 && !is_for_tests)) {
            facts.unfit.push_back(tenant.Text());
        }
    }
    if (policy::Findings findings = policy::JudgeStagePlan(facts); Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, {action},
                                     FromFindings(std::move(findings), "The stage cannot be planned like that.")));
    }
    store::ReplaceStagePlan(tx, id, stage, command, call.actor.id);
    wire::Rollout planned = *store::LoadRollout(tx, id);
    wire::AuditDetails details = RolloutDetails(planned);
    details.Number("planned", stage)
        .Texts("organizations", planned.stages.at(static_cast<std::size_t>(stage)).organizations);
    RecordDone(tx, call, {action}, "planned stage " + std::to_string(stage) + " of rollout " + id.Text(), details);
    return planned;
}

Outcome<wire::Rollout> WithdrawOrganization(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                            std::int64_t version, const wire::WithdrawOrganization& command) {
    const AuditSubject subject{"rollout.withdraw", {}, command.organization.Text()};
    auto rollout = LockRollout(tx, call, subject.action, id, version);
    if (!rollout) {
        return rollout;
    }
    const auto stage =
        std::ranges::find_if(rollout->stages, [&](const auto& one) { return one.stage == rollout->stage; });
    if (stage == rollout->stages.end() ||
        std::ranges::find(stage->organizations, command.organization.Text()) == stage->organizations.end()) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("Organization " + command.organization.Text() +
                                              " is not named for the stage that the rollout is in.")));
    }
    store::DropOrganization(tx, id, stage->stage, command.organization);
    wire::AuditDetails details = RolloutDetails(*rollout);
    details.Text("reason", command.reason);
    RecordDone(tx, call, subject, "took " + command.organization.Text() + " off the rollout " + id.Text(), details);
    return *store::LoadRollout(tx, id);
}

Outcome<wire::Rollout> CompleteCheckpoint(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                          std::int64_t version, const wire::CompleteCheckpoint& command) {
    const std::string action = "rollout.checkpoint";
    auto rollout = LockRollout(tx, call, action, id, version);
    if (!rollout) {
        return rollout;
    }
    const wire::StageCheckpoint* found = nullptr;
    for (const wire::RolloutStage& stage : rollout->stages) {
        for (const wire::StageCheckpoint& checkpoint : stage.checkpoints) {
            if (stage.stage == rollout->stage && checkpoint.facts.n == command.checkpoint) {
                found = &checkpoint;
            }
        }
    }
    if (found == nullptr) {
        return Refused(NotFound("checkpoint of the present stage", std::to_string(command.checkpoint)));
    }
    if (found->completed_by) {
        return Refused(RecordRefusal(tx, call, {action},
                                     Conflict("The checkpoint was completed by " + *found->completed_by + ".")));
    }
    const policy::CheckpointAct act{call.actor, store::Now(tx), found->facts, command.note};
    if (policy::Findings findings = policy::JudgeAct(act); Blocks(findings)) {
        return Refused(RecordRefusal(
            tx, call, {action}, FromFindings(std::move(findings), "The checkpoint cannot be completed like that.")));
    }
    const bool missed = found->state == policy::CheckpointState::kMissed;
    store::CompleteStageCheckpoint(tx, id, *rollout->stage, command.checkpoint, command.note, call.actor.id);
    wire::AuditDetails details = RolloutDetails(*rollout);
    details.Number("checkpoint", command.checkpoint).Text("title", found->facts.title).Text("note", command.note);
    RecordDone(tx, call, {action}, std::string(missed ? "completed late: " : "completed: ") + found->facts.title,
               details);
    return *store::LoadRollout(tx, id);
}

Outcome<wire::Rollout> RaiseRisk(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                 const wire::RaiseRisk& command) {
    const std::string action = "rollout.risk";
    auto rollout = LockRollout(tx, call, action, id, std::nullopt);
    if (!rollout) {
        return rollout;
    }
    if (!store::LoadPrincipal(tx, command.owner)) {
        return Refused(Invalid("/owner", "there is no principal '" + command.owner.Text() + "'"));
    }
    const policy::RecordId risk = NewRecordId(tx, "rrk");
    store::InsertRolloutRisk(tx, risk, id, command, call.actor.id);
    wire::AuditDetails details = RolloutDetails(*rollout);
    details.Text("risk", risk.Text()).Text("severity", platform::EnumText(command.severity));
    RecordDone(tx, call, {action}, "raised the risk: " + command.title, details);
    return *store::LoadRollout(tx, id);
}

Outcome<wire::Rollout> ResolveRisk(store::Tx& tx, const Call& call, const policy::RolloutId& id, std::int64_t version,
                                   const policy::RecordId& risk, const std::string& resolution) {
    const std::string action = "rollout.resolve_risk";
    auto rollout = LockRollout(tx, call, action, id, version);
    if (!rollout) {
        return rollout;
    }
    const auto row = std::ranges::find_if(rollout->risks, [&](const auto& one) { return one.id == risk.Text(); });
    if (row == rollout->risks.end()) {
        return Refused(NotFound("risk", risk.Text()));
    }
    if (row->resolved_by) {
        return Refused(
            RecordRefusal(tx, call, {action}, Conflict("The risk was resolved by " + *row->resolved_by + ".")));
    }
    store::ResolveRolloutRisk(tx, risk, resolution, call.actor.id);
    wire::AuditDetails details = RolloutDetails(*rollout);
    details.Text("risk", risk.Text()).Text("resolution", resolution);
    RecordDone(tx, call, {action}, "resolved the risk: " + row->title, details);
    return *store::LoadRollout(tx, id);
}

std::optional<policy::Measurement> MeasureStageMetric(store::Database& database, MetricsSource& metrics,
                                                      const policy::RolloutId& id, const wire::MeasureStage& command) {
    if (command.value) {
        return std::nullopt;
    }
    policy::Time now{};
    const auto rollout = database.Read([&](store::Tx& tx) {
        now = store::Now(tx);
        return store::LoadRollout(tx, id);
    });
    const wire::StageMetric* metric =
        rollout ? FindMetric(*rollout, static_cast<std::int64_t>(command.stage), command.metric) : nullptr;
    if (metric == nullptr || !metric->query) {
        return std::nullopt;
    }
    const policy::MetricCheck check{*metric->query,
                                    {metric->key, metric->comparison, metric->threshold, metric->unit},
                                    metric->samples_query,
                                    metric->min_samples};
    return metrics.MeasureNow(check, now);
}

Outcome<wire::Rollout> RecordStageMeasurement(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                              const wire::MeasureStage& command,
                                              const std::optional<policy::Measurement>& measured) {
    const std::string action = "rollout.measure";
    const auto stage = static_cast<std::int64_t>(command.stage);
    auto rollout = LockRollout(tx, call, action, id, std::nullopt);
    if (!rollout) {
        return rollout;
    }
    const wire::StageMetric* metric = FindMetric(*rollout, stage, command.metric);
    if (metric == nullptr) {
        return Refused(
            Invalid("/metric", "stage " + std::to_string(stage) + " has no metric '" + command.metric + "'"));
    }
    if (!rollout->stage || stage > *rollout->stage) {
        return Refused(RecordRefusal(tx, call, {action},
                                     Conflict("Stage " + std::to_string(stage) + " is measured once it was entered.")));
    }
    if (metric->query ? !measured : !command.value) {
        return Refused(Invalid("/value", metric->query
                                             ? "must be left out: the metrics source answers the metric's query"
                                             : "is missing: the metric has no query, so a person measures it"));
    }
    store::InsertStageMeasurement(
        tx, NewRecordId(tx, "rms"), id, stage, command.metric, measured ? measured->value : command.value,
        measured ? measured->samples : std::nullopt,
        measured ? measured->detail.empty() ? "the metrics source" : measured->detail : command.evidence,
        call.actor.id);
    wire::Rollout after = *store::LoadRollout(tx, id);
    const wire::StageMetric* now = FindMetric(after, stage, command.metric);
    wire::AuditDetails details = RolloutDetails(after);
    details.Number("measured_stage", stage)
        .Text("metric", command.metric)
        .Text("state", platform::EnumText(now->state.value_or(policy::MeasurementState::kInconclusive)))
        .Text("evidence", now->evidence);
    RecordDone(tx, call, {action}, "measured " + command.metric + " of stage " + std::to_string(stage), details);
    return after;
}

}  // namespace app
