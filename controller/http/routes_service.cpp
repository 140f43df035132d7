// What needs no caller: health, numbers, versions and the documentation. Nothing here tells anything about a release.

#include "controller/app/readiness.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/docs_page.hpp"
#include "controller/http/exchange.hpp"
#include "controller/http/openapi.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/wire/service_json.hpp"
#include "platform/metrics/metrics.hpp"

namespace http {
namespace {

using platform::HttpResponse;

HttpResponse GetHealth(Exchange& exchange) {
    return exchange.Respond({Content{wire::EncodeStatus("alive")}});
}

HttpResponse GetReadiness(Exchange& exchange) {
    const app::ReadinessReport report = exchange.Services().readiness.Check();
    if (!report.ready) {
        return exchange.Refuse(
            {app::RefusalKind::kIndeterminate, "unavailable.not_ready", "Not ready: " + report.reason + ".", {}, {}});
    }
    return exchange.Respond({Content{wire::EncodeStatus("ready")}});
}

HttpResponse GetMetrics(Exchange& exchange) {
    return exchange.Respond(
        {Content{exchange.Services().registry.Render(), std::string(platform::kMetricsContentType)}});
}

HttpResponse GetVersion(Exchange& exchange) {
    return exchange.Respond({Content{
        wire::EncodeVersion({PORTCULLIS_VERSION, app::Readiness::NeededSchema(), policy::kCatalogueVersion})}});
}

HttpResponse GetOpenApi(Exchange& exchange) {
    return exchange.Respond({Content{OpenApiText()}});
}

HttpResponse GetDocs(Exchange& exchange) {
    const std::string& page = exchange.Services().simulated_clock ? SimulatedDocsPage() : DocsPage();
    return exchange.Respond({Content{page, "text/html; charset=utf-8"}});
}

constexpr Route kServiceRoutes[] = {
    {.method = Method::kGet,
     .pattern = "/healthz",
     .area = "Service",
     .summary = "Whether the process lives",
     .answer = {200, "Status"},
     .access = Access::kOpen,
     .handler = GetHealth},
    {.method = Method::kGet,
     .pattern = "/readyz",
     .area = "Service",
     .summary = "Whether the database takes writes and has the schema this program needs",
     .answer = {200, "Status"},
     .access = Access::kOpen,
     .handler = GetReadiness},
    {.method = Method::kGet,
     .pattern = "/metrics",
     .area = "Service",
     .summary = "Numbers for Prometheus",
     .answer = {200, "", "text/plain"},
     .access = Access::kOpen,
     .handler = GetMetrics},
    {.method = Method::kGet,
     .pattern = "/version",
     .area = "Service",
     .summary = "Versions of program and rules",
     .answer = {200, "Version"},
     .access = Access::kOpen,
     .handler = GetVersion},
    {.method = Method::kGet,
     .pattern = "/openapi.json",
     .area = "Service",
     .summary = "This API as an OpenAPI 3.1 document",
     .answer = {200, "OpenApi"},
     .access = Access::kOpen,
     .handler = GetOpenApi},
    {.method = Method::kGet,
     .pattern = "/docs",
     .area = "Service",
     .summary = "This API as a page for people",
     .answer = {200, "", "text/html"},
     .access = Access::kOpen,
     .handler = GetDocs}};

}  // namespace

std::span<const Route> ServiceRoutes() {
    return kServiceRoutes;
}

}  // namespace http
