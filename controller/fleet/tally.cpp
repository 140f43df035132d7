#include "controller/fleet/tally.hpp"

#include <utility>

namespace fleet {

Tally::Say Tally::Note(const std::string& key, std::string_view detail, platform::SteadyTime now) {
    const std::lock_guard lock(mutex_);
    Interval& interval = intervals_.try_emplace(key, Interval{now, 0, {}}).first->second;
    ++interval.noted;
    if (interval.noted <= said_) {
        return interval.noted == said_ ? Say::kThisIsTheLast : Say::kThis;
    }
    interval.last = detail;
    return Say::kNothing;
}

void Tally::TakeInto(std::vector<Counted>& taken, const std::string& key, Interval& interval) const {
    if (interval.noted > said_) {
        taken.push_back({key, interval.noted - said_, std::move(interval.last)});
    }
}

std::vector<Tally::Counted> Tally::Over(platform::SteadyTime now) {
    const std::lock_guard lock(mutex_);
    std::vector<Counted> over;
    for (auto at = intervals_.begin(); at != intervals_.end();) {
        if (now - at->second.began < interval_) {
            ++at;
            continue;
        }
        TakeInto(over, at->first, at->second);
        at = intervals_.erase(at);
    }
    return over;
}

std::vector<Tally::Counted> Tally::All() {
    const std::lock_guard lock(mutex_);
    std::vector<Counted> all;
    for (auto& [key, interval] : intervals_) {
        TakeInto(all, key, interval);
    }
    intervals_.clear();
    return all;
}

}  // namespace fleet
