// The one place that reads a clock. Rules, stores and renderers get the time as a parameter; only programs and loops
// call this, and tests/lint refuses any other reading of the wall clock.
//
// SystemNow may jump when the machine's clock is set: use it for what is written down, never for measuring. Stopwatch
// and Deadline stand on the monotonic clock: use them for time-outs and durations, never for what is written down.
// Thread safe.
#pragma once

#include <chrono>

#include "platform/base/time.hpp"

namespace platform {

/// The wall clock, in whole microseconds.
Time SystemNow();

using SteadyTime = std::chrono::steady_clock::time_point;

/// The monotonic clock.
SteadyTime SteadyNow();

/// How long something has taken so far.
class Stopwatch {
public:
    Stopwatch() : start_(SteadyNow()) {}

    Duration Elapsed() const {
        return std::chrono::duration_cast<Duration>(SteadyNow() - start_);
    }

private:
    SteadyTime start_;
};

/// A moment after which waiting ends.
class Deadline {
public:
    explicit Deadline(Duration from_now) : end_(SteadyNow() + from_now) {}

    bool Passed() const {
        return SteadyNow() >= end_;
    }
    /// Never negative.
    Duration Remaining() const;
    SteadyTime End() const {
        return end_;
    }

private:
    SteadyTime end_;
};

}  // namespace platform
