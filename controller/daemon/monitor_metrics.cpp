// The settings of monitoring, and what it counts.

#include "controller/daemon/monitor.hpp"

namespace controller::daemon {

using platform::MetricKind;
using std::chrono::milliseconds;
using tenancy::probe::Isolation;

MonitorOptions MonitorOptionsOf(const platform::Settings& settings, const std::string& controller) {
    const auto span = [&](std::string_view key) {
        return std::chrono::duration_cast<milliseconds>(settings.DurationOf(key));
    };
    MonitorOptions options;
    options.file = settings.Text("monitoring-file");
    options.prometheus_url = settings.Text("prometheus-url");
    options.controller = controller;
    options.interval = span("monitoring-interval");
    options.canary_interval = span("monitoring-canary-interval");
    options.damping = {settings.DurationOf("monitoring-alert-after"), settings.DurationOf("monitoring-alert-ends")};
    options.retention = settings.DurationOf("monitoring-retention");
    options.leak_kills =
        settings.Text("monitoring-leak-kills") == "instance" ? LeakKills::kInstance : LeakKills::kFleet;
    return options;
}

std::vector<platform::MetricDefinition> MonitorMetricDefinitions() {
    return {
        {MetricKind::kGauge, "portcullis_monitor_leads", "1 while this controller does the monitoring."},
        {MetricKind::kGauge, "portcullis_monitoring_file_ok",
         "0 while the file of monitored instances cannot be used and an older reading of it is in use."},
        {MetricKind::kGauge,
         "portcullis_monitored_instances",
         "Instances whose counters are to be read, by whether they are; known to the one that monitors.",
         {"state"}},
        {MetricKind::kCounter,
         "portcullis_monitor_scrapes_total",
         "Answers of those who were asked about instances.",
         {"outcome"}},
        {MetricKind::kCounter, "portcullis_monitor_canaries_total", "Tries of isolation canaries.", {"outcome"}},
        {MetricKind::kCounter, "portcullis_monitor_leak_kills_total", "Kills given for confirmed leaks."},
        {MetricKind::kCounter, "portcullis_monitor_failures_total", "Rounds of monitoring that failed."},
        {MetricKind::kHistogram,
         "portcullis_monitor_evaluation_cpu_seconds",
         "Processor time of judging all instances once.",
         {},
         {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1}},
        {MetricKind::kGauge, "portcullis_alerts", "Alerts that stand, as every controller sees them.", {"severity"}},
    };
}

void BeginMonitorMetrics(platform::Metrics& registry) {
    registry.GaugeFor("portcullis_monitoring_file_ok").Set(1);
    registry.GaugeFor("portcullis_monitor_leads").Set(0);
    registry.CounterFor("portcullis_monitor_leak_kills_total");
    registry.CounterFor("portcullis_monitor_failures_total");
    for (const char* outcome : {"read", "unreadable", "failed"}) {
        registry.CounterFor("portcullis_monitor_scrapes_total", {outcome});
    }
    for (const auto& name : platform::EnumNames<Isolation>::kNames) {
        registry.CounterFor("portcullis_monitor_canaries_total", {name.text});
    }
    for (const auto& name : platform::EnumNames<policy::AlertSeverity>::kNames) {
        registry.GaugeFor("portcullis_alerts", {name.text}).Set(0);
    }
    for (const char* state : {"measured", "not_measured"}) {
        registry.GaugeFor("portcullis_monitored_instances", {state}).Set(0);
    }
    registry.HistogramFor("portcullis_monitor_evaluation_cpu_seconds");
}

}  // namespace controller::daemon
