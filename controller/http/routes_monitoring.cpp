// Alerts of the monitoring, what it knows of instances, and baselines.

#include "controller/app/alerts.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

HttpResponse GetAlerts(Exchange& exchange) {
    store::AlertFilter filter;
    filter.standing_only = exchange.QueryFlag("standing").value_or(true);
    filter.severity = exchange.QueryEnum<policy::AlertSeverity>("severity");
    filter.instance = exchange.QueryText("instance").value_or("");
    return exchange.List([&](store::Tx& tx, const app::PageQuery& page) { return app::ListAlerts(tx, filter, page); },
                         wire::EncodeAlert);
}

HttpResponse GetAlert(Exchange& exchange) {
    const auto id = exchange.Id<policy::RecordId>("alert", "alert");
    return exchange.Read([&](store::Tx& tx) { return app::ShowAlert(tx, id); }, wire::EncodeAlert);
}

HttpResponse GetMonitoredInstances(Exchange& exchange) {
    return exchange.List(
        [](store::Tx& tx, const app::PageQuery& page) { return app::ListMonitoredInstances(tx, page); },
        wire::EncodeMonitoredInstance);
}

HttpResponse PostBaseline(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeRecordBaseline);
    return exchange.Mutate([&](store::Tx& tx) { return app::RecordBaseline(tx, exchange.Caller(), command); },
                           wire::EncodeBaseline);
}

HttpResponse GetBaselines(Exchange& exchange) {
    return exchange.List([](store::Tx& tx, const app::PageQuery& page) { return app::ListBaselines(tx, page); },
                         wire::EncodeBaseline);
}

constexpr QueryParameter kAlertFilters[] = {
    {"standing", R"({"type":"boolean","default":true})", "With false also those that are over."},
    {"severity", R"({"type":"string","enum":["info","warning","critical"]})", "Only of this severity."},
    {"instance", R"({"type":"string"})", "Only of this instance."}};

constexpr Route kMonitoringRoutes[] = {
    {.method = Method::kGet,
     .pattern = "/v1/alerts",
     .kind = Kind::kList,
     .area = "Monitoring",
     .summary = "List alerts, newest first",
     .answer = {200, "Page:Alert"},
     .query = kAlertFilters,
     .handler = GetAlerts},
    {.method = Method::kGet,
     .pattern = "/v1/alerts/{alert}",
     .area = "Monitoring",
     .summary = "Show an alert with its evidence",
     .answer = {200, "Alert"},
     .handler = GetAlert},
    {.method = Method::kGet,
     .pattern = "/v1/monitoring/instances",
     .kind = Kind::kList,
     .area = "Monitoring",
     .summary = "List monitored instances: what each did lately, what its canaries saw",
     .answer = {200, "Page:MonitoredInstance"},
     .handler = GetMonitoredInstances},
    {.method = Method::kPost,
     .pattern = "/v1/monitoring/baselines",
     .kind = Kind::kCreate,
     .permission = Permission::kHandleIncident,
     .area = "Monitoring",
     .summary = "Say that what was measured lately is well",
     .answer = {201, "Baseline"},
     .body = {BodyKind::kJson, "RecordBaseline"},
     .handler = PostBaseline},
    {.method = Method::kGet,
     .pattern = "/v1/monitoring/baselines",
     .kind = Kind::kList,
     .area = "Monitoring",
     .summary = "List baselines, newest first: the newest counts",
     .answer = {200, "Page:Baseline"},
     .handler = GetBaselines},
};

}  // namespace

std::span<const Route> MonitoringRoutes() {
    return kMonitoringRoutes;
}

}  // namespace http
