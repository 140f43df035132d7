#include <gtest/gtest.h>

#include "pulse/app/login_guard.hpp"
#include "pulse/app/memory_cache.hpp"
#include "pulse/http/pipeline.hpp"
#include "pulse/http/rate_limiter.hpp"

namespace pulse {
namespace {

const platform::SteadyTime kStart{std::chrono::hours(1)};

TEST(RateLimiter, GivesAMinutesRequestsAndRefillsEvenly) {
    http::RateLimiter limiter(60);
    for (int i = 59; i >= 0; --i) {
        EXPECT_EQ(limiter.Take("a", kStart).remaining, i);
    }
    const auto refused = limiter.Take("a", kStart);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.retry_seconds, 1);
    EXPECT_TRUE(limiter.Take("b", kStart).allowed);
    EXPECT_TRUE(limiter.Take("a", kStart + std::chrono::seconds(1)).allowed);
    EXPECT_FALSE(limiter.Take("a", kStart + std::chrono::seconds(1)).allowed);
    EXPECT_EQ(limiter.Take("a", kStart + std::chrono::hours(1)).remaining, 59);
}

TEST(LoginGuard, LocksThePairAndNobodyElse) {
    app::LoginGuard guard;
    for (int i = 4; i >= 0; --i) {
        EXPECT_FALSE(guard.LockedFor("alice", "1.1.1.1", kStart));
        EXPECT_EQ(guard.RecordFailure("alice", "1.1.1.1", kStart), i);
    }
    EXPECT_EQ(guard.LockedFor("alice", "1.1.1.1", kStart), std::chrono::minutes(15));
    EXPECT_FALSE(guard.LockedFor("alice", "2.2.2.2", kStart));
    EXPECT_FALSE(guard.LockedFor("bob", "1.1.1.1", kStart));
    EXPECT_FALSE(guard.LockedFor("alice", "1.1.1.1", kStart + std::chrono::minutes(15)));
    EXPECT_EQ(guard.RecordFailure("alice", "1.1.1.1", kStart + std::chrono::minutes(16)), 4);
    guard.RecordSuccess("alice", "1.1.1.1");
    EXPECT_EQ(guard.RecordFailure("alice", "1.1.1.1", kStart + std::chrono::minutes(16)), 4);
}

TEST(MemoryCache, NeverKeepsWhatWasReadBeforeAForget) {
    app::MemoryCache<int> cache(100);
    int loads = 0;
    const auto load = [&](int value) {
        return [&, value](std::string_view) -> std::optional<int> {
            ++loads;
            return value;
        };
    };
    EXPECT_EQ(*cache.Get("a", load(1)), 1);
    EXPECT_EQ(*cache.Get("a", load(2)), 1);
    EXPECT_EQ(loads, 1);
    cache.Forget("a");
    // A writer commits and forgets while this reader is at the old row.
    const auto stale = cache.Get("a", [&](std::string_view) -> std::optional<int> {
        cache.Forget("a");
        return 1;
    });
    EXPECT_EQ(*stale, 1);
    EXPECT_EQ(*cache.Get("a", load(2)), 2) << "what was read before is not kept";
    EXPECT_FALSE(cache.Get("b", [](std::string_view) { return std::optional<int>(); }));
    cache.Enable(false);
    EXPECT_EQ(*cache.Get("a", load(3)), 3);
    EXPECT_EQ(*cache.Get("a", load(4)), 4) << "nothing is kept without trust";
}

TEST(Pipeline, TellsWhereARequestComesFrom) {
    platform::HttpRequest request;
    request.peer = "127.0.0.1";
    request.headers = {{"x-forwarded-for", "evil, 203.0.113.9, 10.0.0.2"}};
    EXPECT_EQ(http::ClientAddress(request, {}), "127.0.0.1");
    EXPECT_EQ(http::ClientAddress(request, {"127.0.0.1"}), "10.0.0.2");
    EXPECT_EQ(http::ClientAddress(request, {"127.0.0.1", "10.0.0.2"}), "203.0.113.9");
    EXPECT_TRUE(http::IsLoopback("127.8.8.8"));
    EXPECT_TRUE(http::IsLoopback("::1"));
    EXPECT_FALSE(http::IsLoopback("10.0.0.2"));
}

}  // namespace
}  // namespace pulse
