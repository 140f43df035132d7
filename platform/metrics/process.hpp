// The numbers about the process itself that every program for Prometheus exports, under the names that dashboards know:
// CPU seconds, memory, open files and their limit, threads, start time.
//
// Read from /proc when metrics are asked for, and only then; what cannot be read keeps its last value.
// Thread safe.
#pragma once

#include <vector>

#include "platform/metrics/metrics.hpp"

namespace platform {

/// Rows for the application's table.
std::vector<MetricDefinition> ProcessMetricDefinitions();

/// Fills them before each rendering from now on. `metrics` has the rows, and lives as long as it renders.
void ExportProcess(Metrics& metrics);

}  // namespace platform
