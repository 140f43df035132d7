// The audit log of the selected organization, or of the tenant that ?tenantId= names: what was done and what was
// refused, and the proof that nothing of it was changed. Two forms of it: /api/audit as monitoring clients know it,
// which is a licensed feature, and /api/audit-logs for operators of tenants.

#include <algorithm>

#include "platform/crypto/crypto.hpp"
#include "pulse/app/records.hpp"
#include "pulse/app/tenants.hpp"
#include "pulse/auth/credentials.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/http/acts.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/http/tenant_request.hpp"
#include "pulse/wire/tenants_json.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;

constexpr std::string_view kAuditFeature = "audit_logging";

void RequireAuditFeature(const Exchange& exchange) {
    app::Services& services = exchange.Services();
    const auto own = services.Hosted() ? services.licences.OfTenant(exchange.Org().Text()) : nullptr;
    const auto& capabilities = (own ? own : services.licences.OfInstallation())->capabilities;
    if (std::ranges::find(capabilities, kAuditFeature) == capabilities.end()) {
        throw Rejection({402, "license_required", "Reading the audit log needs a licence for it.",
                         tenancy::BodyShape::kLicenseHandler, kAuditFeature});
    }
}

HttpResponse ListAudit(Exchange& exchange) {
    RequireAuditFeature(exchange);
    const tenancy::OrgId id = AdministratedTenant(exchange);
    const AuditQuery query = ReadAuditQuery(exchange);
    const auto page = app::ListTenantAudit(exchange.Services(), ActOf(exchange), id, query.filter, query.window);
    return JsonAnswer(200, wire::EncodeAuditEvents(page));
}

HttpResponse VerifyAuditEntry(Exchange& exchange) {
    RequireAuditFeature(exchange);
    const tenancy::OrgId id = AdministratedTenant(exchange);
    const auto row = app::FindTenantAudit(exchange.Services(), ActOf(exchange), id, std::string(exchange.Path("id")));
    if (!row) {
        throw Rejection(tenancy::NotFound());
    }
    const bool whole = platform::Sha256Hex(tenancy::AuditChainText(row->prev_hash, row->event)) == row->hash;
    return JsonAnswer(200, wire::EncodeAuditCheck(whole));
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

constexpr Route AuditRow(Method method, std::string_view pattern, std::string_view scope, std::string_view summary,
                         Handler handler) {
    Route row;
    row.method = method;
    row.pattern = pattern;
    row.scope = scope;
    row.area = "Audit";
    row.summary = summary;
    row.handler = handler;
    return row;
}

constexpr Route kAuditRoutes[] = {
    AuditRow(Method::kGet, "/api/audit", auth::kSettingsRead, "Events, newest first", ListAudit),
    AuditRow(Method::kGet, "/api/audit/{id}/verify", auth::kSettingsRead, "Whether an event is as it was written",
             VerifyAuditEntry),
    AuditRow(Method::kGet, "/api/audit-logs", auth::kSettingsRead, "What was done and refused, newest first",
             ListAuditLogs),
    AuditRow(Method::kGet, "/api/audit-logs/verify", auth::kSettingsRead, "Whether the audit log is whole",
             VerifyAuditLogs),
    AuditRow(Method::kPost, "/api/test/audit", {}, "Write one entry, to see that entries are written", TestAudit)};

}  // namespace

std::span<const Route> AuditRoutes() {
    return kAuditRoutes;
}

}  // namespace pulse::http
