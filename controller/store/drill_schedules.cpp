#include "controller/store/drill_schedules.hpp"

#include "controller/store/tx.hpp"
#include "platform/base/text.hpp"

namespace store {
namespace {

#define DRILL_SCHEDULE_COLUMNS                                                                                       \
    " s.id, array_to_string(s.instances, ','), s.mode, extract(epoch FROM s.every)::bigint, s.reason, s.created_by," \
    " s.created_at, s.next_at, s.problem, s.cancelled_by, s.cancelled_at, s.version,"                                \
    " (SELECT max(d.id) FROM drills d WHERE d.schedule_id = s.id),"                                                  \
    " extract(epoch FROM clock_timestamp() - s.waits_since)::bigint FROM drill_schedules s "

constexpr Statement kInsertDrillSchedule{"drill_schedule_insert", R"sql(
    INSERT INTO drill_schedules (id, instances, mode, every, reason, created_by, next_at)
    VALUES ($1, $2::text[], $3, $4::interval, $5, $6, $7))sql"};
constexpr Statement kLoadDrillSchedule{"drill_schedule_load", "SELECT" DRILL_SCHEDULE_COLUMNS "WHERE s.id = $1"};
constexpr Statement kLockDrillSchedule{"drill_schedule_lock",
                                       "SELECT" DRILL_SCHEDULE_COLUMNS "WHERE s.id = $1 FOR UPDATE OF s"};
constexpr Statement kListDrillSchedules{"drill_schedule_list", "SELECT" DRILL_SCHEDULE_COLUMNS R"sql(
    WHERE ($1 OR s.cancelled_at IS NULL) AND ($2::text IS NULL OR s.id > $2) ORDER BY s.id LIMIT $3)sql"};
constexpr Statement kCancelDrillSchedule{"drill_schedule_cancel",
                                         "UPDATE drill_schedules SET cancelled_by = $2 WHERE id = $1"};
constexpr Statement kTakeDueDrillSchedule{"drill_schedule_due", "SELECT" DRILL_SCHEDULE_COLUMNS R"sql(
    WHERE s.cancelled_at IS NULL AND s.next_at <= portcullis.now()
      AND (s.look_again_at IS NULL OR s.look_again_at <= clock_timestamp())
    ORDER BY s.next_at, s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED)sql"};
constexpr Statement kMoveDrillSchedule{"drill_schedule_move", R"sql(
    UPDATE drill_schedules SET problem = $2, waits_since = NULL, look_again_at = NULL, next_at = next_at + every * (1 + floor(greatest(0,
        extract(epoch FROM portcullis.now() - next_at) / extract(epoch FROM every))))
    WHERE id = $1)sql"};
constexpr Statement kLetDrillScheduleWait{"drill_schedule_wait", R"sql(
    UPDATE drill_schedules SET problem = $2, waits_since = coalesce(waits_since, clock_timestamp()),
        look_again_at = clock_timestamp() + $3::interval
    WHERE id = $1)sql"};
constexpr Statement kCountDrills{"drill_counts", R"sql(
    SELECT (SELECT count(*) FROM drills WHERE outcome IS NULL),
           (SELECT count(*) FROM drill_schedules s WHERE s.cancelled_at IS NULL AND NOT EXISTS (
                SELECT FROM drill_approvals a WHERE a.schedule_id = s.id AND a.expires_at > portcullis.now()
                  AND is_active_user(a.approved_by) AND holds_role(a.approved_by, 'system_owner'))),
           (SELECT max(finished_at) FROM drills WHERE outcome = 'passed'))sql"};

#undef DRILL_SCHEDULE_COLUMNS

DrillSchedule ReadDrillSchedule(Columns& in) {
    DrillSchedule schedule;
    schedule.id = in.Id<policy::RecordId>();
    const std::string instances = in.Text();
    for (const std::string_view name : platform::Split(instances, ',')) {
        schedule.instances.emplace_back(name);
    }
    schedule.mode = in.Text();
    schedule.every = in.Seconds();
    schedule.reason = in.Text();
    schedule.created_by = in.Id<policy::PrincipalId>();
    schedule.created_at = in.Instant();
    schedule.next_at = in.Instant();
    schedule.problem = in.Text();
    schedule.cancelled_by = in.OptText();
    schedule.cancelled_at = in.OptInstant();
    schedule.version = in.Int();
    schedule.last_drill = in.OptText();
    schedule.waits_for = in.OptSeconds();
    return schedule;
}

}  // namespace

DrillSchedule InsertDrillSchedule(Tx& tx, const NewDrillSchedule& schedule) {
    tx.Exec(kInsertDrillSchedule, schedule.id, schedule.instances, schedule.mode, schedule.every, schedule.reason,
            schedule.created_by, schedule.next_at);
    return tx.One(kLoadDrillSchedule, ReadDrillSchedule, schedule.id);
}

std::optional<DrillSchedule> LoadDrillSchedule(Tx& tx, const policy::RecordId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockDrillSchedule : kLoadDrillSchedule, ReadDrillSchedule, id);
}

Page<DrillSchedule> ListDrillSchedules(Tx& tx, bool with_cancelled, const PageQuery& page) {
    return tx.ListPage(
        kListDrillSchedules, page, ReadDrillSchedule, [](const DrillSchedule& row) { return row.id.Text(); },
        with_cancelled);
}

DrillSchedule CancelDrillSchedule(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by) {
    tx.Exec(kCancelDrillSchedule, id, by);
    return tx.One(kLoadDrillSchedule, ReadDrillSchedule, id);
}

std::optional<DrillSchedule> TakeDueDrillSchedule(Tx& tx) {
    return tx.Find(kTakeDueDrillSchedule, ReadDrillSchedule);
}

void MoveDrillSchedule(Tx& tx, const policy::RecordId& id, const std::string& problem) {
    tx.Exec(kMoveDrillSchedule, id, problem);
}

void LetDrillScheduleWait(Tx& tx, const policy::RecordId& id, const std::string& problem, policy::Duration pause) {
    tx.Exec(kLetDrillScheduleWait, id, problem, pause);
}

DrillCounts CountDrills(Tx& tx) {
    return tx.One(kCountDrills, [](Columns& in) {
        DrillCounts counts;
        counts.running = in.Int();
        counts.unapproved_schedules = in.Int();
        counts.last_passed_at = in.OptInstant();
        return counts;
    });
}

}  // namespace store
