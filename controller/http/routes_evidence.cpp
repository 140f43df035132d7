// Evidence, approvals, risk acceptances and hard stops.

#include "controller/app/evidence.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/evidence_json.hpp"
#include "controller/wire/release_json.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

policy::ReleaseId EvidenceRelease(const Exchange& exchange) {
    return exchange.Id<policy::ReleaseId>("release", "release");
}

HttpResponse PostCheck(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    const wire::RecordCheck command = exchange.Decode(wire::DecodeRecordCheck);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::RecordCheck(tx, exchange.Caller(), release, command); }, wire::EncodeCheck,
        [](const wire::Check& check) { return "/v1/releases/" + check.release + "/checks/" + check.id; });
}

HttpResponse GetChecks(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    store::CheckFilter filter;
    filter.control = exchange.QueryEnum<policy::Control>("control");
    filter.outcome = exchange.QueryEnum<policy::CheckOutcome>("outcome");
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListChecks(tx, release, filter, page); },
        wire::EncodeCheck);
}

HttpResponse GetCheck(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    const auto check = exchange.Id<policy::RecordId>("check", "check");
    return exchange.Read([&](store::Tx& tx) { return app::ShowCheck(tx, release, check); }, wire::EncodeCheck);
}

HttpResponse ResolveCheck(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    const auto check = exchange.Id<policy::RecordId>("check", "check");
    const wire::ResolveCommand command = exchange.Decode(wire::DecodeResolve);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ResolveCheck(tx, exchange.Caller(), release, check, command); },
        wire::EncodeCheck);
}

HttpResponse PostApproval(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    const wire::GiveApproval command = exchange.Decode(wire::DecodeGiveApproval);
    return exchange.Mutate([&](store::Tx& tx) { return app::GiveApproval(tx, exchange.Caller(), release, command); },
                           wire::EncodeApproval);
}

HttpResponse GetApprovals(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ListApprovals(tx, release); }, wire::EncodeApprovalBoard);
}

HttpResponse RevokeApproval(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    const auto approval = exchange.Id<policy::RecordId>("approval", "approval");
    const wire::ReasonCommand command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::RevokeApproval(tx, exchange.Caller(), release, approval, command.reason); },
        wire::EncodeApproval);
}

HttpResponse PostRiskAcceptance(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    const wire::AcceptRisk command = exchange.Decode(wire::DecodeAcceptRisk);
    return exchange.Mutate([&](store::Tx& tx) { return app::AcceptRisk(tx, exchange.Caller(), release, command); },
                           wire::EncodeRiskAcceptance);
}

HttpResponse GetRiskAcceptances(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListRiskAcceptances(tx, release, page); },
        wire::EncodeRiskAcceptance);
}

HttpResponse RevokeRiskAcceptance(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    const auto acceptance = exchange.Id<policy::RecordId>("acceptance", "risk acceptance");
    const wire::ReasonCommand command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) {
            return app::RevokeRiskAcceptance(tx, exchange.Caller(), release, acceptance, command.reason);
        },
        wire::EncodeRiskAcceptance);
}

HttpResponse PostHardStop(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    const wire::RaiseHardStop command = exchange.Decode(wire::DecodeRaiseHardStop);
    return exchange.Mutate([&](store::Tx& tx) { return app::RaiseHardStop(tx, exchange.Caller(), release, command); },
                           wire::EncodeHardStop);
}

HttpResponse GetHardStops(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ListHardStops(tx, release); }, wire::EncodeHardStopBoard);
}

HttpResponse ResolveHardStop(Exchange& exchange) {
    const policy::ReleaseId release = EvidenceRelease(exchange);
    const auto stop = exchange.Id<policy::RecordId>("stop", "hard stop");
    const wire::ResolveCommand command = exchange.Decode(wire::DecodeResolveHardStop);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ResolveHardStop(tx, exchange.Caller(), release, stop, command); },
        wire::EncodeHardStop);
}

constexpr QueryParameter kCheckFilters[] = {
    {"control", R"({"$ref":"Control"})", "Only evidence for this control."},
    {"outcome", R"({"$ref":"CheckOutcome"})", "Only evidence with this outcome."}};

constexpr Route kEvidenceRoutes[] = {
    {Method::kPost,
     "/v1/releases/{release}/checks",
     Kind::kCreate,
     Permission::kRecordCheck,
     "Evidence",
     "Record evidence for a control",
     {201, "Check"},
     {BodyKind::kJson, "RecordCheck", 256 * 1024},
     {},
     Access::kToken,
     PostCheck},
    {Method::kGet,
     "/v1/releases/{release}/checks",
     Kind::kList,
     Permission::kRead,
     "Evidence",
     "List evidence",
     {200, "Page:Check"},
     {},
     kCheckFilters,
     Access::kToken,
     GetChecks},
    {Method::kGet,
     "/v1/releases/{release}/checks/{check}",
     Kind::kRead,
     Permission::kRead,
     "Evidence",
     "Show one item of evidence",
     {200, "Check"},
     {},
     {},
     Access::kToken,
     GetCheck},
    {Method::kPost,
     "/v1/releases/{release}/checks/{check}:resolve",
     Kind::kAct,
     Permission::kResolveCheck,
     "Evidence",
     "Close a failed item with a written resolution",
     {200, "Check"},
     {BodyKind::kJson, "Resolve"},
     {},
     Access::kToken,
     ResolveCheck},
    {Method::kPost,
     "/v1/releases/{release}/approvals",
     Kind::kCreate,
     Permission::kApprove,
     "Approvals",
     "Give an approval",
     {201, "Approval"},
     {BodyKind::kJson, "GiveApproval"},
     {},
     Access::kToken,
     PostApproval},
    {Method::kGet,
     "/v1/releases/{release}/approvals",
     Kind::kRead,
     Permission::kRead,
     "Approvals",
     "Show approvals given and still needed",
     {200, "ApprovalBoard"},
     {},
     {},
     Access::kToken,
     GetApprovals},
    {Method::kPost,
     "/v1/releases/{release}/approvals/{approval}:revoke",
     Kind::kAct,
     Permission::kApprove,
     "Approvals",
     "Take an approval back",
     {200, "Approval"},
     {BodyKind::kJson, "Reason"},
     {},
     Access::kToken,
     RevokeApproval},
    {Method::kPost,
     "/v1/releases/{release}/risk-acceptances",
     Kind::kCreate,
     Permission::kAcceptRisk,
     "Risks",
     "Accept a risk until its review date",
     {201, "RiskAcceptance"},
     {BodyKind::kJson, "AcceptRisk"},
     {},
     Access::kToken,
     PostRiskAcceptance},
    {Method::kGet,
     "/v1/releases/{release}/risk-acceptances",
     Kind::kList,
     Permission::kRead,
     "Risks",
     "List risk acceptances",
     {200, "Page:RiskAcceptance"},
     {},
     {},
     Access::kToken,
     GetRiskAcceptances},
    {Method::kPost,
     "/v1/releases/{release}/risk-acceptances/{acceptance}:revoke",
     Kind::kAct,
     Permission::kAcceptRisk,
     "Risks",
     "Take a risk acceptance back",
     {200, "RiskAcceptance"},
     {BodyKind::kJson, "Reason"},
     {},
     Access::kToken,
     RevokeRiskAcceptance},
    {Method::kPost,
     "/v1/releases/{release}/hard-stops",
     Kind::kCreate,
     Permission::kRaiseHardStop,
     "Hard stops",
     "Raise a hard stop",
     {201, "HardStop"},
     {BodyKind::kJson, "RaiseHardStop"},
     {},
     Access::kToken,
     PostHardStop},
    {Method::kGet,
     "/v1/releases/{release}/hard-stops",
     Kind::kRead,
     Permission::kRead,
     "Hard stops",
     "Show hard stops, raised and from the facts",
     {200, "HardStopBoard"},
     {},
     {},
     Access::kToken,
     GetHardStops},
    {Method::kPost,
     "/v1/releases/{release}/hard-stops/{stop}:resolve",
     Kind::kAct,
     Permission::kResolveHardStop,
     "Hard stops",
     "Resolve a raised hard stop with evidence",
     {200, "HardStop"},
     {BodyKind::kJson, "ResolveHardStop"},
     {},
     Access::kToken,
     ResolveHardStop},
};

}  // namespace

std::span<const Route> EvidenceRoutes() {
    return kEvidenceRoutes;
}

}  // namespace http
