// An order to switch off that the disk refuses: the off holds in the next process, too, in the room that is kept for
// it.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/tenancy/link/link_world.hpp"

namespace tenancy_test {
namespace {

using tenancy::link::AcceptOutcome;

class UnstoredOff : public ::testing::Test {
protected:
    UnstoredOff() {
        EXPECT_TRUE(world.link->KeepRoom());
        EXPECT_EQ(world.Give(1, true), "applied");
    }
    /// The disk takes no order to switch off; in the next process it does again.
    void RefuseOff(std::int64_t generation) {
        world.Occupy("control-state.json");
        const auto result = world.Accept(world.Order(generation, false));
        EXPECT_EQ(result.outcome, AcceptOutcome::kNotStored) << "so the controller sends it again";
        EXPECT_NE(result.reason.find("is noted and holds when the process starts again"), std::string::npos)
            << result.reason;
        EXPECT_FALSE(world.On());
        world.Free("control-state.json");
        world.Restart();
    }

    LinkWorld world;
};

TEST_F(UnstoredOff, HoldsInTheNextProcess) {
    RefuseOff(2);
    EXPECT_FALSE(world.On());
    EXPECT_EQ(world.link->Generation(), 1) << "what is stored is the older order, and nothing else is claimed";
    EXPECT_NE(world.link->Problem().find("could not be stored"), std::string::npos) << world.link->Problem();
    world.Restart();
    EXPECT_FALSE(world.On()) << "and in all that follow";
    EXPECT_EQ(world.Give(2, false), "applied") << "the order comes again";
    EXPECT_EQ(world.link->Problem(), "");
    world.Restart();
    EXPECT_FALSE(world.On());
    EXPECT_EQ(world.link->Problem(), "");
    EXPECT_EQ(world.Give(3, true), "applied");
    world.Restart();
    EXPECT_TRUE(world.On()) << "nothing of it is left";
}

TEST_F(UnstoredOff, IsOverruledOnlyByWhatIsStored) {
    RefuseOff(2);
    world.Occupy("control-state.json");
    EXPECT_EQ(world.Give(3, true), "not_stored");
    EXPECT_FALSE(world.On());
    world.Free("control-state.json");
    world.Restart();
    EXPECT_FALSE(world.On());
    EXPECT_EQ(world.Give(3, true), "applied");
    EXPECT_TRUE(world.On());
}

TEST_F(UnstoredOff, IsOlderThanALaterOrderOnTheDiskWhereItCouldNotBeCleared) {
    RefuseOff(2);
    const std::string noted = world.Read("control-off");
    EXPECT_EQ(world.Give(3, true), "applied");
    world.Write("control-off", noted);
    world.Restart();
    EXPECT_TRUE(world.On());
    EXPECT_EQ(world.link->Problem(), "");
}

TEST_F(UnstoredOff, OfWhichOnlyPartCanBeReadIsOff) {
    world.Write("control-off", "off 0123");
    world.Restart();
    EXPECT_FALSE(world.On());
    EXPECT_EQ(world.Give(2, true), "applied");
    world.Restart();
    EXPECT_TRUE(world.On());
}

TEST_F(UnstoredOff, IsForgottenWithTheRest) {
    RefuseOff(2);
    ASSERT_TRUE(world.link->Reset());
    EXPECT_TRUE(world.On()) << "as if there had never been an order";
    world.Restart();
    EXPECT_TRUE(world.On());
}

TEST_F(UnstoredOff, OfTheControllerOfBeforeHoldsUntilTheNewOnesFirstOrder) {
    RefuseOff(40);
    world.key = platform::SigningKey::Generate();
    ASSERT_TRUE(world.link->RepinKey(world.key.PublicPem()));
    EXPECT_FALSE(world.On());
    world.Restart();
    EXPECT_FALSE(world.On());
    EXPECT_EQ(world.Give(3, true), "applied");
    world.Restart();
    EXPECT_TRUE(world.On());
}

TEST(UnstoredOffWithoutRoom, SaysThatItDoesNotHold) {
    LinkWorld world;
    world.Give(1, true);
    world.Occupy("control-state.json");
    const auto result = world.Accept(world.Order(2, false));
    EXPECT_EQ(result.outcome, AcceptOutcome::kNotStored);
    EXPECT_NE(result.reason.find("on when the process starts again"), std::string::npos) << result.reason;
    EXPECT_FALSE(world.On());
}

TEST(RoomForAnOff, IsTakenOnceAndNeedsNoMoreThanIsThere) {
    LinkWorld world;
    ASSERT_TRUE(world.link->KeepRoom());
    const auto size = std::filesystem::file_size(world.dir / "control-off");
    EXPECT_GE(size, 4096U);
    EXPECT_EQ(std::filesystem::status(world.dir / "control-off").permissions(), std::filesystem::perms(0600));
    world.Give(1, true);
    world.Occupy("control-state.json");
    world.Give(2, false);
    EXPECT_EQ(std::filesystem::file_size(world.dir / "control-off"), size);
    ASSERT_TRUE(world.link->KeepRoom()) << "what is in it stays";
    world.Free("control-state.json");
    world.Restart();
    EXPECT_FALSE(world.On());
}

}  // namespace
}  // namespace tenancy_test
