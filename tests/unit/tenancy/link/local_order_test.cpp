#include <filesystem>

#include <gtest/gtest.h>

#include "tenancy/link/local_order.hpp"
#include "tests/unit/tenancy/link/link_world.hpp"

namespace tenancy_test {
namespace {

using tenancy::link::LiftLocalOrder;
using tenancy::link::LocalOrder;
using tenancy::link::ReadLocalOrder;
using tenancy::link::ReadStoredSwitch;
using tenancy::link::SwitchOffLocally;

LocalOrder OrderHere() {
    return {"root", "data of others seen", *platform::ParseTime("2025-01-29T09:00:00Z")};
}

TEST(ALocalOrder, SwitchesOffWhoeverElseSaysOn) {
    LinkWorld world;
    world.Give(1, true);
    ASSERT_TRUE(SwitchOffLocally(world.Folder(), OrderHere()));
    EXPECT_TRUE(world.On()) << "until the instance looks";
    EXPECT_TRUE(world.link->RefreshLocal());
    EXPECT_FALSE(world.On());
    EXPECT_FALSE(world.link->RefreshLocal());
    EXPECT_EQ(world.Give(2, true), "applied");
    EXPECT_FALSE(world.On()) << "the controller does not overrule it";
    world.Restart();
    EXPECT_FALSE(world.On());
    EXPECT_EQ(ReadLocalOrder(world.Folder()).order, OrderHere());
}

TEST(ALocalOrder, LiftedGivesTheDecisionBack) {
    LinkWorld world;
    ASSERT_TRUE(SwitchOffLocally(world.Folder(), OrderHere()));
    ASSERT_TRUE(LiftLocalOrder(world.Folder(), OrderHere()));
    EXPECT_FALSE(ReadLocalOrder(world.Folder()).off);
    world.link->RefreshLocal();
    EXPECT_TRUE(world.On());
}

TEST(ALocalOrder, LiftedNeverSwitchesOn) {
    LinkWorld world;
    world.Give(1, false);
    ASSERT_TRUE(LiftLocalOrder(world.Folder(), OrderHere()));
    world.link->RefreshLocal();
    EXPECT_FALSE(world.On()) << "the controller says off";
    world.Restart(false);
    EXPECT_FALSE(world.On()) << "the environment says off";
}

TEST(ALocalOrder, ThatCannotBeReadCountsAsOff) {
    LinkWorld world;
    for (const char* bad : {"", "{}", "nonsense", R"({"version":1,"off":false})",
                            R"({"at":"2025-01-29T09:00:00Z","by":"a","off":"no","reason":"b","version":1})"}) {
        world.Write("local-switch.json", bad);
        world.link->RefreshLocal();
        EXPECT_FALSE(world.On()) << bad;
        EXPECT_NE(world.link->Problem().find("local-switch.json"), std::string::npos) << world.link->Problem();
        EXPECT_TRUE(ReadLocalOrder(world.Folder()).off);
    }
    std::filesystem::remove(world.dir / "local-switch.json");
    world.link->RefreshLocal();
    EXPECT_TRUE(world.On());
    EXPECT_EQ(world.link->Problem(), "");
}

TEST(ALocalOrder, SaysWhoAndWhy) {
    const LinkWorld world;
    for (const LocalOrder& bad : {LocalOrder{"", "why", {}}, LocalOrder{"who", " ", {}}, LocalOrder{"who", "a\nb", {}},
                                  LocalOrder{"\xff", "why", {}}, LocalOrder{"who", std::string(1001, 'x'), {}}}) {
        EXPECT_FALSE(SwitchOffLocally(world.Folder(), bad));
        EXPECT_FALSE(LiftLocalOrder(world.Folder(), bad));
    }
    EXPECT_FALSE(ReadLocalOrder(world.Folder()).off) << "and nothing was written";
}

TEST(ALocalOrder, InAFolderThatIsNotThereIsAnError) {
    EXPECT_FALSE(SwitchOffLocally("/nonexistent", OrderHere()));
}

TEST(TheStoredSwitch, IsExplained) {
    LinkWorld world;
    auto stored = ReadStoredSwitch(world.Folder(), "pulse-1", true);
    EXPECT_TRUE(stored.enabled);
    EXPECT_NE(stored.explanation.find("No order"), std::string::npos) << stored.explanation;
    world.Give(3, false);
    stored = ReadStoredSwitch(world.Folder(), "pulse-1", true);
    EXPECT_FALSE(stored.enabled);
    EXPECT_NE(stored.explanation.find("order 3 of 2025-01-29T09:00:00Z says off: test."), std::string::npos)
        << stored.explanation;
    ASSERT_TRUE(SwitchOffLocally(world.Folder(), OrderHere()));
    stored = ReadStoredSwitch(world.Folder(), "pulse-1", true);
    EXPECT_NE(stored.explanation.find("Switched off on this machine by root"), std::string::npos) << stored.explanation;
    world.Write("control-state.json", "{}");
    stored = ReadStoredSwitch(world.Folder(), "pulse-1", true);
    EXPECT_NE(stored.explanation.find("damaged"), std::string::npos) << stored.explanation;
    EXPECT_FALSE(stored.enabled);
}

}  // namespace
}  // namespace tenancy_test
