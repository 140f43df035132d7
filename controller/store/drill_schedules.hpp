// Schedules of drills: instances, mode and period, and when the next drill is due by the clock of the rules.
//
// What a schedule asks for never changes, so that what was approved is what runs. Value types; errors as
// store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"

namespace store {

struct DrillSchedule {
    policy::RecordId id;
    std::vector<std::string> instances;
    std::string mode;
    policy::Duration every{};
    std::string reason;
    policy::PrincipalId created_by;
    policy::Time created_at{};
    policy::Time next_at{};
    std::string problem;
    std::optional<std::string> cancelled_by;
    std::optional<policy::Time> cancelled_at;
    std::int64_t version = 1;
    std::optional<std::string> last_drill;
    std::optional<policy::Duration> waits_for;  // how long the one that is due has waited, by the machine's clock
};

struct NewDrillSchedule {
    policy::RecordId id;
    std::vector<policy::InstanceId> instances;
    std::string mode;
    policy::Duration every{};
    std::string reason;
    policy::PrincipalId created_by;
    policy::Time next_at{};
};

DrillSchedule InsertDrillSchedule(Tx& tx, const NewDrillSchedule& schedule);
std::optional<DrillSchedule> LoadDrillSchedule(Tx& tx, const policy::RecordId& id, Lock lock = Lock::kNone);
/// Ordered by id; those that were ended only with `with_cancelled`.
Page<DrillSchedule> ListDrillSchedules(Tx& tx, bool with_cancelled, const PageQuery& page);
DrillSchedule CancelDrillSchedule(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by);

/// The one that has been due for longest, locked; none when nothing is due, all of them wait, or another transaction
/// has it.
std::optional<DrillSchedule> TakeDueDrillSchedule(Tx& tx);
/// To the first time after now that is a whole number of periods away; `problem` is empty when a drill was ordered.
void MoveDrillSchedule(Tx& tx, const policy::RecordId& id, const std::string& problem);

/// It stays due and is not taken again before `pause` is over.
void LetDrillScheduleWait(Tx& tx, const policy::RecordId& id, const std::string& problem, policy::Duration pause);

/// Numbers of drills that run, and of schedules that stand without an approval that counts; when one passed last.
struct DrillCounts {
    std::int64_t running = 0;
    std::int64_t unapproved_schedules = 0;
    std::optional<policy::Time> last_passed_at;
};
DrillCounts CountDrills(Tx& tx);

}  // namespace store
