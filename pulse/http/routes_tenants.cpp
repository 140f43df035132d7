// What the admins of a tenant may ask about it (and super admins about any): export, quotas, alerts.

#include "pulse/app/tenant_jobs.hpp"
#include "pulse/app/tenants.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/http/acts.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/http/tenant_request.hpp"
#include "pulse/wire/alerts_json.hpp"
#include "pulse/wire/tenants_json.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;

HttpResponse ExportTenant(Exchange& exchange) {
    const tenancy::OrgId id = AdministratedTenant(exchange);
    HttpResponse response =
        JsonAnswer(200, Exchange::Must(app::ExportTenant(exchange.Services(), ActOf(exchange), id)));
    response.headers.emplace_back("Content-Disposition",
                                  "attachment; filename=\"tenant-" + id.Text() + "-export.json\"");
    return response;
}

HttpResponse GetTenantQuotas(Exchange& exchange) {
    const tenancy::OrgId id = AdministratedTenant(exchange);
    const auto state = Exchange::Must(app::LoadTenantQuotas(exchange.Services(), ActOf(exchange), id));
    return JsonAnswer(200, wire::EncodeQuotas(state.id, state.month, state.quotas));
}

HttpResponse GetTenantAlerts(Exchange& exchange) {
    const tenancy::OrgId id = AdministratedTenant(exchange);
    const auto shown = exchange.Request().Query("all") == "true" ? tenancy::store::AlertsShown::kAll
                                                                 : tenancy::store::AlertsShown::kOpen;
    const auto alerts =
        app::ListTenantAlerts(exchange.Services(), exchange.ActOn(id, "alerts of a tenant"), shown, exchange.Now());
    return ListAnswer(wire::EncodeTenantAlerts(alerts), static_cast<std::int64_t>(alerts.size()));
}

constexpr Route kTenantRoutes[] = {{.method = Method::kGet,
                                    .pattern = "/api/tenants/export",
                                    .scope = auth::kSettingsRead,
                                    .gate = Gate::kOrgRoutes,
                                    .area = "Tenants",
                                    .summary = "The whole tenant as a file",
                                    .handler = ExportTenant},
                                   {.method = Method::kGet,
                                    .pattern = "/api/tenants/quotas",
                                    .scope = auth::kSettingsRead,
                                    .gate = Gate::kOrgRoutes,
                                    .area = "Tenants",
                                    .summary = "What the tenant uses and may use",
                                    .handler = GetTenantQuotas},
                                   {.method = Method::kGet,
                                    .pattern = "/api/tenants/alerts",
                                    .scope = auth::kSettingsRead,
                                    .gate = Gate::kOrgRoutes,
                                    .area = "Tenants",
                                    .summary = "Alerts about the tenant's quotas, errors and answer times",
                                    .handler = GetTenantAlerts}};

}  // namespace

std::span<const Route> TenantRoutes() {
    return kTenantRoutes;
}

}  // namespace pulse::http
