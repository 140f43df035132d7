// How many releases' facts one reading of many releases loads: a number, and a time, because one load takes as long as
// the fleet is large. One is loaded whatever it takes, so that every reading gets further. One thread.
#pragma once

#include <chrono>

#include "platform/base/clock.hpp"

namespace app {

class LoadBudget {
public:
    LoadBudget(int most, std::chrono::milliseconds within) : left_(most), within_(within) {}

    /// Whether one more may be loaded; it counts as loaded then.
    bool Take() {
        const bool may = left_ > 0 && (taken_ < kAlways || watch_.Elapsed() < within_);
        if (may) {
            --left_;
            ++taken_;
        }
        return may;
    }

private:
    static constexpr int kAlways = 1;
    int left_;
    int taken_ = 0;
    std::chrono::milliseconds within_;
    platform::Stopwatch watch_;
};

}  // namespace app
