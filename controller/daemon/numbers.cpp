#include "controller/daemon/numbers.hpp"

#include <algorithm>

#include "controller/daemon/fleet_gauges.hpp"
#include "controller/daemon/monitor.hpp"
#include "controller/fleet/meter.hpp"
#include "platform/metrics/process.hpp"

namespace controller::daemon {

using platform::MetricKind;

namespace {

std::vector<platform::MetricDefinition> OwnMetricDefinitions() {
    return {
        {MetricKind::kGauge, "portcullis_build_info", "Always 1; the version is a label.", {"version"}},
        {MetricKind::kCounter, "portcullis_http_requests_total", "Requests answered.", {"route", "method", "status"}},
        {MetricKind::kHistogram,
         "portcullis_http_request_seconds",
         "From the complete request to the complete answer.",
         {"route", "method"},
         {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5}},
        {MetricKind::kGauge, "portcullis_ready", "1 when the database takes writes and has the schema needed."},
        {MetricKind::kGauge, "portcullis_schema_version", "Schema version of the database; 0 when it cannot be read."},
        {MetricKind::kGauge, "portcullis_clock_simulated", "1 on a database with a simulated clock."},
        {MetricKind::kGauge, "portcullis_database_server_running",
         "1 while the private PostgreSQL runs; absent in effect (0) with a database of one's own."},
        {MetricKind::kGauge, "portcullis_scheduler_leads", "1 while this controller runs the schedules."},
        {MetricKind::kCounter, "portcullis_scheduler_rounds_total", "Rounds of the scheduler that ended well."},
        {MetricKind::kCounter, "portcullis_scheduler_failures_total", "Rounds of the scheduler that failed."},
        {MetricKind::kCounter, "portcullis_audit_checkpoints_total", "Signed checkpoints made by this controller."},
        {MetricKind::kGauge, "portcullis_direct_probes_file_ok",
         "0 while the file of direct probes cannot be used and an older reading of it is in use."},
        {MetricKind::kGauge, "portcullis_direct_probes", "Instances that this controller looks at itself."},
        {MetricKind::kCounter, "portcullis_drills_total", "Drills that this controller saw to their end.", {"outcome"}},
        {MetricKind::kCounter, "portcullis_drills_skipped_total",
         "Drills that were due on a schedule and were not ordered; the audit log says why."},
        {MetricKind::kGauge, "portcullis_drills_running", "Drills that have not ended."},
        {MetricKind::kGauge, "portcullis_drill_schedules_unapproved",
         "Drill schedules without an approval that counts: nothing is ordered on them."},
        {MetricKind::kGauge, "portcullis_drill_last_passed_timestamp_seconds",
         "When a drill passed last, by the clock of the rules; 0: none did."},
        {MetricKind::kGauge, "portcullis_webhooks", "Webhooks that are active."},
        {MetricKind::kGauge, "portcullis_webhook_deliveries_pending", "Deliveries that have not ended."},
        {MetricKind::kGauge, "portcullis_webhook_deliveries_dead",
         "Deliveries that were given up, as far as they are kept."},
        {MetricKind::kCounter,
         "portcullis_webhook_attempts_total",
         "Attempts of this controller to deliver.",
         {"outcome"}},
        {MetricKind::kHistogram,
         "portcullis_webhook_attempt_seconds",
         "How long an attempt to deliver took.",
         {},
         {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60}},
        {MetricKind::kGauge, "portcullis_incidents_open", "Incidents that are not resolved.", {"severity"}},
        {MetricKind::kGauge,
         "portcullis_incident_breaches",
         "Response clocks that ran out, all on record; by the severity of that moment.",
         {"severity", "clock"}},
        {MetricKind::kHistogram,
         "portcullis_drill_seconds",
         "From an order of a drill to an instance's answer and to its verification.",
         {"direction", "until"},
         {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300}},
    };
}

}  // namespace

std::span<const platform::MetricDefinition> MetricDefinitions() {
    static const std::vector<platform::MetricDefinition> definitions = [] {
        std::vector<platform::MetricDefinition> own = OwnMetricDefinitions();
        const std::vector<platform::MetricDefinition> process = platform::ProcessMetricDefinitions();
        own.insert(own.end(), process.begin(), process.end());
        const std::vector<platform::MetricDefinition> channel = fleet::MeterDefinitions();
        own.insert(own.end(), channel.begin(), channel.end());
        const std::vector<platform::MetricDefinition> fleet = FleetGaugeDefinitions();
        own.insert(own.end(), fleet.begin(), fleet.end());
        const std::vector<platform::MetricDefinition> monitor = MonitorMetricDefinitions();
        own.insert(own.end(), monitor.begin(), monitor.end());
        return own;
    }();
    return definitions;
}

RequestMeter::RequestMeter(platform::Metrics& registry, std::size_t routes) : registry_(registry) {
    for (std::size_t i = 0; i < routes; ++i) {
        routes_.push_back(std::make_unique<RouteMeter>());
    }
}

void RequestMeter::Make(RouteMeter& meter, std::string_view pattern, std::string_view method) {
    static constexpr std::array<std::string_view, 6> kClasses{"", "1xx", "2xx", "3xx", "4xx", "5xx"};
    for (std::size_t i = 1; i < kClasses.size(); ++i) {
        meter.by_class[i] = registry_.CounterFor("portcullis_http_requests_total", {pattern, method, kClasses[i]});
    }
    meter.seconds = registry_.HistogramFor("portcullis_http_request_seconds", {pattern, method});
}

void RequestMeter::Count(const http::RequestRecord& record) {
    const bool known = !record.pattern.empty();
    RouteMeter& meter = known ? *routes_[record.route] : unknown_;
    // HEAD counts as its GET: a method that callers choose freely must not make series.
    std::call_once(meter.made, [&] {
        Make(meter, known ? record.pattern : "none", known ? record.route_method : std::string_view("none"));
    });
    meter.by_class[static_cast<std::size_t>(std::clamp(record.status / 100, 1, 5))].Increment();
    meter.seconds.Observe(record.duration);
}

}  // namespace controller::daemon
