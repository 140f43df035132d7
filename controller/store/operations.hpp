// Operations of the kill switch: what was ordered, of whom, and what became of it on each instance; the approvals and
// reviews that the way back on needs (KSW-7, KSW-8).
//
// PostgreSQL opens a kill's review and refuses to switch on without an approval; operations and steps are append-only.
// Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/store/instances.hpp"

namespace store {

struct Operation {
    policy::RecordId id;
    bool enabled = false;
    std::string mode;
    bool whole_fleet = false;
    std::string reason;
    std::string requested_by;
    policy::Time requested_at{};
    std::optional<policy::RecordId> approval;
};

struct NewOperation {
    policy::RecordId id;
    bool enabled = false;
    std::string mode;
    bool whole_fleet = false;
    std::vector<InstanceId> instances;  // unless the whole fleet
    std::string reason;
    policy::PrincipalId requested_by;
    std::optional<policy::RecordId> approval;  // that it spends
};

struct OperationStep {
    std::string step;  // "applied", "contradicted", "refused"
    policy::Time at{};
    std::string evidence;  // a JSON object
};

/// One instance of an operation, with what it is ordered by now and what it said last.
struct OperationInstance {
    std::int64_t generation = 0;  // of the operation's order
    Instance instance;
    std::vector<OperationStep> steps;  // in the order they happened
};

/// The operation, and the orders to its instances: each gets a generation above everything it was ordered or has
/// reported. The number of instances.
std::size_t InsertOperation(Tx& tx, const NewOperation& operation);
std::optional<Operation> LoadOperation(Tx& tx, const policy::RecordId& id);
/// Newest first.
Page<Operation> ListOperations(Tx& tx, const PageQuery& page);
/// Ordered by instance.
std::vector<OperationInstance> LoadOperationInstances(Tx& tx, const policy::RecordId& operation);

struct SwitchApproval {
    policy::RecordId id;
    std::string reason;
    policy::PrincipalId approved_by;
    policy::Time approved_at{};
    policy::Time expires_at{};
};

SwitchApproval InsertSwitchApproval(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by,
                                    const std::string& reason, policy::Duration valid_for);
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
