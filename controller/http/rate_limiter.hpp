// Token buckets, one per key (a principal, or a peer whose credentials failed). A bucket holds `burst` requests and
// refills at `per_second`. Buckets that are full again are forgotten, so memory follows the callers of the last
// moments. Thread safe. The time is a parameter.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "platform/base/clock.hpp"

namespace http {

struct RateLimit {
    double per_second = 100;  // 0: no limit
    double burst = 200;
};

struct RateDecision {
    bool allowed = true;
    std::int64_t remaining = 0;      // whole requests left in the bucket
    std::int64_t reset_seconds = 0;  // until the bucket is full again
    std::int64_t retry_seconds = 0;  // until one request fits; 0 when allowed
};

class RateLimiter {
public:
    explicit RateLimiter(RateLimit limit) : limit_(limit) {}

    RateDecision Take(std::string_view key, platform::SteadyTime now);
    bool Limits() const {
        return limit_.per_second > 0;
    }
    const RateLimit& Limit() const {
        return limit_;
    }

private:
    struct Bucket {
        double level = 0;
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
        std::unordered_map<std::string, Bucket, TextHash, std::equal_to<>> buckets;
        std::size_t sweep_at = 1024;
    };

    double LevelAt(const Bucket& bucket, platform::SteadyTime now) const;
    void Sweep(Shard& shard, platform::SteadyTime now);

    const RateLimit limit_;
    std::array<Shard, 8> shards_;
};

}  // namespace http
