// The state of the selected organization and the alerts of its monitoring.

#include "pulse/app/features.hpp"
#include "pulse/app/records.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/http/acts.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/http/tenant_request.hpp"
#include "pulse/wire/alerts_json.hpp"
#include "pulse/wire/state_json.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;

HttpResponse GetState(Exchange& exchange) {
    return JsonAnswer(200, app::DescribeState(exchange.Services(), exchange.Scope(), exchange.Now()));
}

HttpResponse ListFeatures(Exchange& exchange) {
    return JsonAnswer(200, wire::EncodeFeatures(app::FeaturesOn(exchange.Services(), exchange.Scope().Org())));
}

HttpResponse ListActiveAlerts(Exchange& exchange) {
    return JsonAnswer(200, wire::EncodeAlerts(app::ListOpenAlerts(exchange.Services(), exchange.Scope())));
}

HttpResponse ListAlertHistory(Exchange& exchange) {
    const int limit = static_cast<int>(QueryInteger(exchange, "limit", 1, 1'000, 100, "invalid_limit"));
    return JsonAnswer(200, wire::EncodeAlerts(app::ListAlertHistory(exchange.Services(), exchange.Scope(), limit)));
}

HttpResponse ReportAlert(Exchange& exchange) {
    RequireEditor(exchange);
    const auto report = Exchange::Must(wire::DecodeAlertReport(exchange.Body()));
    const auto recorded =
        Exchange::Must(app::ReportAlert(exchange.Services(), exchange.Scope(), ActOf(exchange), report));
    return JsonAnswer(recorded.raised ? 201 : 200, wire::EncodeAlert(recorded.alert));
}

template <app::AlertMove move>
HttpResponse MoveAlert(Exchange& exchange) {
    RequireEditor(exchange);
    const auto moved = Exchange::Must(
        app::MoveAlert(exchange.Services(), exchange.Scope(), ActOf(exchange), exchange.Path("id"), move));
    return JsonAnswer(200, wire::EncodeAlert(moved));
}

constexpr Route kStateRoutes[] = {{.method = Method::kGet,
                                   .pattern = "/api/state",
                                   .scope = auth::kMonitoringRead,
                                   .area = "Monitoring",
                                   .summary = "What is open, and how much there is",
                                   .bucket = Bucket::kUnlimited,
                                   .handler = GetState},
                                  {.method = Method::kGet,
                                   .pattern = "/api/features",
                                   .scope = auth::kMonitoringRead,
                                   .area = "Monitoring",
                                   .summary = "Flags of releases that are on here",
                                   .handler = ListFeatures},
                                  {.method = Method::kGet,
                                   .pattern = "/api/alerts/active",
                                   .scope = auth::kMonitoringRead,
                                   .area = "Monitoring",
                                   .summary = "Open alerts, critical and newest first",
                                   .handler = ListActiveAlerts},
                                  {.method = Method::kGet,
                                   .pattern = "/api/alerts/history",
                                   .scope = auth::kMonitoringRead,
                                   .area = "Monitoring",
                                   .summary = "Alerts, those that are over too, newest first",
                                   .handler = ListAlertHistory},
                                  {.method = Method::kPost,
                                   .pattern = "/api/alerts/report",
                                   .scope = auth::kMonitoringWrite,
                                   .area = "Monitoring",
                                   .summary = "Raise an alert, or say that it is still there",
                                   .handler = ReportAlert},
                                  {.method = Method::kPost,
                                   .pattern = "/api/alerts/{id}/acknowledge",
                                   .scope = auth::kMonitoringWrite,
                                   .area = "Monitoring",
                                   .summary = "Say that somebody looks after it",
                                   .handler = MoveAlert<app::AlertMove::kAcknowledge>},
                                  {.method = Method::kPost,
                                   .pattern = "/api/alerts/{id}/unacknowledge",
                                   .scope = auth::kMonitoringWrite,
                                   .area = "Monitoring",
                                   .summary = "Say that nobody does",
                                   .handler = MoveAlert<app::AlertMove::kUnacknowledge>},
                                  {.method = Method::kPost,
                                   .pattern = "/api/alerts/{id}/clear",
                                   .scope = auth::kMonitoringWrite,
                                   .area = "Monitoring",
                                   .summary = "Say that it is over",
                                   .handler = MoveAlert<app::AlertMove::kClear>}};

}  // namespace

std::span<const Route> StateRoutes() {
    return kStateRoutes;
}

}  // namespace pulse::http
