#include "pulse/http/meter.hpp"

#include <mutex>
#include <string>

namespace pulse::http {

std::string_view StatusClass(int status) {
    if (status == 501) {
        return "feature_disabled";
    }
    if (status >= 500) {
        return "server_error";
    }
    return status >= 400 ? "client_error" : "";
}

Meter::Series Meter::Make(std::string_view method, std::string_view route, int status) {
    const std::string text = std::to_string(status);
    Series series;
    series.requests = registry_.CounterFor("pulse_http_requests_total", {method, route, text});
    series.seconds = registry_.HistogramFor("pulse_http_request_duration_seconds", {method, route, text});
    if (const std::string_view status_class = StatusClass(status); !status_class.empty()) {
        series.errors = registry_.CounterFor("pulse_http_request_errors_total", {method, route, status_class});
    }
    return series;
}

void Meter::Count(std::string_view method, std::string_view route, int status, platform::Duration duration) {
    const Key key{route.data(), method.empty() ? '?' : method[0], method.size() > 1 ? method[1] : '?',
                  static_cast<short>(status)};
    Series series;
    bool known = false;
    {
        const std::shared_lock lock(mutex_);
        if (const auto found = series_.find(key); found != series_.end()) {
            series = found->second;
            known = true;
        }
    }
    if (!known) {
        series = Make(method, route, status);
        const std::lock_guard lock(mutex_);
        series_.emplace(key, series);
    }
    series.requests.Increment();
    series.errors.Increment();
    series.seconds.Observe(duration);
}

}  // namespace pulse::http
