#include "controller/daemon/incident_clock_runner.hpp"

#include "controller/app/incident_clocks.hpp"
#include "platform/log/log.hpp"

namespace controller::daemon {

IncidentClockRunner::IncidentClockRunner(store::Database& database, platform::Metrics& registry)
    : database_(database), registry_(registry) {
    // They stand at 0 from the start, so the first incident is an increase.
    for (const auto& name : platform::EnumNames<policy::Severity>::kNames) {
        Show({.severity = name.value});
    }
}

void IncidentClockRunner::RecordBreaches() {
    const int late = database_.Write([](store::Tx& tx) { return app::RecordDueBreaches(tx); });
    if (late > 0) {
        platform::Log(platform::Level::kWarning, "incident.breached", {{"incidents", static_cast<std::int64_t>(late)}});
    }
}

void IncidentClockRunner::Show(const store::IncidentCounts& counts) {
    const std::string_view severity = platform::EnumText(counts.severity);
    registry_.GaugeFor("portcullis_incidents_open", {severity}).Set(static_cast<double>(counts.unresolved));
    registry_.GaugeFor("portcullis_incident_breaches", {severity, "acknowledge"})
        .Set(static_cast<double>(counts.late_acknowledgements));
    registry_.GaugeFor("portcullis_incident_breaches", {severity, "contain"})
        .Set(static_cast<double>(counts.late_containments));
}

void IncidentClockRunner::Count() {
    for (const store::IncidentCounts& counts :
         database_.Once([](store::Tx& tx) { return store::CountIncidents(tx); })) {
        Show(counts);
    }
}

}  // namespace controller::daemon
