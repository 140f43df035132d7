#include "controller/policy/monitor_series.hpp"

#include <algorithm>
#include <cmath>

namespace policy {
namespace {

constexpr double kSameStartSeconds = 1.5;  // some compute their start from their age

bool SameBounds(const LatencyBuckets& one, const LatencyBuckets& other) {
    return one.size == other.size && std::equal(one.bound.begin(), one.bound.begin() + one.size, other.bound.begin());
}

bool WasReset(const MonitorReading& before, const MonitorReading& now) {
    if (before.started_at > 0 && now.started_at > 0 &&
        std::abs(now.started_at - before.started_at) > kSameStartSeconds) {
        return true;
    }
    if (now.requests < before.requests || now.denied < before.denied || now.disabled < before.disabled ||
        now.failed < before.failed || now.spoofed < before.spoofed) {
        return true;
    }
    if (SameBounds(before.latency, now.latency)) {
        for (std::size_t at = 0; at < now.latency.size; ++at) {
            if (now.latency.count[at] < before.latency.count[at]) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

void MonitorSeries::Append(const MonitorReading& reading, Duration window) {
    if (last_ && reading.at <= last_->at) {
        return;
    }
    MonitorReading sum = reading;
    if (!last_) {
        sum.requests = sum.denied = sum.disabled = sum.failed = sum.spoofed = 0;
        sum.latency.count.fill(0);
    } else {
        const MonitorReading& total = readings_.back();
        const MonitorReading none;
        const MonitorReading& before = WasReset(*last_, reading) ? none : *last_;
        sum.requests = total.requests + reading.requests - before.requests;
        sum.denied = total.denied + reading.denied - before.denied;
        sum.disabled = total.disabled + reading.disabled - before.disabled;
        sum.failed = total.failed + reading.failed - before.failed;
        sum.spoofed = total.spoofed + reading.spoofed - before.spoofed;
        if (SameBounds(total.latency, reading.latency)) {
            for (std::size_t at = 0; at < reading.latency.size; ++at) {
                sum.latency.count[at] = total.latency.count[at] + reading.latency.count[at] - before.latency.count[at];
            }
        } else {
            sum.latency.count.fill(0);  // another histogram begins here
        }
    }
    last_ = reading;
    readings_.push_back(sum);
    // One reading from before the window stays: the window begins between two.
    std::size_t leave = 0;
    while (leave + 2 < readings_.size() && readings_[leave + 1].at <= reading.at - window) {
        ++leave;
    }
    leave = std::max(leave, readings_.size() > kMostReadings ? readings_.size() - kMostReadings : 0);
    readings_.erase(readings_.begin(), readings_.begin() + static_cast<std::ptrdiff_t>(leave));
}

MonitorRates MonitorSeries::Over(const SeriesOptions& options, Time now) const {
    MonitorRates rates;
    if (readings_.empty()) {
        return rates;
    }
    const MonitorReading& newest = readings_.back();
    if (now - newest.at > options.newest_within) {
        rates.coverage = Coverage::kTooOld;
        return rates;
    }
    const auto first = std::find_if(readings_.begin(), readings_.end(), [&](const MonitorReading& reading) {
        return reading.at >= newest.at - options.window;
    });
    rates.covered = newest.at - first->at;
    if (rates.covered < options.least_covered || rates.covered <= Duration{}) {
        rates.coverage = Coverage::kTooFew;
        return rates;
    }
    rates.coverage = Coverage::kMeasured;
    rates.requests = newest.requests - first->requests;
    rates.denied = newest.denied - first->denied;
    rates.disabled = newest.disabled - first->disabled;
    rates.failed = newest.failed - first->failed;
    rates.spoofed = newest.spoofed - first->spoofed;
    if (SameBounds(first->latency, newest.latency)) {
        LatencyBuckets increase = newest.latency;
        for (std::size_t at = 0; at < increase.size; ++at) {
            increase.count[at] = std::max(0.0, newest.latency.count[at] - first->latency.count[at]);
        }
        rates.p95_seconds = Quantile(increase, 0.95);
    }
    return rates;
}

std::optional<double> Quantile(const LatencyBuckets& increase, double share) {
    if (increase.size == 0 || !(increase.count[increase.size - 1] > 0)) {
        return std::nullopt;
    }
    const double wanted = share * increase.count[increase.size - 1];
    std::size_t at = 0;
    while (at + 1 < increase.size && increase.count[at] < wanted) {
        ++at;
    }
    if (std::isinf(increase.bound[at])) {
        return at == 0 ? std::nullopt : std::optional(increase.bound[at - 1]);
    }
    const double below = at == 0 ? 0 : increase.count[at - 1];
    const double from = at == 0 ? 0 : increase.bound[at - 1];
    const double within = increase.count[at] - below;
    return within > 0 ? from + (increase.bound[at] - from) * (wanted - below) / within : increase.bound[at];
}

}  // namespace policy
