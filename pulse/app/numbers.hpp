// The metrics of pulsed, all of them in one table. Names and labels are what monitoring of such an instance expects:
// pulse_http_* count every answer, refusals of the tenant layer, too. No label ever holds an organization's id.
#pragma once

#include <span>

#include "platform/metrics/metrics.hpp"

namespace pulse::app {

std::span<const platform::MetricDefinition> MetricDefinitions();

/// Memory of this process that is in RAM, in bytes; 0 when it cannot be read.
double ResidentBytes();

}  // namespace pulse::app
