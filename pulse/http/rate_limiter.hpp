// How often one address may come: token buckets that hold a minute's requests and refill evenly.
//
// Buckets that are full again are forgotten, so memory follows the callers of the last minute. Thread safe. The time is
// a parameter.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "platform/base/clock.hpp"

namespace pulse::http {

struct RateDecision {
    bool allowed = true;
    std::int64_t limit = 0;          // requests a minute
    std::int64_t remaining = 0;      // whole requests left now
    std::int64_t retry_seconds = 0;  // until one request fits; 0 when allowed
    std::int64_t reset_seconds = 0;  // until all fit again
};

class RateLimiter {
public:
    /// 0: no limit.
    explicit RateLimiter(std::int64_t per_minute) : per_minute_(per_minute) {}

    bool Limits() const {
        return per_minute_ > 0;
    }
    RateDecision Take(std::string_view key, platform::SteadyTime now);

private:
    struct Level {
        double left = 0;
        platform::SteadyTime at{};
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, Level, TextHash, std::equal_to<>> levels;
        std::size_t sweep_at = 1024;
    };

    double LevelAt(const Level& level, platform::SteadyTime now) const;

    const std::int64_t per_minute_;
    std::array<Shard, 8> shards_;
};

}  // namespace pulse::http
