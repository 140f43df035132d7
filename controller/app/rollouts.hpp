// Operations on staged rollouts (STG-1 to STG-6). A stage is entered through the same table of rules, the same
// three-valued verdict and the same audit as a promotion; what a stage exposes follows from it
// (app/reconcile_exposure.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/app/call.hpp"
#include "controller/app/metrics_source.hpp"
#include "controller/app/page.hpp"
#include "controller/store/database.hpp"
#include "controller/wire/rollout_json.hpp"

namespace app {

Outcome<wire::Rollout> CreateRollout(store::Tx& tx, const Call& call, const wire::CreateRollout& command);
Outcome<wire::Rollout> ShowRollout(store::Tx& tx, const policy::RolloutId& id);
Outcome<Page<wire::Rollout>> ListRollouts(store::Tx& tx, const PageQuery& page);
/// In the place of what was planned for a stage that was not entered yet.
Outcome<wire::Rollout> PlanStage(store::Tx& tx, const Call& call, const policy::RolloutId& id, std::int64_t version,
                                 std::int64_t stage, const wire::PlanStage& command);
/// Takes an organization off the stage that the rollout is in.
Outcome<wire::Rollout> WithdrawOrganization(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                            std::int64_t version, const wire::WithdrawOrganization& command);
Outcome<wire::Rollout> CompleteCheckpoint(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                          std::int64_t version, const wire::CompleteCheckpoint& command);
Outcome<wire::Rollout> RaiseRisk(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                 const wire::RaiseRisk& command);
Outcome<wire::Rollout> ResolveRisk(store::Tx& tx, const Call& call, const policy::RolloutId& id, std::int64_t version,
                                   const policy::RecordId& risk, const std::string& resolution);

/// What the metrics source says of a metric that has a query, for a command that gives no value. Asked outside of any
/// transaction. None: the metric has no query, or there is none.
std::optional<policy::Measurement> MeasureStageMetric(store::Database& database, MetricsSource& metrics,
                                                      const policy::RolloutId& id, const wire::MeasureStage& command);
Outcome<wire::Rollout> RecordStageMeasurement(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                              const wire::MeasureStage& command,
                                              const std::optional<policy::Measurement>& measured);

Outcome<wire::Rollout> OpenEvaluation(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                      const wire::OpenEvaluation& command);
Outcome<wire::Rollout> DecideStageEvaluation(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                             std::int64_t version, const policy::RecordId& evaluation,
                                             const wire::DecideStageEvaluation& command);

/// The gate: what an advance would be told now. Reads only.
Outcome<wire::StageVerdict> EvaluateStage(store::Tx& tx, const policy::RolloutId& id, std::int64_t to);
Outcome<wire::Rollout> AdvanceRollout(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                      std::int64_t version, const wire::AdvanceRollout& command);
/// Takes it off all organizations, for good.
Outcome<wire::Rollout> ReverseRollout(store::Tx& tx, const Call& call, const policy::RolloutId& id,
                                      const std::string& reason);
Outcome<wire::Rollout> EndRollout(store::Tx& tx, const Call& call, const policy::RolloutId& id, std::int64_t version,
                                  const std::string& reason);

}  // namespace app
