#include "controller/app/metrics_source.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "controller/wire/prometheus.hpp"
#include "platform/base/enum_text.hpp"
#include "platform/httpc/client.hpp"

namespace app {
namespace {

constexpr std::size_t kMostAnswerBytes = 1024 * 1024;
constexpr std::size_t kMostKept = 1'000;

bool Compare(double value, policy::Comparison comparison, double threshold) {
    switch (comparison) {
        case policy::Comparison::kLess:
            return value < threshold;
        case policy::Comparison::kLessOrEqual:
            return value <= threshold;
        case policy::Comparison::kGreater:
            return value > threshold;
        case policy::Comparison::kGreaterOrEqual:
            return value >= threshold;
        case policy::Comparison::kEqual:
            return value == threshold;
    }
    return false;
}

platform::Expected<wire::InstantVector, std::string> Query(const MetricsSourceOptions& options,
                                                           const std::string& promql) {
    platform::HttpClient client;
    platform::ClientRequest request;
    // Seconds as a plain number: with a unit, Prometheus takes whole numbers only.
    const auto seconds = std::chrono::duration<double>(options.timeout).count();
    request.url =
        options.url + "/api/v1/query?query=" + platform::PercentEncode(promql) + "&timeout=" + std::to_string(seconds);
    request.connect_timeout = options.timeout;
    request.timeout = options.timeout;
    request.max_response_bytes = kMostAnswerBytes;
    const auto reply = client.Send(request);
    if (!reply) {
        return platform::Unexpected<std::string>("the metrics source gave no answer: " + reply.error().message);
    }
    auto vector = wire::DecodeInstantQuery(reply->body);
    if (!vector) {
        return platform::Unexpected<std::string>("the metrics source answered status " + std::to_string(reply->status) +
                                                 ": " + vector.error());
    }
    return std::move(*vector);
}

/// The number of samples behind the value: the answer of the plan's own query for it, else the number of series.
platform::Expected<std::int64_t, std::string> CountSamples(const MetricsSourceOptions& options,
                                                           const policy::MetricCheck& check,
                                                           const wire::InstantVector& values) {
    if (check.samples_query.empty()) {
        return static_cast<std::int64_t>(values.size());
    }
    const auto counts = Query(options, check.samples_query);
    if (!counts) {
        return platform::Unexpected<std::string>(counts.error());
    }
    double sum = 0;
    for (const double count : *counts) {
        sum += std::isfinite(count) && count > 0 ? count : 0;
    }
    return static_cast<std::int64_t>(std::min(sum, 9.0e15));
}

policy::Measurement Judge(const MetricsSourceOptions& options, const policy::MetricCheck& check) {
    policy::Measurement result;
    if (options.url.empty()) {
        result.detail = "no metrics source is configured";
        return result;
    }
    const auto values = Query(options, check.query);
    if (!values) {
        result.detail = values.error();
        return result;
    }
    if (values->empty()) {
        result.samples = 0;
        result.detail = "the query has no samples";
        return result;
    }
    const auto samples = CountSamples(options, check, *values);
    if (!samples) {
        result.detail = samples.error();
        return result;
    }
    result.samples = *samples;
    // With several series the worst one counts: any series beyond the limit is beyond the limit.
    const auto unmet = std::ranges::find_if(*values, [&](double value) {
        return !std::isnan(value) && !Compare(value, check.limit.comparison, check.limit.threshold);
    });
    result.value = unmet != values->end() ? *unmet : values->front();
    result.detail = std::to_string(values->size()) + " series, " + std::to_string(*samples) + " samples";
    if (std::ranges::any_of(*values, [](double value) { return std::isnan(value); })) {
        result.value.reset();
        result.detail += ", a value is not a number";
    } else if (*samples < check.min_samples) {
        result.detail += ", " + std::to_string(check.min_samples) + " needed";
    } else {
        result.state = unmet != values->end() ? policy::MeasurementState::kUnmet : policy::MeasurementState::kMet;
    }
    return result;
}

std::string KeyOf(const policy::MetricCheck& check) {
    return check.query + '\n' + check.samples_query + '\n' + std::string(platform::EnumText(check.limit.comparison)) +
           std::to_string(check.limit.threshold) + '\n' + std::to_string(check.min_samples);
}

}  // namespace

MetricsSource::MetricsSource(MetricsSourceOptions options) : options_(std::move(options)) {}

policy::Measurement MetricsSource::MeasureNow(const policy::MetricCheck& check, policy::Time at) {
    policy::Measurement measurement = Judge(options_, check);
    measurement.at = at;
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kMostKept) {
        kept_.clear();
    }
    kept_[KeyOf(check)] = Kept{measurement, platform::SteadyNow() + options_.keep_for};
    return measurement;
}

policy::Measurement MetricsSource::Measure(const policy::MetricCheck& check, policy::Time at) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = kept_.find(KeyOf(check));
        if (found != kept_.end() && platform::SteadyNow() < found->second.until) {
            return found->second.measurement;
        }
    }
    return MeasureNow(check, at);
}

bool HasMetricCriteria(const policy::PromotionFacts& facts) {
    return facts.plan && std::ranges::any_of(facts.plan->criteria, [](const policy::CriterionFacts& criterion) {
               return criterion.criterion.metric.has_value();
           });
}

void MeasureCriteria(MetricsSource& source, policy::PromotionFacts& facts, Freshness freshness) {
    if (!facts.plan) {
        return;
    }
    for (policy::CriterionFacts& criterion : facts.plan->criteria) {
        if (criterion.criterion.metric) {
            criterion.measurement = freshness == Freshness::kNow
                                        ? source.MeasureNow(*criterion.criterion.metric, facts.now)
                                        : source.Measure(*criterion.criterion.metric, facts.now);
        }
    }
}

}  // namespace app
