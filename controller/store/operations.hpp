// Operations of the kill switch: what was ordered, of whom, and what became of it on each instance; the approvals and
// reviews that the way back on needs (KSW-7, KSW-8).
//
// Who is meant is kept when it is ordered (targets); an instance gets its order, with a generation, when its batch is
// issued. What is verified when: store/verifications.hpp.
//
// PostgreSQL opens a kill's review and refuses to switch on without an approval; operations and steps are append-only.
// Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/store/instances.hpp"
#include "controller/store/kill_journal.hpp"

namespace store {

struct Operation {
    policy::RecordId id;
    std::int64_t number = 0;  // the order they were given in
    std::string kind;         // as fleet::OperationKind
    std::optional<std::string> release;
    std::optional<std::string> flag;
    bool enabled = false;
    std::string mode;  // "hot", "restart"
    bool whole_fleet = false;
    std::optional<std::int64_t> batch_size;  // none: all at once
    bool stop_on_failure = false;
    bool verify = true;
    policy::Duration watch_for{};  // zero: no watch
    std::string reason;
    std::string requested_by;
    policy::Time requested_at{};
    policy::Duration age{};  // since it was ordered, by the machine's clock
    std::optional<policy::RecordId> approval;
    std::optional<std::string> drill;
    std::optional<std::string> journal;
};

/// A document that was pushed before its operation was entered here.
struct PushedOrder {
    InstanceId instance;
    std::int64_t generation = 0;
};

struct NewOperation {
    policy::RecordId id;
    std::string kind = "multi_tenant";
    std::optional<std::string> release;
    std::optional<std::string> flag;
    bool enabled = false;
    std::string mode;
    bool whole_fleet = false;
    std::vector<InstanceId> instances;  // unless the whole fleet
    std::optional<std::int64_t> batch_size;
    bool stop_on_failure = false;
    bool verify = true;
    policy::Duration watch_for = std::chrono::minutes(30);
    std::string reason;
    policy::PrincipalId requested_by;
    std::optional<policy::RecordId> approval;       // that it spends
    std::optional<policy::RecordId> flag_approval;  // the same, for lifting the kill of a flag
    std::optional<policy::Time> ordered_at;         // by the machine's clock, when that was before now
    std::vector<KillPush> pushed;                   // of a journalled kill: before now
    std::optional<std::string> drill;
    std::optional<std::string> journal;
};

/// One attempt at a step, the latest.
struct OperationStep {
    std::string step;     // as fleet::Step
    std::string outcome;  // as fleet::StepOutcome
    std::string detail;   // for people
    std::int64_t attempt = 1;
    policy::Time at{};
    policy::Duration after{};  // since the operation was ordered, by the machine's clock
    std::string evidence;      // a JSON object; empty when it was not asked for
};

/// A process of an instance, as it reported it.
struct SeenProcess {
    std::string boot_id;
    std::optional<policy::Time> began_at;  // by the machine's clock; none: it did not say what its own clock shows
};

/// One instance of an operation, with what it is ordered by now and what it said last.
struct OperationInstance {
    std::int64_t batch = 1;
    std::int64_t generation = 0;  // of the operation's order; 0: not issued
    policy::Duration age{};       // since it was issued, by the machine's clock
    /// Since it was issued and is on record here. Before that no answer to it is: a kill that was journalled is older.
    policy::Duration age_on_record{};
    bool replaced = false;      // by a newer operation about the same; while it waits, by one that chose the instance
    std::int64_t attempts = 0;  // at verifying it
    std::optional<policy::Duration> watch_left;  // of a watch that is running
    std::optional<policy::Time> issued_at;       // by the machine's clock
    std::optional<SeenProcess> process_before;   // that was there before the order
    std::optional<SeenProcess> process_applied;  // that said first that the order is in force
    Instance instance;
    std::vector<OperationStep> steps;  // in the order they happened
};

/// That no more batches of it are issued.
struct OperationHalt {
    std::int64_t batch = 0;  // the last that was issued
    std::string why;
    std::vector<std::string> instances;
    policy::Time at{};
};

/// The operation and its targets. Of the switch, also the orders to the first batch: each gets a generation above
/// everything it was ordered or has reported, or the one it was pushed with when that is; pushes to instances that are
/// not registered are left out. Those of a flag are issued by whoever computes flags (RecordIssued). The targets.
std::vector<InstanceId> InsertOperation(Tx& tx, const NewOperation& operation);
/// Instances that were given an order of the operation by a document of this generation.
void RecordIssued(Tx& tx, const policy::RecordId& operation, const std::vector<PushedOrder>& orders);
/// The orders to a batch, but to those that a newer operation means, and the retired ones. Nothing when it was issued
/// already. The number of orders.
std::size_t IssueBatch(Tx& tx, const policy::RecordId& operation, std::int64_t batch);
/// False when it was halted before.
bool InsertHalt(Tx& tx, const policy::RecordId& operation, const OperationHalt& halt);
std::optional<OperationHalt> LoadHalt(Tx& tx, const policy::RecordId& operation);

std::optional<Operation> LoadOperation(Tx& tx, const policy::RecordId& id);
/// Those among these, ordered by id.
std::vector<Operation> LoadOperations(Tx& tx, const std::vector<policy::RecordId>& ids);
/// Newest first.
Page<Operation> ListOperations(Tx& tx, const PageQuery& page);
/// Of each subject the newest that means one of these instances; those of drills are left out.
std::vector<policy::RecordId> LoadNewestOperationsOf(Tx& tx, const std::vector<InstanceId>& instances);
/// Those that have targets whose batch was not issued, and that were not halted.
std::vector<policy::RecordId> ListRollingOperations(Tx& tx);
/// Until the transaction ends; false when another controller has it.
bool TryLockOperation(Tx& tx, const policy::RecordId& id);

enum class WithEvidence { kNo, kYes };
/// Ordered by instance.
std::vector<OperationInstance> LoadOperationInstances(Tx& tx, const policy::RecordId& operation,
                                                      WithEvidence with = WithEvidence::kYes);

struct SwitchApproval {
    policy::RecordId id;
    std::string reason;
    policy::PrincipalId approved_by;
    policy::Time approved_at{};
    policy::Time expires_at{};
};

SwitchApproval InsertSwitchApproval(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by,
                                    const std::string& reason, policy::Duration valid_for);
std::optional<SwitchApproval> LoadSwitchApproval(Tx& tx, const policy::RecordId& id);
/// The newest that is not spent, not expired, given by somebody else than `requester` who is a system owner now.
std::optional<SwitchApproval> FindSwitchApproval(Tx& tx, const policy::PrincipalId& requester);

struct KillReview {
    policy::RecordId operation;
    policy::Time opened_at{};
    std::string killed_by;
    std::string reason;  // of the kill
    std::optional<std::string> findings;
    std::optional<std::string> completed_by;
    std::optional<policy::Time> completed_at;
    std::int64_t version = 1;
};

std::optional<KillReview> LoadKillReview(Tx& tx, const policy::RecordId& operation, Lock lock = Lock::kNone);
/// Ordered by operation; only those that are not completed, or all.
Page<KillReview> ListKillReviews(Tx& tx, bool open_only, const PageQuery& page);
KillReview CompleteKillReview(Tx& tx, const policy::RecordId& operation, const std::string& findings,
                              const policy::PrincipalId& by);

}  // namespace store
