// The counters that the watch looks at, from the text of a process's metrics. Pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tenancy::probe {

struct Counters {
    std::int64_t requests = 0;
    std::int64_t errors_5xx = 0;  // without 501
    std::int64_t errors_501 = 0;
};

/// Sums pulse_http_requests_total by its label `status`. Nothing when a line of it cannot be read, or the text has
/// none and does not even say that there is such a counter.
std::optional<Counters> ReadCounters(std::string_view metrics);

}  // namespace tenancy::probe
