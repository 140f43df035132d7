#include "pulse/app/numbers.hpp"

#include <unistd.h>

#include <fstream>
#include <vector>

namespace pulse::app {

using platform::MetricKind;

std::span<const platform::MetricDefinition> MetricDefinitions() {
    static const std::vector<platform::MetricDefinition> definitions = {
        {MetricKind::kGauge, "pulse_build_info", "Always 1; the version is a label.", {"version"}},
        {MetricKind::kCounter,
         "pulse_http_requests_total",
         "Requests answered, refusals included. `route` is the pattern of the route.",
         {"method", "route", "status"}},
        {MetricKind::kCounter,
         "pulse_http_request_errors_total",
         "Answers of 400 and above. `feature_disabled` is 501: what is switched off is no failure of the server.",
         {"method", "route", "status_class"}},
        {MetricKind::kHistogram,
         "pulse_http_request_duration_seconds",
         "From the complete request to the complete answer.",
         {"method", "route", "status"},
         {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}},
        {MetricKind::kCounter,
         "pulse_tenant_refusals_total",
         "Requests refused for what concerns tenants: by the layer in front of all routes (selection), by the gate of "
         "the organization routes (gate), by their rules (rule).",
         {"layer", "reason"}},
        {MetricKind::kCounter,
         "pulse_tenant_spoof_attempts_total",
         "Named callers that asked for a tenant they do not belong to, by how they asked.",
         {"source"}},
        {MetricKind::kCounter, "pulse_auth_refusals_total", "Requests refused before a handler ran.", {"reason"}},
        {MetricKind::kCounter, "pulse_logins_total", "Attempts to log in.", {"outcome"}},
        {MetricKind::kCounter, "pulse_rate_limited_total", "Requests answered 429.", {"bucket"}},
        {MetricKind::kCounter, "pulse_audit_failures_total", "Audit entries that could not be written."},
        {MetricKind::kCounter,
         "pulse_hosted_lifecycle_transitions_total",
         "Moves of organizations between states.",
         {"from_status", "to_status"}},
        {MetricKind::kCounter, "pulse_hosted_provisions_total", "Orders to make a tenant.", {"status"}},
        {MetricKind::kCounter,
         "pulse_alerts_fired_total",
         "Alerts about quotas, errors and answer times that were raised or changed their level.",
         {"level", "type"}},
        {MetricKind::kCounter, "pulse_alerts_resolved_total", "Such alerts that are over.", {"type"}},
        {MetricKind::kGauge, "pulse_websocket_open", "WebSockets that are open."},
        {MetricKind::kCounter, "pulse_websocket_opened_total", "WebSockets that were opened."},
        {MetricKind::kCounter,
         "pulse_websocket_closed_total",
         "WebSockets that were closed: by their clients, for a limit (silent, too_slow, broken_rules), or because "
         "their "
         "callers may not have what they show any more (the code of the refusal).",
         {"reason"}},
        {MetricKind::kGauge, "pulse_tenant_switch_enabled", "1 while tenants are switched on."},
        {MetricKind::kGauge, "pulse_control_generation", "Generation of the control document in force; 0 for none."},
        {MetricKind::kGauge, "pulse_ready", "1 when the database takes writes."},
        {MetricKind::kGauge, "pulse_caches_enabled", "1 while identities and the directory are kept in memory."},
        {MetricKind::kGauge, "pulse_process_start_time_seconds", "When this process started, as a UNIX time."},
        {MetricKind::kGauge, "pulse_process_resident_bytes", "Memory of the process that is in RAM."},
    };
    return definitions;
}

double ResidentBytes() {
    std::ifstream statm("/proc/self/statm");
    long long size = 0;
    long long resident = 0;
    if (!(statm >> size >> resident)) {
        return 0;
    }
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace pulse::app
