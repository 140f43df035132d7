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

const std::vector<policy::PathRule>& PathRulesAt(Tx& tx, std::int64_t epoch) {
    return tx.Kept<std::vector<policy::PathRule>>(kPathRules, epoch, [&] { return LoadPathRules(tx); });
}

}  // namespace store
