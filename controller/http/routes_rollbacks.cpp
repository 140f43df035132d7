// Rollbacks and the evaluations that SEV-1 incidents open.

#include "controller/app/incidents.hpp"
#include "controller/app/rollbacks.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/record_json.hpp"
#include "controller/wire/release_json.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

policy::ReleaseId RollbackRelease(const Exchange& exchange) {
    return exchange.Id<policy::ReleaseId>("release", "release");
}

policy::RecordId RollbackOf(const Exchange& exchange) {
    return exchange.Id<policy::RecordId>("rollback", "rollback");
}

HttpResponse PostRollbackApproval(Exchange& exchange) {
    const policy::ReleaseId release = RollbackRelease(exchange);
    const wire::ReasonCommand command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ApproveRollback(tx, exchange.Caller(), release, command.reason); },
        wire::EncodeRollbackApproval);
}

HttpResponse PostRollback(Exchange& exchange) {
    const policy::ReleaseId release = RollbackRelease(exchange);
    const wire::StartRollback command = exchange.Decode(wire::DecodeStartRollback);
    return exchange.Mutate([&](store::Tx& tx) { return app::StartRollback(tx, exchange.Caller(), release, command); },
                           wire::EncodeRollback,
                           [](const wire::Rollback& rollback) {
                               return "/v1/releases/" + rollback.release + "/rollbacks/" + rollback.id;
                           });
}

HttpResponse GetRollbacks(Exchange& exchange) {
    const policy::ReleaseId release = RollbackRelease(exchange);
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListRollbacks(tx, release, page); },
        wire::EncodeRollback);
}

HttpResponse GetRollback(Exchange& exchange) {
    const policy::ReleaseId release = RollbackRelease(exchange);
    const policy::RecordId rollback = RollbackOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowRollback(tx, release, rollback); }, wire::EncodeRollback);
}

HttpResponse PostRollbackStep(Exchange& exchange) {
    const policy::ReleaseId release = RollbackRelease(exchange);
    const policy::RecordId rollback = RollbackOf(exchange);
    const std::int64_t step = exchange.Number("step", "step");
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::FinishStep command = exchange.Decode(wire::DecodeFinishStep);
    return exchange.Mutate(
        [&](store::Tx& tx) {
            return app::FinishRollbackStep(tx, exchange.Caller(), release, rollback, version, step, command);
        },
        wire::EncodeRollback);
}

HttpResponse PostRollbackFinish(Exchange& exchange) {
    const policy::ReleaseId release = RollbackRelease(exchange);
    const policy::RecordId rollback = RollbackOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::FinishRollback command = exchange.Decode(wire::DecodeFinishRollback);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::FinishRollback(tx, exchange.Caller(), release, rollback, version, command); },
        wire::EncodeRollback);
}

HttpResponse GetEvaluations(Exchange& exchange) {
    const policy::ReleaseId release = RollbackRelease(exchange);
    return exchange.List([&](store::Tx& tx, const app::PageQuery&) { return app::ListEvaluations(tx, release); },
                         wire::EncodeEvaluation);
}

HttpResponse PostEvaluationDecision(Exchange& exchange) {
    const policy::ReleaseId release = RollbackRelease(exchange);
    const auto evaluation = exchange.Id<policy::RecordId>("evaluation", "rollback evaluation");
    const wire::DecideEvaluation command = exchange.Decode(wire::DecodeDecideEvaluation);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::DecideEvaluation(tx, exchange.Caller(), release, evaluation, command); },
        wire::EncodeEvaluation);
}

constexpr Route kRollbacksRoutes[] = {
    {Method::kPost,
     "/v1/releases/{release}/rollback-approvals",
     Kind::kCreate,
     Permission::kRollBack,
     "Rollbacks",
     "Approve a rollback that somebody else will start",
     {201, "RollbackApproval"},
     {BodyKind::kJson, "Reason"},
     {},
     Access::kToken,
     PostRollbackApproval},
    {Method::kPost,
     "/v1/releases/{release}/rollbacks",
     Kind::kCreate,
     Permission::kRollBack,
     "Rollbacks",
     "Roll a release back",
     {201, "Rollback"},
     {BodyKind::kJson, "StartRollback"},
     {},
     Access::kToken,
     PostRollback},
    {Method::kGet,
     "/v1/releases/{release}/rollbacks",
     Kind::kList,
     Permission::kRead,
     "Rollbacks",
     "List rollbacks",
     {200, "Page:Rollback"},
     {},
     {},
     Access::kToken,
     GetRollbacks},
    {Method::kGet,
     "/v1/releases/{release}/rollbacks/{rollback}",
     Kind::kRead,
     Permission::kRead,
     "Rollbacks",
     "Show a rollback with its steps",
     {200, "Rollback"},
     {},
     {},
     Access::kToken,
     GetRollback},
    {Method::kPost,
     "/v1/releases/{release}/rollbacks/{rollback}/steps/{step}",
     Kind::kChange,
     Permission::kRollBack,
     "Rollbacks",
     "Record what became of a step",
     {200, "Rollback"},
     {BodyKind::kJson, "FinishStep"},
     {},
     Access::kToken,
     PostRollbackStep},
    {Method::kPost,
     "/v1/releases/{release}/rollbacks/{rollback}:finish",
     Kind::kChange,
     Permission::kRollBack,
     "Rollbacks",
     "End a rollback with its outcome",
     {200, "Rollback"},
     {BodyKind::kJson, "FinishRollback"},
     {},
     Access::kToken,
     PostRollbackFinish},
    {Method::kGet,
     "/v1/releases/{release}/rollback-evaluations",
     Kind::kList,
     Permission::kRead,
     "Rollbacks",
     "List rollback evaluations",
     {200, "Page:Evaluation"},
     {},
     {},
     Access::kToken,
     GetEvaluations},
    {Method::kPost,
     "/v1/releases/{release}/rollback-evaluations/{evaluation}:decide",
     Kind::kAct,
     Permission::kRollBack,
     "Rollbacks",
     "Decide a rollback evaluation",
     {200, "Evaluation"},
     {BodyKind::kJson, "DecideEvaluation"},
     {},
     Access::kToken,
     PostEvaluationDecision},
};

}  // namespace

std::span<const Route> RollbackRoutes() {
    return kRollbacksRoutes;
}

}  // namespace http
