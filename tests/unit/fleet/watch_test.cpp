// The window after a verification, and the pace of asking again.
#include "controller/fleet/plan/watch.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fleet_test {
namespace {

using fleet::JudgeWatch;
using fleet::StepOutcome;
using fleet::WatchFacts;
using fleet::WatchSampleFacts;
using std::chrono::seconds;

const fleet::WatchBand kBand;

/// A window of half a minute that was looked at each second to its end, with this many requests and errors a second.
WatchFacts Watched(std::int64_t requests = 10, std::int64_t errors = 0) {
    WatchFacts facts;
    facts.window = seconds(30);
    facts.elapsed = seconds(31);
    facts.interval = fleet::WatchInterval(facts.window);
    for (int second = 0; second <= 30; ++second) {
        facts.samples.push_back({seconds(second), 1000 + second * requests, 7 + second * errors, true});
    }
    return facts;
}

StepOutcome Ended(const WatchFacts& facts) {
    const auto judgement = JudgeWatch(facts, kBand);
    EXPECT_TRUE(judgement);
    return judgement ? judgement->outcome : StepOutcome::kInconclusive;
}

TEST(Watch, IsLookedAtThirtyTimesButNotTooOftenNorTooSeldom) {
    EXPECT_EQ(fleet::WatchInterval(seconds(5)), seconds(1));
    EXPECT_EQ(fleet::WatchInterval(seconds(90)), seconds(3));
    EXPECT_EQ(fleet::WatchInterval(std::chrono::minutes(30)), seconds(60));
    EXPECT_EQ(fleet::WatchInterval(std::chrono::hours(48)), seconds(60));
}

TEST(Watch, PassesWhenItWasSeenToItsEnd) {
    EXPECT_EQ(Ended(Watched()), StepOutcome::kPassed);
    const auto judgement = JudgeWatch(Watched(10, 0), kBand);
    EXPECT_EQ(judgement->requests, 300);
    EXPECT_EQ(judgement->errors, 0);
    WatchFacts open = Watched();
    open.elapsed = seconds(29);
    open.samples.pop_back();
    EXPECT_FALSE(JudgeWatch(open, kBand));
    open.elapsed = seconds(32);
    EXPECT_FALSE(JudgeWatch(open, kBand)) << "the last sample may still come";
    open.elapsed = seconds(34);
    EXPECT_EQ(Ended(open), StepOutcome::kPassed);
}

TEST(Watch, FailsAboveTheBand) {
    EXPECT_EQ(Ended(Watched(100, 1)), StepOutcome::kPassed);
    EXPECT_EQ(Ended(Watched(100, 2)), StepOutcome::kFailed);
    WatchFacts quiet = Watched(0, 0);
    quiet.samples.back().requests += 19;
    quiet.samples.back().errors += 19;
    EXPECT_EQ(Ended(quiet), StepOutcome::kPassed) << "too few to say anything";
    quiet.samples.back().requests += 1;
    EXPECT_EQ(Ended(quiet), StepOutcome::kFailed);
}

TEST(Watch, FailsAtOnceWhenTheDefaultOrganizationIsNotServed) {
    WatchFacts facts = Watched();
    facts.samples.resize(3);
    facts.elapsed = seconds(3);
    EXPECT_FALSE(JudgeWatch(facts, kBand));
    facts.samples.back().default_org_ok = false;
    EXPECT_EQ(Ended(facts), StepOutcome::kFailed);
}

TEST(Watch, IsInconclusiveWhereNobodyLooked) {
    WatchFacts facts = Watched();
    facts.elapsed = seconds(60);
    facts.samples.clear();
    EXPECT_EQ(Ended(facts), StepOutcome::kInconclusive);
    facts = Watched();
    facts.samples.erase(facts.samples.begin() + 10, facts.samples.begin() + 12);
    EXPECT_EQ(Ended(facts), StepOutcome::kPassed) << "three intervals may be missed";
    facts.samples.erase(facts.samples.begin() + 10, facts.samples.begin() + 12);
    EXPECT_EQ(Ended(facts), StepOutcome::kInconclusive);
    facts = Watched();
    facts.samples.resize(20);
    facts.elapsed = seconds(60);
    EXPECT_EQ(Ended(facts), StepOutcome::kInconclusive) << "the end is part of it";
}

TEST(Watch, JudgesANewProcessFromItsStart) {
    WatchFacts facts = Watched(10, 0);
    for (std::size_t i = 15; i < facts.samples.size(); ++i) {
        facts.samples[i].requests = static_cast<std::int64_t>(i - 14) * 10;
        facts.samples[i].errors = 5;
    }
    const auto judgement = JudgeWatch(facts, kBand);
    ASSERT_TRUE(judgement);
    EXPECT_EQ(judgement->requests, 300);
    EXPECT_EQ(judgement->errors, 5) << "what the process before had counted is not forgotten, nor counted twice";
    EXPECT_EQ(judgement->outcome, StepOutcome::kFailed);
}

TEST(Watch, CountsNoMoreThanAReportHoldsWhateverItIsTold) {
    WatchFacts facts = Watched();
    constexpr std::int64_t kMost = (std::int64_t{1} << 53) - 1;
    facts.samples.clear();
    for (int n = 0; n < 4000; ++n) {  // more would overflow
        facts.samples.push_back({std::chrono::milliseconds(n * 10), n % 2 == 0 ? kMost : 0, 0, true});
    }
    const auto judgement = JudgeWatch(facts, kBand);
    ASSERT_TRUE(judgement);
    EXPECT_EQ(judgement->requests, kMost);
}

RC_GTEST_PROP(WatchProperty, NothingPassesThatWasNotSeenGoodToTheEnd, ()) {
    WatchFacts facts;
    facts.window = seconds(*rc::gen::inRange(1, 40));
    facts.interval = fleet::WatchInterval(facts.window);
    facts.elapsed = seconds(*rc::gen::inRange(0, 80));
    const auto count = *rc::gen::inRange(0, 40);
    platform::Duration at{};
    for (int i = 0; i < count; ++i) {
        facts.samples.push_back({at, *rc::gen::inRange<std::int64_t>(0, 500), *rc::gen::inRange<std::int64_t>(0, 9),
                                 *rc::gen::inRange(0, 40) > 0});
        at += seconds(*rc::gen::inRange(0, 6));
    }
    const auto judgement = JudgeWatch(facts, kBand);
    if (!judgement || judgement->outcome != StepOutcome::kPassed) {
        return;
    }
    RC_ASSERT(facts.elapsed >= facts.window);
    RC_ASSERT(facts.samples.size() >= 2U);
    platform::Duration last{};
    for (const WatchSampleFacts& sample : facts.samples) {
        RC_ASSERT(sample.default_org_ok);
        RC_ASSERT(sample.at - last <= 3 * facts.interval);
        last = sample.at;
    }
    RC_ASSERT(facts.window - last <= 3 * facts.interval);
}

TEST(Pace, GrowsFromASecondToAnHour) {
    EXPECT_EQ(fleet::PauseAfter(0), seconds(1));
    EXPECT_EQ(fleet::PauseAfter(1), seconds(1));
    EXPECT_EQ(fleet::PauseAfter(2), seconds(2));
    EXPECT_EQ(fleet::PauseAfter(5), seconds(16));
    EXPECT_EQ(fleet::PauseAfter(12), seconds(2048));
    EXPECT_EQ(fleet::PauseAfter(13), std::chrono::hours(1));
    EXPECT_EQ(fleet::PauseAfter(1'000'000), std::chrono::hours(1));
}

/// The same, by somebody who knows no counters.
WatchFacts SeenFromOutside() {
    WatchFacts facts = Watched();
    for (WatchSampleFacts& sample : facts.samples) {
        sample.counted = false;
        sample.requests = sample.errors = 0;
        sample.as_ordered = true;
    }
    return facts;
}

TEST(Witnesses, AreAsBadAsTheWorst) {
    const auto outcome = [](const WatchFacts& instance, const WatchFacts& controller) {
        const auto judgement = fleet::JudgeWitnesses(instance, controller, kBand);
        EXPECT_TRUE(judgement);
        return judgement ? judgement->outcome : StepOutcome::kInconclusive;
    };
    EXPECT_EQ(outcome(Watched(), SeenFromOutside()), StepOutcome::kPassed);
    EXPECT_EQ(fleet::JudgeWitnesses(Watched(), SeenFromOutside(), kBand)->requests, 300);
    WatchFacts not_served = SeenFromOutside();
    not_served.samples[12].default_org_ok = false;
    EXPECT_EQ(outcome(Watched(), not_served), StepOutcome::kFailed);
    WatchFacts undone = SeenFromOutside();
    undone.samples[20].as_ordered = false;
    undone.samples[20].detail = "the flag is on";
    const auto failed = fleet::JudgeWitnesses(Watched(), undone, kBand);
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->outcome, StepOutcome::kFailed);
    EXPECT_EQ(failed->detail,
              "as the controller sees it: it was not as ordered 20 s after the watch began: the flag is on");
    EXPECT_EQ(outcome(Watched(100, 2), SeenFromOutside()), StepOutcome::kFailed);
    WatchFacts gap = SeenFromOutside();
    gap.samples.erase(gap.samples.begin() + 10, gap.samples.begin() + 20);
    EXPECT_EQ(outcome(Watched(), gap), StepOutcome::kInconclusive);
    EXPECT_EQ(outcome(gap, Watched(100, 2)), StepOutcome::kFailed);
}

TEST(Witnesses, FailAtOnceAndWaitForEachOtherOtherwise) {
    WatchFacts open = SeenFromOutside();
    open.elapsed = seconds(20);
    open.samples.resize(20);
    EXPECT_FALSE(fleet::JudgeWitnesses(Watched(), open, kBand));
    open.samples.back().as_ordered = false;
    WatchFacts also_open = Watched();
    also_open.elapsed = seconds(20);
    also_open.samples.resize(20);
    ASSERT_TRUE(fleet::JudgeWitnesses(also_open, open, kBand));
    EXPECT_EQ(fleet::JudgeWitnesses(also_open, open, kBand)->outcome, StepOutcome::kFailed);
    WatchFacts nobody = SeenFromOutside();
    nobody.samples.clear();
    nobody.elapsed = seconds(40);
    const auto judgement = fleet::JudgeWitnesses(Watched(), nobody, kBand);
    ASSERT_TRUE(judgement);
    EXPECT_EQ(judgement->outcome, StepOutcome::kInconclusive) << "whoever was told to look and did not";
    EXPECT_EQ(fleet::JudgeWitnesses(Watched(), std::nullopt, kBand)->outcome, StepOutcome::kPassed);
}

}  // namespace
}  // namespace fleet_test
