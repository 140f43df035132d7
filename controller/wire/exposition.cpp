#include "controller/wire/exposition.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "platform/base/text.hpp"

namespace wire {
namespace {

using policy::LatencyBuckets;
using policy::MonitorReading;

constexpr std::string_view kRequestsTotal = "pulse_http_requests_total";
constexpr std::string_view kSpoofsTotal = "pulse_tenant_spoof_attempts_total";
constexpr std::string_view kDurationBucket = "pulse_http_request_duration_seconds_bucket";
constexpr std::string_view kStartTime = "pulse_process_start_time_seconds";
constexpr std::string_view kPlainStartTime = "process_start_time_seconds";

bool IsBlank(char c) {
    return c == ' ' || c == '\t';
}

std::string_view SkipBlanks(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && IsBlank(text[at])) {
        ++at;
    }
    return text.substr(at);
}

std::optional<double> SampleNumber(std::string_view text) {
    if (text == "+Inf" || text == "Inf") {
        return std::numeric_limits<double>::infinity();
    }
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && !std::isnan(value) ? std::optional(value)
                                                                                          : std::nullopt;
}

struct SampleLabels {
    std::string_view status;
    std::string_view route;
    std::string_view le;
};

/// Takes `{a="b",c="d"}` off the front; what is escaped stays as it is written, no value that is looked at has it.
bool TakeLabels(std::string_view& rest, SampleLabels& labels) {
    if (!rest.starts_with('{')) {
        return true;
    }
    rest.remove_prefix(1);
    for (;;) {
        rest = SkipBlanks(rest);
        if (rest.starts_with('}')) {
            rest.remove_prefix(1);
            return true;
        }
        const std::size_t equals = rest.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            return false;
        }
        std::string_view name = rest.substr(0, equals);
        while (!name.empty() && IsBlank(name.back())) {
            name.remove_suffix(1);
        }
        rest = SkipBlanks(rest.substr(equals + 1));
        if (name.empty() || name.find_first_of("{}\",") != std::string_view::npos || !rest.starts_with('"')) {
            return false;
        }
        std::size_t end = 1;
        while (end < rest.size() && rest[end] != '"') {
            end += rest[end] == '\\' ? 2 : 1;
        }
        if (end >= rest.size()) {
            return false;
        }
        const std::string_view value = rest.substr(1, end - 1);
        if (name == "status") {
            labels.status = value;
        } else if (name == "route") {
            labels.route = value;
        } else if (name == "le") {
            labels.le = value;
        }
        rest = SkipBlanks(rest.substr(end + 1));
        if (rest.starts_with(',')) {
            rest.remove_prefix(1);
        } else if (!rest.starts_with('}')) {
            return false;
        }
    }
}

struct Sample {
    double value = 0;
    std::optional<platform::Time> at;
};

/// The value; behind it may stand a timestamp, milliseconds since 1970.
std::optional<Sample> TakeSample(std::string_view rest) {
    rest = SkipBlanks(rest);
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    const auto value = SampleNumber(rest.substr(0, end));
    rest = SkipBlanks(rest.substr(end));
    while (!rest.empty() && IsBlank(rest.back())) {
        rest.remove_suffix(1);
    }
    if (!value) {
        return std::nullopt;
    }
    Sample sample{*value, std::nullopt};
    if (!rest.empty()) {
        std::int64_t milliseconds = 0;
        const auto [last, error] = std::from_chars(rest.data(), rest.data() + rest.size(), milliseconds);
        if (error != std::errc() || last != rest.data() + rest.size()) {
            return std::nullopt;
        }
        sample.at = platform::Time(std::chrono::milliseconds(milliseconds));
    }
    return sample;
}

bool CountRequest(const SampleLabels& labels, double value, MonitorReading& reading) {
    const std::string_view status = labels.status;
    if (status.size() != 3 || !std::ranges::all_of(status, [](char c) { return c >= '0' && c <= '9'; })) {
        return false;
    }
    reading.requests += value;
    if (status == "403") {
        reading.denied += value;
    } else if (status == "501") {
        reading.disabled += labels.route.find("orgs") != std::string_view::npos ? value : 0;
    } else if (status[0] == '5') {
        reading.failed += value;
    }
    return true;
}

enum class Bucketed { kYes, kNo, kTooMany };

/// Sums of the series, in the order in which bounds appear.
Bucketed CountBucket(std::string_view le, double value, LatencyBuckets& buckets) {
    const auto bound = SampleNumber(le);
    if (!bound || *bound < 0) {
        return Bucketed::kNo;
    }
    const auto begin = buckets.bound.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(buckets.size);
    const auto found = std::find(begin, end, *bound);
    if (found == end && buckets.size == LatencyBuckets::kMost) {
        return Bucketed::kTooMany;
    }
    const auto at = static_cast<std::size_t>(found - begin);
    if (found == end) {
        buckets.bound[buckets.size++] = *bound;
    }
    buckets.count[at] += value;
    return Bucketed::kYes;
}

/// In order; without a bucket of everything, or with fewer in a larger bucket, it is no histogram.
LatencyBuckets InOrder(const LatencyBuckets& buckets) {
    std::array<std::size_t, LatencyBuckets::kMost> order{};
    for (std::size_t at = 0; at < buckets.size; ++at) {
        order[at] = at;
    }
    std::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(buckets.size),
              [&](std::size_t one, std::size_t other) { return buckets.bound[one] < buckets.bound[other]; });
    LatencyBuckets sorted;
    sorted.size = buckets.size;
    for (std::size_t at = 0; at < buckets.size; ++at) {
        sorted.bound[at] = buckets.bound[order[at]];
        sorted.count[at] = buckets.count[order[at]];
        if (at > 0 && sorted.count[at] < sorted.count[at - 1]) {
            return {};
        }
    }
    return sorted.size > 0 && std::isinf(sorted.bound[sorted.size - 1]) ? sorted : LatencyBuckets();
}

class ExpositionReader {
public:
    explicit ExpositionReader(platform::Time at) {
        reading_.at = at;
    }

    /// False when it cannot be read.
    bool Take(std::string_view line) {
        line = SkipBlanks(line);
        if (line.starts_with('#')) {
            of_instance_ = of_instance_ || line.find(kRequestsTotal) != std::string_view::npos;
            return true;
        }
        const std::size_t name_end = std::min(line.find_first_of("{ \t"), line.size());
        const std::string_view name = line.substr(0, name_end);
        // One that nobody has asked anything yet shows no requests.
        of_instance_ = of_instance_ || name.starts_with("pulse_");
        if (name != kRequestsTotal && name != kDurationBucket && name != kSpoofsTotal && name != kStartTime &&
            name != kPlainStartTime) {
            return true;
        }
        std::string_view rest = SkipBlanks(line.substr(name_end));
        SampleLabels labels;
        if (!TakeLabels(rest, labels)) {
            return false;
        }
        const auto sample = TakeSample(rest);
        if (!sample || !std::isfinite(sample->value) || sample->value < 0) {
            return false;
        }
        undated_ = undated_ || !sample->at;
        newest_ = std::max(newest_, sample->at.value_or(platform::Time::min()));
        return Count(name, labels, sample->value);
    }

    /// Of the samples that were counted; none when one of them has no date.
    std::optional<platform::Time> Newest() const {
        return undated_ || newest_ == platform::Time::min() ? std::nullopt : std::optional(newest_);
    }

    platform::Expected<MonitorReading, std::string> Reading() {
        if (!of_instance_) {
            return platform::Unexpected<std::string>("there is no " + std::string(kRequestsTotal) +
                                                     " in it, nor another number of an instance");
        }
        reading_.latency = too_many_bounds_ ? LatencyBuckets() : InOrder(reading_.latency);
        return reading_;
    }

private:
    bool Count(std::string_view name, const SampleLabels& labels, double value) {
        if (name == kRequestsTotal) {
            return CountRequest(labels, value, reading_);
        }
        if (name == kDurationBucket) {
            // A WebSocket lasts as long as its client likes.
            const Bucketed done =
                labels.route == "/ws" ? Bucketed::kYes : CountBucket(labels.le, value, reading_.latency);
            too_many_bounds_ = too_many_bounds_ || done == Bucketed::kTooMany;
            return done != Bucketed::kNo;
        }
        if (name == kSpoofsTotal) {
            reading_.spoofed += value;
        } else {
            reading_.started_at = value;
        }
        return true;
    }

    MonitorReading reading_;
    platform::Time newest_ = platform::Time::min();
    bool undated_ = false;
    bool of_instance_ = false;
    bool too_many_bounds_ = false;
};

platform::Expected<void, std::string> TakeLines(ExpositionReader& reader, std::string_view text) {
    std::size_t number = 1;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (!reader.Take(line)) {
            return platform::Unexpected<std::string>(
                "line " + std::to_string(number) + " is no sample: " + platform::QuoteForMessage(line.substr(0, 200)));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
    }
    return {};
}

}  // namespace

platform::Expected<MonitorReading, std::string> ReadExposition(std::string_view text, platform::Time at) {
    ExpositionReader reader(at);
    if (auto taken = TakeLines(reader, text); !taken) {
        return platform::Unexpected<std::string>(std::move(taken.error()));
    }
    return reader.Reading();
}

platform::Expected<MonitorReading, std::string> ReadFederated(std::string_view text, platform::Time now) {
    ExpositionReader reader(now);
    if (auto taken = TakeLines(reader, text); !taken) {
        return platform::Unexpected<std::string>(std::move(taken.error()));
    }
    auto reading = reader.Reading();
    if (!reading) {
        return platform::Unexpected<std::string>("the server has no numbers of it");
    }
    const auto newest = reader.Newest();
    if (!newest) {
        return platform::Unexpected<std::string>("the server does not say how old its numbers are");
    }
    reading->at = std::min(*newest, now);
    return reading;
}

}  // namespace wire
