// The kill switch from the order to the instances: what is claimed is what they do.
#include <csignal>

#include <algorithm>

#include "tests/fleet/fleet_world.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

TEST(Kill, ReachesEveryInstanceAndIsProvenByWhatItSays) {
    Controller controller;
    const auto one = StartInstance(controller, "eu-1");
    const auto two = StartInstance(controller, "eu-2");
    EXPECT_EQ(TenantsAnswer(*one), 200);
    const Json killed = controller.Await(controller.KillAll());
    EXPECT_TRUE(killed.value("complete", false)) << killed.dump();
    EXPECT_EQ(killed.value("summary", ""), "2 of 2 instances are switched off.");
    EXPECT_EQ(TenantsAnswer(*one), 501);
    EXPECT_EQ(TenantsAnswer(*two), 501);
    const Json& step = killed["instances"][0]["steps"][0];
    EXPECT_EQ(step["step"], "applied");
    EXPECT_EQ(step["evidence"]["enabled"], false);
    EXPECT_EQ(step["evidence"]["generation"], killed["instances"][0]["generation"]);
    EXPECT_TRUE(step["evidence"]["boot_id"].get<std::string>().starts_with("boot_"));
    // The record goes into the chain when it is made, by one of a few transactions.
    std::size_t named = 0;
    for (const Json& entry : controller.Audit("kill_switch.applied")) {
        EXPECT_EQ(entry.value("actor", ""), "portcullisd");
        named += entry.dump().find("\"eu-") != std::string::npos ? 1 : 0;
    }
    EXPECT_GE(named, 1U);

    const Json on = controller.Await(controller.SwitchOnAll());
    EXPECT_TRUE(on.value("complete", false)) << on.dump();
    EXPECT_EQ(TenantsAnswer(*one), 200);
    EXPECT_EQ(TenantsAnswer(*two), 200);
}

TEST(Kill, AStoppedInstanceIsNotKilledUntilItSaysSo) {
    Controller controller;
    const auto alive = StartInstance(controller, "alive");
    const auto stopped = StartInstance(controller, "stopped");
    SignalInstance(*stopped, SIGSTOP);
    const std::string operation = controller.KillAll();
    const Json killed = controller.Await(operation);
    SignalInstance(*stopped, SIGCONT);
    EXPECT_EQ(OutcomeOf(killed, "alive"), "applied");
    EXPECT_EQ(OutcomeOf(killed, "stopped"), "unreachable");
    EXPECT_FALSE(killed.value("complete", true));
    EXPECT_EQ(killed.value("summary", ""), "1 of 2 instances are switched off. Not: stopped (unreachable).");
    EXPECT_EQ(TenantsAnswer(*alive), 501);
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(controller.Await(operation), "stopped") == "applied"; }))
        << "it comes back and is owed the order";
    EXPECT_EQ(TenantsAnswer(*stopped), 501);
}

TEST(Kill, HoldsWhateverBecomesOfEitherSide) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    const Json killed = controller.Await(controller.KillAll());
    ASSERT_TRUE(killed.value("complete", false));
    const std::string boot = controller.Instance("eu-1")["state"].value("boot_id", "");
    ASSERT_EQ(pulsed->Stop(), 0);
    EXPECT_TRUE(Eventually([&] { return !controller.IsConnected("eu-1"); }));
    EXPECT_EQ(OutcomeOf(controller.Await(killed["id"]), "eu-1"), "applied") << "the order is on its disk";
    ASSERT_EQ(controller.Server().Stop(), 0);
    pulsed->Start();
    EXPECT_EQ(TenantsAnswer(*pulsed), 501) << "without its controller it does what it was told last";
    controller.Server().Start();
    EXPECT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); })) << pulsed->Log();
    const Json shown = controller.Instance("eu-1");
    EXPECT_NE(shown["state"].value("boot_id", ""), boot);
    EXPECT_EQ(shown["state"]["generation"], shown["order"]["generation"]);
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
    EXPECT_EQ(pulsed->Log().find("controller.order_refused"), std::string::npos) << "an old order is not sent again";
}

TEST(Kill, AnOrderByAnotherKeyIsRefusedAndReported) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    ASSERT_EQ(controller.Server().Stop(), 0);
    std::filesystem::rename(controller.Server().DataDir() + "/signing.key",
                            controller.Server().DataDir() + "/signing.key.before");
    controller.Server().Start();
    EXPECT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); }));
    const std::string operation = controller.KillAll();
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(controller.Await(operation), "eu-1") == "failed"; }));
    EXPECT_NE(WhyOf(controller.Await(operation), "eu-1").find("forged"), std::string::npos);
    EXPECT_EQ(TenantsAnswer(*pulsed), 200) << "a forged order changes nothing";
    EXPECT_GE(controller.Instance("eu-1")["state"].value("rejected", 0), 1);
    EXPECT_FALSE(controller.Audit("kill_switch.refused").empty());
    // The right key again: the same order is taken.
    ASSERT_EQ(controller.Server().Stop(), 0);
    std::filesystem::rename(controller.Server().DataDir() + "/signing.key.before",
                            controller.Server().DataDir() + "/signing.key");
    controller.Server().Start();
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(controller.Await(operation), "eu-1") == "applied"; }));
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
}

TEST(Kill, InstancesThatTheSwitchDoesNotDecideForAreNamedBeforehand) {
    Controller controller;
    const auto hosted = StartInstance(controller, "hosted", "true", "true");
    const auto never_on = StartInstance(controller, "never-on", "false");
    EXPECT_FALSE(controller.Instance("hosted").value("killable", true));
    EXPECT_TRUE(controller.Instance("never-on").value("killable", false));
    const Json killed = controller.Await(controller.KillAll());
    EXPECT_EQ(OutcomeOf(killed, "hosted"), "unkillable");
    EXPECT_EQ(OutcomeOf(killed, "never-on"), "applied");
    const Json on = controller.Await(controller.SwitchOnAll());
    EXPECT_EQ(OutcomeOf(on, "never-on"), "failed") << "its environment keeps it off, which is no success";
    EXPECT_NE(WhyOf(on, "never-on").find("environment"), std::string::npos);
}

}  // namespace
}  // namespace fleet_test
