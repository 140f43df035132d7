// Single facts that are asked for without the rest.
#include "controller/store/facts.hpp"
#include "controller/store/tx.hpp"

namespace store {
namespace {

constexpr Statement kPlanAsksMetrics{"plan_asks_metrics", R"sql(
    SELECT coalesce((SELECT jsonb_path_exists(p.document::jsonb, '$.exit_criteria[*].metric')
                     FROM releases r JOIN plan_revisions p ON p.release_id = r.id AND p.revision = r.plan_revision
                     WHERE r.id = $1), false))sql"};

constexpr Statement kPathRules{"path_rules", R"sql(
    SELECT pattern, floor, topic FROM path_rules ORDER BY pattern COLLATE "C")sql"};

constexpr Statement kRequirement{"requirement_standing", R"sql(
    SELECT s.found, s.state, s.stage, s.evaluation_id, s.killed_by, s.certified
    FROM requirement_standing($1, $2) s)sql"};

}  // namespace

bool PlanAsksMetrics(Tx& tx, const policy::ReleaseId& release) {
    return tx.One(
        kPlanAsksMetrics, [](Columns& in) { return in.Flag(); }, release);
}

std::vector<policy::PathRule> LoadPathRules(Tx& tx) {
    return tx.All(kPathRules, [](Columns& in) {
        policy::PathRule rule;
        rule.pattern = in.Text();
        rule.floor = in.Enum<policy::ReleaseClass>();
        rule.topic = in.Text();
        return rule;
    });
}

std::vector<policy::RequirementFacts> LoadRequirements(Tx& tx, const std::vector<policy::Requirement>& requirements) {
    std::vector<policy::RequirementFacts> standings;
    standings.reserve(requirements.size());
    for (const policy::Requirement& requirement : requirements) {
        standings.push_back(tx.One(
            kRequirement,
            [&](Columns& in) {
                policy::RequirementFacts standing;
                standing.requirement = requirement;
                standing.exists = in.Flag();
                standing.state = in.OptEnum<policy::RolloutState>().value_or(policy::RolloutState::kPlanned);
                standing.stage = in.OptInt();
                standing.evaluation = in.OptId<policy::RecordId>();
                standing.killed_by = in.OptId<policy::RecordId>();
                standing.certified = in.Flag();
                return standing;
            },
            requirement.rollout, requirement.programme));
    }
    return standings;
}

const std::vector<policy::PathRule>& PathRulesAt(Tx& tx, std::int64_t epoch) {
    return tx.Kept<std::vector<policy::PathRule>>(kPathRules, epoch, [&] { return LoadPathRules(tx); });
}

}  // namespace store
