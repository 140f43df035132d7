// Staged rollouts: planning, the gate of a stage, moving, what triggers ask.

#include "controller/app/rollouts.hpp"
#include "controller/app/services.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/record_json.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

constexpr std::size_t kRolloutBytes = 512 * 1024;

policy::RolloutId RolloutOf(const Exchange& exchange) {
    return exchange.Id<policy::RolloutId>("rollout", "rollout");
}

std::int64_t StageOf(const Exchange& exchange) {
    return static_cast<std::int64_t>(exchange.PathEnum<policy::RolloutStage>("stage", "stage"));
}

HttpResponse PostRollout(Exchange& exchange) {
    const wire::CreateRollout command = exchange.Decode(wire::DecodeCreateRollout);
    return exchange.Mutate([&](store::Tx& tx) { return app::CreateRollout(tx, exchange.Caller(), command); },
                           wire::EncodeRollout,
                           [](const wire::Rollout& rollout) { return "/v1/rollouts/" + rollout.id; });
}

HttpResponse GetRollouts(Exchange& exchange) {
    return exchange.List([](store::Tx& tx, const app::PageQuery& page) { return app::ListRollouts(tx, page); },
                         wire::EncodeRollout);
}

HttpResponse GetRollout(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowRollout(tx, id); }, wire::EncodeRollout);
}

HttpResponse PutStage(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::PlanStage command = exchange.Decode(wire::DecodePlanStage);
    const std::int64_t stage = StageOf(exchange);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::PlanStage(tx, exchange.Caller(), id, version, stage, command); },
        wire::EncodeRollout);
}

HttpResponse PostOrganizationWithdrawal(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::WithdrawOrganization command = exchange.Decode(wire::DecodeWithdrawOrganization);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::WithdrawOrganization(tx, exchange.Caller(), id, version, command); },
        wire::EncodeRollout);
}

HttpResponse PostStageCheckpoint(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::CompleteCheckpoint command = exchange.Decode(wire::DecodeCompleteCheckpoint);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::CompleteCheckpoint(tx, exchange.Caller(), id, version, command); },
        wire::EncodeRollout);
}

HttpResponse PostMeasurement(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const wire::MeasureStage command = exchange.Decode(wire::DecodeMeasureStage);
    app::Services& services = exchange.Services();
    const auto measured = app::MeasureStageMetric(services.database, services.metrics, id, command);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::RecordStageMeasurement(tx, exchange.Caller(), id, command, measured); },
        wire::EncodeRollout);
}

HttpResponse PostRisk(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const wire::RaiseRisk command = exchange.Decode(wire::DecodeRaiseRisk);
    return exchange.Mutate([&](store::Tx& tx) { return app::RaiseRisk(tx, exchange.Caller(), id, command); },
                           wire::EncodeRollout);
}

HttpResponse PostRiskResolution(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const auto risk = exchange.Id<policy::RecordId>("risk", "risk");
    const std::int64_t version = exchange.ExpectedVersion();
    const auto command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ResolveRisk(tx, exchange.Caller(), id, version, risk, command.reason); },
        wire::EncodeRollout);
}

HttpResponse PostEvaluation(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const wire::OpenEvaluation command = exchange.Decode(wire::DecodeOpenEvaluation);
    return exchange.Mutate([&](store::Tx& tx) { return app::OpenEvaluation(tx, exchange.Caller(), id, command); },
                           wire::EncodeRollout);
}

HttpResponse PostDecision(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const auto evaluation = exchange.Id<policy::RecordId>("evaluation", "evaluation");
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::DecideStageEvaluation command = exchange.Decode(wire::DecodeDecideStageEvaluation);
    return exchange.Mutate(
        [&](store::Tx& tx) {
            return app::DecideStageEvaluation(tx, exchange.Caller(), id, version, evaluation, command);
        },
        wire::EncodeRollout);
}

HttpResponse GetStageGate(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const std::int64_t to = StageOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::EvaluateStage(tx, id, to); }, wire::EncodeStageVerdict);
}

HttpResponse PostAdvance(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::AdvanceRollout command = exchange.Decode(wire::DecodeAdvanceRollout);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::AdvanceRollout(tx, exchange.Caller(), id, version, command); },
        wire::EncodeRollout);
}

HttpResponse PostReverse(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const auto command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ReverseRollout(tx, exchange.Caller(), id, command.reason); },
        wire::EncodeRollout);
}

HttpResponse PostEnd(Exchange& exchange) {
    const policy::RolloutId id = RolloutOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const auto command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::EndRollout(tx, exchange.Caller(), id, version, command.reason); },
        wire::EncodeRollout);
}

constexpr Route kRollouts[] = {
    {.method = Method::kPost,
     .pattern = "/v1/rollouts",
     .kind = Kind::kCreate,
     .permission = Permission::kManageRollout,
     .area = "Rollouts",
     .summary = "Plan a staged rollout of a capability",
     .answer = {201, "Rollout"},
     .body = {BodyKind::kJson, "CreateRollout", kRolloutBytes},
     .handler = PostRollout},
    {.method = Method::kGet,
     .pattern = "/v1/rollouts",
     .kind = Kind::kList,
     .area = "Rollouts",
     .summary = "List rollouts with their stages",
     .answer = {200, "Page:Rollout"},
     .handler = GetRollouts},
    {.method = Method::kGet,
     .pattern = "/v1/rollouts/{rollout}",
     .area = "Rollouts",
     .summary = "Show a rollout with its stages, checkpoints, risks, evaluations and moves",
     .answer = {200, "Rollout"},
     .handler = GetRollout},
    {.method = Method::kPut,
     .pattern = "/v1/rollouts/{rollout}/stages/{stage}",
     .kind = Kind::kChange,
     .permission = Permission::kManageRollout,
     .area = "Rollouts",
     .summary = "Say whom a stage is for, what counts as its success and what it needs, before it is entered",
     .answer = {200, "Rollout"},
     .body = {BodyKind::kJson, "PlanStage", kRolloutBytes},
     .handler = PutStage},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}/withdrawals",
     .kind = Kind::kChange,
     .permission = Permission::kManageRollout,
     .area = "Rollouts",
     .summary = "Take an organization off the stage that the rollout is in",
     .answer = {200, "Rollout"},
     .body = {BodyKind::kJson, "WithdrawOrganization"},
     .handler = PostOrganizationWithdrawal},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}/checkpoints",
     .kind = Kind::kChange,
     .permission = Permission::kAttendRollout,
     .area = "Rollouts",
     .summary = "Complete a checkpoint of the stage that the rollout is in",
     .answer = {200, "Rollout"},
     .body = {BodyKind::kJson, "CompleteCheckpoint"},
     .handler = PostStageCheckpoint},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}/measurements",
     .kind = Kind::kAct,
     .permission = Permission::kWorkOnRollout,
     .area = "Rollouts",
     .summary = "Measure a success metric; without a value the metrics source is asked",
     .answer = {200, "Rollout"},
     .body = {BodyKind::kJson, "MeasureStage"},
     .handler = PostMeasurement},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}/risks",
     .kind = Kind::kAct,
     .permission = Permission::kWorkOnRollout,
     .area = "Rollouts",
     .summary = "Put a risk on the register",
     .answer = {200, "Rollout"},
     .body = {BodyKind::kJson, "RaiseRisk"},
     .handler = PostRisk},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}/risks/{risk}:resolve",
     .kind = Kind::kChange,
     .permission = Permission::kDecideRollout,
     .area = "Rollouts",
     .summary = "Resolve a risk",
     .answer = {200, "Rollout"},
     .body = {BodyKind::kJson, "Reason"},
     .handler = PostRiskResolution},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}/evaluations",
     .kind = Kind::kAct,
     .permission = Permission::kWorkOnRollout,
     .area = "Rollouts",
     .summary = "Ask whether the rollout may go on; it does not until somebody decides",
     .answer = {200, "Rollout"},
     .body = {BodyKind::kJson, "OpenEvaluation"},
     .handler = PostEvaluation},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}/evaluations/{evaluation}:decide",
     .kind = Kind::kChange,
     .permission = Permission::kDecideRollout,
     .area = "Rollouts",
     .summary = "Decide an evaluation: continue, hold or reverse",
     .answer = {200, "Rollout"},
     .body = {BodyKind::kJson, "DecideStageEvaluation"},
     .handler = PostDecision},
    {.method = Method::kGet,
     .pattern = "/v1/rollouts/{rollout}/gates/{stage}",
     .area = "Rollouts",
     .summary = "Ask whether the rollout may enter a stage now",
     .answer = {200, "StageVerdict"},
     .handler = GetStageGate},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}:advance",
     .kind = Kind::kChange,
     .permission = Permission::kAdvanceRollout,
     .area = "Rollouts",
     .summary = "Enter the next stage",
     .answer = {200, "Rollout"},
     .body = {BodyKind::kJson, "AdvanceRollout"},
     .handler = PostAdvance},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}:reverse",
     .kind = Kind::kAct,
     .permission = Permission::kReverseRollout,
     .area = "Rollouts",
     .summary = "Take the capability off all organizations, for good",
     .answer = {200, "Rollout"},
     .body = {BodyKind::kJson, "Reason"},
     .handler = PostReverse},
    {.method = Method::kPost,
     .pattern = "/v1/rollouts/{rollout}:end",
     .kind = Kind::kChange,
     .permission = Permission::kAdvanceRollout,
     .area = "Rollouts",
     .summary = "End a rollout: its organizations are taken off",
     .answer = {200, "Rollout"},
     .body = {BodyKind::kJson, "Reason"},
     .handler = PostEnd},
};

}  // namespace

std::span<const Route> RolloutRoutes() {
    return kRollouts;
}

}  // namespace http
