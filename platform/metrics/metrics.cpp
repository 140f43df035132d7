#include "platform/metrics/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"

namespace platform {
namespace {

bool IsMetricName(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    return !name.empty() && is_letter(name.front()) && !name.starts_with("__") &&
           std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void CheckDefinition(const MetricDefinition& definition) {
    const bool histogram = definition.kind == MetricKind::kHistogram;
    PORTCULLIS_INVARIANT(IsMetricName(definition.name), "a metric's name is lower-case letters, digits and '_'");
    PORTCULLIS_INVARIANT(definition.name.ends_with("_total") == (definition.kind == MetricKind::kCounter),
                         "counters, and only they, are named ..._total");
    PORTCULLIS_INVARIANT(!definition.help.empty(), "every metric has a help text");
    PORTCULLIS_INVARIANT(histogram == !definition.buckets.empty(), "histograms, and only they, have buckets");
    PORTCULLIS_INVARIANT(std::adjacent_find(definition.buckets.begin(), definition.buckets.end(),
                                            std::greater_equal<>()) == definition.buckets.end(),
                         "buckets ascend");
    PORTCULLIS_INVARIANT(std::all_of(definition.buckets.begin(), definition.buckets.end(),
                                     [](double bound) { return std::isfinite(bound); }),
                         "buckets are finite; the last one is implied");
    std::set<std::string_view> labels;
    for (const std::string_view label : definition.labels) {
        PORTCULLIS_INVARIANT(IsMetricName(label), "a label's name is lower-case letters, digits and '_'");
        PORTCULLIS_INVARIANT(!(histogram && label == "le"), "'le' is the label of a histogram's buckets");
        PORTCULLIS_INVARIANT(labels.insert(label).second, "a label is named once");
    }
}

}  // namespace

void Histogram::Observe(double value) const {
    if (cells_ == nullptr || std::isnan(value)) {
        return;
    }
    const auto bound = std::lower_bound(cells_->bounds.begin(), cells_->bounds.end(), value);
    cells_->counts[static_cast<std::size_t>(bound - cells_->bounds.begin())].fetch_add(1, std::memory_order_relaxed);
    cells_->sum.fetch_add(value, std::memory_order_relaxed);
}

Metrics::Metrics(std::span<const MetricDefinition> definitions) {
    for (const MetricDefinition& definition : definitions) {
        CheckDefinition(definition);
        for (const Family& family : families_) {
            PORTCULLIS_INVARIANT(family.definition.name != definition.name, "a metric is defined once");
        }
        families_.push_back({definition, {}});
        if (definition.labels.empty()) {
            SeriesFor(definition.kind, definition.name, {});  // shown from the start, with 0
        }
    }
}

Metrics::~Metrics() = default;

Metrics::Series& Metrics::SeriesFor(MetricKind kind, std::string_view name,
                                    const std::vector<std::string_view>& label_values) {
    const std::lock_guard lock(mutex_);
    const auto family = std::find_if(families_.begin(), families_.end(),
                                     [&](const Family& candidate) { return candidate.definition.name == name; });
    PORTCULLIS_INVARIANT(family != families_.end(), "a metric is in the table before it is used");
    PORTCULLIS_INVARIANT(family->definition.kind == kind, "a metric is used as what it was defined as");
    PORTCULLIS_INVARIANT(family->definition.labels.size() == label_values.size(),
                         "a metric has a value for each label");

    std::vector<std::string> key;
    key.reserve(label_values.size());
    for (const std::string_view value : label_values) {
        key.push_back(IsValidUtf8(value) ? std::string(value) : EscapeForLog(value));
    }
    auto found = family->series.find(key);
    if (found == family->series.end() && family->series.size() >= kMostSeries) {
        key.assign(label_values.size(), "other");
        found = family->series.find(key);
    }
    if (found == family->series.end()) {
        auto series = std::make_unique<Series>();
        if (kind == MetricKind::kHistogram) {
            series->histogram = std::make_unique<HistogramCells>(family->definition.buckets);
        }
        found = family->series.emplace(std::move(key), std::move(series)).first;
    }
    return *found->second;
}

Counter Metrics::CounterFor(std::string_view name, const std::vector<std::string_view>& label_values) {
    return Counter(&SeriesFor(MetricKind::kCounter, name, label_values).counter);
}

Gauge Metrics::ReadingFor(std::string_view name, const std::vector<std::string_view>& label_values) {
    return Gauge(&SeriesFor(MetricKind::kCounter, name, label_values).gauge);
}

Gauge Metrics::GaugeFor(std::string_view name, const std::vector<std::string_view>& label_values) {
    return Gauge(&SeriesFor(MetricKind::kGauge, name, label_values).gauge);
}

Histogram Metrics::HistogramFor(std::string_view name, const std::vector<std::string_view>& label_values) {
    return Histogram(SeriesFor(MetricKind::kHistogram, name, label_values).histogram.get());
}

void Metrics::BeforeRender(std::function<void()> update) {
    const std::lock_guard lock(mutex_);
    updates_.push_back(std::move(update));
}

}  // namespace platform
