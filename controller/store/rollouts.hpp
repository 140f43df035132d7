// Staged rollouts: what is planned for their stages, measurements, risks, checkpoints, evaluations, and the moves.
//
// PostgreSQL holds STG-1 to STG-6 itself: a stage is entered by a move, and a move is refused for whatever the policy
// would refuse it for; times are its own. Rows are read into the documents that they make. Value types; errors as
// store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "controller/policy/rollouts.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"
#include "controller/wire/rollout_json.hpp"

namespace store {

void InsertRollout(Tx& tx, const wire::CreateRollout& rollout, const policy::PrincipalId& by);
/// With its stages, risks, evaluations and moves.
std::optional<wire::Rollout> LoadRollout(Tx& tx, const policy::RolloutId& id, Lock lock = Lock::kNone);
/// By id, as LoadRollout.
Page<wire::Rollout> ListRollouts(Tx& tx, const PageQuery& page);
/// The one that has or had the flag last, and is not over.
std::optional<policy::RolloutId> FindRolloutOfFlag(Tx& tx, const std::string& flag);

/// In the place of what was planned; of a stage that was not entered yet.
void ReplaceStagePlan(Tx& tx, const policy::RolloutId& id, std::int64_t stage, const wire::PlanStage& plan,
                      const policy::PrincipalId& by);
void DropOrganization(Tx& tx, const policy::RolloutId& id, std::int64_t stage, const policy::TenantId& tenant);

/// PostgreSQL decides from the value what it says of the metric.
void InsertStageMeasurement(Tx& tx, const policy::RecordId& measurement, const policy::RolloutId& id,
                            std::int64_t stage, const std::string& metric, std::optional<double> value,
                            std::optional<std::int64_t> samples, const std::string& evidence,
                            const policy::PrincipalId& by);
void InsertRolloutRisk(Tx& tx, const policy::RecordId& risk, const policy::RolloutId& id,
                       const wire::RaiseRisk& command, const policy::PrincipalId& by);
void ResolveRolloutRisk(Tx& tx, const policy::RecordId& risk, const std::string& resolution,
                        const policy::PrincipalId& by);
void CompleteStageCheckpoint(Tx& tx, const policy::RolloutId& id, std::int64_t stage, std::int64_t n,
                             const std::string& note, const policy::PrincipalId& by);

/// Opens an evaluation of a rollback trigger in the rollout's present stage, for a person to decide (STG-4); the one
/// that is open for that trigger already when there is one. None: the rollout is in no stage. `evidence` is a JSON
/// object.
std::optional<policy::RecordId> OpenEvaluation(Tx& tx, const policy::RecordId& evaluation, const policy::RolloutId& id,
                                               const std::string& trigger, const std::string& evidence,
                                               const policy::PrincipalId& by);
/// A decision to reverse reverses the rollout.
void DecideStageEvaluation(Tx& tx, const policy::RecordId& evaluation, policy::StageDecision decision,
                           const std::string& reason, const policy::PrincipalId& by);

struct NewRolloutMove {
    policy::RecordId id;
    policy::RolloutId rollout;
    std::string_view kind;           // advance, reverse, end
    std::optional<std::int64_t> to;  // of an advance
    std::string reason;
    std::string verdict = "{}";
    policy::PrincipalId by;
};
void InsertRolloutMove(Tx& tx, const NewRolloutMove& move);

/// Whom the stage is for, as it is now; ordered.
std::vector<std::string> ListStageTenants(Tx& tx, const policy::RolloutId& id, std::int64_t stage);
/// Everything that entering `to` is judged by. The rollout is given as it was loaded in the same transaction.
policy::StageAdvanceFacts LoadAdvanceFacts(Tx& tx, const wire::Rollout& rollout, std::int64_t to);

}  // namespace store
