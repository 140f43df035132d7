#include "tenancy/probe/counters.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include "platform/base/text.hpp"

namespace tenancy::probe {
namespace {

constexpr std::string_view kRequests = "pulse_http_requests_total";
constexpr double kMostRequests = 9e15;

/// The three digits of the label `status`; 0 when there is none.
int StatusOf(std::string_view labels) {
    constexpr std::string_view kLabel = "status=\"";
    for (std::size_t at = labels.find(kLabel); at != std::string_view::npos; at = labels.find(kLabel, at + 1)) {
        if (at > 0 && labels[at - 1] != ',' && labels[at - 1] != '{' && labels[at - 1] != ' ') {
            continue;  // the end of another label's name
        }
        int status = 0;
        const std::string_view digits = labels.substr(at + kLabel.size(), 3);
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), status);
        return read.ec == std::errc() && read.ptr == digits.data() + digits.size() ? status : 0;
    }
    return 0;
}

}  // namespace

std::optional<Counters> ReadCounters(std::string_view metrics) {
    Counters counters;
    bool known = false;
    for (std::string_view line : platform::Split(metrics, '\n')) {
        line = platform::Trim(line);
        if (line.starts_with('#')) {
            known = known || line.find(kRequests) != std::string_view::npos;
            continue;
        }
        if (!line.starts_with(kRequests) || line.size() <= kRequests.size() || line[kRequests.size()] != '{') {
            continue;
        }
        const std::size_t end = line.rfind('}');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        const int status = StatusOf(line.substr(kRequests.size(), end - kRequests.size()));
        // A time may stand behind the value.
        const std::string_view value_text = platform::Split(platform::Trim(line.substr(end + 1)), ' ').front();
        double value = 0;
        const auto read = std::from_chars(value_text.data(), value_text.data() + value_text.size(), value);
        if (read.ec != std::errc() || read.ptr != value_text.data() + value_text.size() || status == 0 ||
            !(value >= 0) || value > kMostRequests) {
            return std::nullopt;
        }
        const auto count = static_cast<std::int64_t>(std::llround(value));
        known = true;
        counters.requests += count;
        if (counters.requests > static_cast<std::int64_t>(kMostRequests)) {
            return std::nullopt;
        }
        if (status == 501) {
            counters.errors_501 += count;
        } else if (status >= 500) {
            counters.errors_5xx += count;
        }
    }
    return known ? std::optional(counters) : std::nullopt;
}

}  // namespace tenancy::probe
