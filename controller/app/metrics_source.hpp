// Asks a Prometheus server whether a metric exit criterion is met (specification, section 5): a PromQL instant query
// with a time-out and a minimum number of samples. Three-valued: no answer, no samples, too few samples or a value that
// is no number are inconclusive, never met.
//
// An answer is kept for a short time, so that many gate reads ask once. Thread safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "controller/policy/facts.hpp"
#include "platform/base/clock.hpp"

namespace app {

struct MetricsSourceOptions {
    std::string url;  // http://127.0.0.1:9090; empty: there is no source, every metric criterion is inconclusive
    std::chrono::milliseconds timeout{2'000};
    std::chrono::milliseconds keep_for{5'000};
};

class MetricsSource {
public:
    explicit MetricsSource(MetricsSourceOptions options);

    /// `at` goes into the measurement; the query itself is about the source's present.
    policy::Measurement Measure(const policy::MetricCheck& check, policy::Time at);
    /// The same, never from memory: what a promotion uses.
    policy::Measurement MeasureNow(const policy::MetricCheck& check, policy::Time at);

private:
    struct Kept {
        policy::Measurement measurement;
        platform::SteadyTime until;
    };

    MetricsSourceOptions options_;
    std::mutex mutex_;
    std::map<std::string, Kept> kept_;
};

/// Fills in the measurements of the plan's metric criteria.
enum class Freshness { kMayBeKept, kNow };
void MeasureCriteria(MetricsSource& source, policy::PromotionFacts& facts, Freshness freshness);
bool HasMetricCriteria(const policy::PromotionFacts& facts);

}  // namespace app
