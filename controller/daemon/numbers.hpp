// The metrics of portcullisd, all of them, and the meter that counts answered requests.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "controller/http/api.hpp"
#include "platform/metrics/metrics.hpp"

namespace controller::daemon {

std::span<const platform::MetricDefinition> MetricDefinitions();

/// Counts requests by route, method and class of status; a route's series are made at its first request.
/// Thread safe; a count is a few atomic operations.
class RequestMeter {
public:
    /// Records name routes below that number.
    RequestMeter(platform::Metrics& registry, std::size_t routes);

    void Count(const http::RequestRecord& record);

private:
    struct RouteMeter {
        std::once_flag made;
        std::array<platform::Counter, 6> by_class;  // 1xx..5xx at 1..5
        platform::Histogram seconds;
    };

    void Make(RouteMeter& meter, std::string_view pattern, std::string_view method);

    platform::Metrics& registry_;
    std::vector<std::unique_ptr<RouteMeter>> routes_;
    RouteMeter unknown_;
};

}  // namespace controller::daemon
