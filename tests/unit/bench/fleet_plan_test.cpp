#include "tests/bench/fleet_plan.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <sstream>

namespace bench {
namespace {

std::string WhyNot(const std::vector<std::string>& arguments) {
    try {
        ReadFleetPlan(arguments);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

TEST(FleetPlan, TakesEachNumberAndKeepsTheOthers) {
    const FleetPlan plan = ReadFleetPlan({"--orders", "0", "--idle", "7", "--clients", "3"});
    EXPECT_EQ(plan.orders, 0U);
    EXPECT_EQ(plan.idle, 7U);
    EXPECT_EQ(plan.clients, 3U);
    EXPECT_EQ(plan.instances, FleetPlan().instances);
    EXPECT_EQ(ReadFleetPlan({}).orders, FleetPlan().orders);
}

TEST(FleetPlan, SaysWhatItDoesNotTake) {
    EXPECT_NE(WhyNot({"--order", "1"}).find("'--order' is not known"), std::string::npos);
    EXPECT_NE(WhyNot({"--orders"}).find("behind --orders is missing"), std::string::npos);
    for (const char* number : {"", "-1", "many", "3x", "99999999999999999999999"}) {
        EXPECT_NE(WhyNot({"--orders", number}).find("--orders needs a number"), std::string::npos) << number;
    }
    EXPECT_NE(WhyNot({"--clients", "0"}).find("at least 1"), std::string::npos) << "somebody gives the orders";
}

TEST(Percentile, IsTheNearestRank) {
    std::vector<double> hundred(100);
    std::iota(hundred.rbegin(), hundred.rend(), 1);
    EXPECT_EQ(PercentileOf(hundred, 0.99), 99);
    EXPECT_EQ(PercentileOf(hundred, 0.5), 50);
    EXPECT_EQ(PercentileOf(hundred, 1), 100);
    EXPECT_EQ(PercentileOf(hundred, 0), 1);
    EXPECT_EQ(PercentileOf({4}, 0.99), 4);
    EXPECT_EQ(MedianOf({3, 1, 2}), 2);
    EXPECT_THROW(PercentileOf({}, 0.99), std::runtime_error);
}

TEST(Sheet, RemembersEveryBoundThatWasMissed) {
    std::ostringstream out;
    Sheet sheet(out);
    sheet.AtMost("delivered, p99", 40, "ms", 40);
    sheet.Must("orders on record", true, "3 of 3");
    EXPECT_TRUE(sheet.Met());
    sheet.AtMost("applied, p99", 150.1, "ms", 150);
    EXPECT_FALSE(sheet.Met());
    sheet.AtMost("verified", 1, "ms", 10'000);
    EXPECT_FALSE(sheet.Met()) << "one that is met mends none";
    EXPECT_NE(out.str().find("applied, p99: 150.1 ms, bound 150: MISSED"), std::string::npos) << out.str();
    EXPECT_NE(out.str().find("verified: 1 ms, bound 10000: met"), std::string::npos) << out.str();
}

TEST(Sheet, TakesNoRatioToNothingForMet) {
    std::ostringstream out;
    Sheet sheet(out);
    sheet.AtMost("a ratio", std::numeric_limits<double>::quiet_NaN(), "times", 2);
    EXPECT_FALSE(sheet.Met());
}

TEST(Sheet, AClaimThatIsNotSoIsMissed) {
    std::ostringstream out;
    Sheet sheet(out);
    sheet.Must("orders on record", false, "2 of 3");
    EXPECT_FALSE(sheet.Met());
    EXPECT_NE(out.str().find("2 of 3: MISSED"), std::string::npos);
}

}  // namespace
}  // namespace bench
