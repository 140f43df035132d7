#include "controller/daemon/fleet_numbers.hpp"

#include <array>
#include <limits>
#include <utility>

#include "controller/store/fleet_numbers.hpp"

namespace controller::daemon {

using platform::MetricKind;

namespace {

/// Event of the channel -> value of the label.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kCountedEvents{{
    {"fleet.refused", "refused"},
    {"fleet.slowed_down", "slowed_down"},
    {"fleet.flapping", "flapping"},
    {"fleet.replaced", "replaced"},
    {"fleet.no_report", "no_message"},
    {"fleet.too_many_reports", "too_many_messages"},
    {"fleet.handover_refused", "handover_refused"},
}};

}  // namespace

std::vector<platform::MetricDefinition> FleetMetricDefinitions() {
    return {
        {MetricKind::kGauge, "portcullis_fleet_instances", "Instances that are not retired."},
        {MetricKind::kGauge, "portcullis_fleet_connected", "Of these, connected to any controller."},
        {MetricKind::kGauge, "portcullis_fleet_orders_outstanding",
         "Instances that have not said that their newest order is in force."},
        {MetricKind::kGauge, "portcullis_fleet_generations_behind", "Orders these instances are behind, together."},
        {MetricKind::kGauge, "portcullis_fleet_oldest_outstanding_seconds", "Age of the oldest of these orders."},
        {MetricKind::kGauge, "portcullis_fleet_documents_rejected",
         "Documents that instances say they turned away since their start."},
        {MetricKind::kGauge, "portcullis_fleet_keys_behind",
         "Instances that have not pinned the key that orders are being handed over to."},
        {MetricKind::kGauge, "portcullis_fleet_credential_rotations_owed", "Credentials that are to be replaced."},
        {MetricKind::kCounter, "portcullis_fleet_trouble_total",
         "What went wrong at this controller's listener for instances.", {"what"}},
    };
}

void PublishFleet(platform::Metrics& registry, store::Database& database) {
    for (const auto& [event, what] : kCountedEvents) {
        registry.CounterFor("portcullis_fleet_trouble_total", {what});
    }
    registry.BeforeRender([&registry, &database] {
        constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
        std::array<double, 8> values{};
        values.fill(kUnknown);
        try {
            const store::FleetNumbers now =
                database.Once([](store::Tx& tx) { return store::LoadFleetNumbers(tx); });
            values = {static_cast<double>(now.instances),          static_cast<double>(now.connected),
                      static_cast<double>(now.outstanding),        static_cast<double>(now.generations_behind),
                      now.oldest_seconds,                          static_cast<double>(now.rejected),
                      static_cast<double>(now.keys_behind),        static_cast<double>(now.rotations_owed)};
        } catch (const std::exception&) {
            values.fill(kUnknown);  // readiness says why
        }
        const auto definitions = FleetMetricDefinitions();
        for (std::size_t i = 0; i < values.size(); ++i) {
            registry.GaugeFor(definitions[i].name).Set(values.at(i));
        }
    });
}

void CountFleetEvent(platform::Metrics& registry, std::string_view event) {
    for (const auto& [counted, what] : kCountedEvents) {
        if (event == counted) {
            registry.CounterFor("portcullis_fleet_trouble_total", {what}).Increment();
        }
    }
}

}  // namespace controller::daemon
