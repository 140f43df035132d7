// What networks, clocks and disks do to a channel: the order arrives in the end, once, and nothing is claimed before.
#include <sys/resource.h>
#include <csignal>

#include <algorithm>
#include <thread>

#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/service/process_file.hpp"
#include "tenancy/link/channel.hpp"
#include "tests/fleet/broken_network.hpp"
#include "tests/fleet/knocking.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

constexpr std::size_t kCrowd = 200;

/// A pulsed that reaches its controller through `network`.
std::unique_ptr<pulse_test::OwnPulsed> StartBehind(const BrokenNetwork& network, const Controller& controller,
                                                   const support::TempDir& tokens, const std::string& name) {
    pulse_test::PulsedOptions options;
    options.people = "few_people.json";
    options.arguments = {"--instance=" + name, "--controller-url=" + network.Url(),
                         "--enrolment-token-file=" + controller.EnrolInto((tokens / name).string(), name)};
    auto pulsed = std::make_unique<pulse_test::OwnPulsed>(std::move(options));
    EXPECT_TRUE(Eventually([&] { return controller.IsConnected(name); })) << pulsed->Log();
    return pulsed;
}

/// An operation that asks for no look at the instances: it ends with what they say.
std::string Kill(const Controller& controller) {
    const auto reply = controller.As("otto.operator")
                           .Post("/v1/kill-switch/multi-tenant", {{"enabled", false},
                                                                  {"scope", {{"all", true}}},
                                                                  {"reason", "isolation of tenants is in doubt"},
                                                                  {"verify", false}});
    reply.Expect(202);
    return reply.Id();
}

bool IsApplied(const Controller& controller, const std::string& operation, const std::string& instance) {
    return OutcomeOf(controller.Await(operation), instance) == "applied";
}

TEST(Network, AnOrderThatIsCutOffOnItsWayArrivesWhenItCan) {
    const support::TempDir tokens("tokens");
    Controller controller;
    BrokenNetwork network(PortOf(controller.FleetUrl()));
    const auto pulsed = StartBehind(network, controller, tokens, "eu-1");
    const int before = network.Opened();
    network.CutAfter(1);  // whatever the controller sends next
    const std::string operation = Kill(controller);
    EXPECT_EQ(OutcomeOf(controller.Await(operation), "eu-1"), "unreachable");
    EXPECT_EQ(TenantsAnswer(*pulsed), 200) << "unreachable is not killed";
    EXPECT_TRUE(Eventually([&] { return network.Opened() > before; })) << "it dials again";
    network.CutAfter(0);
    EXPECT_TRUE(Eventually([&] { return IsApplied(controller, operation, "eu-1"); })) << pulsed->Log();
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
    const Json shown = controller.Instance("eu-1");
    EXPECT_EQ(shown["state"]["generation"], shown["order"]["generation"]);
}

TEST(Network, ACutBehindTheOrderCostsOneMessage) {
    const support::TempDir tokens("tokens");
    Controller controller;
    BrokenNetwork network(PortOf(controller.FleetUrl()));
    const auto pulsed = StartBehind(network, controller, tokens, "eu-1");
    const std::string operation = Kill(controller);
    ASSERT_TRUE(Eventually([&] { return TenantsAnswer(*pulsed) == 501; }));
    network.Cut();  // before or behind its answer
    EXPECT_TRUE(Eventually([&] { return IsApplied(controller, operation, "eu-1"); }));
    EXPECT_EQ(controller.Instance("eu-1")["state"].value("rejected", -1), 0) << "the order is not sent again";
}

TEST(Network, AHalfOpenConnectionIsFoundOutAndGotOver) {
    const support::TempDir tokens("tokens");
    Controller controller;
    BrokenNetwork network(PortOf(controller.FleetUrl()));
    const auto pulsed = StartBehind(network, controller, tokens, "eu-1");
    network.GoSilent();
    const platform::Stopwatch watch;
    const std::string operation = Kill(controller);
    const Json killed = controller.Await(operation);
    EXPECT_EQ(OutcomeOf(killed, "eu-1"), "unreachable");
    EXPECT_LT(watch.Elapsed(), std::chrono::seconds(15)) << "within the patience, not when TCP gives up";
    EXPECT_FALSE(killed.value("complete", true));
    EXPECT_TRUE(Eventually([&] { return !controller.IsConnected("eu-1"); })) << "the silence was noticed";
    EXPECT_EQ(TenantsAnswer(*pulsed), 200);
    network.Recover();
    EXPECT_TRUE(Eventually([&] { return IsApplied(controller, operation, "eu-1"); })) << pulsed->Log();
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
}

TEST(Network, AFullDiskKeepsNoInstanceOnAndIsReported) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    const auto process = platform::FindServingProcess(pulsed->DataDir());
    ASSERT_TRUE(process);
    rlimit roomy{};
    ASSERT_EQ(::prlimit(*process, RLIMIT_FSIZE, nullptr, &roomy), 0);
    const rlimit full{0, roomy.rlim_max};
    ASSERT_EQ(::prlimit(*process, RLIMIT_FSIZE, &full, nullptr), 0);
    const std::string operation = Kill(controller);
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(controller.Await(operation), "eu-1") == "failed"; }));
    EXPECT_NE(WhyOf(controller.Await(operation), "eu-1").find("not_stored"), std::string::npos)
        << WhyOf(controller.Await(operation), "eu-1");
    EXPECT_EQ(TenantsAnswer(*pulsed), 501) << "off is the safe side and does not wait for the disk";
    ASSERT_EQ(::prlimit(*process, RLIMIT_FSIZE, &roomy, nullptr), 0);
    EXPECT_TRUE(Eventually([&] { return IsApplied(controller, operation, "eu-1"); })) << pulsed->Log();
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
}

TEST(Network, AClockThatIsAnHourOffChangesNothing) {
    for (const auto off : {std::chrono::hours(1), std::chrono::hours(-1)}) {
        Controller controller;
        const std::string credential = "pci_" + platform::Base64UrlEncode(std::string(32, 'c'));
        auto client = Knock(controller, SecretFor(controller, "eu-1"), platform::Sha256Hex(credential));
        ASSERT_TRUE(client);
        const auto report = [&](std::int64_t generation) {
            tenancy::wire::Report said;
            said.boot_id = "boot_1";
            said.sent_at = platform::SystemNow() + off;
            said.process_started_at = said.sent_at - std::chrono::minutes(5);
            said.program = "played";
            said.generation = generation;
            client->Send(tenancy::wire::EncodeReport(said));
        };
        report(0);
        ASSERT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); })) << "heard by the controller's clock";
        const std::string operation = Kill(controller);
        report(controller.Instance("eu-1")["order"].value("generation", 0));
        EXPECT_TRUE(Eventually([&] { return IsApplied(controller, operation, "eu-1"); }));
    }
}

/// The real end of an instance without the instance.
struct Linked {
    Linked(const Controller& controller, const BrokenNetwork& network, const std::string& name)
        : link({folder.Path().string(), name, true}, tenants) {
        tenancy::link::ChannelOptions options;
        options.controller_url = network.Url();
        options.folder = folder.Path().string();
        options.enrolment_token_file = controller.EnrolInto((folder / "token").string(), name);
        options.describe = [name](tenancy::wire::Report& report) {
            report.boot_id = "boot_" + name;
            report.process_started_at = platform::SystemNow() - std::chrono::minutes(1);
            report.program = "linked";
        };
        options.on_event = [](tenancy::link::ChannelEvent, std::string_view) {};
        options.on_error = [](std::string_view) {};
        channel = std::make_unique<tenancy::link::ControlChannel>(std::move(options), link, tenants);
    }

    support::TempDir folder = support::TempDir::InMemory("linked");
    tenancy::TenantSwitch tenants;
    tenancy::link::ControlLink link;
    std::unique_ptr<tenancy::link::ControlChannel> channel;
};

TEST(Network, TwoHundredInstancesComeBackAtOnce) {
    Controller controller;
    BrokenNetwork network(PortOf(controller.FleetUrl()));
    std::vector<std::unique_ptr<Linked>> crowd;
    for (std::size_t n = 0; n < kCrowd; ++n) {
        crowd.push_back(std::make_unique<Linked>(controller, network, "eu-" + std::to_string(n)));
    }
    const auto all_connected = [&] {
        return std::ranges::all_of(crowd, [](const auto& one) { return one->channel->Connected(); });
    };
    ASSERT_TRUE(Eventually(all_connected));
    network.Cut();
    ASSERT_TRUE(Eventually([&] { return network.Opened() >= static_cast<int>(2 * kCrowd) && all_connected(); }))
        << network.Opened();
    const std::string operation = Kill(controller);
    EXPECT_TRUE(Eventually([&] { return controller.Await(operation).value("complete", false); }))
        << controller.Await(operation).value("summary", "");
    EXPECT_TRUE(std::ranges::none_of(crowd, [](const auto& one) { return one->tenants.Enabled(); }));
    for (const char* event : {"fleet.flapping", "fleet.refused", "fleet.slowed_down"}) {
        EXPECT_EQ(controller.Server().Log().find(event), std::string::npos) << "nobody was kept out";
    }
}

}  // namespace
}  // namespace fleet_test
