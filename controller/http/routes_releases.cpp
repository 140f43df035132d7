// Releases, manifests, plans, exposure, gates and promotions.

#include "controller/app/gate.hpp"
#include "controller/app/plans.hpp"
#include "controller/app/promotions.hpp"
#include "controller/app/releases.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/release_json.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

constexpr std::size_t kManifestBytes = 4 * 1024 * 1024;

policy::ReleaseId ReleaseOf(const Exchange& exchange) {
    return exchange.Id<policy::ReleaseId>("release", "release");
}

HttpResponse PostRelease(Exchange& exchange) {
    const policy::Manifest manifest = exchange.Decode(wire::DecodeManifestDocument);
    return exchange.Mutate([&](store::Tx& tx) { return app::SubmitManifest(tx, exchange.Caller(), manifest); },
                           wire::EncodeRelease,
                           [](const wire::Release& release) { return "/v1/releases/" + release.id.Text(); });
}

HttpResponse GetReleases(Exchange& exchange) {
    store::ReleaseFilter filter;
    filter.channel = exchange.QueryEnum<policy::Channel>("channel");
    filter.classification = exchange.QueryEnum<policy::ReleaseClass>("class");
    filter.status = exchange.QueryEnum<policy::ReleaseStatus>("status");
    filter.text = exchange.QueryText("q").value_or("");
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) {
            return app::ListReleases(tx, exchange.Services().gates, filter, page);
        },
        wire::EncodeRelease);
}

HttpResponse GetRelease(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowRelease(tx, id); }, wire::EncodeRelease);
}

HttpResponse WithdrawRelease(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::ReasonCommand command = exchange.Decode(wire::DecodeReason);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::WithdrawRelease(tx, exchange.Caller(), id, version, command.reason); },
        wire::EncodeRelease);
}

HttpResponse GetManifest(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowRevision(tx, id, std::nullopt); },
                         wire::EncodeCurrentManifest);
}

HttpResponse PutManifest(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const policy::Manifest manifest = exchange.Decode(wire::DecodeManifestDocument);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ReviseManifest(tx, exchange.Caller(), id, version, manifest); },
        wire::EncodeRevision);
}

HttpResponse GetRevisions(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    return exchange.List([&](store::Tx& tx, const app::PageQuery& page) { return app::ListRevisions(tx, id, page); },
                         wire::EncodeRevision);
}

HttpResponse GetRevision(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    const std::int64_t revision = exchange.Number("revision", "revision");
    return exchange.Read([&](store::Tx& tx) { return app::ShowRevision(tx, id, revision); }, wire::EncodeRevision);
}

HttpResponse GetRevisionDiff(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    const std::int64_t revision = exchange.Number("revision", "revision");
    const auto against = exchange.QueryNumber("against", 1, 1'000'000);
    return exchange.Read([&](store::Tx& tx) { return app::CompareRevisions(tx, id, revision, against); },
                         wire::EncodeRevisionDiff);
}

HttpResponse GetPlan(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    return exchange.Read([&](store::Tx& tx) { return app::ShowPlan(tx, id); }, wire::EncodePlanResource);
}

HttpResponse PutPlan(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();  // the release's ETag while there is no plan
    const policy::ExposurePlan plan = exchange.Decode(wire::DecodePlanDocument);
    return exchange.Mutate([&](store::Tx& tx) { return app::SetPlan(tx, exchange.Caller(), id, version, plan); },
                           wire::EncodePlanResource);
}

HttpResponse GetExposure(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    const auto channel = exchange.QueryEnum<policy::Channel>("channel");
    return exchange.Read([&](store::Tx& tx) { return app::ShowExposure(tx, id, channel); }, wire::EncodeExposure);
}

HttpResponse EvaluateGate(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    const auto to = exchange.PathEnum<policy::Channel>("channel", "channel");
    const wire::WhatIf question = exchange.Decode(wire::DecodeWhatIf);
    app::Services& services = exchange.Services();
    auto verdict = app::EvaluateWhatIf(services.database, services.metrics, id, to, question);
    if (!verdict) {
        return exchange.Refuse(std::move(verdict.error()));
    }
    verdict->simulated_clock = services.simulated_clock;
    return exchange.Respond(Answer{Content{wire::EncodeVerdict(*verdict)}, std::nullopt, {}, {}});
}

HttpResponse PostPromotion(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    const std::int64_t version = exchange.ExpectedVersion();
    const wire::PromoteCommand command = exchange.Decode(wire::DecodePromote);
    app::Services& services = exchange.Services();
    std::optional<app::Measurements> measurements;
    const auto promote = [&] {
        return exchange.Mutate(
            [&](store::Tx& tx) {
                return app::PromoteRelease(tx, exchange.Caller(), id, version, command.to, measurements);
            },
            wire::EncodePromotion);
    };
    try {
        return promote();
    } catch (const app::MeasurementNeeded&) {
        measurements = app::MeasureForPromotion(services.database, services.metrics, id, command.to);
        return promote();
    }
}

HttpResponse GetPromotions(Exchange& exchange) {
    const policy::ReleaseId id = ReleaseOf(exchange);
    return exchange.List([&](store::Tx& tx, const app::PageQuery& page) { return app::ListPromotions(tx, id, page); },
                         wire::EncodePromotion);
}

constexpr QueryParameter kReleaseFilters[] = {
    {"channel", R"({"$ref":"Channel"})", "Only releases in this channel."},
    {"class", R"({"$ref":"ReleaseClass"})", "Only releases of this class."},
    {"status", R"({"$ref":"ReleaseStatus"})", "Only releases with this status."},
    {"q", R"({"type":"string","maxLength":200})", "Only releases with this text in id or title."}};
constexpr QueryParameter kAgainst[] = {
    {"against", R"({"type":"integer","minimum":1})", "The revision to compare with; the one before unless given."}};
constexpr QueryParameter kChannel[] = {
    {"channel", R"({"$ref":"Channel"})", "As if the release were in this channel; its own unless given."}};

constexpr Route kReleasesRoutes[] = {
    {Method::kPost,
     "/v1/releases",
     Kind::kCreate,
     Permission::kSubmitManifest,
     "Releases",
     "Submit a manifest",
     {201, "Release"},
     {BodyKind::kJsonOrYaml, "Manifest", kManifestBytes},
     {},
     Access::kToken,
     PostRelease},
    {Method::kGet,
     "/v1/releases",
     Kind::kList,
     Permission::kRead,
     "Releases",
     "List releases",
     {200, "Page:Release"},
     {},
     kReleaseFilters,
     Access::kToken,
     GetReleases},
    {Method::kGet,
     "/v1/releases/{release}",
     Kind::kRead,
     Permission::kRead,
     "Releases",
     "Show a release with its stay and the next gate's verdict",
     {200, "Release"},
     {},
     {},
     Access::kToken,
     GetRelease},
    {Method::kPost,
     "/v1/releases/{release}:withdraw",
     Kind::kChange,
     Permission::kSubmitManifest,
     "Releases",
     "Withdraw a release for good",
     {200, "Release"},
     {BodyKind::kJson, "Reason"},
     {},
     Access::kToken,
     WithdrawRelease},
    {Method::kGet,
     "/v1/releases/{release}/manifest",
     Kind::kRead,
     Permission::kRead,
     "Manifests",
     "Show the current manifest",
     {200, "Manifest"},
     {},
     {},
     Access::kToken,
     GetManifest},
    {Method::kPut,
     "/v1/releases/{release}/manifest",
     Kind::kChange,
     Permission::kSubmitManifest,
     "Manifests",
     "Revise the manifest",
     {200, "Revision"},
     {BodyKind::kJsonOrYaml, "Manifest", kManifestBytes},
     {},
     Access::kToken,
     PutManifest},
    {Method::kGet,
     "/v1/releases/{release}/revisions",
     Kind::kList,
     Permission::kRead,
     "Manifests",
     "List the revisions of the manifest",
     {200, "Page:Revision"},
     {},
     {},
     Access::kToken,
     GetRevisions},
    {Method::kGet,
     "/v1/releases/{release}/revisions/{revision}",
     Kind::kRead,
     Permission::kRead,
     "Manifests",
     "Show a revision",
     {200, "Revision"},
     {},
     {},
     Access::kToken,
     GetRevision},
    {Method::kGet,
     "/v1/releases/{release}/revisions/{revision}/diff",
     Kind::kRead,
     Permission::kRead,
     "Manifests",
     "Show what a revision changed",
     {200, "RevisionDiff"},
     {},
     kAgainst,
     Access::kToken,
     GetRevisionDiff},
    {Method::kGet,
     "/v1/releases/{release}/exposure-plan",
     Kind::kRead,
     Permission::kRead,
     "Exposure",
     "Show the exposure plan and its approval",
     {200, "Plan"},
     {},
     {},
     Access::kToken,
     GetPlan},
    {Method::kPut,
     "/v1/releases/{release}/exposure-plan",
     Kind::kChange,
     Permission::kSetPlan,
     "Exposure",
     "Set the exposure plan",
     {200, "Plan"},
     {BodyKind::kJsonOrYaml, "ExposurePlan", 2 * 1024 * 1024},
     {},
     Access::kToken,
     PutPlan},
    {Method::kGet,
     "/v1/releases/{release}/exposure",
     Kind::kRead,
     Permission::kRead,
     "Exposure",
     "Show which tenants receive the release, with the reason for each",
     {200, "Exposure"},
     {},
     kChannel,
     Access::kToken,
     GetExposure},
    {Method::kPost,
     "/v1/releases/{release}/gates/{channel}:evaluate",
     Kind::kRead,
     Permission::kRead,
     "Gates",
     "Ask what the verdict would be under assumptions; changes nothing",
     {200, "Verdict"},
     {BodyKind::kOptionalJson, "WhatIf", kManifestBytes},
     {},
     Access::kToken,
     EvaluateGate},
    {Method::kPost,
     "/v1/releases/{release}/promotions",
     Kind::kChange,
     Permission::kPromote,
     "Promotions",
     "Promote a release into the next channel",
     {201, "Promotion"},
     {BodyKind::kJson, "Promote"},
     {},
     Access::kToken,
     PostPromotion},
    {Method::kGet,
     "/v1/releases/{release}/promotions",
     Kind::kList,
     Permission::kRead,
     "Promotions",
     "List promotions",
     {200, "Page:Promotion"},
     {},
     {},
     Access::kToken,
     GetPromotions},
};

}  // namespace

std::span<const Route> ReleaseRoutes() {
    return kReleasesRoutes;
}

}  // namespace http
