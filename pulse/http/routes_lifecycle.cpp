// Administration of hosted organizations: suspend, reactivate, delete softly, billing. The routes are always there; an
// installation that is not hosted answers 404 to who may use them.
//
// Who may: a super admin, the owner of the organization, a token that is bound to it. That is asked first, so that
// others do not learn what kind of installation this is.

#include <algorithm>

#include "pulse/app/audit.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/http/acts.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/http/errors.hpp"
#include "pulse/wire/details_json.hpp"
#include "pulse/wire/state_json.hpp"
#include "tenancy/lifecycle.hpp"
#include "tenancy/store/organizations.hpp"
#include "tenancy/wire/organization_json.hpp"
#include "tenancy/wire/requests.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;
using tenancy::Decided;
using tenancy::LifecycleDecision;
using tenancy::Organization;

constexpr std::string_view kBillingChanged = "billing_state_changed";
constexpr std::string_view kAgentTokenCreated = "agent_token_created";

void RequireHosted(const Exchange& exchange) {
    if (!exchange.Services().Hosted()) {
        throw TextRejection(404, "hosted_only", "404 page not found");
    }
}

void RequireWriteScope(const Exchange& exchange, std::string_view scope) {
    if (exchange.Who().token && !auth::HasScope(exchange.Who().token->scopes, scope)) {
        throw Rejection(tenancy::MissingScope(scope));
    }
}

/// 400, 404 and 403 of who may administrate the path's organization, then 403 of the scope, then 404 unless hosted.
void Guard(const Exchange& exchange, std::string_view scope) {
    const auto id = tenancy::PathOrg(exchange.Path("id"));
    if (!id) {
        throw Rejection(Refused(400, "invalid_org_id", "The path names no organization."));
    }
    const tenancy::Caller& caller = exchange.Caller();
    bool may = caller.super_admin;
    if (caller.kind == tenancy::CallerKind::kToken) {
        const bool bound = std::ranges::find(caller.bound_orgs, id->Text()) != caller.bound_orgs.end();
        const bool platform_wide =
            caller.super_admin && std::ranges::find(caller.bound_orgs, tenancy::kDefaultOrg) != caller.bound_orgs.end();
        may = bound || platform_wide;
    } else if (!may) {
        const auto org = app::FindByPath(exchange.Services(), id->Text());
        if (!org) {
            throw Rejection(Refused(404, "org_not_found", "There is no such organization."));
        }
        may = org->owner_user_id == caller.user_id;
    }
    if (!may) {
        throw Rejection(Refused(403, "access_denied", "Only a super admin or the owner may do this."));
    }
    RequireWriteScope(exchange, scope);
    RequireHosted(exchange);
}

HttpResponse Move(Exchange& exchange, std::string_view event, std::string details,
                  const std::function<Decided<LifecycleDecision>(const Organization*)>& decide) {
    LifecycleDecision decision;
    const auto change = [&](const Organization* org) -> Decided<tenancy::OrgChange> {
        auto decided = decide(org);
        if (!decided) {
            return platform::Unexpected<tenancy::Refusal>(std::move(decided.error()));
        }
        decision = std::move(*decided);
        return decision.change;
    };
    const auto describe = [&](const Organization&, const Organization&) { return app::ChangeNote{event, details}; };
    const auto after = Exchange::Must(app::ChangeOrg(exchange.Services(), ActOf(exchange), exchange.Path("id"),
                                                     std::string(event), change, describe));
    exchange.Services()
        .metrics
        .CounterFor("pulse_hosted_lifecycle_transitions_total",
                    {platform::EnumText(decision.from), platform::EnumText(decision.to)})
        .Increment();
    return JsonAnswer(200, tenancy::wire::EncodeOrganization(after));
}

/// 404 and the default organization come before the body, so what cannot be read is refused by the decision's turn.
template <typename Body>
void RequireBody(const std::optional<Body>& body, const Exchange& exchange) {
    if (!body && !tenancy::IsDefaultOrgPath(exchange.Path("id")) &&
        app::FindByPath(exchange.Services(), exchange.Path("id"))) {
        throw Rejection(tenancy::InvalidRequest());
    }
}

HttpResponse Suspend(Exchange& exchange) {
    Guard(exchange, auth::kSettingsWrite);
    const auto body = tenancy::wire::DecodeSuspend(exchange.Request().body);
    RequireBody(body, exchange);
    const std::string reason = body ? body->reason : std::string();
    return Move(exchange, tenancy::audit_event::kTenantSuspended, wire::EncodeDetails({{"reason", reason}}),
                [&](const Organization* org) {
                    return tenancy::DecideSuspend(exchange.Path("id"), org, reason, exchange.Now());
                });
}

HttpResponse Unsuspend(Exchange& exchange) {
    Guard(exchange, auth::kSettingsWrite);
    return Move(exchange, tenancy::audit_event::kTenantReactivated, {},
                [](const Organization* org) { return tenancy::DecideReactivate(org); });
}

HttpResponse SoftDelete(Exchange& exchange) {
    Guard(exchange, auth::kSettingsWrite);
    const auto body = tenancy::wire::DecodeSoftDelete(exchange.Request().body);
    RequireBody(body, exchange);
    const auto days = body ? body->retention_days : std::nullopt;
    return Move(exchange, tenancy::audit_event::kTenantSoftDeleted,
                wire::EncodeDetails({{"retentionDays", days ? std::to_string(*days) : std::string()}}),
                [&](const Organization* org) {
                    return tenancy::DecideSoftDelete(exchange.Path("id"), org, days, exchange.Now());
                });
}

/// The path's organization; 404 when there is none.
tenancy::OrgId ExistingOrg(const Exchange& exchange) {
    const auto org = app::FindByPath(exchange.Services(), exchange.Path("id"));
    if (!org) {
        throw Rejection(tenancy::NotFound());
    }
    return org->id;
}

HttpResponse GetBilling(Exchange& exchange) {
    Guard(exchange, auth::kSettingsRead);
    const auto state = exchange.Services().licences.OfTenant(ExistingOrg(exchange).Text());
    return JsonAnswer(200, wire::EncodeBillingState(state ? *state : wire::BillingState()));
}

HttpResponse PutBilling(Exchange& exchange) {
    Guard(exchange, auth::kSettingsWrite);
    const tenancy::OrgId org = ExistingOrg(exchange);
    const auto state = wire::DecodeBillingState(exchange.Body());
    if (!state) {
        throw Rejection(tenancy::InvalidRequest());
    }
    if (!wire::IsSubscriptionState(state->subscription_state)) {
        throw Rejection(Refused(400, "invalid_billing_state",
                                "subscription_state must be active, grace, trial, expired, suspended or canceled."));
    }
    exchange.Services().licences.PutTenant(org.Text(), *state, exchange.Caller().Name());
    app::RecordEvent(
        exchange.Services(),
        exchange.Event(kBillingChanged, org, wire::EncodeDetails({{"subscription_state", state->subscription_state}})));
    return JsonAnswer(200, wire::EncodeBillingState(*state));
}

HttpResponse MakeInstallCommand(Exchange& exchange) {
    Guard(exchange, auth::kSettingsWrite);
    const tenancy::OrgId org = ExistingOrg(exchange);
    store::Token token;
    token.name = "Agent install command";
    token.scopes = {"agent:config:read", "agent:report"};
    token.org_ids = {org.Text()};
    token.owner_user = exchange.Caller().ActsFor();
    const auto minted = exchange.Services().identities.MintToken(std::move(token));
    app::RecordEvent(exchange.Services(),
                     exchange.Event(kAgentTokenCreated, org, wire::EncodeDetails({{"id", minted.row.id}})));
    const std::string host(exchange.Request().Header("host"));
    return JsonAnswer(
        200, wire::EncodeInstallCommand(org.Text(), minted.secret,
                                        "pulse-agent --url 'https://" + host + "' --token '" + minted.secret + "'"));
}

HttpResponse ListHosted(Exchange& exchange) {
    RequireHosted(exchange);
    const auto orgs =
        tenancy::store::Read(exchange.Services().database, exchange.DirectoryScope("GET /api/hosted/organizations"),
                             [](tenancy::store::PlatformTx& tx) { return tenancy::store::ListOrganizations(tx); });
    return JsonAnswer(200, wire::EncodeHostedOrganizations(orgs));
}

constexpr Route kLifecycleRoutes[] = {{.method = Method::kPost,
                                       .pattern = "/api/admin/orgs/{id}/suspend",
                                       .area = "Hosted administration",
                                       .summary = "Suspend an organization",
                                       .handler = Suspend},
                                      {.method = Method::kPost,
                                       .pattern = "/api/admin/orgs/{id}/unsuspend",
                                       .area = "Hosted administration",
                                       .summary = "Make a suspended organization active again",
                                       .handler = Unsuspend},
                                      {.method = Method::kPost,
                                       .pattern = "/api/admin/orgs/{id}/soft-delete",
                                       .area = "Hosted administration",
                                       .summary = "Delete an organization after its retention",
                                       .handler = SoftDelete},
                                      {.method = Method::kGet,
                                       .pattern = "/api/admin/orgs/{id}/billing-state",
                                       .area = "Hosted administration",
                                       .summary = "Show what an organization has paid for",
                                       .handler = GetBilling},
                                      {.method = Method::kPut,
                                       .pattern = "/api/admin/orgs/{id}/billing-state",
                                       .area = "Hosted administration",
                                       .summary = "Say what an organization has paid for",
                                       .handler = PutBilling},
                                      {.method = Method::kPost,
                                       .pattern = "/api/admin/orgs/{id}/agent-install-command",
                                       .area = "Hosted administration",
                                       .summary = "Make a token for an agent, and the command that uses it",
                                       .handler = MakeInstallCommand},
                                      {.method = Method::kGet,
                                       .pattern = "/api/hosted/organizations",
                                       .access = Access::kSuperAdmin,
                                       .scope = auth::kSettingsRead,
                                       .area = "Hosted administration",
                                       .summary = "List all organizations",
                                       .handler = ListHosted}};

}  // namespace

std::span<const Route> LifecycleRoutes() {
    return kLifecycleRoutes;
}

}  // namespace pulse::http
