// The only file that knows prometheus-cpp: it writes the text format. The counting is ours, because the library's
// histograms take a lock for each observation.
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>

#include "platform/metrics/metrics.hpp"

namespace platform {
namespace {

prometheus::MetricType ToPrometheus(MetricKind kind) {
    switch (kind) {
        case MetricKind::kCounter:
            return prometheus::MetricType::Counter;
        case MetricKind::kGauge:
            return prometheus::MetricType::Gauge;
        case MetricKind::kHistogram:
            return prometheus::MetricType::Histogram;
    }
    return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric::Histogram Snapshot(const HistogramCells& cells) {
    prometheus::ClientMetric::Histogram histogram;
    // Counted from the buckets, not kept beside them: so the total always agrees with them.
    for (std::size_t i = 0; i < cells.counts.size(); ++i) {
        histogram.sample_count += cells.counts[i].load(std::memory_order_relaxed);
        const double bound = i < cells.bounds.size() ? cells.bounds[i] : std::numeric_limits<double>::infinity();
        histogram.bucket.push_back({histogram.sample_count, bound});
    }
    histogram.sample_sum = cells.sum.load(std::memory_order_relaxed);
    return histogram;
}

}  // namespace

std::string Metrics::Render() const {
    std::vector<std::function<void()>> updates;
    {
        const std::lock_guard lock(mutex_);
        updates = updates_;
    }
    // Without the lock: an update may look up a series of its own.
    for (const std::function<void()>& update : updates) {
        update();
    }

    std::vector<prometheus::MetricFamily> families;
    const std::lock_guard lock(mutex_);
    for (const Family& family : families_) {
        if (family.series.empty()) {
            continue;
        }
        prometheus::MetricFamily& out = families.emplace_back();
        out.name = family.definition.name;
        out.help = family.definition.help;
        out.type = ToPrometheus(family.definition.kind);
        for (const auto& [values, series] : family.series) {
            prometheus::ClientMetric& metric = out.metric.emplace_back();
            for (std::size_t i = 0; i < values.size(); ++i) {
                metric.label.push_back({std::string(family.definition.labels[i]), values[i]});
            }
            metric.gauge.value = series->gauge.load(std::memory_order_relaxed);
            // Counted here, or read from elsewhere.
            metric.counter.value =
                static_cast<double>(series->counter.load(std::memory_order_relaxed)) + metric.gauge.value;
            if (series->histogram) {
                metric.histogram = Snapshot(*series->histogram);
            }
        }
    }
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace platform
