// Drills of the kill switch: what was ordered on which instances, how far it is, what it came to; and the approvals of
// their restores (KSW-2, KSW-4, KSW-6, KSW-8).
//
// PostgreSQL refuses a drill without the approval, a restore of what the drill did not switch off itself or of what a
// kill touched since, and an end without a restore or a word about who stays off. Value types; errors as
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

struct DrillApproval {
    policy::RecordId id;
    std::optional<policy::RecordId> schedule;  // none: for one drill
    std::vector<std::string> instances;
    std::string reason;
    policy::PrincipalId approved_by;
    policy::Time approved_at{};
    policy::Time expires_at{};
    bool counts = false;  // not expired, by somebody who is a system owner now
};

struct NewDrillApproval {
    policy::RecordId id;
    std::optional<policy::RecordId> schedule;
    std::vector<policy::InstanceId> instances;  // a schedule's are the schedule's own
    std::string reason;
    policy::PrincipalId approved_by;
    policy::Duration valid_for{};
};

DrillApproval InsertDrillApproval(Tx& tx, const NewDrillApproval& approval);
/// The newest that is not spent, counts, is for these instances, and was given by somebody else than `orderer`.
std::optional<DrillApproval> FindDrillApproval(Tx& tx, const policy::PrincipalId& orderer,
                                               const std::vector<policy::InstanceId>& instances);
/// The newest of a schedule, whether it counts or not.
std::optional<DrillApproval> LoadStandingApproval(Tx& tx, const policy::RecordId& schedule);

struct Drill {
    policy::RecordId id;
    std::string mode;
    std::string reason;
    policy::PrincipalId ordered_by;
    policy::Time ordered_at{};
    policy::RecordId approval;
    std::string approved_by;
    std::optional<policy::RecordId> schedule;
    std::vector<std::string> releases;  // empty: every active one
    std::optional<std::string> aborted_by;
    std::optional<std::string> abort_reason;
    std::optional<std::string> killed;  // a JSON object: what the kill came to, when it was looked at last
    std::optional<std::string> not_restored;
    std::optional<std::string> restored;
    std::optional<std::string> outcome;
    std::optional<std::string> summary;
    std::optional<policy::Time> finished_at;
    std::vector<std::string> instances;
    std::optional<policy::RecordId> kill;  // its operations
    std::optional<policy::RecordId> restore;
    // How long ago they were ordered, by the machine's clock.
    std::optional<policy::Duration> kill_age;
    std::optional<policy::Duration> restore_age;
};

struct NewDrill {
    policy::RecordId id;
    std::string mode;
    std::string reason;
    policy::PrincipalId ordered_by;
    policy::RecordId approval;  // that it spends, or the schedule's
    std::optional<policy::RecordId> schedule;
    std::vector<policy::ReleaseId> releases;
    std::vector<policy::InstanceId> instances;
};

/// The drill without its kill.
void InsertDrill(Tx& tx, const NewDrill& drill);
std::optional<Drill> LoadDrill(Tx& tx, const policy::RecordId& id, Lock lock = Lock::kNone);
/// Locked until the transaction ends; none as well when another transaction has it.
std::optional<Drill> TakeDrill(Tx& tx, const policy::RecordId& id);
/// Newest first.
Page<Drill> ListDrills(Tx& tx, const PageQuery& page);
/// In the order they began.
std::vector<policy::RecordId> LoadRunningDrills(Tx& tx);
/// The drill that has not ended and holds this instance.
std::optional<policy::RecordId> FindRunningDrillOf(Tx& tx, const policy::InstanceId& instance);

void AbortDrill(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by, const std::string& reason);
/// What the kill came to; `not_restored` says who stays off, and why.
void RecordDrillKilled(Tx& tx, const policy::RecordId& id, const std::string& killed,
                       const std::optional<std::string>& not_restored);
void FinishDrill(Tx& tx, const policy::RecordId& id, const std::optional<std::string>& restored,
                 const std::string& outcome, const std::string& summary);

/// An instance that a drill switched off and may not switch on again.
struct HeldInstance {
    policy::InstanceId instance;
    std::string why;
};
/// Locks the drill's instances against other orders until the transaction ends.
std::vector<HeldInstance> LockHeldInstances(Tx& tx, const policy::RecordId& drill);

/// Instances that an operation of the switch ordered later than this one.
std::vector<policy::InstanceId> LoadOvertaken(Tx& tx, const policy::RecordId& operation);

struct ActiveRelease {
    policy::ReleaseId id;
    std::string change_hash;
};
/// Those among these that are active, or every active one; locked, ordered by id.
std::vector<ActiveRelease> LockActiveReleases(Tx& tx, const std::vector<std::string>& among);

}  // namespace store
