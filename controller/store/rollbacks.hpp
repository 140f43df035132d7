// Rollback operations: authority, steps, outcome (section 7, RBA-1..4), and a system owner's approval given beforehand.
//
// An approval is spent by one rollback; an outcome is written once. Value types; errors as store::Database.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"

namespace store {

enum class StepKind : std::uint8_t { kProcedure, kVerification, kCommunication, kWatch };
enum class StepState : std::uint8_t { kPending, kDone, kFailed };
enum class RollbackOutcome : std::uint8_t { kSucceeded, kFailed };

struct RollbackStep {
    int n = 0;
    StepKind kind = StepKind::kProcedure;
    std::string text;
    std::optional<policy::Time> due_at;
    StepState state = StepState::kPending;
    std::optional<std::string> evidence;
    std::optional<std::string> done_by;
    std::optional<policy::Time> done_at;
    std::optional<policy::Time> sent_at;
};

struct Rollback {
    policy::RecordId id;
    policy::ReleaseId release;
    std::string reason;
    std::string authority;
    std::optional<std::string> approved_by;
    std::optional<policy::RecordId> incident;
    std::optional<policy::RecordId> operation;  // that switches the instances; none: there was nothing to switch
    std::string started_by;
    policy::Time started_at{};
    int watch_minutes = 30;
    std::optional<policy::Time> watch_until;
    std::optional<RollbackOutcome> outcome;
    std::optional<std::string> outcome_reason;
    std::optional<policy::Time> finished_at;
    std::optional<std::string> finished_by;
    std::int64_t version = 1;
    std::vector<RollbackStep> steps;
};

struct NewRollbackStep {
    StepKind kind = StepKind::kProcedure;
    std::string text;
    std::optional<policy::Duration> due_after;  // from the start
};

struct NewRollback {
    policy::RecordId id;
    policy::ReleaseId release;
    std::string reason;
    std::string authority;  // rule that allowed it and who: "RBA-3 system owner bob.smith"
    std::optional<policy::PrincipalId> approved_by;
    std::optional<policy::RecordId> approval;  // the RollbackApproval it spends
    std::optional<policy::RecordId> incident;
    std::optional<policy::RecordId> operation;
    policy::PrincipalId started_by;
    int watch_minutes = 30;
    std::vector<NewRollbackStep> steps;  // in order
};

struct RollbackApproval {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::PrincipalId approved_by;
    std::string reason;
    policy::Time approved_at{};
    policy::Time expires_at{};
    std::optional<policy::RecordId> rollback;  // that spent it
};

struct NewRollbackApproval {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::PrincipalId approved_by;
    std::string reason;
    policy::Duration valid_for{};
};

/// Does not touch the release's status; see SetReleaseStatus.
Rollback InsertRollback(Tx& tx, const NewRollback& rollback);
std::optional<Rollback> LoadRollback(Tx& tx, const policy::RecordId& id, Lock lock = Lock::kNone);
/// Ordered by id.
Page<Rollback> ListRollbacks(Tx& tx, const policy::ReleaseId& release, const PageQuery& page);
/// From pending to done or failed, once.
Rollback FinishRollbackStep(Tx& tx, const policy::RecordId& rollback, int n, StepState state,
                            const std::string& evidence, const policy::PrincipalId& by);
/// The watch runs from now for the rollback's minutes.
Rollback StartRollbackWatch(Tx& tx, const policy::RecordId& id);
Rollback FinishRollback(Tx& tx, const policy::RecordId& id, RollbackOutcome outcome, const std::string& reason,
                        const policy::PrincipalId& by);

RollbackApproval InsertRollbackApproval(Tx& tx, const NewRollbackApproval& approval);
/// The newest that is not spent, not expired, and whose giver is a system owner now.
std::optional<RollbackApproval> FindRollbackApproval(Tx& tx, const policy::ReleaseId& release);

}  // namespace store

namespace platform {

template <>
struct EnumNames<store::StepKind> {
    static constexpr std::array<EnumName<store::StepKind>, 4> kNames{
        {{store::StepKind::kProcedure, "procedure"},
         {store::StepKind::kVerification, "verification"},
         {store::StepKind::kCommunication, "communication"},
         {store::StepKind::kWatch, "watch"}}};
};
template <>
struct EnumNames<store::StepState> {
    static constexpr std::array<EnumName<store::StepState>, 3> kNames{{{store::StepState::kPending, "pending"},
                                                                       {store::StepState::kDone, "done"},
                                                                       {store::StepState::kFailed, "failed"}}};
};
template <>
struct EnumNames<store::RollbackOutcome> {
    static constexpr std::array<EnumName<store::RollbackOutcome>, 2> kNames{
        {{store::RollbackOutcome::kSucceeded, "succeeded"}, {store::RollbackOutcome::kFailed, "failed"}}};
};

}  // namespace platform
