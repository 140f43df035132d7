// Staged rollouts as the API, the operations and the store see them (STG-1 to STG-6). Value types; the functions are
// pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/rollouts.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

/// A success metric, with its newest measurement when there is one.
struct StageMetric {
    std::string key;
    std::string text;
    policy::Comparison comparison = policy::Comparison::kLess;
    double threshold = 0;
    std::string unit;
    std::optional<std::string> query;  // PromQL; none: a person measures
    std::string samples_query;
    std::int64_t min_samples = 1;
    std::optional<policy::MeasurementState> state;
    std::optional<double> value;
    std::optional<std::int64_t> samples;
    std::string evidence;
    std::string measured_by;
    std::optional<platform::Time> measured_at;
};

struct StageCheckpoint {
    policy::CheckpointFacts facts;
    policy::CheckpointState state = policy::CheckpointState::kUpcoming;
    std::optional<std::string> completed_by;
    std::string note;
};

struct StageNeeds {
    std::optional<policy::ReleaseId> release;
    std::optional<policy::Channel> channel;
    std::optional<policy::ProgrammeId> programme;
};

struct RolloutStage {
    std::int64_t stage = 0;
    std::optional<std::int64_t> cap;
    policy::Duration soak{};
    StageNeeds needs;
    std::optional<platform::Time> entered_at;
    std::optional<platform::Time> left_at;
    std::vector<std::string> organizations;
    std::vector<StageMetric> metrics;
    std::vector<StageCheckpoint> checkpoints;
};

struct RolloutRisk {
    std::string id;
    std::string title;
    policy::RiskSeverity severity = policy::RiskSeverity::kHigh;
    std::string owner;
    std::string mitigation;
    std::string raised_by;
    platform::Time raised_at{};
    std::optional<std::string> resolved_by;
    std::optional<platform::Time> resolved_at;
    std::optional<std::string> resolution;
};

struct RolloutEvaluation {
    std::string id;
    std::int64_t stage = 0;
    std::string trigger;
    std::string evidence;  // a JSON object
    std::string opened_by;
    platform::Time opened_at{};
    std::optional<policy::StageDecision> decision;
    std::optional<std::string> reason;
    std::optional<std::string> decided_by;
    std::optional<platform::Time> decided_at;
};

struct RolloutMove {
    std::string id;
    std::string kind;  // advance, reverse, end
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
    std::string reason;
    std::string moved_by;
    platform::Time moved_at{};
};

struct Rollout {
    std::string id;
    std::string title;
    std::string capability;
    std::string flag;
    std::string owner;
    std::string engineering;
    std::string product;
    std::string support;
    policy::RolloutState state = policy::RolloutState::kPlanned;
    std::optional<std::int64_t> stage;
    std::optional<platform::Time> stage_entered_at;
    std::string created_by;
    platform::Time created_at{};
    platform::Time updated_at{};
    std::optional<std::string> closed_by;
    std::optional<platform::Time> closed_at;
    std::optional<std::string> close_reason;
    std::int64_t version = 1;
    std::vector<RolloutStage> stages;
    std::vector<RolloutRisk> risks;
    std::vector<RolloutEvaluation> evaluations;
    std::vector<RolloutMove> moves;  // oldest first
};

/// Whether the rollout may enter a stage now.
struct StageVerdict {
    std::string rollout;
    std::optional<std::int64_t> from;
    std::int64_t to = 0;
    policy::Verdict verdict;
    platform::Time evaluated_at{};
    std::int64_t version = 1;
};

/// What is planned for a stage; it replaces what was planned before.
struct PlanStage {
    std::vector<policy::TenantId> organizations;
    std::vector<StageMetric> metrics;
    StageNeeds needs;
};

struct PlannedStage {
    policy::RolloutStage stage = policy::RolloutStage::kDevelopment;
    PlanStage plan;
};

struct CreateRollout {
    policy::RolloutId id;
    std::string title;
    std::string capability;
    std::string flag;  // PULSE_MULTI_TENANT_ENABLED unless given: tenancy itself
    policy::PrincipalId owner;
    policy::PrincipalId engineering;
    policy::PrincipalId product;
    policy::PrincipalId support;
    std::vector<PlannedStage> stages;
};

struct CompleteCheckpoint {
    std::int64_t checkpoint = 1;
    std::string note;
};

/// Without a value the metrics source is asked.
struct MeasureStage {
    policy::RolloutStage stage = policy::RolloutStage::kDevelopment;
    std::string metric;
    std::optional<double> value;
    std::string evidence;
};

struct RaiseRisk {
    std::string title;
    policy::RiskSeverity severity = policy::RiskSeverity::kHigh;
    policy::PrincipalId owner;
    std::string mitigation;
};

struct AdvanceRollout {
    policy::RolloutStage to = policy::RolloutStage::kDevelopment;
    std::string reason;
};

struct WithdrawOrganization {
    policy::TenantId organization;
    std::string reason;
};

struct OpenEvaluation {
    std::string trigger;
    std::string evidence;  // a JSON object
};

struct DecideStageEvaluation {
    policy::StageDecision decision = policy::StageDecision::kContinue;
    std::string reason;
};

std::string EncodeRollout(const Rollout& rollout);
std::string EncodeStageVerdict(const StageVerdict& verdict);

Decoded<CreateRollout> DecodeCreateRollout(const Document& document);
Decoded<PlanStage> DecodePlanStage(const Document& document);
Decoded<CompleteCheckpoint> DecodeCompleteCheckpoint(const Document& document);
Decoded<MeasureStage> DecodeMeasureStage(const Document& document);
Decoded<RaiseRisk> DecodeRaiseRisk(const Document& document);
Decoded<AdvanceRollout> DecodeAdvanceRollout(const Document& document);
Decoded<WithdrawOrganization> DecodeWithdrawOrganization(const Document& document);
Decoded<OpenEvaluation> DecodeOpenEvaluation(const Document& document);
Decoded<DecideStageEvaluation> DecodeDecideStageEvaluation(const Document& document);

Schemas RolloutSchemas();

}  // namespace wire
