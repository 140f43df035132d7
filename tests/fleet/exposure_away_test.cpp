// A consent that is withdrawn while an instance is away: the flag is off there as soon as it is back, whether it was
// stopped, behind a network that is silent, or connected to another controller than the one that was told.
#include <csignal>
#include <filesystem>

#include "tests/fleet/broken_network.hpp"
#include "tests/fleet/exposure_world.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

TEST(ExposureAway, AnInstanceThatWasStoppedTakesTheFlagBackWhenItReturns) {
    ExposureWorld world({"--fleet-drift-patience=1s"});
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant);
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, tenant) && !world.On("eu-1").empty(); }));
    EXPECT_EQ(pulsed->Stop(), 0) << pulsed->Log();
    ASSERT_TRUE(Eventually([&] { return !world.controller.IsConnected("eu-1"); }));

    world.Withdraw(tenant);
    // It would do as it said last: that is no exposure that anybody may overlook.
    EXPECT_TRUE(Eventually([&] { return world.Drift("eu-1", "exposed") == std::vector{tenant}; }))
        << world.Part("eu-1").dump(1);
    EXPECT_TRUE(Eventually([&] { return world.Part("eu-1")["ordered"].empty(); })) << "owed to it";
    world.release.Promote("candidate").ExpectRules({"CHX-7"});

    pulsed->Start();
    EXPECT_TRUE(Eventually([&] { return !IsFeatureOn(*pulsed, tenant); })) << pulsed->Log();
    EXPECT_TRUE(Eventually([&] { return world.NothingDiffers(); })) << world.Part("eu-1").dump(1);
}

TEST(ExposureAway, AnInstanceBehindASilentNetworkTakesTheFlagBackWhenItIsHeardAgain) {
    ExposureWorld world({"--fleet-drift-patience=1s"});
    const std::string& tenant = world.release.Tenant();
    BrokenNetwork network(PortOf(world.controller.FleetUrl()));
    const auto pulsed = StartHostOf(world, "eu-1", tenant, {}, network.Url());
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, tenant) && !world.On("eu-1").empty(); }));
    network.GoSilent();
    world.Withdraw(tenant);
    EXPECT_TRUE(Eventually([&] { return world.Part("eu-1")["ordered"].empty(); })) << world.Part("eu-1").dump(1);
    EXPECT_EQ(world.Drift("eu-1", "exposed"), std::vector{tenant}) << "nobody has heard that it is off";
    EXPECT_TRUE(IsFeatureOn(*pulsed, tenant)) << "what is not heard is not obeyed";
    network.Recover();
    EXPECT_TRUE(Eventually([&] { return !IsFeatureOn(*pulsed, tenant); })) << pulsed->Log();
    EXPECT_TRUE(Eventually([&] { return world.NothingDiffers(); })) << world.Part("eu-1").dump(1);
}

TEST(ExposureAway, AWithdrawalGivenToOneControllerReachesTheInstanceOfTheOther) {
    ExposureWorld world;
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant);
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, tenant); })) << world.Exposure().dump(1);
    const support::TempDir data("second");
    const std::filesystem::path files = std::filesystem::path(world.controller.Server().DataDir()).parent_path();
    support::Process second({support::BuiltProgram("portcullisd"), "--data-dir=" + (data / "state").string(),
                             "--listen-port=0", "--threads=4", "--rate-limit=0", "--simulated-clock",
                             "--database-url-file=" + (files / "app.url").string(),
                             "--signing-key-file=" + world.controller.Server().DataDir() + "/signing.key"});
    const auto line = second.WaitForLine("listens on http", std::chrono::seconds(60));
    ASSERT_TRUE(line) << second.Error();
    const auto begin = line->find("http://");
    const api_test::Caller other(line->substr(begin, line->find(' ', begin) - begin),
                                 world.controller.Server().Token("rita.release"));
    const auto consents = other.All("/v1/tenants/" + tenant + "/consents");
    ASSERT_FALSE(consents.empty());
    other.Post("/v1/consents/" + consents.front().value("id", "") + ":withdraw", {{"reason", "they have had enough"}})
        .Expect(200);
    EXPECT_TRUE(Eventually([&] { return !IsFeatureOn(*pulsed, tenant); })) << second.Error();
    second.Signal(SIGTERM);
    EXPECT_TRUE(second.Wait());
}

}  // namespace
}  // namespace fleet_test
