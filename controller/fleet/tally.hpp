// What may happen a thousand times a second is said a few times, then counted: the first ones of an interval as they
// come, the others as one number when the interval is over.
//
// Memory is bounded by the number of keys: give it reasons, not what a stranger has sent. Thread safe. The time is a
// parameter.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.hpp"

namespace fleet {

class Tally {
public:
    Tally(int said_each_interval, std::chrono::milliseconds interval)
        : said_(said_each_interval), interval_(interval) {}

    enum class Say : std::uint8_t { kThis, kThisIsTheLast, kNothing };
    /// `detail` is kept when nothing is to be said: the last one goes with the number.
    Say Note(const std::string& key, std::string_view detail, platform::SteadyTime now);

    struct Counted {
        std::string key;
        std::int64_t count = 0;
        std::string last;
    };
    /// What was counted in the intervals that are over.
    std::vector<Counted> Over(platform::SteadyTime now);
    /// And in those that are not.
    std::vector<Counted> All();

private:
    struct Interval {
        platform::SteadyTime began;
        std::int64_t noted = 0;
        std::string last;
    };
    void TakeInto(std::vector<Counted>& taken, const std::string& key, Interval& interval) const;

    const int said_;
    const std::chrono::milliseconds interval_;
    std::mutex mutex_;
    std::map<std::string, Interval> intervals_;
};

}  // namespace fleet
