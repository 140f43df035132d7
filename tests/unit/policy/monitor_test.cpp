// STG-4's thresholds over counters: firing, not, no data, resets, flapping.
#include "controller/policy/monitor_triggers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace policy {
namespace {

using namespace std::chrono_literals;

const Time kStart{std::chrono::hours(24 * 365 * 55)};
constexpr SeriesOptions kOptions{5min, 60s, 45s};

MonitorReading At(Duration after, double requests) {
    MonitorReading reading;
    reading.at = kStart + after;
    reading.started_at = 1000;
    reading.requests = requests;
    return reading;
}

/// Every 15 seconds for `span`, from `from`: each second adds `each`.
MonitorSeries Steady(Duration span, const MonitorReading& each, Duration from = 0s) {
    MonitorSeries series;
    for (Duration after = from; after <= from + span; after += 15s) {
        const double seconds = std::chrono::duration<double>(after).count();
        MonitorReading reading = each;
        reading.at = kStart + after;
        reading.started_at = 1000;
        reading.requests *= seconds;
        reading.denied *= seconds;
        reading.disabled *= seconds;
        reading.failed *= seconds;
        reading.spoofed *= seconds;
        for (std::size_t at = 0; at < reading.latency.size; ++at) {
            reading.latency.count[at] *= seconds;
        }
        series.Append(reading, kOptions.window);
    }
    return series;
}

MonitorReading PerSecond(double requests, double denied = 0, double failed = 0, double disabled = 0) {
    MonitorReading each;
    each.requests = requests;
    each.denied = denied;
    each.failed = failed;
    each.disabled = disabled;
    return each;
}

Judgement Find(std::span<const Judgement> all, MonitorTrigger trigger) {
    const auto found = std::ranges::find(all, trigger, &Judgement::trigger);
    EXPECT_NE(found, all.end());
    return found == all.end() ? Judgement() : *found;
}

Condition Judged(const MonitorSeries& series, Duration now, MonitorTrigger trigger,
                 const MonitorBaseline* baseline = nullptr) {
    const auto all = JudgeRates(series.Over(kOptions, kStart + now), baseline);
    return Find(all, trigger).condition;
}

TEST(MonitorSeries, CountsOverTheWindowAndNotBefore) {
    MonitorSeries series = Steady(20min, PerSecond(10, 2));
    const MonitorRates rates = series.Over(kOptions, kStart + 20min);
    EXPECT_EQ(rates.coverage, Coverage::kMeasured);
    EXPECT_EQ(rates.covered, 5min);
    EXPECT_DOUBLE_EQ(rates.requests, 3000);
    EXPECT_DOUBLE_EQ(rates.denied, 600);
    EXPECT_LE(series.Readings(), 23u);
}

TEST(MonitorSeries, ADifferentProcessBeginsAtZero) {
    MonitorSeries series = Steady(5min, PerSecond(10));
    MonitorReading restarted = At(5min + 15s, 4000);  // more than before, yet another process
    restarted.started_at = 2000;
    series.Append(restarted, kOptions.window);
    EXPECT_DOUBLE_EQ(series.Over(kOptions, kStart + 5min + 15s).requests, 2850 + 4000);
}

TEST(MonitorSeries, ACounterThatFellWasReset) {
    MonitorSeries series = Steady(5min, PerSecond(10, 1));
    MonitorReading fell = At(5min + 15s, 40);
    fell.denied = 3;
    series.Append(fell, kOptions.window);
    const MonitorRates rates = series.Over(kOptions, kStart + 5min + 15s);
    EXPECT_DOUBLE_EQ(rates.requests, 2850 + 40);
    EXPECT_DOUBLE_EQ(rates.denied, 285 + 3);
}

TEST(MonitorSeries, TooLittleTooOldAndNothingAreNotZero) {
    EXPECT_EQ(MonitorSeries().Over(kOptions, kStart).coverage, Coverage::kNever);
    EXPECT_EQ(Steady(45s, PerSecond(10)).Over(kOptions, kStart + 45s).coverage, Coverage::kTooFew);
    EXPECT_EQ(Steady(5min, PerSecond(10)).Over(kOptions, kStart + 6min).coverage, Coverage::kTooOld);
}

TEST(MonitorSeries, WhatWasNotAskedForLongDoesNotFallIntoTheWindow) {
    MonitorSeries series = Steady(2min, PerSecond(1));
    series.Append(At(60min, 1e6), kOptions.window);
    EXPECT_EQ(series.Over(kOptions, kStart + 60min).coverage, Coverage::kTooFew);
}

TEST(MonitorSeries, AReadingThatIsNotNewerIsLeftOut) {
    MonitorSeries series = Steady(2min, PerSecond(1));
    series.Append(At(2min, 5e6), kOptions.window);
    series.Append(At(1min, 5e6), kOptions.window);
    EXPECT_DOUBLE_EQ(series.Over(kOptions, kStart + 2min).requests, 120);
}

TEST(MonitorSeries, KeepsABoundedNumberOfReadings) {
    MonitorSeries series;
    for (int at = 0; at < 10'000; ++at) {
        series.Append(At(std::chrono::milliseconds(at), at), 5min);
    }
    EXPECT_LE(series.Readings(), MonitorSeries::kMostReadings);
}

TEST(MonitorSeries, AnotherHistogramIsNotComparedWithTheOldOne) {
    MonitorReading each = PerSecond(10);
    each.latency.size = 2;
    each.latency.bound = {0.1, std::numeric_limits<double>::infinity()};
    each.latency.count = {10, 10};
    MonitorSeries series = Steady(5min, each);
    ASSERT_TRUE(series.Over(kOptions, kStart + 5min).p95_seconds);
    MonitorReading other = At(5min + 15s, 3150);
    other.latency.size = 1;
    other.latency.bound = {std::numeric_limits<double>::infinity()};
    other.latency.count = {3150};
    series.Append(other, kOptions.window);
    EXPECT_FALSE(series.Over(kOptions, kStart + 5min + 15s).p95_seconds);
}

TEST(MonitorQuantile, InterpolatesAndStopsAtTheLastBound) {
    LatencyBuckets buckets;
    EXPECT_FALSE(Quantile(buckets, 0.95));
    buckets.size = 3;
    buckets.bound = {0.1, 0.2, std::numeric_limits<double>::infinity()};
    EXPECT_FALSE(Quantile(buckets, 0.95));
    buckets.count = {90, 100, 100};
    EXPECT_DOUBLE_EQ(*Quantile(buckets, 0.95), 0.15);
    buckets.count = {0, 0, 100};
    EXPECT_DOUBLE_EQ(*Quantile(buckets, 0.95), 0.2);
}

TEST(MonitorTriggers, TheTableIsWholeAndInOrder) {
    ASSERT_EQ(TriggerTable().size(), platform::EnumNames<MonitorTrigger>::kNames.size());
    for (const auto& name : platform::EnumNames<MonitorTrigger>::kNames) {
        EXPECT_EQ(RowOf(name.value).trigger, name.value);
        EXPECT_FALSE(RowOf(name.value).says.empty());
    }
}

TEST(MonitorTriggers, DenialsAreJudgedASecond) {
    const auto judged = [](double denied, MonitorTrigger trigger) {
        return Judged(Steady(5min, PerSecond(100, denied)), 5min, trigger);
    };
    EXPECT_EQ(judged(9.9, MonitorTrigger::kDeniedWarning), Condition::kOk);
    EXPECT_EQ(judged(10, MonitorTrigger::kDeniedWarning), Condition::kOk) << "more than ten, not ten";
    EXPECT_EQ(judged(10.1, MonitorTrigger::kDeniedWarning), Condition::kFiring);
    EXPECT_EQ(judged(49, MonitorTrigger::kDeniedCritical), Condition::kOk);
    EXPECT_EQ(judged(51, MonitorTrigger::kDeniedCritical), Condition::kFiring);
}

TEST(MonitorTriggers, OneRequestToWhatIsSwitchedOffIsEnough) {
    EXPECT_EQ(Judged(Steady(5min, PerSecond(10)), 5min, MonitorTrigger::kFeatureDisabled), Condition::kOk);
    MonitorSeries series = Steady(5min, PerSecond(10));
    MonitorReading one = At(5min + 15s, 3160);
    one.disabled = 1;
    series.Append(one, kOptions.window);
    EXPECT_EQ(Judged(series, 5min + 15s, MonitorTrigger::kFeatureDisabled), Condition::kFiring);
}

TEST(MonitorTriggers, FailuresAreAShareWithout501) {
    const auto judged = [](const MonitorReading& each, MonitorTrigger trigger) {
        return Judged(Steady(5min, each), 5min, trigger);
    };
    EXPECT_EQ(judged(PerSecond(100, 0, 0.9), MonitorTrigger::kFailuresWarning), Condition::kOk);
    EXPECT_EQ(judged(PerSecond(100, 0, 1.1), MonitorTrigger::kFailuresWarning), Condition::kFiring);
    EXPECT_EQ(judged(PerSecond(100, 0, 1.1), MonitorTrigger::kFailuresCritical), Condition::kOk);
    EXPECT_EQ(judged(PerSecond(100, 0, 6), MonitorTrigger::kFailuresCritical), Condition::kFiring);
    EXPECT_EQ(judged(PerSecond(100, 0, 0, 90), MonitorTrigger::kFailuresCritical), Condition::kOk);
    EXPECT_EQ(judged(PerSecond(0.01, 0, 0.01), MonitorTrigger::kFailuresWarning), Condition::kInconclusive)
        << "three requests have no share";
}

TEST(MonitorTriggers, WhatIsNotMeasuredIsInconclusive) {
    for (const Judgement& judgement : JudgeRates(MonitorSeries().Over(kOptions, kStart), nullptr)) {
        EXPECT_EQ(judgement.condition, Condition::kInconclusive) << platform::EnumText(judgement.trigger);
        EXPECT_FALSE(judgement.well_below);
    }
    const MonitorRates stale = Steady(5min, PerSecond(100, 80)).Over(kOptions, kStart + 10min);
    for (const Judgement& judgement : JudgeRates(stale, nullptr)) {
        EXPECT_EQ(judgement.condition, Condition::kInconclusive) << platform::EnumText(judgement.trigger);
    }
    EXPECT_EQ(JudgeMeasured(stale, true).condition, Condition::kFiring);
    EXPECT_EQ(JudgeMeasured(MonitorRates(), false).condition, Condition::kInconclusive);
    EXPECT_EQ(JudgeMeasured(Steady(5min, PerSecond(1)).Over(kOptions, kStart + 5min), true).condition, Condition::kOk);
}

TEST(MonitorTriggers, BandsNeedABaselineOfEnough) {
    MonitorReading each = PerSecond(100, 1, 1);
    each.latency.size = 3;
    each.latency.bound = {0.1, 1, std::numeric_limits<double>::infinity()};
    each.latency.count = {0, 100, 100};
    const MonitorSeries series = Steady(5min, each);
    const auto judged = [&](const MonitorBaseline* baseline, MonitorTrigger trigger) {
        return Judged(series, 5min, trigger, baseline);
    };
    MonitorBaseline same{1000, 0.01, 1, 0.955};
    MonitorBaseline better{1000, 0.001, 0.1, 0.1};
    MonitorBaseline few = better;
    few.requests = 99;
    for (const MonitorTrigger trigger : {MonitorTrigger::kFailuresAboveBaseline, MonitorTrigger::kDenialsAboveBaseline,
                                         MonitorTrigger::kSlowAboveBaseline}) {
        EXPECT_EQ(judged(nullptr, trigger), Condition::kInconclusive) << platform::EnumText(trigger);
        EXPECT_EQ(judged(&few, trigger), Condition::kInconclusive) << platform::EnumText(trigger);
        EXPECT_EQ(judged(&same, trigger), Condition::kOk) << platform::EnumText(trigger);
        EXPECT_EQ(judged(&better, trigger), Condition::kFiring) << platform::EnumText(trigger);
    }
    better.p95_seconds.reset();
    EXPECT_EQ(judged(&better, MonitorTrigger::kSlowAboveBaseline), Condition::kInconclusive);
}

TEST(MonitorTriggers, TenantsAreHeldAgainstTheirQuotas) {
    TenantUsage usage;
    for (const Judgement& judgement : JudgeTenant(usage)) {
        EXPECT_EQ(judgement.condition, Condition::kInconclusive) << platform::EnumText(judgement.trigger);
    }
    usage = {
        .calls = 81, .calls_quota = 100, .storage = 96, .storage_quota = 100, .error_share = 0.02, .response_ms = 2100};
    const auto judged = JudgeTenant(usage);
    const auto is = [&](MonitorTrigger trigger) { return Find(judged, trigger).condition; };
    EXPECT_EQ(is(MonitorTrigger::kTenantCallsWarning), Condition::kFiring);
    EXPECT_EQ(is(MonitorTrigger::kTenantCallsCritical), Condition::kOk);
    EXPECT_EQ(is(MonitorTrigger::kTenantStorageWarning), Condition::kFiring);
    EXPECT_EQ(is(MonitorTrigger::kTenantStorageCritical), Condition::kFiring);
    EXPECT_EQ(is(MonitorTrigger::kTenantErrorsWarning), Condition::kFiring);
    EXPECT_EQ(is(MonitorTrigger::kTenantErrorsCritical), Condition::kOk);
    EXPECT_EQ(is(MonitorTrigger::kTenantSlowWarning), Condition::kFiring);
    EXPECT_EQ(is(MonitorTrigger::kTenantSlowCritical), Condition::kFiring);

    TenantUsage unlimited{.calls = 1e9};
    EXPECT_EQ(Find(JudgeTenant(unlimited), MonitorTrigger::kTenantCallsCritical).condition, Condition::kOk);
    TenantUsage nothing_allowed{.calls = 1, .calls_quota = 0};
    EXPECT_EQ(Find(JudgeTenant(nothing_allowed), MonitorTrigger::kTenantCallsCritical).condition, Condition::kFiring);
}

Judgement Says(Condition condition, bool well_below = false) {
    return {MonitorTrigger::kDeniedWarning, condition, well_below, 0, 10};
}

class MonitorDamping : public ::testing::Test {
protected:
    AlertPhase After(Duration span, const Judgement& judgement) {
        now_ += span;
        state_ = Damp(state_, judgement, now_, {30s, 5min});
        return state_.phase;
    }
    void Fire() {
        After(0s, Says(Condition::kFiring));
        ASSERT_EQ(After(30s, Says(Condition::kFiring)), AlertPhase::kFiring);
    }

private:
    Time now_ = kStart;
    AlertState state_;
};

TEST_F(MonitorDamping, FiresWhenItLasted) {
    EXPECT_EQ(After(0s, Says(Condition::kFiring)), AlertPhase::kPending);
    EXPECT_EQ(After(29s, Says(Condition::kFiring)), AlertPhase::kPending);
    EXPECT_EQ(After(1s, Says(Condition::kFiring)), AlertPhase::kFiring);
}

TEST_F(MonitorDamping, AGapBeginsAnew) {
    After(0s, Says(Condition::kFiring));
    EXPECT_EQ(After(20s, Says(Condition::kInconclusive)), AlertPhase::kQuiet);
    EXPECT_EQ(After(20s, Says(Condition::kFiring)), AlertPhase::kPending);
    EXPECT_EQ(After(20s, Says(Condition::kOk, true)), AlertPhase::kQuiet);
}

TEST_F(MonitorDamping, EndsWhenItWasWellForLong) {
    Fire();
    EXPECT_EQ(After(15s, Says(Condition::kOk, true)), AlertPhase::kClearing);
    EXPECT_EQ(After(4min, Says(Condition::kOk, true)), AlertPhase::kClearing);
    EXPECT_EQ(After(1min, Says(Condition::kOk, true)), AlertPhase::kQuiet);
}

TEST_F(MonitorDamping, JustBelowTheLimitIsNotWell) {
    Fire();
    EXPECT_EQ(After(1h, Says(Condition::kOk, false)), AlertPhase::kFiring);
}

TEST_F(MonitorDamping, NoDataEndsNothing) {
    Fire();
    EXPECT_EQ(After(1h, Says(Condition::kInconclusive)), AlertPhase::kFiring);
    EXPECT_EQ(After(1h, Says(Condition::kOk, true)), AlertPhase::kClearing);
    EXPECT_EQ(After(4min, Says(Condition::kInconclusive)), AlertPhase::kFiring);
}

TEST_F(MonitorDamping, WhatFlapsStaysOneAlert) {
    Fire();
    for (int times = 0; times < 100; ++times) {
        EXPECT_EQ(After(1min, Says(Condition::kOk, true)), AlertPhase::kClearing);
        EXPECT_EQ(After(1min, Says(Condition::kFiring)), AlertPhase::kFiring);
    }
}

TEST(MonitorText, SaysValueAndLimit) {
    const Judgement judgement{MonitorTrigger::kDeniedWarning, Condition::kFiring, false, 12.5, 10};
    EXPECT_NE(JudgementText(judgement).find("12.5 a second, limit 10"), std::string::npos) << JudgementText(judgement);
}

}  // namespace
}  // namespace policy
