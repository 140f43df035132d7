#include "controller/store/drills.hpp"

#include "controller/store/tx.hpp"
#include "platform/base/text.hpp"

namespace store {
namespace {

#define DRILL_APPROVAL_COLUMNS                                                                                       \
    " a.id, a.schedule_id, array_to_string(a.instances, ','), a.reason, a.approved_by, a.approved_at, a.expires_at," \
    " a.expires_at > portcullis.now() AND is_active_user(a.approved_by)"                                             \
    " AND holds_role(a.approved_by, 'system_owner') "
#define DRILL_COLUMNS                                                                                     \
    " d.id, d.mode, d.reason, d.ordered_by, d.ordered_at, d.approval_id, a.approved_by, d.schedule_id,"   \
    " array_to_string(d.releases, ','), d.aborted_by, d.abort_reason, d.killed::text, d.not_restored,"    \
    " d.restored::text, d.outcome, d.summary, d.finished_at,"                                             \
    " (SELECT coalesce(string_agg(i.instance_id, ',' ORDER BY i.instance_id), '') FROM drill_instances i" \
    "  WHERE i.drill_id = d.id),"                                                                         \
    " k.id, r.id, extract(epoch FROM clock_timestamp() - k.ordered_at)::bigint,"                          \
    " extract(epoch FROM clock_timestamp() - r.ordered_at)::bigint"                                       \
    " FROM drills d JOIN drill_approvals a ON a.id = d.approval_id"                                       \
    " LEFT JOIN operations k ON k.drill_id = d.id AND NOT k.enabled"                                      \
    " LEFT JOIN operations r ON r.drill_id = d.id AND r.enabled "

constexpr Statement kInsertDrillApproval{"drill_approval_insert", R"sql(
    INSERT INTO drill_approvals (id, schedule_id, instances, reason, approved_by, expires_at)
    VALUES ($1, $2, $3::text[], $4, $5, portcullis.now() + $6::interval))sql"};
constexpr Statement kLoadDrillApproval{"drill_approval_load",
                                       "SELECT" DRILL_APPROVAL_COLUMNS "FROM drill_approvals a WHERE a.id = $1"};
constexpr Statement kFindDrillApproval{"drill_approval_find", "SELECT" DRILL_APPROVAL_COLUMNS R"sql(
    FROM drill_approvals a
    WHERE a.schedule_id IS NULL AND a.approved_by <> $1 AND $2::text[] <@ a.instances
      AND a.expires_at > portcullis.now() AND is_active_user(a.approved_by)
      AND holds_role(a.approved_by, 'system_owner') AND NOT EXISTS (SELECT FROM drills d WHERE d.approval_id = a.id)
    ORDER BY a.id DESC LIMIT 1)sql"};
constexpr Statement kStandingApproval{"drill_approval_standing", "SELECT" DRILL_APPROVAL_COLUMNS R"sql(
    FROM drill_approvals a WHERE a.schedule_id = $1 ORDER BY a.expires_at DESC, a.id DESC LIMIT 1)sql"};

constexpr Statement kInsertDrill{"drill_insert", R"sql(
    INSERT INTO drills (id, mode, reason, ordered_by, approval_id, schedule_id, releases)
    VALUES ($1, $2, $3, $4, $5, $6, $7::text[]))sql"};
constexpr Statement kInsertDrillInstances{"drill_instances_insert", R"sql(
    INSERT INTO drill_instances (drill_id, instance_id)
    SELECT $1, chosen FROM unnest($2::text[]) AS chosen ORDER BY chosen)sql"};
constexpr Statement kLoadDrill{"drill_load", "SELECT" DRILL_COLUMNS "WHERE d.id = $1"};
constexpr Statement kLockDrill{"drill_lock", "SELECT" DRILL_COLUMNS "WHERE d.id = $1 FOR UPDATE OF d"};
constexpr Statement kTakeDrill{"drill_take", "SELECT" DRILL_COLUMNS "WHERE d.id = $1 FOR UPDATE OF d SKIP LOCKED"};
constexpr Statement kListDrills{"drill_list", "SELECT" DRILL_COLUMNS R"sql(
    WHERE ($1::text IS NULL OR d.id < $1) ORDER BY d.id DESC LIMIT $2)sql"};
constexpr Statement kRunningDrills{"drill_running", "SELECT id FROM drills WHERE outcome IS NULL ORDER BY id"};
constexpr Statement kRunningDrillOf{"drill_running_of", R"sql(
    SELECT d.id FROM drill_instances i JOIN drills d ON d.id = i.drill_id
    WHERE i.instance_id = $1 AND d.outcome IS NULL LIMIT 1)sql"};
constexpr Statement kAbortDrill{"drill_abort", R"sql(
    UPDATE drills SET aborted_by = $2, abort_reason = $3 WHERE id = $1)sql"};
constexpr Statement kDrillKilled{"drill_killed", R"sql(
    UPDATE drills SET killed = $2::jsonb, not_restored = $3 WHERE id = $1)sql"};
constexpr Statement kFinishDrill{"drill_finish", R"sql(
    UPDATE drills SET restored = $2::jsonb, outcome = $3, summary = $4 WHERE id = $1)sql"};

constexpr Statement kLockDrilled{"drill_lock_instances", R"sql(
    SELECT i.id FROM instances i JOIN drill_instances di ON di.instance_id = i.id
    WHERE di.drill_id = $1 ORDER BY i.id FOR NO KEY UPDATE OF i)sql"};
constexpr Statement kHeldInstances{"drill_held_instances", R"sql(
    SELECT di.instance_id,
           CASE WHEN i.retired_at IS NOT NULL THEN 'it was retired'
                WHEN ki.generation IS NULL THEN 'the drill did not switch it off'
                WHEN later.id IS NOT NULL THEN 'the kill ' || later.id || ' has touched it since'
                ELSE 'it is under an order of generation ' || s.generation || ' that is not on record yet' END
    FROM drill_instances di JOIN instances i ON i.id = di.instance_id
    LEFT JOIN operations k ON k.drill_id = di.drill_id AND NOT k.enabled
    LEFT JOIN operation_instances ki ON ki.operation_id = k.id AND ki.instance_id = di.instance_id
    LEFT JOIN desired_states d ON d.instance_id = di.instance_id
    LEFT JOIN instance_status s ON s.instance_id = di.instance_id
    LEFT JOIN LATERAL (
        SELECT o.id FROM operation_targets t JOIN operations o ON o.id = t.operation_id
        WHERE t.instance_id = di.instance_id AND o.number > k.number AND o.kind = 'multi_tenant' AND NOT o.enabled
        ORDER BY o.number DESC LIMIT 1) later ON true
    WHERE di.drill_id = $1
      AND (i.retired_at IS NOT NULL OR ki.generation IS NULL OR later.id IS NOT NULL
           OR (NOT s.enabled AND s.generation > d.generation))
    ORDER BY di.instance_id)sql"};
constexpr Statement kOvertaken{"drill_overtaken", R"sql(
    SELECT i.instance_id FROM operations o JOIN operation_targets t ON t.operation_id = o.id
    JOIN instance_orders i ON i.instance_id = t.instance_id AND i.subject = o.subject
    WHERE o.id = $1 AND i.chosen > o.number)sql"};
constexpr Statement kActiveReleases{"drill_active_releases", R"sql(
    SELECT id, change_hash FROM releases WHERE status = 'active' AND (cardinality($1::text[]) = 0 OR id = ANY ($1))
    ORDER BY id FOR NO KEY UPDATE)sql"};

#undef DRILL_APPROVAL_COLUMNS
#undef DRILL_COLUMNS

std::vector<std::string> NamesFrom(const std::string& joined) {
    std::vector<std::string> names;
    if (!joined.empty()) {
        for (const std::string_view name : platform::Split(joined, ',')) {
            names.emplace_back(name);
        }
    }
    return names;
}

DrillApproval ReadDrillApproval(Columns& in) {
    DrillApproval approval;
    approval.id = in.Id<policy::RecordId>();
    approval.schedule = in.OptId<policy::RecordId>();
    approval.instances = NamesFrom(in.Text());
    approval.reason = in.Text();
    approval.approved_by = in.Id<policy::PrincipalId>();
    approval.approved_at = in.Instant();
    approval.expires_at = in.Instant();
    approval.counts = in.Flag();
    return approval;
}

Drill ReadDrill(Columns& in) {
    Drill drill;
    drill.id = in.Id<policy::RecordId>();
    drill.mode = in.Text();
    drill.reason = in.Text();
    drill.ordered_by = in.Id<policy::PrincipalId>();
    drill.ordered_at = in.Instant();
    drill.approval = in.Id<policy::RecordId>();
    drill.approved_by = in.Text();
    drill.schedule = in.OptId<policy::RecordId>();
    drill.releases = NamesFrom(in.Text());
    drill.aborted_by = in.OptText();
    drill.abort_reason = in.OptText();
    drill.killed = in.OptText();
    drill.not_restored = in.OptText();
    drill.restored = in.OptText();
    drill.outcome = in.OptText();
    drill.summary = in.OptText();
    drill.finished_at = in.OptInstant();
    drill.instances = NamesFrom(in.Text());
    drill.kill = in.OptId<policy::RecordId>();
    drill.restore = in.OptId<policy::RecordId>();
    drill.kill_age = in.OptSeconds();
    drill.restore_age = in.OptSeconds();
    return drill;
}

policy::RecordId ReadDrillId(Columns& in) {
    return in.Id<policy::RecordId>();
}

}  // namespace

DrillApproval InsertDrillApproval(Tx& tx, const NewDrillApproval& approval) {
    tx.Exec(kInsertDrillApproval, approval.id, approval.schedule, approval.instances, approval.reason,
            approval.approved_by, approval.valid_for);
    return tx.One(kLoadDrillApproval, ReadDrillApproval, approval.id);
}

std::optional<DrillApproval> FindDrillApproval(Tx& tx, const policy::PrincipalId& orderer,
                                               const std::vector<policy::InstanceId>& instances) {
    return tx.Find(kFindDrillApproval, ReadDrillApproval, orderer, instances);
}

std::optional<DrillApproval> LoadStandingApproval(Tx& tx, const policy::RecordId& schedule) {
    return tx.Find(kStandingApproval, ReadDrillApproval, schedule);
}

void InsertDrill(Tx& tx, const NewDrill& drill) {
    tx.Exec(kInsertDrill, drill.id, drill.mode, drill.reason, drill.ordered_by, drill.approval, drill.schedule,
            drill.releases);
    tx.Exec(kInsertDrillInstances, drill.id, drill.instances);
}

std::optional<Drill> LoadDrill(Tx& tx, const policy::RecordId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockDrill : kLoadDrill, ReadDrill, id);
}

std::optional<Drill> TakeDrill(Tx& tx, const policy::RecordId& id) {
    return tx.Find(kTakeDrill, ReadDrill, id);
}

Page<Drill> ListDrills(Tx& tx, const PageQuery& page) {
    return tx.ListPage(kListDrills, page, ReadDrill, [](const Drill& row) { return row.id.Text(); });
}

std::vector<policy::RecordId> LoadRunningDrills(Tx& tx) {
    return tx.All(kRunningDrills, ReadDrillId);
}

std::optional<policy::RecordId> FindRunningDrillOf(Tx& tx, const policy::InstanceId& instance) {
    return tx.Find(kRunningDrillOf, ReadDrillId, instance);
}

void AbortDrill(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by, const std::string& reason) {
    tx.Exec(kAbortDrill, id, by, reason);
}

void RecordDrillKilled(Tx& tx, const policy::RecordId& id, const std::string& killed,
                       const std::optional<std::string>& not_restored) {
    tx.Exec(kDrillKilled, id, killed, not_restored);
}

void FinishDrill(Tx& tx, const policy::RecordId& id, const std::optional<std::string>& restored,
                 const std::string& outcome, const std::string& summary) {
    tx.Exec(kFinishDrill, id, restored, outcome, summary);
}

std::vector<HeldInstance> LockHeldInstances(Tx& tx, const policy::RecordId& drill) {
    tx.Exec(kLockDrilled, drill);
    return tx.All(
        kHeldInstances,
        [](Columns& in) {
            HeldInstance held;
            held.instance = in.Id<policy::InstanceId>();
            held.why = in.Text();
            return held;
        },
        drill);
}

std::vector<policy::InstanceId> LoadOvertaken(Tx& tx, const policy::RecordId& operation) {
    return tx.All(
        kOvertaken, [](Columns& in) { return in.Id<policy::InstanceId>(); }, operation);
}

std::vector<ActiveRelease> LockActiveReleases(Tx& tx, const std::vector<std::string>& among) {
    return tx.All(
        kActiveReleases,
        [](Columns& in) {
            ActiveRelease release;
            release.id = in.Id<policy::ReleaseId>();
            release.change_hash = in.Text();
            return release;
        },
        among);
}

}  // namespace store
