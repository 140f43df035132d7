#include "controller/fleet/plan/watch.hpp"

#include <algorithm>

namespace fleet {
namespace {

constexpr int kSamplesOfWindow = 30;
constexpr platform::Duration kShortestInterval = std::chrono::seconds(1);
constexpr platform::Duration kLongestInterval = std::chrono::minutes(1);
constexpr int kIntervalsOfGap = 3;
constexpr platform::Duration kLongestPause = std::chrono::hours(1);
constexpr std::int64_t kPausesThatDouble = 12;

std::string SecondsOf(platform::Duration span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(span).count()) + " s";
}

struct Counted {
    std::int64_t requests = 0;
    std::int64_t errors = 0;
};

/// Whoever is counted may say what it likes: never more than a report can hold.
std::int64_t Sum(std::int64_t counted, std::int64_t more) {
    constexpr std::int64_t kMost = (std::int64_t{1} << 53) - 1;
    return std::min(counted + std::min(more, kMost), kMost);
}

/// From sample to sample; of a new process everything it counted.
Counted CountWindow(const std::vector<WatchSampleFacts>& samples) {
    Counted counted;
    const WatchSampleFacts* last = nullptr;
    for (const WatchSampleFacts& sample : samples) {
        if (!sample.counted) {
            continue;
        }
        if (last == nullptr) {
            last = &sample;
            continue;
        }
        const WatchSampleFacts& before = *last;
        last = &sample;
        const bool restarted = sample.requests < before.requests || sample.errors < before.errors;
        counted.requests = Sum(counted.requests, sample.requests - (restarted ? 0 : before.requests));
        counted.errors = Sum(counted.errors, sample.errors - (restarted ? 0 : before.errors));
    }
    return counted;
}

/// The longest time in the window that nobody looked.
platform::Duration LongestGap(const WatchFacts& facts) {
    platform::Duration longest{};
    platform::Duration last{};
    for (const WatchSampleFacts& sample : facts.samples) {
        longest = std::max(longest, sample.at - last);
        last = sample.at;
    }
    return std::max(longest, facts.window - last);
}

}  // namespace

platform::Duration WatchInterval(platform::Duration window) {
    return std::clamp(window / kSamplesOfWindow, kShortestInterval, kLongestInterval);
}

std::optional<WatchJudgement> JudgeWatch(const WatchFacts& facts, const WatchBand& band) {
    const Counted counted = CountWindow(facts.samples);
    const auto judge = [&](StepOutcome outcome, std::string detail) {
        return WatchJudgement{outcome, std::move(detail), counted.requests, counted.errors};
    };
    const auto sick = std::find_if(facts.samples.begin(), facts.samples.end(),
                                   [](const WatchSampleFacts& sample) { return !sample.default_org_ok; });
    if (sick != facts.samples.end()) {
        return judge(StepOutcome::kFailed, "the default organization was not served " + SecondsOf(sick->at) +
                                               " after the watch began" +
                                               (sick->detail.empty() ? "" : ": " + sick->detail));
    }
    const auto undone = std::find_if(facts.samples.begin(), facts.samples.end(),
                                     [](const WatchSampleFacts& sample) { return !sample.as_ordered.value_or(true); });
    if (undone != facts.samples.end()) {
        return judge(StepOutcome::kFailed, "it was not as ordered " + SecondsOf(undone->at) + " after the watch began" +
                                               (undone->detail.empty() ? "" : ": " + undone->detail));
    }
    const bool seen_to_the_end = !facts.samples.empty() && facts.samples.back().at >= facts.window;
    if (facts.elapsed < facts.window ||
        (!seen_to_the_end && facts.elapsed <= facts.window + kIntervalsOfGap * facts.interval)) {
        return std::nullopt;
    }
    const std::string figures =
        std::to_string(counted.errors) + " of " + std::to_string(counted.requests) + " answers were errors";
    if (counted.requests >= band.least_requests &&
        static_cast<double>(counted.errors) > band.errors * static_cast<double>(counted.requests)) {
        return judge(StepOutcome::kFailed, figures + ", which is above the band");
    }
    if (facts.samples.size() < 2) {
        return judge(StepOutcome::kInconclusive,
                     facts.samples.empty() ? "nobody looked at it" : "it was looked at only once");
    }
    if (const platform::Duration gap = LongestGap(facts); gap > kIntervalsOfGap * facts.interval) {
        return judge(StepOutcome::kInconclusive, "it was not looked at for " + SecondsOf(gap));
    }
    return judge(StepOutcome::kPassed, std::ranges::any_of(facts.samples, &WatchSampleFacts::counted)
                                           ? figures
                                           : "it was well each time it was looked at");
}

std::optional<WatchJudgement> JudgeWitnesses(const WatchFacts& instance, const std::optional<WatchFacts>& controller,
                                             const WatchBand& band) {
    auto own = JudgeWatch(instance, band);
    if (!controller) {
        return own;
    }
    auto other = JudgeWatch(*controller, band);
    const auto failed = [](const std::optional<WatchJudgement>& judgement) {
        return judgement && judgement->outcome == StepOutcome::kFailed;
    };
    if ((!own || !other) && !failed(own) && !failed(other)) {
        return std::nullopt;
    }
    const WatchJudgement nothing{StepOutcome::kInconclusive, "its watch had not ended", 0, 0};
    const WatchJudgement& by_instance = own ? *own : nothing;
    const WatchJudgement& by_controller = other ? *other : nothing;
    WatchJudgement both = by_instance;
    both.outcome = failed(own) || failed(other) ? StepOutcome::kFailed
                   : by_instance.outcome == StepOutcome::kPassed && by_controller.outcome == StepOutcome::kPassed
                       ? StepOutcome::kPassed
                       : StepOutcome::kInconclusive;
    const auto says = [&](const WatchJudgement& judgement) {
        return both.outcome == judgement.outcome || both.outcome == StepOutcome::kPassed;
    };
    both.detail = says(by_instance) ? "as the instance sees itself: " + by_instance.detail : std::string();
    if (says(by_controller)) {
        both.detail += (both.detail.empty() ? "" : "; ") + ("as the controller sees it: " + by_controller.detail);
    }
    return both;
}

platform::Duration PauseAfter(std::int64_t attempt) {
    const auto doubled = std::clamp<std::int64_t>(attempt - 1, 0, kPausesThatDouble);
    return std::min<platform::Duration>(std::chrono::seconds(std::int64_t{1} << doubled), kLongestPause);
}

}  // namespace fleet
