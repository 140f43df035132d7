#include "controller/http/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace http {

double RateLimiter::LevelAt(const Bucket& bucket, platform::SteadyTime now) const {
    const double seconds = std::chrono::duration<double>(now - bucket.at).count();
    return std::min(limit_.burst, bucket.level + std::max(0.0, seconds) * limit_.per_second);
}

RateDecision RateLimiter::Take(std::string_view key, platform::SteadyTime now) {
    Shard& shard = shards_[std::hash<std::string_view>{}(key) % shards_.size()];
    const std::lock_guard lock(shard.mutex);
    auto found = shard.buckets.find(key);
    if (found == shard.buckets.end()) {
        if (shard.buckets.size() >= shard.sweep_at) {
            Sweep(shard, now);
        }
        found = shard.buckets.emplace(std::string(key), Bucket{limit_.burst, now}).first;
    }
    Bucket& bucket = found->second;
    bucket.level = LevelAt(bucket, now);
    bucket.at = now;
    RateDecision decision;
    decision.allowed = bucket.level >= 1;
    if (decision.allowed) {
        bucket.level -= 1;
    } else {
        decision.retry_seconds =
            std::max<std::int64_t>(1, std::llround(std::ceil((1 - bucket.level) / limit_.per_second)));
    }
    decision.remaining = static_cast<std::int64_t>(bucket.level);
    decision.reset_seconds = std::llround(std::ceil((limit_.burst - bucket.level) / limit_.per_second));
    return decision;
}

void RateLimiter::Sweep(Shard& shard, platform::SteadyTime now) {
    std::erase_if(shard.buckets, [&](const auto& entry) { return LevelAt(entry.second, now) >= limit_.burst; });
    shard.sweep_at = std::max<std::size_t>(1024, shard.buckets.size() * 2);
}

}  // namespace http
