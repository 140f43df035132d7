#include "controller/wire/rollout_json.hpp"

#include <algorithm>

#include "controller/wire/finding_json.hpp"
#include "controller/wire/reading.hpp"

namespace wire {
namespace {

using platform::EnumText;
using platform::FormatTime;
using platform::Json;

constexpr std::size_t kMostStageMetrics = 50;
constexpr std::size_t kMostStageOrganizations = 500;
constexpr platform::TextRule kQueryRule{.min = 1, .max = 4000};
constexpr std::string_view kTenancyFlag = "PULSE_MULTI_TENANT_ENABLED";
constexpr double kMostNumber = 1e300;

Json StageMetricToJson(const StageMetric& metric) {
    Json json = {{"key", metric.key},
                 {"text", metric.text},
                 {"comparison", EnumText(metric.comparison)},
                 {"threshold", metric.threshold},
                 {"min_samples", metric.min_samples}};
    if (!metric.unit.empty()) {
        json["unit"] = metric.unit;
    }
    PutOptional(json, "query", metric.query);
    if (!metric.samples_query.empty()) {
        json["samples_query"] = metric.samples_query;
    }
    if (metric.state) {
        json["state"] = EnumText(*metric.state);
        json["evidence"] = metric.evidence;
        json["measured_by"] = metric.measured_by;
        PutOptional(json, "measured_at", metric.measured_at);
        if (metric.value) {
            json["value"] = *metric.value;
        }
        if (metric.samples) {
            json["samples"] = *metric.samples;
        }
    }
    return json;
}

Json CheckpointToJson(const StageCheckpoint& checkpoint) {
    Json json = {{"checkpoint", checkpoint.facts.n},
                 {"title", checkpoint.facts.title},
                 {"owner", checkpoint.facts.owner.Text()},
                 {"opens_at", FormatTime(checkpoint.facts.opens_at)},
                 {"state", EnumText(checkpoint.state)}};
    PutOptional(json, "due_at", checkpoint.facts.due_at);
    PutOptional(json, "completed_by", checkpoint.completed_by);
    PutOptional(json, "completed_at", checkpoint.facts.completed_at);
    if (!checkpoint.note.empty()) {
        json["note"] = checkpoint.note;
    }
    return json;
}

Json StageToJson(const RolloutStage& stage) {
    Json json = {{"stage", stage.stage},
                 {"soak_hours", std::chrono::duration_cast<std::chrono::hours>(stage.soak).count()},
                 {"organizations", stage.organizations},
                 {"metrics", Json::array()},
                 {"checkpoints", Json::array()}};
    if (stage.cap) {
        json["cap"] = *stage.cap;
    }
    if (stage.needs.release) {
        json["release"] = stage.needs.release->Text();
        json["channel"] = EnumText(stage.needs.channel.value_or(policy::Channel::kExperimental));
    }
    if (stage.needs.programme) {
        json["programme"] = stage.needs.programme->Text();
    }
    PutOptional(json, "entered_at", stage.entered_at);
    PutOptional(json, "left_at", stage.left_at);
    for (const StageMetric& metric : stage.metrics) {
        json["metrics"].push_back(StageMetricToJson(metric));
    }
    for (const StageCheckpoint& checkpoint : stage.checkpoints) {
        json["checkpoints"].push_back(CheckpointToJson(checkpoint));
    }
    return json;
}

Json RiskToJson(const RolloutRisk& risk) {
    Json json = {{"id", risk.id},
                 {"title", risk.title},
                 {"severity", EnumText(risk.severity)},
                 {"owner", risk.owner},
                 {"mitigation", risk.mitigation},
                 {"raised_by", risk.raised_by},
                 {"raised_at", FormatTime(risk.raised_at)}};
    PutOptional(json, "resolved_by", risk.resolved_by);
    PutOptional(json, "resolved_at", risk.resolved_at);
    PutOptional(json, "resolution", risk.resolution);
    return json;
}

Json EvaluationToJson(const RolloutEvaluation& evaluation) {
    Json json = {{"id", evaluation.id},
                 {"stage", evaluation.stage},
                 {"trigger", evaluation.trigger},
                 {"evidence", Json::parse(evaluation.evidence)},
                 {"opened_by", evaluation.opened_by},
                 {"opened_at", FormatTime(evaluation.opened_at)}};
    if (evaluation.decision) {
        json["decision"] = EnumText(*evaluation.decision);
    }
    PutOptional(json, "reason", evaluation.reason);
    PutOptional(json, "decided_by", evaluation.decided_by);
    PutOptional(json, "decided_at", evaluation.decided_at);
    return json;
}

Json MoveToJson(const RolloutMove& move) {
    Json json = {{"id", move.id},
                 {"kind", move.kind},
                 {"reason", move.reason},
                 {"moved_by", move.moved_by},
                 {"moved_at", FormatTime(move.moved_at)}};
    if (move.from) {
        json["from"] = *move.from;
    }
    if (move.to) {
        json["to"] = *move.to;
    }
    return json;
}

bool IsFlagText(std::string_view text) {
    return policy::RolloutId::Parse(std::string(text)).has_value();
}

StageMetric ReadStageMetric(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    StageMetric metric;
    DocumentReader in(json, pointer, errors);
    metric.key = in.Line("key", {.min = 1, .max = 60});
    if (!metric.key.empty() && !IsFlagText(metric.key)) {
        in.ErrorAt(pointer + "/key", "must be letters, digits, '.', '_' and '-'");
    }
    metric.text = in.Line("text", kNameRule);
    metric.comparison = in.In().Enum<policy::Comparison>("comparison");
    metric.threshold = in.In().Number("threshold");
    if (!(metric.threshold >= -kMostNumber && metric.threshold <= kMostNumber)) {
        in.ErrorAt(pointer + "/threshold", "is too large");
    }
    metric.unit = in.OptionalLine("unit", {.min = 1, .max = 40});
    if (std::string query = in.OptionalLine("query", kQueryRule); !query.empty()) {
        metric.query = std::move(query);
    }
    metric.samples_query = in.OptionalLine("samples_query", kQueryRule);
    metric.min_samples = in.In().OptionalInteger("min_samples", 1, 1'000'000'000).value_or(1);
    in.Finish();
    return metric;
}

/// The fields of a plan, from an object that may have more.
void ReadStagePlan(DocumentReader& in, const std::string& pointer, PlanStage& plan) {
    std::size_t at = 0;
    for (const std::string& text : in.OptionalLines("organizations", kMostStageOrganizations, {.min = 1, .max = 63})) {
        auto tenant = policy::TenantId::Parse(text);
        const std::string where = pointer + "/organizations/" + std::to_string(at++);
        if (!tenant) {
            in.ErrorAt(where, "must be the id of a tenant");
        } else if (std::ranges::find(plan.organizations, *tenant) != plan.organizations.end()) {
            in.ErrorAt(where, "is there twice");
        } else {
            plan.organizations.push_back(std::move(*tenant));
        }
    }
    in.EachOf("metrics", kMostStageMetrics, [&](const Json& item, const std::string& where) {
        StageMetric metric = ReadStageMetric(item, where, in.Errors());
        if (std::ranges::any_of(plan.metrics, [&](const StageMetric& other) { return other.key == metric.key; })) {
            in.ErrorAt(where + "/key", "is there twice");
        }
        plan.metrics.push_back(std::move(metric));
    });
    plan.needs.release = ReadOptionalId<policy::ReleaseId>(in.In(), "release");
    plan.needs.channel = in.In().OptionalEnum<policy::Channel>("channel");
    plan.needs.programme = ReadOptionalId<policy::ProgrammeId>(in.In(), "programme");
    if (plan.needs.release.has_value() != plan.needs.channel.has_value()) {
        in.In().Error("channel", "goes with the release that is to be in it");
    } else if (plan.needs.channel == policy::Channel::kDev) {
        in.In().Error("channel", "must be experimental, candidate or stable: every release is in dev at least");
    }
}

PlannedStage ReadPlannedStage(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    PlannedStage stage;
    DocumentReader in(json, pointer, errors);
    stage.stage = static_cast<policy::RolloutStage>(in.In().Integer("stage", 0, policy::kLastStage));
    ReadStagePlan(in, pointer, stage.plan);
    in.Finish();
    return stage;
}

policy::RolloutStage ReadStageNumber(platform::ObjectReader& in, std::string_view field) {
    return static_cast<policy::RolloutStage>(in.Integer(field, 0, policy::kLastStage));
}

}  // namespace

std::string EncodeRollout(const Rollout& rollout) {
    Json json = {{"id", rollout.id},
                 {"title", rollout.title},
                 {"capability", rollout.capability},
                 {"flag", rollout.flag},
                 {"owner", rollout.owner},
                 {"engineering", rollout.engineering},
                 {"product", rollout.product},
                 {"support", rollout.support},
                 {"state", EnumText(rollout.state)},
                 {"created_by", rollout.created_by},
                 {"created_at", FormatTime(rollout.created_at)},
                 {"last_updated", FormatTime(rollout.updated_at)},
                 {"stages", Json::array()},
                 {"risks", Json::array()},
                 {"evaluations", Json::array()},
                 {"moves", Json::array()}};
    if (rollout.stage) {
        json["stage"] = *rollout.stage;
    }
    PutOptional(json, "stage_entered_at", rollout.stage_entered_at);
    PutOptional(json, "closed_by", rollout.closed_by);
    PutOptional(json, "closed_at", rollout.closed_at);
    PutOptional(json, "close_reason", rollout.close_reason);
    for (const RolloutStage& stage : rollout.stages) {
        json["stages"].push_back(StageToJson(stage));
    }
    for (const RolloutRisk& risk : rollout.risks) {
        json["risks"].push_back(RiskToJson(risk));
    }
    for (const RolloutEvaluation& evaluation : rollout.evaluations) {
        json["evaluations"].push_back(EvaluationToJson(evaluation));
    }
    for (const RolloutMove& move : rollout.moves) {
        json["moves"].push_back(MoveToJson(move));
    }
    return json.dump();
}

std::string EncodeStageVerdict(const StageVerdict& verdict) {
    Json json = {{"rollout", verdict.rollout},
                 {"to", verdict.to},
                 {"state", EnumText(verdict.verdict.state)},
                 {"decision", EnumText(DecisionOf(verdict.verdict.state))},
                 {"findings", ToJson(verdict.verdict.findings)},
                 {"evaluated_at", FormatTime(verdict.evaluated_at)}};
    if (verdict.from) {
        json["from"] = *verdict.from;
    }
    PutOptional(json, "earliest", verdict.verdict.earliest);
    return json.dump();
}

Decoded<CreateRollout> DecodeCreateRollout(const Document& document) {
    platform::FieldErrors errors;
    CreateRollout rollout;
    DocumentReader in(document.Root(), "", errors);
    rollout.id = ReadId<policy::RolloutId>(in.In(), "id");
    rollout.title = in.Line("title", kNameRule);
    rollout.capability = in.Line("capability", kNameRule);
    rollout.flag = in.OptionalLine("flag", {.min = 1, .max = 100});
    if (rollout.flag.empty()) {
        rollout.flag = kTenancyFlag;
    } else if (!IsFlagText(rollout.flag)) {
        in.In().Error("flag", "must be letters, digits, '.', '_' and '-', starting with a letter or digit");
    }
    rollout.owner = ReadId<policy::PrincipalId>(in.In(), "owner");
    rollout.engineering = ReadId<policy::PrincipalId>(in.In(), "engineering");
    rollout.product = ReadId<policy::PrincipalId>(in.In(), "product");
    rollout.support = ReadId<policy::PrincipalId>(in.In(), "support");
    in.EachOf("stages", 4, [&](const Json& item, const std::string& pointer) {
        PlannedStage stage = ReadPlannedStage(item, pointer, errors);
        if (std::ranges::any_of(rollout.stages,
                                [&](const PlannedStage& other) { return other.stage == stage.stage; })) {
            in.ErrorAt(pointer + "/stage", "is there twice");
        }
        rollout.stages.push_back(std::move(stage));
    });
    in.Finish();
    return ValueOrErrors(std::move(rollout), std::move(errors));
}

Decoded<PlanStage> DecodePlanStage(const Document& document) {
    platform::FieldErrors errors;
    PlanStage plan;
    DocumentReader in(document.Root(), "", errors);
    ReadStagePlan(in, "", plan);
    in.Finish();
    return ValueOrErrors(std::move(plan), std::move(errors));
}

Decoded<CompleteCheckpoint> DecodeCompleteCheckpoint(const Document& document) {
    return ReadObject<CompleteCheckpoint>(document, [](platform::ObjectReader& in, CompleteCheckpoint& out) {
        out.checkpoint = in.Integer("checkpoint", 1, 1'000'000);
        out.note = ReadProse(in, "note");
    });
}

Decoded<MeasureStage> DecodeMeasureStage(const Document& document) {
    return ReadObject<MeasureStage>(document, [](platform::ObjectReader& in, MeasureStage& out) {
        out.stage = ReadStageNumber(in, "stage");
        out.metric = ReadLine(in, "metric", {.min = 1, .max = 60});
        out.value = in.OptionalNumber("value");
        out.evidence = ReadOptionalProse(in, "evidence").value_or("");
        if (out.value && !(*out.value >= -kMostNumber && *out.value <= kMostNumber)) {
            in.Error("value", "is too large");
        }
        if (out.value.has_value() == out.evidence.empty()) {
            in.Error("evidence", out.value ? "is missing: say what shows the value" : "goes with a value");
        }
    });
}

Decoded<RaiseRisk> DecodeRaiseRisk(const Document& document) {
    return ReadObject<RaiseRisk>(document, [](platform::ObjectReader& in, RaiseRisk& out) {
        out.title = ReadLine(in, "title", kNameRule);
        out.severity = in.Enum<policy::RiskSeverity>("severity");
        out.owner = ReadId<policy::PrincipalId>(in, "owner");
        out.mitigation = ReadOptionalProse(in, "mitigation").value_or("");
    });
}

Decoded<AdvanceRollout> DecodeAdvanceRollout(const Document& document) {
    return ReadObject<AdvanceRollout>(document, [](platform::ObjectReader& in, AdvanceRollout& out) {
        out.to = ReadStageNumber(in, "to");
        out.reason = ReadProse(in, "reason");
    });
}

Decoded<WithdrawOrganization> DecodeWithdrawOrganization(const Document& document) {
    return ReadObject<WithdrawOrganization>(document, [](platform::ObjectReader& in, WithdrawOrganization& out) {
        out.organization = ReadId<policy::TenantId>(in, "organization");
        out.reason = ReadProse(in, "reason");
    });
}

Decoded<OpenEvaluation> DecodeOpenEvaluation(const Document& document) {
    return ReadObject<OpenEvaluation>(document, [](platform::ObjectReader& in, OpenEvaluation& out) {
        out.trigger = ReadLine(in, "trigger", kNameRule);
        const Json* evidence = in.OptionalObject("evidence");
        out.evidence = evidence != nullptr ? evidence->dump() : "{}";
    });
}

Decoded<DecideStageEvaluation> DecodeDecideStageEvaluation(const Document& document) {
    return ReadObject<DecideStageEvaluation>(document, [](platform::ObjectReader& in, DecideStageEvaluation& out) {
        out.decision = in.Enum<policy::StageDecision>("decision");
        out.reason = ReadProse(in, "reason");
    });
}

}  // namespace wire
