#include "controller/store/operations.hpp"

#include <algorithm>

#include "controller/store/tx.hpp"
#include "platform/base/text.hpp"

namespace store {
namespace {

// A kill from a journal was ordered when it was given, not when it was entered here.
#define OPERATION_COLUMNS                                                                                          \
    " o.id, o.number, o.kind, o.release_id, o.flag, o.enabled, o.mode, o.whole_fleet, o.batch_size,"               \
    " o.stop_on_failure, o.verify, extract(epoch FROM o.watch_for)::bigint, o.reason, o.requested_by,"             \
    " coalesce((SELECT j.given_at FROM kill_journal j WHERE o.journal_id IS NOT NULL AND j.operation_id = o.id), " \
    "o.requested_at),"                                                                                             \
    " (extract(epoch FROM clock_timestamp() - o.ordered_at) * 1000000)::bigint, o.approval_id,"                    \
    " o.drill_id, o.journal_id FROM operations o "
#define KILL_REVIEW_COLUMNS                                                                               \
    " r.operation_id, r.opened_at, o.requested_by, o.reason, r.findings, r.completed_by, r.completed_at," \
    " r.version FROM kill_reviews r JOIN operations o ON o.id = r.operation_id "

constexpr Statement kInsertOperation{"operation_insert", R"sql(
    INSERT INTO operations (id, kind, release_id, flag, enabled, mode, whole_fleet, batch_size, stop_on_failure, verify,
                            watch_for, reason, requested_by, approval_id, ordered_at, drill_id, journal_id,
                            flag_approval_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::interval, $12, $13, $14,
            coalesce($15::timestamptz, clock_timestamp()), $16, $17, $18))sql"};
constexpr Statement kInsertTargets{"operation_targets_insert", R"sql(
    WITH chosen AS (
        SELECT i.id FROM instances i WHERE i.retired_at IS NULL AND ($2 OR i.id = ANY ($3::text[]))
        ORDER BY i.id FOR NO KEY UPDATE
    )
    INSERT INTO operation_targets (operation_id, instance_id, batch)
    SELECT $1, c.id, 1 + (row_number() OVER (ORDER BY c.id) - 1) / coalesce($4::integer, 1000000) FROM chosen c
    RETURNING instance_id)sql"};
// Before the orders are made, in a statement of its own: what that sees is then what every operation before it did.
constexpr Statement kLockBatch{"operation_batch_lock", R"sql(
    SELECT i.id FROM operation_targets t JOIN instances i ON i.id = t.instance_id
    WHERE t.operation_id = $1 AND t.batch = $2 ORDER BY i.id FOR NO KEY UPDATE OF i)sql"};
// Above 2^52 nobody is believed (store::kMostBelievedGeneration), so that there is always a higher one.
//
// Rows are looked up by key for each target (OFFSET 0), however few the planner expects. An order that is there is
// updated as such: as a conflict of an insertion it would pass the triggers twice.
constexpr Statement kIssueBatch{"operation_batch_issue", R"sql(
    WITH due AS MATERIALIZED (
        SELECT t.instance_id, o.id, o.enabled, o.mode, o.reason, d.instance_id IS NOT NULL AS ordered,
               s.generation AS reported
        FROM operations o CROSS JOIN LATERAL (
            SELECT t.instance_id FROM operation_targets t WHERE t.operation_id = o.id AND t.batch = $2
            ORDER BY t.instance_id) t
        CROSS JOIN LATERAL (SELECT FROM instances i WHERE i.id = t.instance_id AND i.retired_at IS NULL OFFSET 0) i
        CROSS JOIN LATERAL (
            SELECT FROM instance_orders w WHERE w.instance_id = t.instance_id AND w.subject = o.subject
                                            AND w.chosen = o.number AND w.issued IS DISTINCT FROM o.number OFFSET 0) w
        LEFT JOIN LATERAL (
            SELECT least(s.generation, 4503599627370496) AS generation FROM instance_status s
            WHERE s.instance_id = t.instance_id OFFSET 0) s ON true
        LEFT JOIN LATERAL (
            SELECT d.instance_id FROM desired_states d WHERE d.instance_id = t.instance_id OFFSET 0) d ON true
        WHERE o.id = $1
    ), changed AS (
        UPDATE desired_states d SET enabled = x.enabled, mode = x.mode, reason = x.reason, operation_id = x.id,
            generation = greatest(d.generation, coalesce(x.reported, 0)) + 1
        FROM due x WHERE d.instance_id = x.instance_id AND x.ordered
        RETURNING d.instance_id, d.generation
    ), added AS (
        INSERT INTO desired_states AS d (instance_id, generation, enabled, mode, reason, operation_id)
        SELECT x.instance_id, 1 + coalesce(x.reported, 0), x.enabled, x.mode, x.reason, x.id
        FROM due x WHERE NOT x.ordered ORDER BY x.instance_id
        ON CONFLICT (instance_id) DO UPDATE SET generation = greatest(d.generation + 1, EXCLUDED.generation),
            enabled = EXCLUDED.enabled, mode = EXCLUDED.mode, reason = EXCLUDED.reason,
            operation_id = EXCLUDED.operation_id
        RETURNING d.instance_id, d.generation
    )
    INSERT INTO operation_instances (operation_id, instance_id, generation)
    SELECT $1, g.instance_id, g.generation FROM (SELECT * FROM changed UNION ALL SELECT * FROM added) g)sql"};
// Targets, what was sent before, orders and what follows from them: migrations/controller/0049_kill_in_one_call.
constexpr Statement kOrderKill{"operation_order_kill", R"sql(
    SELECT portcullis.order_kill($1, $2::text[], $3::text[], $4::bigint[], $5::bigint[]))sql"};
constexpr Statement kRecordIssued{"operation_issued", R"sql(
    INSERT INTO operation_instances (operation_id, instance_id, generation)
    SELECT $1, p.instance_id, p.generation FROM unnest($2::text[], $3::bigint[]) AS p(instance_id, generation)
    ON CONFLICT (operation_id, instance_id) DO NOTHING)sql"};
constexpr Statement kInsertHalt{"operation_halt_insert", R"sql(
    INSERT INTO operation_halts (operation_id, batch, why, instances) VALUES ($1, $2, $3, $4::text[])
    ON CONFLICT (operation_id) DO NOTHING RETURNING operation_id)sql"};
constexpr Statement kLoadHalt{"operation_halt_load", R"sql(
    SELECT batch, why, array_to_string(instances, ','), at FROM operation_halts WHERE operation_id = $1)sql"};
constexpr Statement kRollingOperations{"operations_rolling", R"sql(
    SELECT DISTINCT o.id FROM instance_orders w JOIN operations o ON o.number = w.chosen
    JOIN instances i ON i.id = w.instance_id AND i.retired_at IS NULL
    WHERE w.rolling AND w.issued IS DISTINCT FROM w.chosen AND o.batch_size IS NOT NULL AND o.kind = 'multi_tenant'
      AND NOT EXISTS (SELECT FROM operation_halts h WHERE h.operation_id = o.id)
    ORDER BY o.id)sql"};
constexpr Statement kNewestOperationsOf{"operations_newest_of", R"sql(
    SELECT DISTINCT o.id FROM instance_orders w JOIN operations o ON o.number = w.chosen
    WHERE w.instance_id = ANY ($1::text[]) AND o.drill_id IS NULL ORDER BY o.id)sql"};
constexpr Statement kTryLockOperation{"operation_try_lock",
                                      "SELECT pg_try_advisory_xact_lock(1886549092, hashtext($1))"};
constexpr Statement kLoadOperation{"operation_load", "SELECT" OPERATION_COLUMNS "WHERE o.id = $1"};
constexpr Statement kLoadOperations{"operations_load",
                                    "SELECT" OPERATION_COLUMNS "WHERE o.id = ANY ($1::text[]) ORDER BY o.id"};
constexpr Statement kListOperations{"operation_list", "SELECT" OPERATION_COLUMNS R"sql(
    WHERE ($1::text IS NULL OR o.id < $1) ORDER BY o.id DESC LIMIT $2)sql"};
constexpr Statement kInstancesOf{"operation_instances_of", R"sql(
    SELECT t.instance_id, t.batch, coalesce(i.generation, 0),
           coalesce((extract(epoch FROM clock_timestamp() - i.issued_at) * 1000000)::bigint, 0),
           coalesce((extract(epoch FROM clock_timestamp() - greatest(i.issued_at, o.entered_at)) * 1000000)::bigint, 0),
           CASE WHEN i.generation IS NULL THEN w.chosen > o.number ELSE w.generation > i.generation END,
           coalesce(v.attempt, 0),
           CASE WHEN v.state = 'watch' THEN
               (extract(epoch FROM greatest(v.watch_until - clock_timestamp(), interval '0')) * 1000000)::bigint END,
           i.issued_at, nullif(i.boot_before, ''), i.began_before, a.evidence ->> 'boot_id',
           (a.evidence ->> 'began_at')::timestamptz
    FROM operation_targets t JOIN operations o ON o.id = t.operation_id
    JOIN instance_orders w ON w.instance_id = t.instance_id AND w.subject = o.subject
    LEFT JOIN operation_instances i ON i.operation_id = t.operation_id AND i.instance_id = t.instance_id
    LEFT JOIN verifications v ON v.operation_id = t.operation_id AND v.instance_id = t.instance_id
    LEFT JOIN operation_steps a ON a.operation_id = t.operation_id AND a.instance_id = t.instance_id
                               AND a.step = 'applied' AND a.attempt = 1
    WHERE t.operation_id = $1 ORDER BY t.instance_id)sql"};
// Why an order was refused stands in the evidence, so that comes always.
constexpr Statement kStepsOfOperation{"operation_steps_of", R"sql(
    SELECT s.instance_id, s.step, s.outcome, s.detail, s.attempt, s.at,
           (extract(epoch FROM s.recorded_at - o.ordered_at) * 1000000)::bigint,
           CASE WHEN $2 OR s.step = 'refused' THEN s.evidence::text ELSE '' END
    FROM (SELECT DISTINCT ON (instance_id, step) * FROM operation_steps WHERE operation_id = $1
          ORDER BY instance_id, step, attempt DESC) s
    JOIN operations o ON o.id = s.operation_id ORDER BY s.instance_id, s.recorded_at, s.step)sql"};

constexpr Statement kInsertSwitchApproval{"switch_approval_insert", R"sql(
    INSERT INTO switch_approvals (id, reason, approved_by, expires_at)
    VALUES ($1, $2, $3, portcullis.now() + $4::interval)
    RETURNING id, reason, approved_by, approved_at, expires_at)sql"};
constexpr Statement kLoadSwitchApproval{"switch_approval_load", R"sql(
    SELECT id, reason, approved_by, approved_at, expires_at FROM switch_approvals WHERE id = $1)sql"};
constexpr Statement kFindSwitchApproval{"switch_approval_find", R"sql(
    SELECT a.id, a.reason, a.approved_by, a.approved_at, a.expires_at FROM switch_approvals a
    WHERE a.approved_by <> $1 AND a.expires_at > portcullis.now() AND holds_role(a.approved_by, 'system_owner')
      AND NOT EXISTS (SELECT FROM operations o WHERE o.approval_id = a.id)
    ORDER BY a.id DESC LIMIT 1)sql"};

constexpr Statement kLoadKillReview{"kill_review_load", "SELECT" KILL_REVIEW_COLUMNS "WHERE r.operation_id = $1"};
constexpr Statement kLockKillReview{"kill_review_lock",
                                    "SELECT" KILL_REVIEW_COLUMNS "WHERE r.operation_id = $1 FOR UPDATE OF r"};
constexpr Statement kListKillReviews{"kill_review_list", "SELECT" KILL_REVIEW_COLUMNS R"sql(
    WHERE (NOT $1 OR r.completed_at IS NULL) AND ($2::text IS NULL OR r.operation_id > $2)
    ORDER BY r.operation_id LIMIT $3)sql"};
constexpr Statement kCompleteKillReview{"kill_review_complete", R"sql(
    UPDATE kill_reviews SET findings = $2, completed_by = $3 WHERE operation_id = $1)sql"};

#undef OPERATION_COLUMNS
#undef KILL_REVIEW_COLUMNS

std::optional<policy::Duration> OptMicroseconds(Columns& in) {
    const auto count = in.OptInt();
    return count ? std::optional(policy::Duration(std::chrono::microseconds(*count))) : std::nullopt;
}

policy::Duration Microseconds(Columns& in) {
    return std::chrono::microseconds(in.Int());
}

Operation ReadOperation(Columns& in) {
    Operation operation;
    operation.id = in.Id<policy::RecordId>();
    operation.number = in.Int();
    operation.kind = in.Text();
    operation.release = in.OptText();
    operation.flag = in.OptText();
    operation.enabled = in.Flag();
    operation.mode = in.Text();
    operation.whole_fleet = in.Flag();
    operation.batch_size = in.OptInt();
    operation.stop_on_failure = in.Flag();
    operation.verify = in.Flag();
    operation.watch_for = in.Seconds();
    operation.reason = in.Text();
    operation.requested_by = in.Text();
    operation.requested_at = in.Instant();
    operation.age = Microseconds(in);
    operation.approval = in.OptId<policy::RecordId>();
    operation.drill = in.OptText();
    operation.journal = in.OptText();
    return operation;
}

std::optional<SeenProcess> ReadProcess(Columns& in) {
    auto boot_id = in.OptText();
    const auto began_at = in.OptInstant();
    return boot_id ? std::optional(SeenProcess{std::move(*boot_id), began_at}) : std::nullopt;
}

OperationInstance ReadPart(Columns& in) {
    OperationInstance part;
    part.instance.id = in.Id<InstanceId>();
    part.batch = in.Int();
    part.generation = in.Int();
    part.age = Microseconds(in);
    part.age_on_record = Microseconds(in);
    part.replaced = in.Flag();
    part.attempts = in.Int();
    part.watch_left = OptMicroseconds(in);
    part.issued_at = in.OptInstant();
    part.process_before = ReadProcess(in);
    part.process_applied = ReadProcess(in);
    return part;
}

std::pair<InstanceId, OperationStep> ReadStep(Columns& in) {
    auto instance = in.Id<InstanceId>();
    OperationStep step;
    step.step = in.Text();
    step.outcome = in.Text();
    step.detail = in.Text();
    step.attempt = in.Int();
    step.at = in.Instant();
    step.after = Microseconds(in);
    step.evidence = in.Text();
    return {std::move(instance), std::move(step)};
}

std::pair<std::vector<InstanceId>, std::vector<std::int64_t>> ColumnsOf(const std::vector<PushedOrder>& orders) {
    std::pair<std::vector<InstanceId>, std::vector<std::int64_t>> columns;
    for (const PushedOrder& order : orders) {
        columns.first.push_back(order.instance);
        columns.second.push_back(order.generation);
    }
    return columns;
}

std::vector<InstanceId> OrderKill(Tx& tx, const NewOperation& kill) {
    std::vector<InstanceId> instances;
    std::vector<std::int64_t> generations;
    std::vector<std::int64_t> bases;
    for (const KillPush& order : kill.pushed) {
        instances.push_back(order.instance);
        generations.push_back(order.generation);
        bases.push_back(order.base);
    }
    return tx.All(
        kOrderKill, [](Columns& in) { return in.Id<InstanceId>(); }, kill.id, kill.instances, instances, generations,
        bases);
}

SwitchApproval ReadSwitchApproval(Columns& in) {
    SwitchApproval approval;
    approval.id = in.Id<policy::RecordId>();
    approval.reason = in.Text();
    approval.approved_by = in.Id<policy::PrincipalId>();
    approval.approved_at = in.Instant();
    approval.expires_at = in.Instant();
    return approval;
}

KillReview ReadKillReview(Columns& in) {
    KillReview review;
    review.operation = in.Id<policy::RecordId>();
    review.opened_at = in.Instant();
    review.killed_by = in.Text();
    review.reason = in.Text();
    review.findings = in.OptText();
    review.completed_by = in.OptText();
    review.completed_at = in.OptInstant();
    review.version = in.Int();
    return review;
}

}  // namespace

std::vector<InstanceId> InsertOperation(Tx& tx, const NewOperation& operation) {
    tx.Exec(kInsertOperation, operation.id, operation.kind, operation.release, operation.flag, operation.enabled,
            operation.mode, operation.whole_fleet, operation.batch_size, operation.stop_on_failure, operation.verify,
            operation.watch_for, operation.reason, operation.requested_by, operation.approval, operation.ordered_at,
            operation.drill, operation.journal, operation.flag_approval);
    const bool switches = operation.kind == "multi_tenant";
    if (switches && !operation.enabled && !operation.batch_size && !operation.drill) {
        return OrderKill(tx, operation);
    }
    PORTCULLIS_INVARIANT(operation.pushed.empty(), "what is sent first is a kill of all at once");
    auto targets = tx.All(
        kInsertTargets, [](Columns& in) { return in.Id<InstanceId>(); }, operation.id, operation.whole_fleet,
        operation.instances, operation.batch_size);
    if (switches) {  // they were locked when they were chosen
        tx.Exec(kIssueBatch, operation.id, std::int64_t{1});
    }
    return targets;
}

void RecordIssued(Tx& tx, const policy::RecordId& operation, const std::vector<PushedOrder>& orders) {
    const auto [instances, generations] = ColumnsOf(orders);
    tx.Exec(kRecordIssued, operation, instances, generations);
}

std::size_t IssueBatch(Tx& tx, const policy::RecordId& operation, std::int64_t batch) {
    tx.Exec(kLockBatch, operation, batch);
    return tx.Exec(kIssueBatch, operation, batch).affected_rows();
}

bool InsertHalt(Tx& tx, const policy::RecordId& operation, const OperationHalt& halt) {
    return !tx.Exec(kInsertHalt, operation, halt.batch, halt.why, halt.instances).empty();
}

std::optional<OperationHalt> LoadHalt(Tx& tx, const policy::RecordId& operation) {
    return tx.Find(
        kLoadHalt,
        [](Columns& in) {
            OperationHalt halt;
            halt.batch = in.Int();
            halt.why = in.Text();
            const std::string joined = in.Text();
            for (const std::string_view name : platform::Split(joined, ',')) {
                halt.instances.emplace_back(name);
            }
            halt.at = in.Instant();
            return halt;
        },
        operation);
}

std::vector<policy::RecordId> ListRollingOperations(Tx& tx) {
    return tx.All(kRollingOperations, [](Columns& in) { return in.Id<policy::RecordId>(); });
}

std::vector<policy::RecordId> LoadNewestOperationsOf(Tx& tx, const std::vector<InstanceId>& instances) {
    return tx.All(
        kNewestOperationsOf, [](Columns& in) { return in.Id<policy::RecordId>(); }, instances);
}

bool TryLockOperation(Tx& tx, const policy::RecordId& id) {
    return tx.One(
        kTryLockOperation, [](Columns& in) { return in.Flag(); }, id);
}

std::optional<Operation> LoadOperation(Tx& tx, const policy::RecordId& id) {
    return tx.Find(kLoadOperation, ReadOperation, id);
}

std::vector<Operation> LoadOperations(Tx& tx, const std::vector<policy::RecordId>& ids) {
    return tx.All(kLoadOperations, ReadOperation, ids);
}

Page<Operation> ListOperations(Tx& tx, const PageQuery& page) {
    return tx.ListPage(kListOperations, page, ReadOperation, [](const Operation& row) { return row.id.Text(); });
}

std::vector<OperationInstance> LoadOperationInstances(Tx& tx, const policy::RecordId& operation, WithEvidence with) {
    auto parts = tx.All(kInstancesOf, ReadPart, operation);
    const auto steps = tx.All(kStepsOfOperation, ReadStep, operation, with == WithEvidence::kYes);
    std::vector<InstanceId> ids;
    for (const OperationInstance& part : parts) {
        ids.push_back(part.instance.id);
    }
    auto step = steps.begin();
    auto instances = LoadInstances(tx, ids);
    auto instance = instances.begin();
    for (OperationInstance& part : parts) {  // all three are in the order of the instances' names
        for (; step != steps.end() && step->first == part.instance.id; ++step) {
            part.steps.push_back(step->second);
        }
        PORTCULLIS_INVARIANT(instance != instances.end() && instance->id == part.instance.id,
                             "the instances of an operation exist");
        part.instance = std::move(*instance++);
    }
    return parts;
}

SwitchApproval InsertSwitchApproval(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by,
                                    const std::string& reason, policy::Duration valid_for) {
    return tx.One(kInsertSwitchApproval, ReadSwitchApproval, id, reason, by, valid_for);
}

std::optional<SwitchApproval> LoadSwitchApproval(Tx& tx, const policy::RecordId& id) {
    return tx.Find(kLoadSwitchApproval, ReadSwitchApproval, id);
}

std::optional<SwitchApproval> FindSwitchApproval(Tx& tx, const policy::PrincipalId& requester) {
    return tx.Find(kFindSwitchApproval, ReadSwitchApproval, requester);
}

std::optional<KillReview> LoadKillReview(Tx& tx, const policy::RecordId& operation, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockKillReview : kLoadKillReview, ReadKillReview, operation);
}

Page<KillReview> ListKillReviews(Tx& tx, bool open_only, const PageQuery& page) {
    return tx.ListPage(
        kListKillReviews, page, ReadKillReview, [](const KillReview& row) { return row.operation.Text(); }, open_only);
}

KillReview CompleteKillReview(Tx& tx, const policy::RecordId& operation, const std::string& findings,
                              const policy::PrincipalId& by) {
    tx.Exec(kCompleteKillReview, operation, findings, by);
    return *LoadKillReview(tx, operation);
}

}  // namespace store
