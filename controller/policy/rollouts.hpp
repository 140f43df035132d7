// Staged rollouts (STG-1 to STG-7): a capability is taken through stages 0 to 3 on real organizations. What the rules
// look at before a stage is entered, the acts on a rollout that they judge, and when a checkpoint is due or missed.
//
// A rollout moves through the same table, the same three-valued verdict and the same audit as a promotion. Value types;
// pure; thread safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/acts.hpp"
#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"
#include "controller/policy/programmes.hpp"
#include "controller/policy/requirements.hpp"

namespace policy {

/// A measurement of the stage that is left is no older than this.
inline constexpr Duration kMaximumStageMeasurementAge = std::chrono::hours{24};

/// As it is written in paths and documents.
enum class RolloutStage : std::uint8_t { kDevelopment, kPilot, kLimited, kGeneral };
enum class RiskSeverity : std::uint8_t { kLow, kMedium, kHigh };
enum class CheckpointState : std::uint8_t { kUpcoming, kDue, kMissed, kCompleted, kLate };
enum class StageDecision : std::uint8_t { kContinue, kHold, kReverse };

/// A success metric of a stage and its newest measurement.
struct StageMetricFacts {
    std::int64_t stage = 0;
    std::string key;
    Limit limit;
    std::optional<MeasurementState> state;  // none: never measured
    std::optional<double> value;
    std::optional<Time> at;
};

struct CheckpointFacts {
    std::int64_t n = 1;
    std::string title;
    PrincipalId owner;
    Time opens_at{};
    std::optional<Time> due_at;  // none: before the stage is left
    std::optional<Time> completed_at;
};

struct OpenRisk {
    RecordId id;
    std::string title;
};

/// Of a stage's rollback triggers; `decision` is none or hold.
struct StageEvaluationFacts {
    RecordId id;
    std::string trigger;
    std::optional<StageDecision> decision;
};

/// What a stage needs of a release and of a programme.
struct StageRequirementFacts {
    std::int64_t stage = 0;
    std::optional<ReleaseId> release;
    Channel needed = Channel::kExperimental;
    Channel channel = Channel::kDev;
    ReleaseStatus status = ReleaseStatus::kActive;
    std::string hard_stop;  // the first that is open, with its rule; empty: none
    std::optional<ProgrammeId> programme;
    bool certified = false;
};

/// Everything that entering a stage is judged by.
struct StageAdvanceFacts {
    Time now{};
    RolloutId rollout;
    std::int64_t to = 0;
    RolloutState state = RolloutState::kPlanned;
    std::optional<std::int64_t> stage;          // none: no stage was entered yet
    std::optional<Time> soak_ends_at;           // of the stage that is left
    std::optional<std::int64_t> cap;            // of the stage that is entered
    std::int64_t planned = 0;                   // organizations of it; for the last stage all active tenants
    std::vector<std::string> unfit;             // of these, those that may not be in it
    std::vector<std::int64_t> without_metrics;  // stages up to the one that is entered
    std::vector<StageMetricFacts> metrics;      // of the stages before it
    std::vector<OpenRisk> high_risks;           // not resolved
    std::vector<CheckpointFacts> checkpoints;   // of the stage that is left
    std::vector<StageEvaluationFacts> evaluations;
    std::vector<IncidentFacts> sev1;  // not resolved
    std::vector<StageRequirementFacts> requirements;
    std::string flag;
    std::optional<RecordId> flag_killed_by;
    std::vector<ExposureDriftFacts> drifts;  // of the flag, from the stage that is left
};

/// Completing a checkpoint.
struct CheckpointAct {
    ActorFacts actor;
    Time now{};
    CheckpointFacts checkpoint;
    std::string note;
};

CheckpointState DecideCheckpoint(const CheckpointFacts& checkpoint, Time now);

/// What already stands against a plan for a stage (STG-1).
Findings JudgeStagePlan(const StageAdvanceFacts& facts);

/// Runs every rule that judges the advance. When the rollout cannot be asked to enter that stage at all, STG-5 says so
/// and nothing else is asked.
Verdict EvaluateAdvance(const StageAdvanceFacts& facts);

}  // namespace policy

namespace platform {

template <>
struct EnumNames<policy::RolloutStage> {
    static constexpr std::array<EnumName<policy::RolloutStage>, 4> kNames{{{policy::RolloutStage::kDevelopment, "0"},
                                                                           {policy::RolloutStage::kPilot, "1"},
                                                                           {policy::RolloutStage::kLimited, "2"},
                                                                           {policy::RolloutStage::kGeneral, "3"}}};
};
template <>
struct EnumNames<policy::RiskSeverity> {
    static constexpr std::array<EnumName<policy::RiskSeverity>, 3> kNames{{{policy::RiskSeverity::kLow, "low"},
                                                                           {policy::RiskSeverity::kMedium, "medium"},
                                                                           {policy::RiskSeverity::kHigh, "high"}}};
};
template <>
struct EnumNames<policy::CheckpointState> {
    static constexpr std::array<EnumName<policy::CheckpointState>, 5> kNames{
        {{policy::CheckpointState::kUpcoming, "upcoming"},
         {policy::CheckpointState::kDue, "due"},
         {policy::CheckpointState::kMissed, "missed"},
         {policy::CheckpointState::kCompleted, "completed"},
         {policy::CheckpointState::kLate, "late"}}};
};
template <>
struct EnumNames<policy::StageDecision> {
    static constexpr std::array<EnumName<policy::StageDecision>, 3> kNames{
        {{policy::StageDecision::kContinue, "continue"},
         {policy::StageDecision::kHold, "hold"},
         {policy::StageDecision::kReverse, "reverse"}}};
};

}  // namespace platform
