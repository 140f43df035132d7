// How often somebody may knock, who is let through all the same, and what is said of those who are not.
#include "controller/fleet/limits.hpp"

#include <gtest/gtest.h>

#include "controller/fleet/tally.hpp"

namespace fleet {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const platform::SteadyTime kStart{std::chrono::hours(1)};

int TakenAtOnce(Buckets& buckets, std::string_view key, platform::SteadyTime now, int tries) {
    int taken = 0;
    for (int n = 0; n < tries; ++n) {
        taken += buckets.Take(key, now) ? 1 : 0;
    }
    return taken;
}

TEST(Buckets, HoldTheirBurstAndFillUpAtTheirRate) {
    Buckets buckets(Rate{2, 5});
    EXPECT_EQ(TakenAtOnce(buckets, "a", kStart, 20), 5);
    EXPECT_EQ(TakenAtOnce(buckets, "a", kStart + milliseconds(499), 20), 0);
    EXPECT_EQ(TakenAtOnce(buckets, "a", kStart + milliseconds(500), 20), 1);
    EXPECT_EQ(TakenAtOnce(buckets, "a", kStart + seconds(2), 20), 3);
    EXPECT_EQ(TakenAtOnce(buckets, "a", kStart + std::chrono::hours(1), 20), 5) << "never more than the burst";
}

TEST(Buckets, AreOneForEachKey) {
    Buckets buckets(Rate{1, 1});
    EXPECT_TRUE(buckets.Take("a", kStart));
    EXPECT_FALSE(buckets.Take("a", kStart));
    EXPECT_TRUE(buckets.Take("b", kStart));
}

TEST(Buckets, LookingTakesNothing) {
    Buckets buckets(Rate{1, 1});
    EXPECT_TRUE(buckets.HasOne("a", kStart));
    EXPECT_TRUE(buckets.HasOne("a", kStart));
    EXPECT_EQ(buckets.Kept(), 0U) << "who only looked is not remembered";
    EXPECT_TRUE(buckets.Take("a", kStart));
    EXPECT_FALSE(buckets.HasOne("a", kStart));
    EXPECT_FALSE(buckets.HasOne("a", kStart)) << "being refused costs nothing more";
    EXPECT_TRUE(buckets.HasOne("a", kStart + seconds(1)));
}

TEST(Buckets, SayHowLongToWait) {
    Buckets buckets(Rate{0.2, 1});
    EXPECT_EQ(buckets.RetrySeconds("a", kStart), 0);
    ASSERT_TRUE(buckets.Take("a", kStart));
    EXPECT_EQ(buckets.RetrySeconds("a", kStart), 5);
    EXPECT_EQ(buckets.RetrySeconds("a", kStart + milliseconds(4'200)), 1) << "never zero while there is none";
    EXPECT_EQ(buckets.RetrySeconds("a", kStart + seconds(5)), 0);
    EXPECT_TRUE(buckets.Take("a", kStart + seconds(5))) << "and then there is one";
}

TEST(Buckets, OfRateZeroAreNoLimit) {
    Buckets buckets(Rate{0, 1});
    EXPECT_EQ(TakenAtOnce(buckets, "a", kStart, 1'000), 1'000);
    EXPECT_TRUE(buckets.HasOne("a", kStart));
    EXPECT_EQ(buckets.RetrySeconds("a", kStart), 0);
    EXPECT_EQ(buckets.Kept(), 0U);
}

TEST(Buckets, AClockThatStandsOrGoesBackGivesNothing) {
    Buckets buckets(Rate{1, 2});
    EXPECT_EQ(TakenAtOnce(buckets, "a", kStart, 5), 2);
    EXPECT_FALSE(buckets.Take("a", kStart - seconds(10)));
    EXPECT_FALSE(buckets.Take("a", kStart));
}

TEST(Buckets, KeepNoMoreThanTheyMayAndForgetWhoSpentLeast) {
    constexpr std::size_t kMost = 100;
    Buckets buckets(Rate{1, 30}, kMost);
    ASSERT_EQ(TakenAtOnce(buckets, "the flood", kStart, 40), 30);
    for (int n = 0; n < 1'000; ++n) {
        EXPECT_TRUE(buckets.Take("address " + std::to_string(n), kStart));
        ASSERT_LE(buckets.Kept(), kMost);
    }
    EXPECT_FALSE(buckets.Take("the flood", kStart)) << "many others do not make it forgotten";
}

TEST(Buckets, ForgetThoseThatAreFullAgain) {
    Buckets buckets(Rate{1, 2}, 3);
    for (const char* key : {"a", "b", "c"}) {
        ASSERT_TRUE(buckets.Take(key, kStart));
    }
    ASSERT_EQ(buckets.Kept(), 3U);
    EXPECT_TRUE(buckets.Take("d", kStart + seconds(1)));
    EXPECT_EQ(buckets.Kept(), 1U);
}

TEST(Acquainted, KnowsWhoWasGoodUntilItIsNot) {
    Acquainted known(10);
    EXPECT_FALSE(known.Knows("h1"));
    known.Add("h1");
    EXPECT_TRUE(known.Knows("h1"));
    EXPECT_FALSE(known.Knows("h2"));
    known.Remove("h1");
    EXPECT_FALSE(known.Knows("h1"));
    known.Remove("h1");
}

TEST(Acquainted, IsBounded) {
    Acquainted known(3);
    for (int n = 0; n < 100; ++n) {
        known.Add(std::to_string(n));
        EXPECT_TRUE(known.Knows(std::to_string(n))) << "the newest is always known";
    }
    int kept = 0;
    for (int n = 0; n < 100; ++n) {
        kept += known.Knows(std::to_string(n)) ? 1 : 0;
    }
    EXPECT_LE(kept, 3);
}

TEST(Tally, SaysTheFirstOnesAndCountsTheOthers) {
    Tally tally(3, seconds(60));
    EXPECT_EQ(tally.Note("a", "1", kStart), Tally::Say::kThis);
    EXPECT_EQ(tally.Note("a", "2", kStart), Tally::Say::kThis);
    EXPECT_EQ(tally.Note("a", "3", kStart), Tally::Say::kThisIsTheLast);
    for (int n = 4; n <= 1'000; ++n) {
        EXPECT_EQ(tally.Note("a", std::to_string(n), kStart + seconds(30)), Tally::Say::kNothing);
    }
    EXPECT_EQ(tally.Note("b", "1", kStart + seconds(30)), Tally::Say::kThis) << "another reason has its own";
    EXPECT_TRUE(tally.Over(kStart + seconds(59)).empty());
    const auto over = tally.Over(kStart + seconds(60));
    ASSERT_EQ(over.size(), 1U);
    EXPECT_EQ(over[0].key, "a");
    EXPECT_EQ(over[0].count, 997);
    EXPECT_EQ(over[0].last, "1000");
    EXPECT_TRUE(tally.Over(kStart + seconds(60)).empty()) << "said once";
    EXPECT_EQ(tally.Note("a", "again", kStart + seconds(61)), Tally::Say::kThis) << "the next interval";
}

TEST(Tally, HasNothingToAddToWhatWasSaid) {
    Tally tally(3, seconds(60));
    for (int n = 0; n < 3; ++n) {
        tally.Note("a", "", kStart);
    }
    EXPECT_TRUE(tally.Over(kStart + seconds(60)).empty());
    EXPECT_TRUE(tally.All().empty());
}

TEST(Tally, LosesNothingAtTheEnd) {
    Tally tally(1, seconds(60));
    tally.Note("a", "1", kStart);
    tally.Note("a", "2", kStart);
    tally.Note("b", "1", kStart);
    const auto all = tally.All();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].key, "a");
    EXPECT_EQ(all[0].count, 1);
    EXPECT_TRUE(tally.All().empty());
}

}  // namespace
}  // namespace fleet
