// Everything that entering a stage is judged by (STG-1 to STG-7).

#include <algorithm>
#include <iterator>

#include "controller/store/drift_row.hpp"
#include "controller/store/rollouts.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kRolloutSev1{"rollout_sev1_list", R"sql(
    SELECT incident_id, state, opened_at, kind, subject_id FROM rollout_sev1($1, $2::smallint))sql"};
constexpr Statement kRolloutNeeds{"rollout_needs_list", R"sql(
    SELECT at_stage, release_id, needed, channel, status, coalesce(hard_stop, ''), programme_id, certified
    FROM rollout_requirements($1, $2::smallint))sql"};
constexpr Statement kFlagKilledBy{"rollout_flag_kill", R"sql(
    SELECT operation_id FROM flag_kills WHERE flag = $1 AND lifted_by IS NULL ORDER BY operation_id LIMIT 1)sql"};
constexpr Statement kRolloutDrifts{"rollout_drift_list", R"sql(
    SELECT instance_id, kind, array_to_string(orgs, ' ') FROM rollout_drifts($1))sql"};

policy::IncidentFacts ReadStageIncident(Columns& in) {
    policy::IncidentFacts incident;
    incident.id = in.Id<policy::RecordId>();
    incident.severity = policy::Severity::kSev1;
    incident.state = in.Enum<policy::IncidentState>();
    incident.opened_at = in.Instant();
    const std::string kind = in.Text();
    incident.through = kind + " " + in.Text();
    return incident;
}

policy::StageRequirementFacts ReadRequirement(Columns& in) {
    policy::StageRequirementFacts needed;
    needed.stage = in.Int();
    needed.release = in.OptId<policy::ReleaseId>();
    needed.needed = in.OptEnum<policy::Channel>().value_or(needed.needed);
    needed.channel = in.OptEnum<policy::Channel>().value_or(needed.channel);
    needed.status = in.OptEnum<policy::ReleaseStatus>().value_or(needed.status);
    needed.hard_stop = in.Text();
    needed.programme = in.OptId<policy::ProgrammeId>();
    needed.certified = in.Flag();
    return needed;
}

}  // namespace

policy::StageAdvanceFacts LoadAdvanceFacts(Tx& tx, const wire::Rollout& rollout, std::int64_t to) {
    const policy::RolloutId id = policy::RolloutId::Trusted(rollout.id);
    policy::StageAdvanceFacts facts;
    facts.now = tx.Now();
    facts.rollout = id;
    facts.to = to;
    facts.state = rollout.state;
    facts.stage = rollout.stage;
    facts.flag = rollout.flag;
    const std::vector<std::string> tenants = ListStageTenants(tx, id, to);
    facts.planned = static_cast<std::int64_t>(tenants.size());
    for (const wire::RolloutStage& stage : rollout.stages) {
        if (stage.stage <= to && stage.metrics.empty()) {
            facts.without_metrics.push_back(stage.stage);
        }
        if (stage.stage == to) {
            facts.cap = stage.cap;
            if (to < policy::kLastStage) {
                facts.planned = static_cast<std::int64_t>(stage.organizations.size());
                std::ranges::copy_if(
                    stage.organizations, std::back_inserter(facts.unfit),
                    [&](const std::string& tenant) { return std::ranges::find(tenants, tenant) == tenants.end(); });
            }
        }
        for (const wire::StageMetric& metric : stage.metrics) {
            if (stage.stage < to) {
                facts.metrics.push_back({stage.stage,
                                         metric.key,
                                         {metric.key, metric.comparison, metric.threshold, metric.unit},
                                         metric.state,
                                         metric.value,
                                         metric.measured_at});
            }
        }
        if (stage.stage == rollout.stage) {
            if (stage.entered_at && stage.soak > policy::Duration{}) {
                facts.soak_ends_at = *stage.entered_at + stage.soak;
            }
            for (const wire::StageCheckpoint& checkpoint : stage.checkpoints) {
                facts.checkpoints.push_back(checkpoint.facts);
            }
        }
    }
    for (const wire::RolloutRisk& risk : rollout.risks) {
        if (risk.severity == policy::RiskSeverity::kHigh && !risk.resolved_by) {
            facts.high_risks.push_back({policy::RecordId::Trusted(risk.id), risk.title});
        }
    }
    for (const wire::RolloutEvaluation& evaluation : rollout.evaluations) {
        if (evaluation.decision != policy::StageDecision::kContinue) {
            facts.evaluations.push_back(
                {policy::RecordId::Trusted(evaluation.id), evaluation.trigger, evaluation.decision});
        }
    }
    facts.sev1 = tx.All(kRolloutSev1, ReadStageIncident, id, to);
    facts.requirements = tx.All(kRolloutNeeds, ReadRequirement, id, to);
    facts.flag_killed_by = tx.Find(
        kFlagKilledBy, [](Columns& in) { return in.Id<policy::RecordId>(); }, rollout.flag);
    if (rollout.stage) {
        facts.drifts = tx.All(kRolloutDrifts, ReadDrift, id);
    }
    return facts;
}

}  // namespace store
