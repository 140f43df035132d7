// Members and invitations of an organization, and the caller's own invitations.

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
using tenancy::MemberDecision;
using tenancy::Organization;
using tenancy::OrgChange;

/// Writes what `decide` decides about members, and answers with the member or the invitation.
HttpResponse ChangeMembers(Exchange& exchange, std::string reason,
                           const std::function<Decided<MemberDecision>(const Organization*)>& decide,
                           std::string_view accepted_event) {
    MemberDecision decision;
    const auto change = [&](const Organization* org) -> Decided<OrgChange> {
        auto decided = decide(org);
        if (!decided) {
            return platform::Unexpected<tenancy::Refusal>(std::move(decided.error()));
        }
        decision = std::move(*decided);
        return decision.change;
    };
    const auto describe = [&](const Organization& before, const Organization&) {
        const bool member = decision.outcome == tenancy::MemberOutcome::kMember;
        const std::string& user = member ? decision.member.user_id : decision.invitation.user_id;
        const auto role = platform::EnumText(member ? decision.member.role : decision.invitation.role);
        std::string_view event =
            member ? tenancy::audit_event::kMemberRoleChanged : tenancy::audit_event::kMemberInvited;
        event = accepted_event.empty() ? event : accepted_event;
        event = decision.ownership_moved ? tenancy::audit_event::kOwnershipTransferred : event;
        return app::ChangeNote{
            event, wire::EncodeDetails({{"userId", user},
                                        {"role", role},
                                        {"from", decision.ownership_moved ? before.owner_user_id : std::string()}})};
    };
    Exchange::Must(
        app::ChangeOrg(exchange.Services(), ActOf(exchange), exchange.Path("id"), std::move(reason), change, describe));
    const int status = decision.outcome == tenancy::MemberOutcome::kMember ? 200 : 202;
    return JsonAnswer(status, tenancy::wire::EncodeMemberDecision(decision));
}

/// Writes a change that has no body to answer with.
HttpResponse ChangeSilently(Exchange& exchange, std::string reason, const app::DecideChange& decide,
                            std::string_view event, std::string_view user) {
    const auto describe = [&](const Organization&, const Organization&) {
        return app::ChangeNote{event, wire::EncodeDetails({{"userId", user}})};
    };
    Exchange::Must(
        app::ChangeOrg(exchange.Services(), ActOf(exchange), exchange.Path("id"), std::move(reason), decide, describe));
    return NoContent();
}

HttpResponse ListMembers(Exchange& exchange) {
    const auto org = app::FindByPath(exchange.Services(), exchange.Path("id"));
    Exchange::Check(tenancy::DecideView(org.get(), exchange.Caller()));
    return JsonAnswer(200, tenancy::wire::EncodeMembers(org->members));
}

HttpResponse SetMember(Exchange& exchange) {
    const auto body = tenancy::wire::DecodeSetMember(exchange.Request().body);
    const std::string_view id = exchange.Path("id");
    return ChangeMembers(exchange, "POST /api/orgs/{id}/members",
                         [&](const Organization* org) {
                             return tenancy::DecideSetMember(
                                 id, org, exchange.Caller(), body ? &*body : nullptr,
                                 MemberFactsOf(exchange, org != nullptr ? org->id : tenancy::OrgId()));
                         },
                         {});
}

HttpResponse RemoveMember(Exchange& exchange) {
    const std::string_view id = exchange.Path("id");
    const std::string_view user = exchange.Path("userId");
    return ChangeSilently(
        exchange, "DELETE /api/orgs/{id}/members/{userId}",
        [&](const Organization* org) { return tenancy::DecideRemoveMember(id, org, exchange.Caller(), user); },
        tenancy::audit_event::kMemberRemoved, user);
}

HttpResponse ListInvitations(Exchange& exchange) {
    const auto org = app::FindByPath(exchange.Services(), exchange.Path("id"));
    Exchange::Check(tenancy::DecideListInvitations(org.get(), exchange.Caller()));
    return JsonAnswer(200, tenancy::wire::EncodeInvitations(org->invitations));
}

HttpResponse RevokeInvitation(Exchange& exchange) {
    const std::string_view user = exchange.Path("userId");
    return ChangeSilently(
        exchange, "DELETE /api/orgs/{id}/invitations/{userId}",
        [&](const Organization* org) { return tenancy::DecideRevokeInvitation(org, exchange.Caller(), user); },
        tenancy::audit_event::kInvitationRevoked, user);
}

HttpResponse ListMyInvitations(Exchange& exchange) {
    Exchange::Check(tenancy::DecideInbox(exchange.Caller()));
    return JsonAnswer(200, tenancy::wire::EncodeInbox(app::LoadInbox(exchange.Services(), exchange.Caller())));
}

HttpResponse AcceptMyInvitation(Exchange& exchange) {
    return ChangeMembers(
        exchange, "POST /api/org-invitations/{id}/accept",
        [&](const Organization* org) {
            return tenancy::DecideAcceptInvitation(
                org, exchange.Caller(), MemberFactsOf(exchange, org != nullptr ? org->id : tenancy::OrgId()));
        },
        tenancy::audit_event::kInvitationAccepted);
}

HttpResponse DeclineMyInvitation(Exchange& exchange) {
    return ChangeSilently(
        exchange, "DELETE /api/org-invitations/{id}",
        [&](const Organization* org) { return tenancy::DecideDeclineInvitation(org, exchange.Caller()); },
        tenancy::audit_event::kInvitationDeclined, exchange.Caller().user_id);
}

constexpr Route kMemberRoutes[] = {{.method = Method::kGet,
                                    .pattern = "/api/orgs/{id}/members",
                                    .scope = auth::kSettingsRead,
                                    .gate = Gate::kOrgRoutes,
                                    .area = "Members",
                                    .summary = "List the members",
                                    .handler = ListMembers},
                                   {.method = Method::kPost,
                                    .pattern = "/api/orgs/{id}/members",
                                    .scope = auth::kSettingsWrite,
                                    .gate = Gate::kOrgRoutes,
                                    .area = "Members",
                                    .summary = "Invite somebody, change a member's role, or hand the ownership over",
                                    .handler = SetMember},
                                   {.method = Method::kDelete,
                                    .pattern = "/api/orgs/{id}/members/{userId}",
                                    .scope = auth::kSettingsWrite,
                                    .gate = Gate::kOrgRoutes,
                                    .area = "Members",
                                    .summary = "Remove a member",
                                    .handler = RemoveMember},
                                   {.method = Method::kGet,
                                    .pattern = "/api/orgs/{id}/invitations",
                                    .scope = auth::kSettingsRead,
                                    .gate = Gate::kOrgRoutes,
                                    .area = "Members",
                                    .summary = "List the invitations nobody has answered yet",
                                    .handler = ListInvitations},
                                   {.method = Method::kDelete,
                                    .pattern = "/api/orgs/{id}/invitations/{userId}",
                                    .scope = auth::kSettingsWrite,
                                    .gate = Gate::kOrgRoutes,
                                    .area = "Members",
                                    .summary = "Take an invitation back",
                                    .handler = RevokeInvitation},
                                   {.method = Method::kGet,
                                    .pattern = "/api/org-invitations",
                                    .scope = auth::kSettingsRead,
                                    .gate = Gate::kOrgRoutes,
                                    .area = "Members",
                                    .summary = "List the caller's own invitations",
                                    .handler = ListMyInvitations},
                                   {.method = Method::kPost,
                                    .pattern = "/api/org-invitations/{id}/accept",
                                    .scope = auth::kSettingsWrite,
                                    .gate = Gate::kOrgRoutes,
                                    .area = "Members",
                                    .summary = "Accept an invitation",
                                    .handler = AcceptMyInvitation},
                                   {.method = Method::kDelete,
                                    .pattern = "/api/org-invitations/{id}",
                                    .scope = auth::kSettingsWrite,
                                    .gate = Gate::kOrgRoutes,
                                    .area = "Members",
                                    .summary = "Decline an invitation",
                                    .handler = DeclineMyInvitation}};

}  // namespace

std::span<const Route> MemberRoutes() {
    return kMemberRoutes;
}

}  // namespace pulse::http
