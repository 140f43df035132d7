// Clock, invariants and enum names: the small parts of platform/base.
#include <gtest/gtest.h>

#include "platform/base/clock.hpp"
#include "platform/base/enum_text.hpp"
#include "platform/base/invariant.hpp"

namespace platform {

enum class Tide { kEbb, kFlood, kUnnamed };

template <>
struct EnumNames<Tide> {
    static constexpr std::array<EnumName<Tide>, 2> kNames = {{{Tide::kEbb, "ebb"}, {Tide::kFlood, "flood"}}};
};

namespace {

TEST(Clock, ReadsTheWallClock) {
    const Time now = SystemNow();
    EXPECT_GT(now, *ParseTime("2024-01-01T00:00:00Z"));
    EXPECT_LE(now, SystemNow());
}

TEST(Clock, MeasuresWithTheMonotonicClock) {
    const SteadyTime before = SteadyNow();
    const Stopwatch watch;
    EXPECT_GE(watch.Elapsed(), Duration::zero());
    EXPECT_LE(before, SteadyNow());
}

TEST(Clock, KnowsWhenADeadlineHasPassed) {
    const Deadline passed(Duration::zero());
    EXPECT_TRUE(passed.Passed());
    EXPECT_EQ(passed.Remaining(), Duration::zero());
    const Deadline far(std::chrono::hours(1));
    EXPECT_FALSE(far.Passed());
    EXPECT_GT(far.Remaining(), std::chrono::minutes(59));
    EXPECT_LE(far.Remaining(), std::chrono::hours(1));
    EXPECT_GT(far.End(), SteadyNow());
}

TEST(Invariant, SaysWhatWasViolatedAndWhere) {
    const int legs = 3;
    EXPECT_NO_THROW(PORTCULLIS_INVARIANT(legs == 3, "a stool has three legs"));
    try {
        PORTCULLIS_INVARIANT(legs == 4, "a horse has four legs");
        FAIL() << "nothing was thrown";
    } catch (const InvariantViolation& violation) {
        const std::string text = violation.what();
        EXPECT_NE(text.find("a horse has four legs"), std::string::npos) << text;
        EXPECT_NE(text.find("legs == 4"), std::string::npos) << text;
        EXPECT_NE(text.find("values_test.cpp:"), std::string::npos) << text;
    }
}

TEST(EnumTexts, ReadsBothWays) {
    for (const auto& name : EnumNames<Tide>::kNames) {
        EXPECT_EQ(EnumText(name.value), name.text);
        EXPECT_EQ(ParseEnum<Tide>(name.text), name.value);
    }
    EXPECT_EQ(EnumText(Tide::kUnnamed), "?");
    EXPECT_EQ(ParseEnum<Tide>("Ebb"), std::nullopt);
    EXPECT_EQ(ParseEnum<Tide>(""), std::nullopt);
    EXPECT_EQ(EnumChoices<Tide>(), "ebb, flood");
}

}  // namespace
}  // namespace platform
