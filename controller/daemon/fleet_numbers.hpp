// The metrics of the fleet: what the database knows of it, and what knocks at this controller's listener.
//
// Thread safe.
#pragma once

#include <string_view>
#include <vector>

#include "controller/store/database.hpp"
#include "platform/metrics/metrics.hpp"

namespace controller::daemon {

std::vector<platform::MetricDefinition> FleetMetricDefinitions();

/// Asked for before each look at the metrics. When the database cannot be asked the gauges are NaN: not known is not
/// zero.
void PublishFleet(platform::Metrics& registry, store::Database& database);

/// Counts what the channel tells of: handshakes that were refused, instances that flap, connections cut off for what
/// they sent.
void CountFleetEvent(platform::Metrics& registry, std::string_view event);

}  // namespace controller::daemon
