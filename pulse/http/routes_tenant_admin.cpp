// The administration of tenants by super admins: provisioning, the steps of a tenant's life, plans, quotas, restores
// and the alerts of all.

#include "platform/base/text.hpp"
#include "pulse/app/tenant_jobs.hpp"
#include "pulse/app/tenants.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/http/acts.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/http/errors.hpp"
#include "pulse/http/tenant_request.hpp"
#include "pulse/wire/alerts_json.hpp"
#include "pulse/wire/details_json.hpp"
#include "pulse/wire/tenants_json.hpp"
#include "tenancy/wire/organization_json.hpp"
#include "tenancy/wire/requests.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;
using tenancy::Organization;

constexpr std::size_t kLargestExport = std::size_t{256} * 1024 * 1024;

/// The path's tenant; 404 when there is none.
std::shared_ptr<const Organization> PathTenant(const Exchange& exchange) {
    auto org = app::FindByPath(exchange.Services(), exchange.Path("id"));
    if (!org) {
        throw Rejection(tenancy::NotFound());
    }
    return org;
}

/// What could not be read is refused in its turn: after 400 for the default organization and 404.
template <typename Body>
const Body& ReadableBody(const std::optional<Body>& body, const Exchange& exchange) {
    static const Body nothing;
    if (!body && !tenancy::IsDefaultOrgPath(exchange.Path("id")) &&
        app::FindByPath(exchange.Services(), exchange.Path("id"))) {
        throw Rejection(tenancy::InvalidRequest());
    }
    return body ? *body : nothing;
}

HttpResponse TenantAnswer(tenancy::Decided<Organization> decided) {
    return JsonAnswer(200, tenancy::wire::EncodeTenant(Exchange::Must(std::move(decided))));
}

HttpResponse Provision(Exchange& exchange) {
    const auto body = tenancy::wire::DecodeProvision(exchange.Body());
    const auto made =
        Exchange::Must(app::ProvisionTenant(exchange.Services(), ActOf(exchange), body ? &*body : nullptr));
    HttpResponse response =
        JsonAnswer(201, wire::EncodeProvisioned(made.org, made.admin, made.admin_name, made.admin_made));
    response.headers.emplace_back("Location", "/api/admin/tenants/" + made.org.id.Text());
    return response;
}

HttpResponse ListTenants(Exchange& exchange) {
    const auto tenants = app::ListTenants(exchange.Services(), ActOf(exchange));
    return ListAnswer(tenancy::wire::EncodeTenants(tenants), static_cast<std::int64_t>(tenants.size()));
}

HttpResponse GetTenant(Exchange& exchange) {
    return JsonAnswer(200, tenancy::wire::EncodeTenant(*PathTenant(exchange)));
}

HttpResponse Suspend(Exchange& exchange) {
    const auto body = tenancy::wire::DecodeSuspend(exchange.Body());
    const std::string reason = ReadableBody(body, exchange).reason;
    return TenantAnswer(app::MoveTenant(
        exchange.Services(), ActOf(exchange), exchange.Path("id"), tenancy::audit_event::kTenantSuspended,
        wire::EncodeDetails({{"reason", reason}}), [&](const Organization* org) {
            return tenancy::DecideSuspend(exchange.Path("id"), org, reason, exchange.Now());
        }));
}

HttpResponse Reactivate(Exchange& exchange) {
    return TenantAnswer(app::MoveTenant(exchange.Services(), ActOf(exchange), exchange.Path("id"),
                                        tenancy::audit_event::kTenantReactivated, {},
                                        [](const Organization* org) { return tenancy::DecideReactivate(org); }));
}

HttpResponse Cancel(Exchange& exchange) {
    return TenantAnswer(app::MoveTenant(
        exchange.Services(), ActOf(exchange), exchange.Path("id"), tenancy::audit_event::kTenantCanceled, {},
        [&](const Organization* org) { return tenancy::DecideCancel(exchange.Path("id"), org, exchange.Now()); }));
}

HttpResponse Delete(Exchange& exchange) {
    const auto body = tenancy::wire::DecodeDeleteTenant(exchange.Body());
    const auto& order = ReadableBody(body, exchange);
    if (!order.hard_delete) {
        return TenantAnswer(
            app::SoftDeleteTenant(exchange.Services(), ActOf(exchange), exchange.Path("id"), order.retention_days));
    }
    const auto deleted =
        Exchange::Must(app::HardDeleteTenant(exchange.Services(), ActOf(exchange), exchange.Path("id"),
                                             order.force ? tenancy::Force::kYes : tenancy::Force::kNo));
    return JsonAnswer(200, wire::EncodeDeletedTenant(deleted.id, deleted.rows));
}

HttpResponse SetPlan(Exchange& exchange) {
    const auto plan = wire::DecodePlanOrder(exchange.Body());
    if (!plan) {
        throw Rejection(tenancy::InvalidRequest());
    }
    return TenantAnswer(app::SetTenantPlan(exchange.Services(), ActOf(exchange), exchange.Path("id"), *plan));
}

HttpResponse QuotasAnswer(const app::TenantQuotaState& state) {
    return JsonAnswer(200, wire::EncodeQuotas(state.id, state.month, state.quotas));
}

HttpResponse GetQuotas(Exchange& exchange) {
    return QuotasAnswer(
        Exchange::Must(app::LoadTenantQuotas(exchange.Services(), ActOf(exchange), PathTenant(exchange)->id)));
}

HttpResponse SetQuotas(Exchange& exchange) {
    const auto order = Exchange::Must(wire::DecodeQuotaOrder(exchange.Body()));
    return QuotasAnswer(Exchange::Must(app::SetTenantQuotas(exchange.Services(), ActOf(exchange), exchange.Path("id"),
                                                            order.overrides, order.reason)));
}

HttpResponse Restore(Exchange& exchange) {
    auto into = exchange.Request().Query("tenantId");
    if (into && platform::Trim(*into).empty()) {
        into.reset();
    }
    const bool replace = exchange.Request().Query("replace") == "true";
    const auto restored = Exchange::Must(app::RestoreTenant(exchange.Services(), ActOf(exchange), exchange.Body(), into,
                                                            replace ? app::Replace::kYes : app::Replace::kNo));
    return JsonAnswer(200, wire::EncodeRestored(restored.org, restored.outcome));
}

HttpResponse ListAlerts(Exchange& exchange) {
    const auto shown = exchange.Request().Query("all") == "true" ? tenancy::store::AlertsShown::kAll
                                                                 : tenancy::store::AlertsShown::kOpen;
    const auto alerts = app::ListAllAlerts(exchange.Services(), ActOf(exchange), shown);
    return ListAnswer(wire::EncodeTenantAlerts(alerts), static_cast<std::int64_t>(alerts.size()));
}

constexpr Route AdminRow(Method method, std::string_view pattern, std::string_view summary, Handler handler) {
    Route row;
    row.method = method;
    row.pattern = pattern;
    row.access = Access::kSuperAdmin;
    row.scope = method == Method::kGet ? auth::kSettingsRead : auth::kSettingsWrite;
    row.gate = Gate::kOrgRoutes;
    row.area = "Tenants";
    row.summary = summary;
    row.handler = handler;
    return row;
}

constexpr Route RestoreRow() {
    Route row = AdminRow(Method::kPost, "/api/admin/tenants/restore", "Bring a tenant back from its export", Restore);
    row.body_limit = kLargestExport;  // and what the server takes at all (--max-body)
    return row;
}

constexpr Route kTenantAdminRoutes[] = {
    AdminRow(Method::kPost, "/api/admin/tenants/provision", "Make a tenant and its admin", Provision),
    RestoreRow(),
    AdminRow(Method::kGet, "/api/admin/tenants", "List all tenants", ListTenants),
    AdminRow(Method::kGet, "/api/admin/tenants/{id}", "Show a tenant", GetTenant),
    AdminRow(Method::kPost, "/api/admin/tenants/{id}/suspend", "Nobody enters it; nothing is lost", Suspend),
    AdminRow(Method::kPost, "/api/admin/tenants/{id}/reactivate", "End its suspension", Reactivate),
    AdminRow(Method::kPost, "/api/admin/tenants/{id}/cancel", "It leaves: begins the retention", Cancel),
    AdminRow(Method::kPost, "/api/admin/tenants/{id}/delete", "Delete it softly, or for good", Delete),
    AdminRow(Method::kPut, "/api/admin/tenants/{id}/plan", "Change its plan", SetPlan),
    AdminRow(Method::kGet, "/api/admin/tenants/{id}/quotas", "Show what it uses and may use", GetQuotas),
    AdminRow(Method::kPut, "/api/admin/tenants/{id}/quotas", "Give it numbers of its own", SetQuotas),
    AdminRow(Method::kGet, "/api/admin/alerts", "Alerts about quotas, errors and answer times of all tenants",
             ListAlerts)};

}  // namespace

std::span<const Route> TenantAdminRoutes() {
    return kTenantAdminRoutes;
}

}  // namespace pulse::http
