#include <sys/stat.h>

#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/flushes.hpp"
#include "tests/unit/tenancy/link/link_world.hpp"

namespace tenancy_test {
namespace {

using tenancy::link::AcceptOutcome;

TEST(AcceptOutcomes, ReadBack) {
    std::set<std::string_view> texts;
    for (const auto& name : platform::EnumNames<AcceptOutcome>::kNames) {
        EXPECT_TRUE(texts.insert(name.text).second);
        EXPECT_EQ(platform::ParseEnum<AcceptOutcome>(name.text), name.value);
    }
}

TEST(AControlLink, WithoutAnOrderLeavesItToTheEnvironment) {
    LinkWorld world;
    EXPECT_TRUE(world.On());
    EXPECT_EQ(world.link->Generation(), 0);
    EXPECT_FALSE(world.link->Current());
    EXPECT_EQ(world.link->Problem(), "");
    world.Restart(false);
    EXPECT_FALSE(world.On());
}

TEST(AControlLink, ServesNobodyButTheDefaultOrganizationBeforeItsFirstOrderWhenItIsToWait) {
    LinkWorld world;
    const auto acme = tenancy::OrgId::Trusted("acme");
    EXPECT_TRUE(world.link->TenancyIsOn(acme));
    world.Restart(true, tenancy::link::BeforeFirstOrder::kNobody);
    EXPECT_FALSE(world.link->TenancyIsOn(acme));
    EXPECT_TRUE(world.link->TenancyIsOn(tenancy::OrgId()));
    EXPECT_EQ(world.Give(1, true), "applied");
    EXPECT_TRUE(world.link->TenancyIsOn(acme)) << "an order that names no rollout restricts nobody";
    world.Restart(true, tenancy::link::BeforeFirstOrder::kNobody);
    EXPECT_TRUE(world.link->TenancyIsOn(acme)) << "it goes on as it was told last";
}

TEST(AControlLink, AppliesAnOrderAtOnce) {
    LinkWorld world;
    const auto off = world.Accept(world.Order(1, false));
    EXPECT_EQ(off.outcome, AcceptOutcome::kApplied);
    EXPECT_EQ(off.generation, 1);
    EXPECT_TRUE(off.switch_changed);
    EXPECT_FALSE(world.On());
    EXPECT_EQ(world.Give(2, true), "applied");
    EXPECT_TRUE(world.On());
    EXPECT_FALSE(world.Accept(world.Order(3, true)).switch_changed);
    EXPECT_EQ(world.link->Current()->generation, 3);
}

TEST(AControlLink, NeverOverrulesTheEnvironment) {
    LinkWorld world;
    world.Restart(false);
    EXPECT_EQ(world.Give(1, true), "applied");
    EXPECT_FALSE(world.On());
}

TEST(AControlLink, HoldsTheLastOrderAcrossRestarts) {
    LinkWorld world;
    world.Give(5, false);
    world.Restart();
    EXPECT_FALSE(world.On()) << "the controller is away, and what it said last holds";
    EXPECT_EQ(world.link->Generation(), 5);
    EXPECT_EQ(world.link->Current()->reason, "test");
    world.Give(6, true);
    world.Restart();
    EXPECT_TRUE(world.On());
    world.Restart(false);
    EXPECT_FALSE(world.On());
}

TEST(AControlLink, IsOnTheDiskBeforeItActs) {
    LinkWorld world;
    std::string stored;
    bool flushed = false;
    support::ForgetFlushes();
    const auto observation = world.tenant_switch->Observe([&](bool) {
        stored = world.Read("control-state.json") + world.Read("control-floor");
        flushed = support::WasFlushed(R"(\"generation\":7)") && support::WasFlushed(world.key.KeyId() + " 7\n") &&
                  support::WasFlushed("/" + world.dir.Path().string());
    });
    world.Give(7, false);
    EXPECT_TRUE(flushed) << "both, and their names in the folder: a power cut takes nothing back";
    EXPECT_NE(stored.find(R"(\"generation\":7)"), std::string::npos) << stored;
    EXPECT_NE(stored.find(world.key.KeyId() + " 7\n"), std::string::npos) << stored;
}

TEST(AControlLink, WritesTheFloorInPlaceAndFlushesIt) {
    LinkWorld world;
    world.Give(7, false);
    struct stat before {};
    ASSERT_EQ(::stat((world.dir / "control-floor").c_str(), &before), 0);
    std::string stored;
    bool flushed = false;
    support::ForgetFlushes();
    {
        const auto observation = world.tenant_switch->Observe([&](bool) {
            stored = world.Read("control-floor");
            flushed = support::WasFlushed(R"(\"generation\":8)") && support::WasFlushed(world.key.KeyId() + " 8\n");
        });
        world.Give(8, true);
    }
    EXPECT_TRUE(flushed);
    EXPECT_TRUE(stored.starts_with(world.key.KeyId() + " 8\n")) << stored;
    struct stat after {};
    ASSERT_EQ(::stat((world.dir / "control-floor").c_str(), &after), 0);
    EXPECT_EQ(after.st_ino, before.st_ino) << "the same file";
    EXPECT_EQ(after.st_size, before.st_size);
    world.Restart();
    EXPECT_TRUE(world.On());
    EXPECT_EQ(world.Give(8, false), "stale");
}

TEST(AControlLink, KnowsTheFloorOfAShorterFile) {
    LinkWorld world;
    world.Give(7, false);
    world.Write("control-floor", world.key.KeyId() + " 7\n");  // as one that did not write in place left it
    world.Write("control-state.json", "{}");
    world.Restart();
    EXPECT_EQ(world.Give(6, true), "stale");
    EXPECT_EQ(world.Give(8, true), "applied");
    EXPECT_TRUE(world.Read("control-floor").starts_with(world.key.KeyId() + " 8\n"));
}

TEST(AControlLink, MayBeAskedByObservers) {
    LinkWorld world;
    std::int64_t seen = 0;
    const auto observation = world.tenant_switch->Observe([&](bool) { seen = world.link->Generation(); });
    world.Give(1, false);
    EXPECT_EQ(seen, 1);
}

TEST(AControlLink, KeepsItsFilesToItself) {
    LinkWorld world;
    world.Give(1, false);
    for (const char* name : {"control-state.json", "control-floor", "controller-key.pem"}) {
        struct stat status {};
        ASSERT_EQ(::stat((world.dir / name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
    }
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(world.dir.Path()), {}), 3) << "and leaves no others";
}

class RejectedOrders : public ::testing::Test {
protected:
    RejectedOrders() {
        world.Give(10, false);
        state = world.Read("control-state.json");
        floor = world.Read("control-floor");
    }

    void ExpectNothingChanged() {
        EXPECT_FALSE(world.On());
        EXPECT_EQ(world.link->Generation(), 10);
        EXPECT_EQ(world.Read("control-state.json"), state);
        EXPECT_EQ(world.Read("control-floor"), floor);
    }
    void Expect(AcceptOutcome outcome, const Signed& order) {
        const auto result = world.Accept(order);
        EXPECT_EQ(result.outcome, outcome) << order.text;
        EXPECT_FALSE(result.reason.empty()) << "it is reported";
        EXPECT_EQ(result.generation, 10);
        EXPECT_FALSE(result.switch_changed);
        ExpectNothingChanged();
    }

    LinkWorld world;
    std::string state;
    std::string floor;
};

TEST_F(RejectedOrders, ReplayedAndOlderOnes) {
    Expect(AcceptOutcome::kStale, world.Order(10, false));
    Expect(AcceptOutcome::kStale, world.Order(10, true));
    Expect(AcceptOutcome::kStale, world.Order(9, true));
    EXPECT_EQ(world.link->Rejected().stale, 3U);
    world.Restart();
    Expect(AcceptOutcome::kStale, world.Order(9, true));
}

TEST_F(RejectedOrders, ForgedOnes) {
    const auto other = platform::SigningKey::Generate();
    const std::string text = LinkWorld::Text(11, true);
    Expect(AcceptOutcome::kForged, {text, other.Sign(text)});
    Expect(AcceptOutcome::kForged, {text, ""});
    Expect(AcceptOutcome::kForged, {text, "not base64!"});
    Expect(AcceptOutcome::kForged, {text, world.Order(11, false).signature});  // of another text
    Expect(AcceptOutcome::kForged, {text + " ", world.key.Sign(text)});
    EXPECT_EQ(world.link->Rejected().forged, 5U);
}

TEST_F(RejectedOrders, MalformedOnes) {
    for (const std::string& text : {std::string(), std::string("{}"), std::string("nonsense"),
                                    LinkWorld::Text(11, true) + "\n", std::string("\xff\xff")}) {
        Expect(AcceptOutcome::kMalformed, {text, world.key.Sign(text)});
    }
    const std::string huge(tenancy::wire::kMaxControlBytes + 1, ' ');
    Expect(AcceptOutcome::kMalformed, {huge, world.key.Sign(huge)});
    EXPECT_EQ(world.link->Rejected().malformed, 6U);
}

TEST_F(RejectedOrders, OnesForAnotherInstance) {
    const std::string text = LinkWorld::Text(11, true, "pulse-2");
    Expect(AcceptOutcome::kMisdirected, {text, world.key.Sign(text)});
    EXPECT_EQ(world.link->Rejected().misdirected, 1U);
}

TEST_F(RejectedOrders, OrdersToSwitchOnThatCannotBeStored) {
    world.Occupy("control-state.json");
    const auto result = world.Accept(world.Order(11, true));
    EXPECT_EQ(result.outcome, AcceptOutcome::kNotStored);
    EXPECT_FALSE(world.On());
    EXPECT_EQ(world.link->Generation(), 10);
    world.Free("control-state.json");
    ExpectNothingChanged();
    EXPECT_EQ(world.Give(11, true), "applied") << "the same order again, once the disk takes it";
    EXPECT_TRUE(world.On());
}

TEST(OrdersToSwitchOff, DoNotWaitForTheDisk) {
    LinkWorld world;
    world.Give(1, true);
    world.Occupy("control-state.json");
    const auto result = world.Accept(world.Order(2, false));
    EXPECT_EQ(result.outcome, AcceptOutcome::kNotStored);
    EXPECT_TRUE(result.switch_changed);
    EXPECT_FALSE(world.On());
    EXPECT_EQ(result.generation, 1) << "so the controller sends it again";
    world.Free("control-state.json");
    EXPECT_EQ(world.Give(2, false), "applied");
    world.Restart();
    EXPECT_FALSE(world.On());
}

TEST(OrdersWhoseFloorCannotBeStored, HoldAllTheSame) {
    LinkWorld world;
    world.Occupy("control-floor");
    EXPECT_EQ(world.Give(3, false), "applied");
    EXPECT_NE(world.link->Problem(), "");
    world.Free("control-floor");
    world.Restart();
    EXPECT_FALSE(world.On());
    EXPECT_EQ(world.Give(3, true), "stale") << "the state is a floor of its own";
}

TEST(PinningAKey, HappensOnce) {
    LinkWorld world;
    const auto other = platform::SigningKey::Generate();
    EXPECT_EQ(world.link->PinnedKeyId(), world.key.KeyId());
    EXPECT_TRUE(world.link->PinKey(world.key.PublicPem())) << "the same again is fine";
    EXPECT_FALSE(world.link->PinKey(other.PublicPem()));
    EXPECT_FALSE(world.link->PinKey("nonsense"));
    EXPECT_FALSE(world.link->PinKey(other.PrivatePem()));
    world.Restart();
    EXPECT_EQ(world.link->PinnedKeyId(), world.key.KeyId());
}

TEST(PinningAKey, ComesBeforeTheFirstOrder) {
    LinkWorld world;
    std::filesystem::remove(world.dir / "controller-key.pem");
    world.Restart();
    EXPECT_EQ(world.link->PinnedKeyId(), "");
    EXPECT_EQ(world.Give(1, false), "forged");
    EXPECT_TRUE(world.On());
}

TEST(PinningAKey, DoesNotReplaceTheSignerOfTheOrderInForce) {
    LinkWorld world;
    world.Give(4, false);
    std::filesystem::remove(world.dir / "controller-key.pem");
    world.Restart();
    EXPECT_FALSE(world.On()) << "the order holds";
    EXPECT_NE(world.link->Problem(), "");
    EXPECT_FALSE(world.link->PinKey(platform::SigningKey::Generate().PublicPem()));
    EXPECT_TRUE(world.link->PinKey(world.key.PublicPem()));
    EXPECT_EQ(world.Give(4, true), "stale");
}

TEST(MovingToAnotherController, KeepsTheOrderUntilItsFirst) {
    LinkWorld world;
    world.Give(100, false);
    const auto old_key = world.key;
    world.key = platform::SigningKey::Generate();
    ASSERT_TRUE(world.link->RepinKey(world.key.PublicPem()));
    EXPECT_FALSE(world.On());
    world.Restart();
    EXPECT_FALSE(world.On());
    const std::string text = LinkWorld::Text(101, true);
    EXPECT_EQ(world.link->Accept(text, old_key.Sign(text)).outcome, AcceptOutcome::kForged);
    EXPECT_EQ(world.Give(1, true), "applied") << "it counts its own generations";
    EXPECT_TRUE(world.On());
    EXPECT_EQ(world.Give(1, false), "stale");
}

}  // namespace
}  // namespace tenancy_test
