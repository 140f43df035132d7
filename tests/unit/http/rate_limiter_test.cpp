#include "controller/http/rate_limiter.hpp"

#include <gtest/gtest.h>

namespace http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const platform::SteadyTime kStart{seconds(1'000)};

TEST(RateLimiter, BurstThenTheRate) {
    RateLimiter limiter({.per_second = 2, .burst = 3});
    EXPECT_EQ(limiter.Take("a", kStart).remaining, 2);
    EXPECT_TRUE(limiter.Take("a", kStart).allowed);
    EXPECT_TRUE(limiter.Take("a", kStart).allowed);
    const RateDecision refused = limiter.Take("a", kStart);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.retry_seconds, 1);
    EXPECT_EQ(refused.reset_seconds, 2);
    EXPECT_FALSE(limiter.Take("a", kStart + milliseconds(499)).allowed);
    EXPECT_TRUE(limiter.Take("a", kStart + milliseconds(999)).allowed);
    EXPECT_FALSE(limiter.Take("a", kStart + milliseconds(999)).allowed);
}

TEST(RateLimiter, KeysDoNotShareABucket) {
    RateLimiter limiter({.per_second = 1, .burst = 1});
    EXPECT_TRUE(limiter.Take("a", kStart).allowed);
    EXPECT_FALSE(limiter.Take("a", kStart).allowed);
    EXPECT_TRUE(limiter.Take("b", kStart).allowed);
}

TEST(RateLimiter, NeverHoldsMoreThanTheBurst) {
    RateLimiter limiter({.per_second = 100, .burst = 2});
    EXPECT_TRUE(limiter.Take("a", kStart).allowed);
    EXPECT_EQ(limiter.Take("a", kStart + seconds(3'600)).remaining, 1);
}

TEST(RateLimiter, ManyCallersAreForgottenAgain) {
    RateLimiter limiter({.per_second = 1'000, .burst = 1});
    for (int i = 0; i < 100'000; ++i) {
        EXPECT_TRUE(limiter.Take("caller-" + std::to_string(i), kStart + milliseconds(i)).allowed);
    }
    EXPECT_TRUE(limiter.Take("caller-0", kStart + seconds(200)).allowed);
}

TEST(RateLimiter, AClockThatStandsStillGivesNothingAway) {
    RateLimiter limiter({.per_second = 1, .burst = 1});
    EXPECT_TRUE(limiter.Take("a", kStart).allowed);
    EXPECT_FALSE(limiter.Take("a", kStart - seconds(5)).allowed);
}

}  // namespace
}  // namespace http
