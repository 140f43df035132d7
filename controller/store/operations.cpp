#include "controller/store/operations.hpp"

#include <algorithm>

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define OPERATION_COLUMNS \
    " id, enabled, mode, whole_fleet, reason, requested_by, requested_at, approval_id FROM operations "
#define KILL_REVIEW_COLUMNS                                                                               \
    " r.operation_id, r.opened_at, o.requested_by, o.reason, r.findings, r.completed_by, r.completed_at," \
    " r.version FROM kill_reviews r JOIN operations o ON o.id = r.operation_id "

constexpr Statement kInsertOperation{"operation_insert", R"sql(
    INSERT INTO operations (id, kind, enabled, mode, whole_fleet, reason, requested_by, approval_id)
    VALUES ($1, 'multi_tenant', $2, $3, $4, $5, $6, $7))sql"};
constexpr Statement kOrderInstances{"operation_order", R"sql(
    WITH chosen AS (
        SELECT i.id FROM instances i WHERE i.retired_at IS NULL AND ($2 OR i.id = ANY ($3::text[]))
        ORDER BY i.id FOR NO KEY UPDATE
    ), ordered AS (
        INSERT INTO desired_states AS d (instance_id, generation, enabled, mode, reason, operation_id)
        SELECT c.id, 1 + coalesce(s.generation, 0), o.enabled, o.mode, o.reason, o.id
        FROM chosen c JOIN operations o ON o.id = $1 LEFT JOIN instance_status s ON s.instance_id = c.id
        ON CONFLICT (instance_id) DO UPDATE SET generation = greatest(d.generation + 1, EXCLUDED.generation),
            enabled = EXCLUDED.enabled, mode = EXCLUDED.mode, reason = EXCLUDED.reason,
            operation_id = EXCLUDED.operation_id
        RETURNING d.instance_id, d.generation
    )
    INSERT INTO operation_instances (operation_id, instance_id, generation)
    SELECT $1, instance_id, generation FROM ordered RETURNING instance_id)sql"};
constexpr Statement kLoadOperation{"operation_load", "SELECT" OPERATION_COLUMNS "WHERE id = $1"};
constexpr Statement kListOperations{"operation_list", "SELECT" OPERATION_COLUMNS R"sql(
    WHERE ($1::text IS NULL OR id < $1) ORDER BY id DESC LIMIT $2)sql"};
constexpr Statement kInstancesOf{"operation_instances_of", R"sql(
    SELECT instance_id, generation FROM operation_instances WHERE operation_id = $1 ORDER BY instance_id)sql"};
constexpr Statement kStepsOfOperation{"operation_steps_of", R"sql(
    SELECT instance_id, step, at, evidence::text FROM operation_steps WHERE operation_id = $1
    ORDER BY instance_id, at, step)sql"};

constexpr Statement kInsertSwitchApproval{"switch_approval_insert", R"sql(
    INSERT INTO switch_approvals (id, reason, approved_by, expires_at)
    VALUES ($1, $2, $3, portcullis.now() + $4::interval)
    RETURNING id, reason, approved_by, approved_at, expires_at)sql"};
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

Operation ReadOperation(Columns& in) {
    Operation operation;
    operation.id = in.Id<policy::RecordId>();
    operation.enabled = in.Flag();
    operation.mode = in.Text();
    operation.whole_fleet = in.Flag();
    operation.reason = in.Text();
    operation.requested_by = in.Text();
    operation.requested_at = in.Instant();
    operation.approval = in.OptId<policy::RecordId>();
    return operation;
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

std::size_t InsertOperation(Tx& tx, const NewOperation& operation) {
    tx.Exec(kInsertOperation, operation.id, operation.enabled, operation.mode, operation.whole_fleet, operation.reason,
            operation.requested_by, operation.approval);
    return tx.Exec(kOrderInstances, operation.id, operation.whole_fleet, operation.instances).size();
}

std::optional<Operation> LoadOperation(Tx& tx, const policy::RecordId& id) {
    return tx.Find(kLoadOperation, ReadOperation, id);
}

Page<Operation> ListOperations(Tx& tx, const PageQuery& page) {
    return tx.ListPage(kListOperations, page, ReadOperation, [](const Operation& row) { return row.id.Text(); });
}

std::vector<OperationInstance> LoadOperationInstances(Tx& tx, const policy::RecordId& operation) {
    auto parts = tx.All(
        kInstancesOf,
        [](Columns& in) {
            OperationInstance part;
            part.instance.id = in.Id<InstanceId>();
            part.generation = in.Int();
            return part;
        },
        operation);
    const auto steps = tx.All(
        kStepsOfOperation,
        [](Columns& in) {
            auto instance = in.Id<InstanceId>();
            OperationStep step;
            step.step = in.Text();
            step.at = in.Instant();
            step.evidence = in.Text();
            return std::pair(std::move(instance), std::move(step));
        },
        operation);
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
