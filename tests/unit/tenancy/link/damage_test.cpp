// What is on the disk cannot be relied upon: the switch is off, and somebody is told.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/unit/tenancy/link/link_world.hpp"

namespace tenancy_test {
namespace {

class DamagedState : public ::testing::Test {
protected:
    DamagedState() {
        world.Give(10, true);
    }

    void ExpectClosed() {
        world.Restart();
        EXPECT_FALSE(world.On());
        EXPECT_EQ(world.tenant_switch->Inputs().state_damaged, true);
        EXPECT_NE(world.link->Problem().find("switched off"), std::string::npos) << world.link->Problem();
        EXPECT_FALSE(world.link->Current());
    }

    LinkWorld world;
};

TEST_F(DamagedState, ClosesWhateverTheDamageIs) {
    const std::string good = world.Read("control-state.json");
    for (const std::string& bad :
         {std::string(), std::string("{}"), std::string("\0\0\0\0", 4), good.substr(0, good.size() / 2), good + "x"}) {
        world.Write("control-state.json", bad);
        ExpectClosed();
    }
    world.Write("control-state.json", good);
    world.Restart();
    EXPECT_TRUE(world.On()) << "the good file again is no damage";
}

TEST_F(DamagedState, ClosesWhenAnyByteOfTheOrderIsAnother) {
    std::string bad = world.Read("control-state.json");
    const std::size_t at = bad.find(R"(\"enabled\":true)");
    ASSERT_NE(at, std::string::npos);
    bad.replace(at, 16, R"(\"enabled\":false)");
    world.Write("control-state.json", bad);
    ExpectClosed();
}

TEST_F(DamagedState, ClosesWhenTheFileIsGone) {
    std::filesystem::remove(world.dir / "control-state.json");
    ExpectClosed();
}

TEST_F(DamagedState, ClosesWhenTheFileIsAFolder) {
    world.Occupy("control-state.json");
    ExpectClosed();
}

TEST_F(DamagedState, ClosesWhenAnOlderStateWasPutBack) {
    const std::string older = world.Read("control-state.json");
    world.Give(11, false);
    world.Write("control-state.json", older);
    ExpectClosed();
    EXPECT_EQ(world.Give(10, true), "stale");
}

TEST_F(DamagedState, ClosesWhenTheStateIsAnotherInstances) {
    const std::string text = LinkWorld::Text(10, true, "pulse-2");
    LinkWorld other;
    tenancy::TenantSwitch other_switch;
    tenancy::link::ControlLink other_link({other.Folder(), "pulse-2", true}, other_switch);
    ASSERT_EQ(other_link.Accept(text, other.key.Sign(text)).outcome, tenancy::link::AcceptOutcome::kApplied);
    world.Write("control-state.json", other.Read("control-state.json"));
    ExpectClosed();
}

TEST_F(DamagedState, IsMendedByTheControllersNextOrderOrTheSameAgain) {
    world.Write("control-state.json", "{}");
    ExpectClosed();
    EXPECT_EQ(world.Give(9, true), "stale") << "the floor still tells old from new";
    EXPECT_FALSE(world.On());
    EXPECT_EQ(world.Give(10, true), "applied") << "the very order that was lost";
    EXPECT_TRUE(world.On());
    EXPECT_EQ(world.link->Problem(), "");
    world.Restart();
    EXPECT_TRUE(world.On());
    EXPECT_EQ(world.Give(10, false), "stale");
}

TEST_F(DamagedState, WithoutAFloorAcceptsNothingBeforeAReset) {
    world.Write("control-state.json", "{}");
    world.Write("control-floor", "nonsense");
    ExpectClosed();
    EXPECT_EQ(world.Give(10, true), "stale");
    EXPECT_EQ(world.Give(11, true), "stale") << "nothing shows that it is new";
    EXPECT_FALSE(world.On());
    ASSERT_TRUE(world.link->Reset());
    EXPECT_TRUE(world.On()) << "as if there had never been an order";
    EXPECT_EQ(world.link->Problem(), "");
    EXPECT_EQ(world.Give(1, false), "applied");
    EXPECT_FALSE(world.On());
}

TEST_F(DamagedState, ADamagedFloorAloneIsNoDamage) {
    for (const char* bad : {"", "nonsense", "x -1\n", "x 99999999999999999999\n", "x 1", "x 1x\n", "x 1\n2\n"}) {
        world.Write("control-floor", bad);
        world.Restart();
        EXPECT_TRUE(world.On()) << bad;
        EXPECT_EQ(world.Give(10, false), "stale") << bad;
    }
}

TEST_F(DamagedState, AKeyThatCannotBeReadCloses) {
    for (const char* bad : {"", "nonsense"}) {
        world.Write("controller-key.pem", bad);
        ExpectClosed();
        EXPECT_EQ(world.Give(11, true), "forged");
    }
    ASSERT_TRUE(world.link->RepinKey(world.key.PublicPem()));
    EXPECT_TRUE(world.On()) << "the stored order was whole all the time";
}

TEST_F(DamagedState, NeverSwitchesOnByLosingOneFile) {
    world.Give(11, false);
    for (const char* name : {"control-state.json", "control-floor", "controller-key.pem"}) {
        world.Occupy(name);
        world.Restart();
        EXPECT_FALSE(world.On()) << name;
        world.Free(name);
        const std::string content = world.Read(name);
        std::filesystem::remove(world.dir / name);
        world.Restart();
        EXPECT_FALSE(world.On()) << name;
        world.Write(name, content);
    }
}

}  // namespace
}  // namespace tenancy_test
