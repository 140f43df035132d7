// The window after an instance was verified: how often it is looked at, and what the samples say in the end.
//
// Answers that are 501 are what a switched-off instance is to give, and are no errors. What nobody looked at is
// inconclusive, never good: no sample, or a gap. Counters count since the process started, so one that went down means
// another process, which is judged from its start. Pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/fleet/plan/checks.hpp"
#include "platform/base/time.hpp"

namespace fleet {

/// A thirtieth of the window, at least a second and at most a minute.
platform::Duration WatchInterval(platform::Duration window);

/// What may be: this share of errors among the requests, when there were so many of them.
struct WatchBand {
    double errors = 0.01;
    std::int64_t least_requests = 20;
};

struct WatchSampleFacts {
    platform::Duration at{};  // since the window was opened
    std::int64_t requests = 0;
    std::int64_t errors = 0;  // 5xx but 501
    bool default_org_ok = false;
    bool counted = true;             // false: who looked does not know the counters
    std::optional<bool> as_ordered;  // as far as who looked could see that
    std::string detail;
};

struct WatchFacts {
    platform::Duration window{};
    platform::Duration elapsed{};  // since it was opened
    platform::Duration interval{};
    std::vector<WatchSampleFacts> samples;  // in the order they were taken
};

struct WatchJudgement {
    StepOutcome outcome = StepOutcome::kInconclusive;
    std::string detail;
    std::int64_t requests = 0;  // in the window
    std::int64_t errors = 0;
};

/// By what one witness saw. Nothing while the window is open and nothing has failed, and for a moment after it, for the
/// last sample.
std::optional<WatchJudgement> JudgeWatch(const WatchFacts& facts, const WatchBand& band);

/// As bad as the worst of two witnesses: failed as soon as one has seen it fail, passed when both have seen it through.
/// The figures are those of the instance. `controller`: empty when nobody was told to look beside it; who was, but has
/// no sample, makes it inconclusive.
std::optional<WatchJudgement> JudgeWitnesses(const WatchFacts& instance, const std::optional<WatchFacts>& controller,
                                             const WatchBand& band);

/// From one attempt at a verification to the next: a second, two, four ... up to an hour.
platform::Duration PauseAfter(std::int64_t attempt);

}  // namespace fleet
