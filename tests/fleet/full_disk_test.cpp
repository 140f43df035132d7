// A full disk on the instance. Off is stored all the same where an order lies already. Where it needs room, because
// what lies there is of an older version, off holds, is not claimed to be stored, and holds in the next process without
// anybody who could send it again; and is over when there is room.
#include <csignal>
#include <filesystem>

#include "tests/fleet/fleet_world.hpp"
#include "tests/support/small_disk.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;
namespace fs = std::filesystem;

constexpr std::size_t kSmall = 64 * 1024;

/// The instance's orders move to a disk of their own, while it does not run.
std::unique_ptr<support::SmallDisk> MoveToSmallDisk(const fs::path& control) {
    const support::TempDir aside("control-aside");
    fs::copy(control, aside / "control", fs::copy_options::recursive);
    fs::remove_all(control);
    fs::create_directories(control);
    auto disk = std::make_unique<support::SmallDisk>(control, kSmall, "control-state.json");
    for (const auto& entry : fs::directory_iterator(aside / "control")) {
        fs::copy(entry.path(), control / entry.path().filename(), fs::copy_options::recursive);
        fs::permissions(control / entry.path().filename(), fs::status(entry.path()).permissions());
    }
    return disk;
}

/// As versions before this one left it.
void MakeOlder(const fs::path& state) {
    const Json both = Json::parse(support::ReadFile(state));
    const auto sequence = [](const Json& one) { return one.is_null() ? 0 : one.at("sequence").get<int>(); };
    const Json& last = sequence(both.at(0)) > sequence(both.at(1)) ? both.at(0) : both.at(1);
    const Json older{{"document", last.at("document")},
                     {"key", last.at("key")},
                     {"signature", last.at("signature")},
                     {"version", 1}};
    support::WriteFile(state, older.dump() + "\n");
}

TEST(FullDisk, OffIsStoredWhereAnOrderLies) {
    Controller controller;
    std::unique_ptr<support::SmallDisk> disk;  // outlives the instance, which has it open
    const auto pulsed = StartInstance(controller, "eu-1");
    controller.Await(controller.KillAll());
    controller.Await(controller.SwitchOnAll());
    ASSERT_EQ(pulsed->Stop(), 0);
    disk = MoveToSmallDisk(fs::path(pulsed->DataDir()) / "control");
    RecordProperty("real", disk->IsReal() ? 1 : 0);
    pulsed->Start();
    ASSERT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); })) << pulsed->Log();
    ASSERT_EQ(TenantsAnswer(*pulsed), 200);

    disk->Fill();
    const std::string kill = controller.KillAll();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*pulsed) == 501; }));
    const auto shown = [&] { return controller.As("nora.none").Get("/v1/operations/" + kill).Body(); };
    // Where nothing can be mounted, writing the file is refused whoever was there before.
    const std::string outcome = disk->IsReal() ? "applied" : "failed";
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(shown(), "eu-1") == outcome; })) << shown().dump();
    ASSERT_EQ(controller.Server().Stop(), 0);
    SignalInstance(*pulsed, SIGKILL);
    pulsed->Start();
    EXPECT_EQ(TenantsAnswer(*pulsed), 501) << pulsed->Log();
    EXPECT_EQ(pulsed->Stop(), 0);
}

TEST(FullDisk, OffHoldsInTheNextProcessAndIsNotCalledApplied) {
    Controller controller;
    std::unique_ptr<support::SmallDisk> disk;  // outlives the instance, which has it open
    const auto pulsed = StartInstance(controller, "eu-1");
    // An order on the disk says on: that is what a restart would find.
    controller.Await(controller.KillAll());
    controller.Await(controller.SwitchOnAll());
    ASSERT_TRUE(Eventually([&] { return TenantsAnswer(*pulsed) == 200; }));
    ASSERT_EQ(pulsed->Stop(), 0);
    const fs::path control = fs::path(pulsed->DataDir()) / "control";
    disk = MoveToSmallDisk(control);
    MakeOlder(control / "control-state.json");
    RecordProperty("real", disk->IsReal() ? 1 : 0);
    pulsed->Start();
    ASSERT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); })) << pulsed->Log();
    ASSERT_EQ(TenantsAnswer(*pulsed), 200);

    disk->Fill();
    const std::string kill = controller.KillAll();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*pulsed) == 501; })) << "off does not wait for the disk";
    const auto shown = [&] { return controller.As("nora.none").Get("/v1/operations/" + kill).Body(); };
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(shown(), "eu-1") == "failed"; })) << shown().dump();
    EXPECT_NE(WhyOf(shown(), "eu-1").find("holds when the process starts again"), std::string::npos)
        << WhyOf(shown(), "eu-1");

    // Nobody is there to send it again.
    ASSERT_EQ(controller.Server().Stop(), 0);
    SignalInstance(*pulsed, SIGKILL);
    pulsed->Start();
    EXPECT_EQ(TenantsAnswer(*pulsed), 501) << pulsed->Log();
    EXPECT_NE(pulsed->Log().find("could not be stored when it came"), std::string::npos) << pulsed->Log();

    disk->Free();
    controller.Server().Start();
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(shown(), "eu-1") == "applied"; })) << shown().dump() << pulsed->Log();
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
    controller.SwitchOnAll();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*pulsed) == 200; }));
    EXPECT_EQ(pulsed->Stop(), 0);
    pulsed->Start();
    EXPECT_EQ(TenantsAnswer(*pulsed), 200) << "nothing is left of it";
    EXPECT_EQ(pulsed->Stop(), 0);
}

}  // namespace
}  // namespace fleet_test
