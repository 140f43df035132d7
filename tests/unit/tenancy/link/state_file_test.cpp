// The file with the last order, written in place: whatever a power cut leaves of it is the order of before or the new
// one, what an older version left is read, and what cannot be read closes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>
#include <vector>

#include "platform/json/json.hpp"
#include "tenancy/link/state_file.hpp"
#include "tests/support/flushes.hpp"
#include "tests/unit/tenancy/link/link_world.hpp"

namespace tenancy_test {
namespace {

constexpr const char* kState = "control-state.json";
constexpr const char* kFloor = "control-floor";

ino_t InodeOf(const LinkWorld& world) {
    struct stat status {};
    EXPECT_EQ(::stat((world.dir / kState).c_str(), &status), 0);
    return status.st_ino;
}

/// As versions before this one wrote it.
std::string OlderForm(const LinkWorld& world, const Signed& order) {
    return platform::CanonicalJson({{"document", order.text},
                                    {"key", world.key.PublicPem()},
                                    {"signature", order.signature},
                                    {"version", 1}}) +
           "\n";
}

/// An order of about so many bytes.
Signed LongOrder(const LinkWorld& world, std::int64_t generation, std::size_t bytes) {
    tenancy::wire::ControlDocument document;
    document.instance = "pulse-1";
    document.generation = generation;
    document.enabled = true;
    document.operation = "op_1";
    for (std::size_t i = 0; i * 20 < bytes; ++i) {
        document.flags["AUDIT_FILTER_UI_ENABLED"].enabled_orgs.push_back("organization-" + std::to_string(100'000 + i));
    }
    const std::string text = EncodeControlDocument(document);
    return {text, world.key.Sign(text)};
}

class StateFile : public ::testing::Test {
protected:
    StateFile() {
        world.Give(10, true);
        world.Give(11, true);
    }

    LinkWorld world;
};

TEST_F(StateFile, IsWrittenInPlaceAndFlushedAndKeepsTheOrderOfBefore) {
    const ino_t file = InodeOf(world);
    const std::string before = world.Read(kState);
    bool flushed = false;
    support::ForgetFlushes();
    {
        const auto observation =
            world.tenant_switch->Observe([&](bool) { flushed = support::WasFlushed(R"(\"generation\":12)"); });
        world.Give(12, false);
    }
    EXPECT_TRUE(flushed) << "before it acts";
    EXPECT_FALSE(support::WasFlushed("/" + world.Folder())) << "no name has changed";
    EXPECT_EQ(InodeOf(world), file);
    const std::string after = world.Read(kState);
    EXPECT_EQ(after.size(), before.size());
    EXPECT_NE(after.find(R"(\"generation\":11)"), std::string::npos);
    EXPECT_NE(after.find(R"(\"generation\":12)"), std::string::npos);
    const auto json = platform::ParseJson(after);
    ASSERT_TRUE(json) << "people read it, too";
    EXPECT_EQ(json->size(), 2U);
}

TEST_F(StateFile, HoldsTheOrderOfBeforeOrTheNewOneAfterAPowerCut) {
    const std::string before = world.Read(kState);
    const std::string floor = world.Read(kFloor);
    world.Give(12, false);
    const std::string after = world.Read(kState);
    ASSERT_EQ(before.size(), after.size());
    std::vector<std::size_t> cuts;
    for (std::size_t cut = 0; cut <= after.size(); cut += 61) {
        cuts.push_back(cut);
    }
    cuts.push_back(after.size());
    bool both_found[2] = {false, false};
    // What had reached the disk: the beginning, or, as a disk may write in any order, all but the beginning.
    for (const bool beginning : {true, false}) {
        for (const std::size_t cut : cuts) {
            const std::string& first = beginning ? after : before;
            const std::string& rest = beginning ? before : after;
            world.Write(kState, first.substr(0, cut) + rest.substr(cut));
            world.Write(kFloor, floor);
            world.Restart();
            const auto order = world.link->Current();
            ASSERT_TRUE(order) << cut << world.link->Problem();
            ASSERT_EQ(world.link->Problem(), "") << cut;
            ASSERT_TRUE(order->generation == 11 || order->generation == 12) << cut;
            both_found[order->generation - 11] = true;
            ASSERT_EQ(world.On(), order->enabled) << cut;
            // The controller sends it again, and it is stored as ever.
            ASSERT_EQ(world.Give(12, false), order->generation == 12 ? "stale" : "applied") << cut;
            ASSERT_EQ(world.Give(13, false), "applied") << cut;
            world.Restart();
            ASSERT_EQ(world.link->Generation(), 13) << cut;
        }
    }
    EXPECT_TRUE(both_found[0] && both_found[1]);
}

TEST_F(StateFile, WhoseNewestOrderIsDamagedLaterCloses) {
    world.Give(12, false);
    std::string bad = world.Read(kState);
    bad[bad.find(R"(\"generation\":12)") + 16] = '3';
    world.Write(kState, bad);
    world.Restart();
    EXPECT_FALSE(world.On()) << "that it was accepted says the floor, and what lies beside it says on";
    EXPECT_NE(world.link->Problem().find("the newest order in it cannot be read"), std::string::npos)
        << world.link->Problem();
    EXPECT_EQ(world.Give(11, true), "stale");
    EXPECT_EQ(world.Give(12, true), "applied");
    world.Restart();
    EXPECT_TRUE(world.On());
}

TEST_F(StateFile, WhoseOlderOrderIsDamagedIsNone) {
    std::string bad = world.Read(kState);
    bad[bad.find(R"(\"generation\":10)") + 16] = '3';
    world.Write(kState, bad);
    world.Restart();
    EXPECT_TRUE(world.On());
    EXPECT_EQ(world.link->Problem(), "");
    EXPECT_EQ(world.link->Generation(), 11);
    const std::string floor = world.Read(kFloor);
    std::filesystem::remove(world.dir / kFloor);
    world.Restart();
    EXPECT_FALSE(world.On()) << "nothing says any more that the broken one was not the newer";
    world.Write(kFloor, floor);
    world.Restart();
    EXPECT_EQ(world.Give(12, false), "applied");
    EXPECT_NE(world.Read(kState).find(R"(\"generation\":11)"), std::string::npos) << "it went where the broken one lay";
}

TEST_F(StateFile, WithoutAWholeOrderCloses) {
    std::string bad = world.Read(kState);
    for (const char* of : {R"(\"generation\":10)", R"(\"generation\":11)"}) {
        bad[bad.find(of) + 16] = '3';
    }
    world.Write(kState, bad);
    world.Restart();
    EXPECT_FALSE(world.On());
    EXPECT_NE(world.link->Problem().find("does not hold a signed order"), std::string::npos) << world.link->Problem();
    EXPECT_EQ(world.Give(12, true), "applied");
    world.Restart();
    EXPECT_TRUE(world.On());
}

TEST_F(StateFile, WithABrokenOrderBesideAnotherControllersCloses) {
    world.key = platform::SigningKey::Generate();
    ASSERT_TRUE(world.link->RepinKey(world.key.PublicPem()));
    ASSERT_EQ(world.Give(3, false), "applied");
    std::string bad = world.Read(kState);
    bad[bad.find(R"(\"generation\":3,)") + 15] = '4';
    world.Write(kState, bad);
    world.Restart();
    EXPECT_FALSE(world.On()) << "the order of the controller of before says on";
    EXPECT_EQ(world.Give(3, true), "applied");
    EXPECT_TRUE(world.On());
}

TEST_F(StateFile, OfAnOlderVersionIsReadAndReplaced) {
    world.Write(kState, OlderForm(world, world.Order(11, false)));
    world.Restart();
    EXPECT_FALSE(world.On());
    EXPECT_EQ(world.link->Generation(), 11);
    EXPECT_EQ(world.link->Problem(), "");
    EXPECT_EQ(world.Give(11, true), "stale");
    const ino_t older = InodeOf(world);
    EXPECT_EQ(world.Give(12, true), "applied");
    EXPECT_NE(InodeOf(world), older) << "as a whole: there is no moment in which neither can be read";
    world.Restart();
    EXPECT_TRUE(world.On());
    EXPECT_EQ(world.link->Generation(), 12);
}

TEST_F(StateFile, OfAnOlderVersionMayHaveAnySize) {
    // Of as many bytes as one with two halves.
    Signed order = world.Order(11, false);
    std::string older;
    for (std::size_t bytes = 1; older.size() != 8192; ++bytes) {
        ASSERT_LT(bytes, 8192U);
        tenancy::wire::ControlDocument document;
        document.instance = "pulse-1";
        document.generation = 11;
        document.operation = "op_1";
        document.flags["A"].enabled_orgs.assign(290, std::string(20, 'a'));
        document.reason = std::string(bytes, 'r');
        order.text = EncodeControlDocument(document);
        order.signature = world.key.Sign(order.text);
        older = OlderForm(world, order);
        ASSERT_LE(older.size(), 8192U);
    }
    world.Write(kState, older);
    world.Restart();
    EXPECT_EQ(world.link->Problem(), "");
    EXPECT_EQ(world.link->Generation(), 11);
}

TEST_F(StateFile, GrowsWithItsOrders) {
    const Signed large = LongOrder(world, 12, 100'000);
    EXPECT_EQ(world.Accept(large).outcome, tenancy::link::AcceptOutcome::kApplied);
    world.Restart();
    EXPECT_EQ(world.link->Generation(), 12);
    const ino_t file = InodeOf(world);
    EXPECT_EQ(world.Accept(LongOrder(world, 13, 110'000)).outcome, tenancy::link::AcceptOutcome::kApplied);
    EXPECT_EQ(world.Give(14, false), "applied");
    EXPECT_EQ(InodeOf(world), file) << "there is room for some more";
    world.Restart();
    EXPECT_EQ(world.link->Generation(), 14);
}

TEST_F(StateFile, TakesTheLargestOrder) {
    const std::string path = world.dir / kState;
    const std::string largest(tenancy::wire::kMaxControlBytes, '"');
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(tenancy::link::KeepState(path, {largest, "signature", "key"}));
        const auto found = tenancy::link::ReadState(path);
        ASSERT_TRUE(found && *found && (*found)->state);
        EXPECT_EQ((*found)->state->document, largest);
    }
}

TEST_F(StateFile, ThatIsALinkIsReplacedAndNotFollowed) {
    const std::filesystem::path elsewhere = world.dir / "elsewhere";
    std::filesystem::rename(world.dir / kState, elsewhere);
    std::filesystem::create_symlink(elsewhere, world.dir / kState);
    const std::string before = support::ReadFile(elsewhere);
    EXPECT_EQ(world.Give(12, false), "applied");
    EXPECT_EQ(support::ReadFile(elsewhere), before);
    EXPECT_FALSE(std::filesystem::is_symlink(world.dir / kState));
}

TEST_F(StateFile, WaitsForNobodyWhoIsWritingIt) {
    const int held = ::open((world.dir / kState).c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(::flock(held, LOCK_EX), 0);
    EXPECT_EQ(world.Give(12, false), "applied");
    ::close(held);
    world.Restart();
    EXPECT_EQ(world.link->Generation(), 12);
}

TEST_F(StateFile, OfTwoProcessesHoldsTheLastOrderOfEither) {
    tenancy::TenantSwitch other_switch;
    tenancy::link::ControlLink other({world.Folder(), "pulse-1", true}, other_switch);
    const auto give = [&](tenancy::link::ControlLink& link, std::int64_t generation) {
        const Signed order = world.Order(generation, false);
        ASSERT_EQ(link.Accept(order.text, order.signature).outcome, tenancy::link::AcceptOutcome::kApplied);
    };
    for (const std::int64_t generation : {12, 13, 14}) {
        give(other, generation);
    }
    give(*world.link, 15);
    world.Restart();
    EXPECT_EQ(world.link->Generation(), 15) << "whoever wrote more before";
    const auto many = [&](tenancy::link::ControlLink& link) {
        for (std::int64_t generation = 20; generation < 120; ++generation) {
            give(link, generation);
        }
    };
    std::thread beside([&] { many(other); });
    many(*world.link);
    beside.join();
    const auto found = tenancy::link::ReadState(world.dir / kState);
    ASSERT_TRUE(found && *found && (*found)->state);
    EXPECT_FALSE((*found)->beside_broken);
    world.Restart();
    EXPECT_EQ(world.link->Problem(), "");
    EXPECT_GE(world.link->Generation(), 119);
}

/// The size of files is limited, so what is written behind it is refused, as by a disk that takes no more.
TEST_F(StateFile, ThatTheDiskRefusesIsAsItWas) {
    // The second half is the next.
    if (world.Read(kState).find(R"(\"generation\":11)") > world.Read(kState).size() / 2) {
        ASSERT_EQ(world.Give(12, true), "applied");
    }
    const std::int64_t last = world.link->Generation();
    ASSERT_NE(::signal(SIGXFSZ, SIG_IGN), SIG_ERR);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit tight = before;
    tight.rlim_cur = 4096 + 100;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    const auto result = world.Accept(world.Order(last + 1, false));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_EQ(result.outcome, tenancy::link::AcceptOutcome::kNotStored);
    EXPECT_FALSE(result.reason.empty());
    EXPECT_FALSE(world.On()) << "off does not wait for the disk";
    world.Restart();
    EXPECT_TRUE(world.On());
    EXPECT_EQ(world.link->Generation(), last);
    EXPECT_EQ(world.link->Problem(), "");
    EXPECT_EQ(world.Give(last + 1, false), "applied");
}

}  // namespace
}  // namespace tenancy_test
