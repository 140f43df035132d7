// Numbers about the running process, for Prometheus: counters, gauges and histograms, all of them declared in one
// table that the application gives.
//
//     constexpr ... kDefinitions = {{MetricKind::kCounter, "portcullis_requests_total", "Requests answered.",
//     {"route"}}}; Metrics metrics(kDefinitions); const Counter promotions =
//     metrics.CounterFor("portcullis_requests_total", {"promote"});   // once promotions.Increment(); // hot path
//
// A handle is looked up once (a lock and a map) and then used for ever: using it is one or two atomic operations.
//
// Invariants: a name that is not in the table, or another number of labels, is a bug and throws InvariantViolation, as
// does a table that Prometheus would not take. A metric has at most kMostSeries combinations of label values; what
// comes after them is counted under `other`, so that no input from outside can fill the memory. Label values come from
// small fixed sets: never a tenant, a release, a path or a message.
//
// Thread safety: everything may be called from any thread. Handles are values; they must not outlive their Metrics.
// A handle that was not looked up (default-made) counts nothing.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/time.hpp"

namespace platform {

enum class MetricKind { kCounter, kGauge, kHistogram };

/// One row of the table. The texts are literals: they are not copied.
struct MetricDefinition {
    MetricKind kind;
    std::string_view name;  // ends in _total for a counter; base units (seconds, bytes) in the name
    std::string_view help;
    std::vector<std::string_view> labels = {};
    std::vector<double> buckets = {};  // upper bounds, ascending, without infinity; for histograms only
};

/// Only goes up, from 0 at the start of the process.
class Counter {
public:
    Counter() = default;
    explicit Counter(std::atomic<std::uint64_t>* cell) : cell_(cell) {}

    void Increment(std::uint64_t by = 1) const {
        if (cell_ != nullptr) {
            cell_->fetch_add(by, std::memory_order_relaxed);
        }
    }

private:
    std::atomic<std::uint64_t>* cell_ = nullptr;
};

/// A level that goes up and down.
class Gauge {
public:
    Gauge() = default;
    explicit Gauge(std::atomic<double>* cell) : cell_(cell) {}

    void Set(double value) const {
        if (cell_ != nullptr) {
            cell_->store(value, std::memory_order_relaxed);
        }
    }
    void Add(double by) const {
        if (cell_ != nullptr) {
            cell_->fetch_add(by, std::memory_order_relaxed);
        }
    }

private:
    std::atomic<double>* cell_ = nullptr;
};

/// What a histogram's series holds; the last bucket is the one above all bounds.
struct HistogramCells {
    explicit HistogramCells(std::span<const double> upper_bounds)
        : bounds(upper_bounds), counts(upper_bounds.size() + 1) {}

    std::span<const double> bounds;
    std::vector<std::atomic<std::uint64_t>> counts;
    std::atomic<double> sum{0};
};

/// How values are distributed. A value equal to a bound counts as below it; NaN is dropped.
class Histogram {
public:
    Histogram() = default;
    explicit Histogram(HistogramCells* cells) : cells_(cells) {}

    void Observe(double value) const;
    /// In seconds, the unit that Prometheus expects of times.
    void Observe(Duration duration) const {
        Observe(std::chrono::duration<double>(duration).count());
    }

private:
    HistogramCells* cells_ = nullptr;
};

class Metrics {
public:
    static constexpr std::size_t kMostSeries = 1'000;

    explicit Metrics(std::span<const MetricDefinition> definitions);
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// The series with these label values, in the order of the definition; made at first use, with value 0.
    Counter CounterFor(std::string_view name, const std::vector<std::string_view>& label_values = {});
    /// A counter that is kept elsewhere, by the kernel for example, and may have fractions: Set what was read. Nobody
    /// else counts on it.
    Gauge ReadingFor(std::string_view name, const std::vector<std::string_view>& label_values = {});
    Gauge GaugeFor(std::string_view name, const std::vector<std::string_view>& label_values = {});
    Histogram HistogramFor(std::string_view name, const std::vector<std::string_view>& label_values = {});

    /// Called before each Render, to set gauges that are cheaper to read than to keep (pool sizes, lags).
    void BeforeRender(std::function<void()> update);

    /// Prometheus' text format: metrics in the order of the table, series in the order of their label values.
    std::string Render() const;

private:
    struct Series {
        std::atomic<std::uint64_t> counter{0};
        std::atomic<double> gauge{0};
        std::unique_ptr<HistogramCells> histogram;
    };
    struct Family {
        MetricDefinition definition;
        std::map<std::vector<std::string>, std::unique_ptr<Series>> series;
    };

    Series& SeriesFor(MetricKind kind, std::string_view name, const std::vector<std::string_view>& label_values);

    mutable std::mutex mutex_;
    std::deque<Family> families_;
    std::vector<std::function<void()>> updates_;
};

/// Content-Type of what Render returns.
inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace platform
