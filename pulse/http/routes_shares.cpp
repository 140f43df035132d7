// Shares: given by an organization, and offered to it.

#include <atomic>
#include <chrono>

#include "pulse/auth/scopes.hpp"
#include "pulse/http/acts.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/wire/details_json.hpp"
#include "tenancy/wire/organization_json.hpp"
#include "tenancy/wire/requests.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;
using tenancy::Decided;
using tenancy::Organization;
using tenancy::OrgChange;

/// Unique also when two are made in the same microsecond.
std::string NewShareId(platform::Time now) {
    static std::atomic<std::int64_t> count{0};
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
    return tenancy::MakeShareId(nanoseconds + count.fetch_add(1) % 1'000);
}

HttpResponse ListShares(Exchange& exchange) {
    const auto org = app::FindByPath(exchange.Services(), exchange.Path("id"));
    Exchange::Check(tenancy::DecideView(org.get(), exchange.Caller()));
    return JsonAnswer(200, tenancy::wire::EncodeShares(tenancy::OutgoingShares(*org)));
}

HttpResponse CreateShare(Exchange& exchange) {
    const auto body = tenancy::wire::DecodeCreateShare(exchange.Request().body);
    const auto* request = body ? &*body : nullptr;
    const std::string new_id = NewShareId(exchange.Now());
    tenancy::ShareDecision decision;
    const auto decide = [&](const Organization* source) -> Decided<OrgChange> {
        const auto target = tenancy::DecideShareTarget(source, exchange.Caller(), request);
        if (!target) {
            return platform::Unexpected<tenancy::Refusal>(target.error());
        }
        const auto found = app::FindByPath(exchange.Services(), target->Text());
        auto decided = tenancy::DecideCreateShare(source, exchange.Caller(), request, found != nullptr, exchange.Now(),
                                                  new_id, found ? found->created_at : std::nullopt);
        if (!decided) {
            return platform::Unexpected<tenancy::Refusal>(std::move(decided.error()));
        }
        decision = std::move(*decided);
        return decision.change;
    };
    const auto describe = [&](const Organization&, const Organization&) {
        const tenancy::Share& share = decision.share;
        return app::ChangeNote{
            decision.created ? tenancy::audit_event::kShareCreated : tenancy::audit_event::kShareUpdated,
            wire::EncodeDetails({{"share", share.id},
                                 {"targetOrgId", share.target.Text()},
                                 {"resourceType", share.resource_type},
                                 {"resourceId", share.resource_id},
                                 {"accessRole", platform::EnumText(share.access_role)}})};
    };
    Exchange::Must(app::ChangeOrg(exchange.Services(), ActOf(exchange), exchange.Path("id"),
                                  "POST /api/orgs/{id}/shares", decide, describe));
    return JsonAnswer(decision.created ? 201 : 200, tenancy::wire::EncodeShare(decision.share));
}

HttpResponse DeleteShare(Exchange& exchange) {
    const std::string_view share_id = exchange.Path("shareId");
    const auto decide = [&](const Organization* source) {
        return tenancy::DecideDeleteShare(source, exchange.Caller(), share_id);
    };
    const auto describe = [&](const Organization&, const Organization&) {
        return app::ChangeNote{tenancy::audit_event::kShareRemoved, wire::EncodeDetails({{"share", share_id}})};
    };
    Exchange::Must(app::ChangeOrg(exchange.Services(), ActOf(exchange), exchange.Path("id"),
                                  "DELETE /api/orgs/{id}/shares/{shareId}", decide, describe));
    return NoContent();
}

HttpResponse ListIncoming(Exchange& exchange) {
    const auto target = app::FindByPath(exchange.Services(), exchange.Path("id"));
    Exchange::Check(tenancy::DecideListIncoming(target.get(), exchange.Caller()));
    auto offered = app::LoadOffered(exchange.Services(), ActOf(exchange), target->id);
    return JsonAnswer(200, tenancy::wire::EncodeIncomingShares(
                               tenancy::VisibleIncoming(std::move(offered), *target, exchange.Caller())));
}

HttpResponse AcceptIncoming(Exchange& exchange) {
    const std::string_view share_id = exchange.Path("shareId");
    const auto decided = Exchange::Must(app::ChangeIncoming(
        exchange.Services(), ActOf(exchange), exchange.Path("id"), share_id, tenancy::audit_event::kShareAccepted,
        [&](const Organization* target, const tenancy::IncomingShare* offered) {
            return tenancy::DecideAcceptShare(target, exchange.Caller(), share_id, offered, exchange.Now());
        }));
    return JsonAnswer(200, tenancy::wire::EncodeShare(decided.share));
}

HttpResponse DeclineIncoming(Exchange& exchange) {
    const std::string_view share_id = exchange.Path("shareId");
    Exchange::Must(app::ChangeIncoming(
        exchange.Services(), ActOf(exchange), exchange.Path("id"), share_id, tenancy::audit_event::kShareDeclined,
        [&](const Organization* target, const tenancy::IncomingShare* offered) {
            return tenancy::DecideDeclineShare(target, exchange.Caller(), share_id, offered);
        }));
    return NoContent();
}

constexpr Route kShareRoutes[] = {{.method = Method::kGet,
                                   .pattern = "/api/orgs/{id}/shares",
                                   .scope = auth::kSettingsRead,
                                   .gate = Gate::kOrgRoutes,
                                   .area = "Shares",
                                   .summary = "List what the organization shows to others",
                                   .handler = ListShares},
                                  {.method = Method::kPost,
                                   .pattern = "/api/orgs/{id}/shares",
                                   .scope = auth::kSettingsWrite,
                                   .gate = Gate::kOrgRoutes,
                                   .area = "Shares",
                                   .summary = "Offer a resource to another organization",
                                   .handler = CreateShare},
                                  {.method = Method::kDelete,
                                   .pattern = "/api/orgs/{id}/shares/{shareId}",
                                   .scope = auth::kSettingsWrite,
                                   .gate = Gate::kOrgRoutes,
                                   .area = "Shares",
                                   .summary = "Take a share back",
                                   .handler = DeleteShare},
                                  {.method = Method::kGet,
                                   .pattern = "/api/orgs/{id}/shares/incoming",
                                   .scope = auth::kSettingsRead,
                                   .gate = Gate::kOrgRoutes,
                                   .area = "Shares",
                                   .summary = "List what others offer to the organization",
                                   .handler = ListIncoming},
                                  {.method = Method::kPost,
                                   .pattern = "/api/orgs/{id}/shares/incoming/{shareId}/accept",
                                   .scope = auth::kSettingsWrite,
                                   .gate = Gate::kOrgRoutes,
                                   .area = "Shares",
                                   .summary = "Accept what is offered",
                                   .handler = AcceptIncoming},
                                  {.method = Method::kDelete,
                                   .pattern = "/api/orgs/{id}/shares/incoming/{shareId}",
                                   .scope = auth::kSettingsWrite,
                                   .gate = Gate::kOrgRoutes,
                                   .area = "Shares",
                                   .summary = "Decline what is offered, or remove what was accepted",
                                   .handler = DeclineIncoming}};

}  // namespace

std::span<const Route> ShareRoutes() {
    return kShareRoutes;
}

}  // namespace pulse::http
