#include "pulse/http/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace pulse::http {
namespace {

constexpr double kSecondsPerMinute = 60;

}  // namespace

double RateLimiter::LevelAt(const Level& level, platform::SteadyTime now) const {
    const double seconds = std::max(0.0, std::chrono::duration<double>(now - level.at).count());
    const auto most = static_cast<double>(per_minute_);
    return std::min(most, level.left + seconds * most / kSecondsPerMinute);
}

RateDecision RateLimiter::Take(std::string_view key, platform::SteadyTime now) {
    const auto most = static_cast<double>(per_minute_);
    Shard& shard = shards_[std::hash<std::string_view>{}(key) % shards_.size()];
    const std::lock_guard lock(shard.mutex);
    auto found = shard.levels.find(key);
    if (found == shard.levels.end()) {
        if (shard.levels.size() >= shard.sweep_at) {
            std::erase_if(shard.levels, [&](const auto& entry) { return LevelAt(entry.second, now) >= most; });
            shard.sweep_at = std::max<std::size_t>(1024, shard.levels.size() * 2);
        }
        found = shard.levels.emplace(std::string(key), Level{most, now}).first;
    }
    Level& level = found->second;
    level = {LevelAt(level, now), now};
    RateDecision decision{.allowed = level.left >= 1, .limit = per_minute_};
    const auto seconds_for = [&](double requests) {
        return std::llround(std::ceil(requests * kSecondsPerMinute / most));
    };
    if (decision.allowed) {
        level.left -= 1;
    } else {
        decision.retry_seconds = std::max<std::int64_t>(1, seconds_for(1 - level.left));
    }
    decision.remaining = static_cast<std::int64_t>(level.left);
    decision.reset_seconds = seconds_for(most - level.left);
    return decision;
}

}  // namespace pulse::http
