#include "controller/store/rollbacks.hpp"

#include <algorithm>

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define ROLLBACK_COLUMNS                                                                                   \
    " id, release_id, reason, authority, approved_by, incident_id, started_by, started_at, watch_minutes," \
    " watch_until, outcome, outcome_reason, finished_at, finished_by, version, operation_id "
#define ROLLBACK_APPROVAL_COLUMNS " id, release_id, approved_by, reason, approved_at, expires_at, rollback_id "

constexpr Statement kInsertRollback{"rollback_insert", R"sql(
    INSERT INTO rollbacks (id, release_id, reason, authority, approved_by, incident_id, started_by, watch_minutes,
                           operation_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))sql"};
constexpr Statement kInsertStep{"rollback_step_insert", R"sql(
    INSERT INTO rollback_steps (rollback_id, n, kind, text, due_at)
    VALUES ($1, $2, $3, $4, portcullis.now() + $5::interval))sql"};
constexpr Statement kSpendApproval{"rollback_approval_spend", R"sql(
    UPDATE rollback_approvals SET rollback_id = $2 WHERE id = $1)sql"};
constexpr Statement kLoadRollback{"rollback_load", "SELECT" ROLLBACK_COLUMNS "FROM rollbacks WHERE id = $1"};
constexpr Statement kLockRollback{"rollback_lock",
                                  "SELECT" ROLLBACK_COLUMNS "FROM rollbacks WHERE id = $1 FOR NO KEY UPDATE"};
constexpr Statement kListRollbacks{"rollback_list", "SELECT" ROLLBACK_COLUMNS R"sql(FROM rollbacks
    WHERE release_id = $1 AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3)sql"};
constexpr Statement kStepsOf{"rollback_steps_of", R"sql(
    SELECT s.rollback_id, s.n, s.kind, s.text, s.due_at, s.state, s.evidence, s.done_by, s.done_at, m.sent_at
    FROM rollback_steps s LEFT JOIN rollback_messages m ON m.rollback_id = s.rollback_id AND m.n = s.n
    WHERE s.rollback_id = ANY ($1::text[]) ORDER BY s.rollback_id, s.n)sql"};
constexpr Statement kFinishStep{"rollback_step_finish", R"sql(
    UPDATE rollback_steps SET state = $3, evidence = $4, done_by = $5 WHERE rollback_id = $1 AND n = $2)sql"};
constexpr Statement kStartWatch{"rollback_start_watch", R"sql(
    UPDATE rollbacks SET watch_until = portcullis.now() WHERE id = $1)sql"};  // a trigger adds the minutes
constexpr Statement kFinishRollback{"rollback_finish", R"sql(
    UPDATE rollbacks SET outcome = $2, outcome_reason = $3, finished_by = $4 WHERE id = $1)sql"};
constexpr Statement kInsertRollbackApproval{"rollback_approval_insert", R"sql(
    INSERT INTO rollback_approvals (id, release_id, approved_by, reason, expires_at)
    VALUES ($1, $2, $3, $4, portcullis.now() + $5::interval) RETURNING)sql" ROLLBACK_APPROVAL_COLUMNS};
constexpr Statement kFindRollbackApproval{"rollback_approval_find", "SELECT" ROLLBACK_APPROVAL_COLUMNS R"sql(
    FROM rollback_approvals
    WHERE release_id = $1 AND rollback_id IS NULL AND expires_at > portcullis.now()
      AND holds_role(approved_by, 'system_owner')
    ORDER BY id DESC LIMIT 1)sql"};

#undef ROLLBACK_COLUMNS
#undef ROLLBACK_APPROVAL_COLUMNS

Rollback ReadRollback(Columns& in) {
    Rollback rollback;
    rollback.id = in.Id<policy::RecordId>();
    rollback.release = in.Id<policy::ReleaseId>();
    rollback.reason = in.Text();
    rollback.authority = in.Text();
    rollback.approved_by = in.OptText();
    rollback.incident = in.OptId<policy::RecordId>();
    rollback.started_by = in.Text();
    rollback.started_at = in.Instant();
    rollback.watch_minutes = static_cast<int>(in.Int());
    rollback.watch_until = in.OptInstant();
    rollback.outcome = in.OptEnum<RollbackOutcome>();
    rollback.outcome_reason = in.OptText();
    rollback.finished_at = in.OptInstant();
    rollback.finished_by = in.OptText();
    rollback.version = in.Int();
    rollback.operation = in.OptId<policy::RecordId>();
    return rollback;
}

RollbackApproval ReadRollbackApproval(Columns& in) {
    RollbackApproval approval;
    approval.id = in.Id<policy::RecordId>();
    approval.release = in.Id<policy::ReleaseId>();
    approval.approved_by = in.Id<policy::PrincipalId>();
    approval.reason = in.Text();
    approval.approved_at = in.Instant();
    approval.expires_at = in.Instant();
    approval.rollback = in.OptId<policy::RecordId>();
    return approval;
}

void FillSteps(Tx& tx, std::vector<Rollback>& rollbacks) {
    std::vector<policy::RecordId> ids;
    for (const Rollback& rollback : rollbacks) {
        ids.push_back(rollback.id);
    }
    const auto steps = tx.All(
        kStepsOf,
        [](Columns& in) {
            auto id = in.Id<policy::RecordId>();
            RollbackStep step;
            step.n = static_cast<int>(in.Int());
            step.kind = in.Enum<StepKind>();
            step.text = in.Text();
            step.due_at = in.OptInstant();
            step.state = in.Enum<StepState>();
            step.evidence = in.OptText();
            step.done_by = in.OptText();
            step.done_at = in.OptInstant();
            step.sent_at = in.OptInstant();
            return std::pair(std::move(id), std::move(step));
        },
        ids);
    for (const auto& [id, step] : steps) {
        const auto owner = std::find_if(rollbacks.begin(), rollbacks.end(),
                                        [&wanted = id](const Rollback& rollback) { return rollback.id == wanted; });
        owner->steps.push_back(step);
    }
}

}  // namespace

Rollback InsertRollback(Tx& tx, const NewRollback& rollback) {
    tx.Exec(kInsertRollback, rollback.id, rollback.release, rollback.reason, rollback.authority, rollback.approved_by,
            rollback.incident, rollback.started_by, rollback.watch_minutes, rollback.operation);
    int n = 0;
    for (const NewRollbackStep& step : rollback.steps) {
        tx.Exec(kInsertStep, rollback.id, ++n, step.kind, step.text, step.due_after);
    }
    if (rollback.approval) {
        tx.Exec(kSpendApproval, *rollback.approval, rollback.id);
    }
    return *LoadRollback(tx, rollback.id);
}

std::optional<Rollback> LoadRollback(Tx& tx, const policy::RecordId& id, Lock lock) {
    auto rollbacks = tx.All(lock == Lock::kForUpdate ? kLockRollback : kLoadRollback, ReadRollback, id);
    if (rollbacks.empty()) {
        return std::nullopt;
    }
    FillSteps(tx, rollbacks);
    return std::move(rollbacks.front());
}

Page<Rollback> ListRollbacks(Tx& tx, const policy::ReleaseId& release, const PageQuery& page) {
    auto result = tx.ListPage(
        kListRollbacks, page, ReadRollback, [](const Rollback& row) { return row.id.Text(); }, release);
    FillSteps(tx, result.rows);
    return result;
}

Rollback FinishRollbackStep(Tx& tx, const policy::RecordId& rollback, int n, StepState state,
                            const std::string& evidence, const policy::PrincipalId& by) {
    tx.Exec(kFinishStep, rollback, n, state, evidence, by);
    return *LoadRollback(tx, rollback);
}

Rollback StartRollbackWatch(Tx& tx, const policy::RecordId& id) {
    tx.Exec(kStartWatch, id);
    return *LoadRollback(tx, id);
}

Rollback FinishRollback(Tx& tx, const policy::RecordId& id, RollbackOutcome outcome, const std::string& reason,
                        const policy::PrincipalId& by) {
    tx.Exec(kFinishRollback, id, outcome, reason, by);
    return *LoadRollback(tx, id);
}

RollbackApproval InsertRollbackApproval(Tx& tx, const NewRollbackApproval& approval) {
    return tx.One(kInsertRollbackApproval, ReadRollbackApproval, approval.id, approval.release, approval.approved_by,
                  approval.reason, approval.valid_for);
}

std::optional<RollbackApproval> FindRollbackApproval(Tx& tx, const policy::ReleaseId& release) {
    return tx.Find(kFindRollbackApproval, ReadRollbackApproval, release);
}

}  // namespace store
