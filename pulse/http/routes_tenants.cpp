// What the admins of a tenant may ask about it (and super admins about any): export, quotas, alerts, audit log.

#include "platform/crypto/crypto.hpp"
#include "pulse/app/records.hpp"
#include "pulse/app/tenant_jobs.hpp"
#include "pulse/app/tenants.hpp"
#include "pulse/auth/credentials.hpp"
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

HttpResponse ListAuditLogs(Exchange& exchange) {
    const tenancy::OrgId id = AuditedTenant(exchange);
    const AuditQuery query = ReadAuditQuery(exchange);
    const auto page = app::ListTenantAudit(exchange.Services(), ActOf(exchange), id, query.filter, query.window);
    return ListAnswer(wire::EncodeAuditLogs(page.rows), page.total);
}

HttpResponse VerifyAuditLogs(Exchange& exchange) {
    const tenancy::OrgId id = AuditedTenant(exchange);
    const auto verdict = app::VerifyTenantAudit(exchange.Services(), ActOf(exchange), id);
    return JsonAnswer(200, wire::EncodeAuditVerdict(id, verdict));
}

/// Writes an entry as every other is written, so that an operator sees that entries are written.
HttpResponse TestAudit(Exchange& exchange) {
    tenancy::AuditEvent event = exchange.Event(app::audit_event::kAuditTest, exchange.Org(), "asked for by the caller");
    event.id = auth::MakeRecordId("aud_");
    const std::string id = event.id;
    const auto receipt = tenancy::store::AppendAudit(exchange.Services().database, std::move(event));
    return JsonAnswer(200, wire::EncodeAuditTest(id, receipt));
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
                                    .handler = GetTenantAlerts},
                                   {.method = Method::kGet,
                                    .pattern = "/api/audit-logs",
                                    .scope = auth::kSettingsRead,
                                    .area = "Audit",
                                    .summary = "What was done and refused, newest first",
                                    .handler = ListAuditLogs},
                                   {.method = Method::kGet,
                                    .pattern = "/api/audit-logs/verify",
                                    .scope = auth::kSettingsRead,
                                    .area = "Audit",
                                    .summary = "Whether the audit log is whole",
                                    .handler = VerifyAuditLogs},
                                   {.method = Method::kPost,
                                    .pattern = "/api/test/audit",
                                    .area = "Audit",
                                    .summary = "Write one entry, to see that entries are written",
                                    .handler = TestAudit}};

}  // namespace

std::span<const Route> TenantRoutes() {
    return kTenantRoutes;
}

}  // namespace pulse::http
