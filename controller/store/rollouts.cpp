#include "controller/store/rollouts.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>
#include <vector>

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define ROLLOUT_COLUMNS                                                                                               \
    " id, title, capability, flag, owner, engineering, product, support, state, stage, stage_entered_at, created_by," \
    " created_at, updated_at, closed_by, closed_at, close_reason, version FROM rollouts "

constexpr Statement kInsertRollout{"rollout_insert", R"sql(
    INSERT INTO rollouts (id, title, capability, flag, owner, engineering, product, support, created_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))sql"};
constexpr Statement kLoadRollout{"rollout_load", "SELECT" ROLLOUT_COLUMNS "WHERE id = $1"};
constexpr Statement kHoldRollout{"rollout_hold", "SELECT hold_rollout($1)"};
constexpr Statement kListRollouts{"rollout_list", "SELECT" ROLLOUT_COLUMNS R"sql(
    WHERE ($1::text IS NULL OR id > $1) ORDER BY id LIMIT $2)sql"};
#undef ROLLOUT_COLUMNS
constexpr Statement kRolloutOfFlag{"rollout_of_flag", R"sql(
    SELECT id FROM rollouts WHERE flag = $1 AND state IN ('planned', 'active'))sql"};

constexpr Statement kSetNeeds{"rollout_stage_needs", R"sql(
    UPDATE rollout_stages SET required_release = $3, required_channel = $4, required_programme = $5
    WHERE rollout_id = $1 AND stage = $2)sql"};
constexpr Statement kDropOrganizations{"rollout_organizations_drop", R"sql(
    DELETE FROM rollout_organizations WHERE rollout_id = $1 AND stage = $2 AND tenant_id <> ALL ($3::text[]))sql"};
constexpr Statement kAddOrganization{"rollout_organization_add", R"sql(
    INSERT INTO rollout_organizations (rollout_id, stage, tenant_id, added_by)
    SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT FROM rollout_organizations o
                                            WHERE o.rollout_id = $1 AND o.stage = $2 AND o.tenant_id = $3))sql"};
constexpr Statement kDropOrganization{"rollout_organization_drop", R"sql(
    DELETE FROM rollout_organizations WHERE rollout_id = $1 AND stage = $2 AND tenant_id = $3)sql"};
constexpr Statement kDropMetrics{"rollout_metrics_drop", R"sql(
    DELETE FROM rollout_metrics WHERE rollout_id = $1 AND stage = $2)sql"};
constexpr Statement kAddMetric{"rollout_metric_add", R"sql(
    INSERT INTO rollout_metrics (rollout_id, stage, key, text, comparison, threshold, unit, query, samples_query,
        min_samples)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))sql"};

constexpr Statement kListStages{"rollout_stage_list", R"sql(
    SELECT rollout_id, stage, cap, extract(epoch FROM soak)::bigint, required_release, required_channel, required_programme,
        entered_at, left_at FROM rollout_stages WHERE rollout_id = ANY ($1::text[]) ORDER BY stage)sql"};
constexpr Statement kListOrganizations{"rollout_organization_list", R"sql(
    SELECT rollout_id, stage, tenant_id FROM rollout_organizations WHERE rollout_id = ANY ($1::text[]) ORDER BY stage, tenant_id)sql"};
constexpr Statement kListMetrics{"rollout_metric_list", R"sql(
    SELECT m.rollout_id, m.stage, m.key, m.text, m.comparison, m.threshold::text, m.unit, m.query, m.samples_query, m.min_samples,
        x.state, x.value::text, x.samples, coalesce(x.evidence, ''), coalesce(x.recorded_by, ''), x.recorded_at
    FROM rollout_metrics m LEFT JOIN LATERAL (
        SELECT y.* FROM rollout_measurements y
        WHERE y.rollout_id = m.rollout_id AND y.stage = m.stage AND y.metric = m.key ORDER BY y.n DESC LIMIT 1) x ON true
    WHERE m.rollout_id = ANY ($1::text[]) ORDER BY m.stage, m.key)sql"};
constexpr Statement kListCheckpoints{"rollout_checkpoint_list", R"sql(
    SELECT rollout_id, stage, n, title, owner, opens_at, due_at, completed_at, completed_by, coalesce(note, '')
    FROM rollout_checkpoints WHERE rollout_id = ANY ($1::text[]) ORDER BY stage, n)sql"};
constexpr Statement kListRisks{"rollout_risk_list", R"sql(
    SELECT rollout_id, id, title, severity, owner, mitigation, raised_by, raised_at, resolved_by, resolved_at, resolution
    FROM rollout_risks WHERE rollout_id = ANY ($1::text[]) ORDER BY id)sql"};
constexpr Statement kListEvaluations{"rollout_evaluation_list", R"sql(
    SELECT rollout_id, id, stage, trigger, evidence::text, opened_by, opened_at, decision, reason, decided_by, decided_at
    FROM rollout_evaluations WHERE rollout_id = ANY ($1::text[]) ORDER BY id)sql"};
constexpr Statement kListMoves{"rollout_move_list", R"sql(
    SELECT rollout_id, id, kind, from_stage, to_stage, reason, moved_by, moved_at FROM rollout_moves
    WHERE rollout_id = ANY ($1::text[]) ORDER BY n)sql"};

constexpr Statement kInsertMeasurement{"rollout_measurement_insert", R"sql(
    INSERT INTO rollout_measurements (id, rollout_id, stage, metric, value, samples, evidence, recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8))sql"};
constexpr Statement kInsertRisk{"rollout_risk_insert", R"sql(
    INSERT INTO rollout_risks (id, rollout_id, title, severity, owner, mitigation, raised_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7))sql"};
constexpr Statement kResolveRisk{"rollout_risk_resolve", R"sql(
    UPDATE rollout_risks SET resolved_by = $3, resolution = $2 WHERE id = $1)sql"};
constexpr Statement kCompleteCheckpoint{"rollout_checkpoint_complete", R"sql(
    UPDATE rollout_checkpoints SET completed_by = $5, note = $4 WHERE rollout_id = $1 AND stage = $2 AND n = $3)sql"};
constexpr Statement kInsertEvaluation{"rollout_evaluation_insert", R"sql(
    INSERT INTO rollout_evaluations (id, rollout_id, stage, trigger, evidence, opened_by)
    SELECT $1, r.id, r.stage, $3, $4::jsonb, $5 FROM rollouts r WHERE r.id = $2 AND r.state = 'active'
    ON CONFLICT DO NOTHING RETURNING id)sql"};
constexpr Statement kOpenEvaluationOf{"rollout_evaluation_open", R"sql(
    SELECT e.id FROM rollout_evaluations e JOIN rollouts r ON r.id = e.rollout_id AND r.stage = e.stage
    WHERE r.id = $1 AND r.state = 'active' AND e.trigger = $2 AND (e.decision IS NULL OR e.decision = 'hold'))sql"};
constexpr Statement kDecideEvaluation{"rollout_evaluation_decide", R"sql(
    UPDATE rollout_evaluations SET decision = $2, reason = $3, decided_by = $4 WHERE id = $1)sql"};
constexpr Statement kInsertMove{"rollout_move_insert", R"sql(
    INSERT INTO rollout_moves (id, rollout_id, kind, to_stage, reason, verdict, moved_by)
    VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7))sql"};

constexpr Statement kStageTenants{"rollout_tenants_list", R"sql(
    SELECT t FROM rollout_tenants($1, $2::smallint) t ORDER BY t)sql"};

std::optional<double> ReadOptNumber(Columns& in) {
    const auto text = in.OptText();
    double number = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc()) {
        return std::nullopt;
    }
    return number;
}

std::string NumberAsText(double number) {
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    return {text.data(), end};
}

wire::Rollout ReadRollout(Columns& in) {
    wire::Rollout rollout;
    rollout.id = in.Text();
    rollout.title = in.Text();
    rollout.capability = in.Text();
    rollout.flag = in.Text();
    rollout.owner = in.Text();
    rollout.engineering = in.Text();
    rollout.product = in.Text();
    rollout.support = in.Text();
    rollout.state = in.Enum<policy::RolloutState>();
    rollout.stage = in.OptInt();
    rollout.stage_entered_at = in.OptInstant();
    rollout.created_by = in.Text();
    rollout.created_at = in.Instant();
    rollout.updated_at = in.Instant();
    rollout.closed_by = in.OptText();
    rollout.closed_at = in.OptInstant();
    rollout.close_reason = in.OptText();
    rollout.version = in.Int();
    return rollout;
}

wire::RolloutStage ReadStage(Columns& in) {
    wire::RolloutStage stage;
    stage.stage = in.Int();
    stage.cap = in.OptInt();
    stage.soak = in.Seconds();
    stage.needs.release = in.OptId<policy::ReleaseId>();
    stage.needs.channel = in.OptEnum<policy::Channel>();
    stage.needs.programme = in.OptId<policy::ProgrammeId>();
    stage.entered_at = in.OptInstant();
    stage.left_at = in.OptInstant();
    return stage;
}

std::pair<std::int64_t, wire::StageMetric> ReadMetric(Columns& in) {
    std::pair<std::int64_t, wire::StageMetric> row;
    row.first = in.Int();
    wire::StageMetric& metric = row.second;
    metric.key = in.Text();
    metric.text = in.Text();
    metric.comparison = in.Enum<policy::Comparison>();
    metric.threshold = ReadOptNumber(in).value_or(0);
    metric.unit = in.Text();
    metric.query = in.OptText();
    metric.samples_query = in.Text();
    metric.min_samples = in.Int();
    metric.state = in.OptEnum<policy::MeasurementState>();
    metric.value = ReadOptNumber(in);
    metric.samples = in.OptInt();
    metric.evidence = in.Text();
    metric.measured_by = in.Text();
    metric.measured_at = in.OptInstant();
    return row;
}

std::pair<std::int64_t, wire::StageCheckpoint> ReadCheckpoint(Columns& in) {
    std::pair<std::int64_t, wire::StageCheckpoint> row;
    row.first = in.Int();
    wire::StageCheckpoint& checkpoint = row.second;
    checkpoint.facts.n = in.Int();
    checkpoint.facts.title = in.Text();
    checkpoint.facts.owner = in.Id<policy::PrincipalId>();
    checkpoint.facts.opens_at = in.Instant();
    checkpoint.facts.due_at = in.OptInstant();
    checkpoint.facts.completed_at = in.OptInstant();
    checkpoint.completed_by = in.OptText();
    checkpoint.note = in.Text();
    return row;
}

wire::RolloutRisk ReadRisk(Columns& in) {
    wire::RolloutRisk risk;
    risk.id = in.Text();
    risk.title = in.Text();
    risk.severity = in.Enum<policy::RiskSeverity>();
    risk.owner = in.Text();
    risk.mitigation = in.Text();
    risk.raised_by = in.Text();
    risk.raised_at = in.Instant();
    risk.resolved_by = in.OptText();
    risk.resolved_at = in.OptInstant();
    risk.resolution = in.OptText();
    return risk;
}

wire::RolloutEvaluation ReadStageEvaluation(Columns& in) {
    wire::RolloutEvaluation evaluation;
    evaluation.id = in.Text();
    evaluation.stage = in.Int();
    evaluation.trigger = in.Text();
    evaluation.evidence = in.Text();
    evaluation.opened_by = in.Text();
    evaluation.opened_at = in.Instant();
    evaluation.decision = in.OptEnum<policy::StageDecision>();
    evaluation.reason = in.OptText();
    evaluation.decided_by = in.OptText();
    evaluation.decided_at = in.OptInstant();
    return evaluation;
}

wire::RolloutMove ReadMove(Columns& in) {
    wire::RolloutMove move;
    move.id = in.Text();
    move.kind = in.Text();
    move.from = in.OptInt();
    move.to = in.OptInt();
    move.reason = in.Text();
    move.moved_by = in.Text();
    move.moved_at = in.Instant();
    return move;
}

/// A row of `read`, behind the rollout that it is of.
template <typename Read>
auto OfRollout(Read read) {
    return [read](Columns& in) {
        std::string rollout = in.Text();
        return std::pair(std::move(rollout), read(in));
    };
}

/// What belongs to them, in as many trips for many as for one.
void FillRollouts(Tx& tx, std::vector<wire::Rollout>& rollouts) {
    if (rollouts.empty()) {
        return;
    }
    std::vector<std::string> ids;
    std::map<std::string, wire::Rollout*> by_id;
    for (wire::Rollout& rollout : rollouts) {
        ids.push_back(rollout.id);
        by_id[rollout.id] = &rollout;
    }
    const auto stage_of = [&](const std::string& rollout, std::int64_t stage) -> wire::RolloutStage& {
        return *std::ranges::find_if(by_id.at(rollout)->stages, [&](const auto& one) { return one.stage == stage; });
    };
    const auto read_organization = [](Columns& in) {
        const std::int64_t stage = in.Int();
        return std::pair(stage, in.Text());
    };
    for (auto& [rollout, stage] : tx.All(kListStages, OfRollout(ReadStage), ids)) {
        by_id.at(rollout)->stages.push_back(std::move(stage));
    }
    for (auto& [rollout, row] : tx.All(kListOrganizations, OfRollout(read_organization), ids)) {
        stage_of(rollout, row.first).organizations.push_back(std::move(row.second));
    }
    for (auto& [rollout, row] : tx.All(kListMetrics, OfRollout(ReadMetric), ids)) {
        stage_of(rollout, row.first).metrics.push_back(std::move(row.second));
    }
    for (auto& [rollout, row] : tx.All(kListCheckpoints, OfRollout(ReadCheckpoint), ids)) {
        row.second.state = policy::DecideCheckpoint(row.second.facts, tx.Now());
        stage_of(rollout, row.first).checkpoints.push_back(std::move(row.second));
    }
    for (auto& [rollout, risk] : tx.All(kListRisks, OfRollout(ReadRisk), ids)) {
        by_id.at(rollout)->risks.push_back(std::move(risk));
    }
    for (auto& [rollout, evaluation] : tx.All(kListEvaluations, OfRollout(ReadStageEvaluation), ids)) {
        by_id.at(rollout)->evaluations.push_back(std::move(evaluation));
    }
    for (auto& [rollout, move] : tx.All(kListMoves, OfRollout(ReadMove), ids)) {
        by_id.at(rollout)->moves.push_back(std::move(move));
    }
}

}  // namespace

void InsertRollout(Tx& tx, const wire::CreateRollout& rollout, const policy::PrincipalId& by) {
    tx.Exec(kInsertRollout, rollout.id, rollout.title, rollout.capability, rollout.flag, rollout.owner,
            rollout.engineering, rollout.product, rollout.support, by);
    for (const wire::PlannedStage& stage : rollout.stages) {
        ReplaceStagePlan(tx, rollout.id, static_cast<std::int64_t>(stage.stage), stage.plan, by);
    }
}

std::optional<wire::Rollout> LoadRollout(Tx& tx, const policy::RolloutId& id, Lock lock) {
    if (lock == Lock::kForUpdate) {
        tx.Exec(kHoldRollout, id);
    }
    auto found = tx.All(kLoadRollout, ReadRollout, id);
    FillRollouts(tx, found);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Page<wire::Rollout> ListRollouts(Tx& tx, const PageQuery& page) {
    auto result = tx.ListPage(kListRollouts, page, ReadRollout, [](const wire::Rollout& row) { return row.id; });
    FillRollouts(tx, result.rows);
    return result;
}

std::optional<policy::RolloutId> FindRolloutOfFlag(Tx& tx, const std::string& flag) {
    return tx.Find(
        kRolloutOfFlag, [](Columns& in) { return in.Id<policy::RolloutId>(); }, flag);
}

void ReplaceStagePlan(Tx& tx, const policy::RolloutId& id, std::int64_t stage, const wire::PlanStage& plan,
                      const policy::PrincipalId& by) {
    tx.Exec(kDropOrganizations, id, stage, plan.organizations);
    for (const policy::TenantId& tenant : plan.organizations) {
        tx.Exec(kAddOrganization, id, stage, tenant, by);
    }
    tx.Exec(kDropMetrics, id, stage);
    for (const wire::StageMetric& metric : plan.metrics) {
        tx.Exec(kAddMetric, id, stage, metric.key, metric.text, metric.comparison, NumberAsText(metric.threshold),
                metric.unit, metric.query, metric.samples_query, metric.min_samples);
    }
    tx.Exec(kSetNeeds, id, stage, plan.needs.release, plan.needs.channel, plan.needs.programme);
}

void DropOrganization(Tx& tx, const policy::RolloutId& id, std::int64_t stage, const policy::TenantId& tenant) {
    tx.Exec(kDropOrganization, id, stage, tenant);
}

void InsertStageMeasurement(Tx& tx, const policy::RecordId& measurement, const policy::RolloutId& id,
                            std::int64_t stage, const std::string& metric, std::optional<double> value,
                            std::optional<std::int64_t> samples, const std::string& evidence,
                            const policy::PrincipalId& by) {
    tx.Exec(kInsertMeasurement, measurement, id, stage, metric,
            value ? std::optional(NumberAsText(*value)) : std::nullopt, samples, evidence, by);
}

void InsertRolloutRisk(Tx& tx, const policy::RecordId& risk, const policy::RolloutId& id,
                       const wire::RaiseRisk& command, const policy::PrincipalId& by) {
    tx.Exec(kInsertRisk, risk, id, command.title, command.severity, command.owner, command.mitigation, by);
}

void ResolveRolloutRisk(Tx& tx, const policy::RecordId& risk, const std::string& resolution,
                        const policy::PrincipalId& by) {
    tx.Exec(kResolveRisk, risk, resolution, by);
}

void CompleteStageCheckpoint(Tx& tx, const policy::RolloutId& id, std::int64_t stage, std::int64_t n,
                             const std::string& note, const policy::PrincipalId& by) {
    tx.Exec(kCompleteCheckpoint, id, stage, n, note, by);
}

std::optional<policy::RecordId> OpenEvaluation(Tx& tx, const policy::RecordId& evaluation, const policy::RolloutId& id,
                                               const std::string& trigger, const std::string& evidence,
                                               const policy::PrincipalId& by) {
    const auto read_id = [](Columns& in) { return in.Id<policy::RecordId>(); };
    if (auto open = tx.Find(kOpenEvaluationOf, read_id, id, trigger)) {
        return open;
    }
    if (auto opened = tx.Find(kInsertEvaluation, read_id, evaluation, id, trigger, evidence, by)) {
        return opened;
    }
    return tx.Find(kOpenEvaluationOf, read_id, id, trigger);  // somebody else was quicker, or there is no stage
}

void DecideStageEvaluation(Tx& tx, const policy::RecordId& evaluation, policy::StageDecision decision,
                           const std::string& reason, const policy::PrincipalId& by) {
    tx.Exec(kDecideEvaluation, evaluation, decision, reason, by);
}

void InsertRolloutMove(Tx& tx, const NewRolloutMove& move) {
    tx.Exec(kInsertMove, move.id, move.rollout, move.kind, move.to, move.reason, move.verdict, move.by);
}

std::vector<std::string> ListStageTenants(Tx& tx, const policy::RolloutId& id, std::int64_t stage) {
    return tx.All(
        kStageTenants, [](Columns& in) { return in.Text(); }, id, stage);
}

}  // namespace store
