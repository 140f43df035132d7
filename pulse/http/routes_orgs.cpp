// Organizations themselves: list, create, show, rename, delete.

#include "pulse/auth/scopes.hpp"
#include "pulse/http/acts.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/wire/details_json.hpp"
#include "tenancy/wire/organization_json.hpp"
#include "tenancy/wire/requests.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;
namespace wire_t = tenancy::wire;

HttpResponse ListOrgs(Exchange& exchange) {
    return JsonAnswer(200, wire_t::EncodeOrganizations(app::ListVisible(exchange.Services(), exchange.Caller())));
}

HttpResponse CreateOrg(Exchange& exchange) {
    const auto body = wire_t::DecodeCreateOrg(exchange.Request().body);
    const auto created = Exchange::Must(app::CreateOrg(exchange.Services(), ActOf(exchange), body ? &*body : nullptr));
    return JsonAnswer(201, wire_t::EncodeOrganization(created));
}

HttpResponse GetOrg(Exchange& exchange) {
    const auto org = app::FindByPath(exchange.Services(), exchange.Path("id"));
    Exchange::Check(tenancy::DecideView(org.get(), exchange.Caller()));
    return JsonAnswer(200, wire_t::EncodeOrganization(*org));
}

HttpResponse RenameOrg(Exchange& exchange) {
    const auto body = wire_t::DecodeRenameOrg(exchange.Request().body);
    const std::string_view id = exchange.Path("id");
    const auto decide = [&](const tenancy::Organization* org) {
        return tenancy::DecideRenameOrg(id, org, exchange.Caller(), body ? &*body : nullptr);
    };
    const auto describe = [](const tenancy::Organization& before, const tenancy::Organization& after) {
        return app::ChangeNote{tenancy::audit_event::kOrgRenamed,
                               wire::EncodeDetails({{"from", before.display_name}, {"to", after.display_name}})};
    };
    const auto after = Exchange::Must(
        app::ChangeOrg(exchange.Services(), ActOf(exchange), id, "PUT /api/orgs/{id}", decide, describe));
    return JsonAnswer(200, wire_t::EncodeOrganization(after));
}

HttpResponse DeleteOrg(Exchange& exchange) {
    if (auto deleted = app::DeleteOrg(exchange.Services(), ActOf(exchange), exchange.Path("id")); !deleted) {
        throw Rejection(std::move(deleted.error()));
    }
    return NoContent();
}

constexpr Route kOrganizationRoutes[] = {{.method = Method::kGet,
                                          .pattern = "/api/orgs",
                                          .scope = auth::kSettingsRead,
                                          .gate = Gate::kOrgRoutes,
                                          .area = "Organizations",
                                          .summary = "List the organizations of the caller",
                                          .handler = ListOrgs},
                                         {.method = Method::kPost,
                                          .pattern = "/api/orgs",
                                          .scope = auth::kSettingsWrite,
                                          .gate = Gate::kOrgRoutes,
                                          .area = "Organizations",
                                          .summary = "Make an organization; who makes it owns it",
                                          .handler = CreateOrg},
                                         {.method = Method::kGet,
                                          .pattern = "/api/orgs/{id}",
                                          .scope = auth::kSettingsRead,
                                          .gate = Gate::kOrgRoutes,
                                          .area = "Organizations",
                                          .summary = "Show one organization to its members",
                                          .handler = GetOrg},
                                         {.method = Method::kPut,
                                          .pattern = "/api/orgs/{id}",
                                          .scope = auth::kSettingsWrite,
                                          .gate = Gate::kOrgRoutes,
                                          .area = "Organizations",
                                          .summary = "Rename it",
                                          .handler = RenameOrg},
                                         {.method = Method::kDelete,
                                          .pattern = "/api/orgs/{id}",
                                          .scope = auth::kSettingsWrite,
                                          .gate = Gate::kOrgRoutes,
                                          .area = "Organizations",
                                          .summary = "Delete it with everything in it, at once",
                                          .handler = DeleteOrg}};

}  // namespace

std::span<const Route> OrganizationRoutes() {
    return kOrganizationRoutes;
}

}  // namespace pulse::http
