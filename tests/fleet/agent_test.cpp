// pulse-agent in the fleet: an order reaches a process that reads its environment only at its start, and what is
// claimed is what that process does.
#include <algorithm>
#include <csignal>
#include <filesystem>

#include "tests/agent/agent_world.hpp"
#include "tests/api/journey.hpp"
#include "tests/fleet/fleet_world.hpp"
#include "tests/fleet/restarting.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

std::string OrderAgent(const Controller& controller, const std::string& mode) {
    const auto reply = controller.As("otto.operator")
                           .Post("/v1/kill-switch/multi-tenant", {{"enabled", false},
                                                                  {"scope", {{"all", true}}},
                                                                  {"mode", mode},
                                                                  {"verify", true},
                                                                  {"reason", "isolation of tenants is in doubt"}});
    reply.Expect(202);
    return reply.Id();
}

Json Shown(const Controller& controller, const std::string& operation) {
    return controller.As("nora.none").Get("/v1/operations/" + operation).Body();
}

/// Applied, or more than that.
bool IsApplied(const Controller& controller, const std::string& operation) {
    const std::string outcome = OutcomeOf(Shown(controller, operation), "legacy");
    return outcome == "applied" || outcome == "verified";
}

TEST(AgentInTheFleet, AKillReachesAnUnmodifiedProcess) {
    Controller controller;
    ManagedStandin pulse(controller);
    pulse.StartAgent();
    ASSERT_TRUE(pulse->Answers(200));
    const Json before = controller.Instance("legacy")["state"];
    EXPECT_TRUE(before.value("enabled", false)) << before.dump();
    EXPECT_TRUE(before.value("program", "").starts_with("pulse-agent ")) << before.dump();
    const std::string operation = OrderAgent(controller, "restart");
    EXPECT_TRUE(Eventually([&] { return IsApplied(controller, operation); }))
        << Shown(controller, operation).dump() << pulse.Agent().Error();
    EXPECT_NE(pulse->TenantsAnswer(), 200) << "it is claimed only when it is so";
    EXPECT_TRUE(pulse->Answers(501)) << "when it listens";
    const Json after = controller.Instance("legacy")["state"];
    EXPECT_FALSE(after.value("enabled", true));
    EXPECT_NE(after.value("boot_id", ""), before.value("boot_id", "")) << "of the process, not of the agent";
    EXPECT_EQ(pulse->Restarts(), 1);

    // The agent starts again: it is still known, and nothing is done twice.
    pulse.Agent().Signal(SIGTERM);
    EXPECT_EQ(pulse.Agent().Wait(), 0) << pulse.Agent().Error();
    pulse.StartAgent();
    EXPECT_EQ(controller.Instance("legacy")["state"].value("boot_id", ""), after.value("boot_id", ""));
    EXPECT_EQ(controller.Instance("legacy")["state"].value("generation", 0), after.value("generation", -1));
    EXPECT_EQ(pulse->Restarts(), 1);

    const std::string on = controller.SwitchOnAll();
    EXPECT_TRUE(Eventually([&] { return IsApplied(controller, on); }))
        << Shown(controller, on).dump() << pulse.Agent().Error();
    EXPECT_TRUE(pulse->Answers(200));
}

TEST(AgentInTheFleet, AKillIsVerifiedByWhatTheProcessAnswers) {
    Controller controller;
    ManagedStandin pulse(controller);
    pulse.StartAgent();
    const std::string drill = OrderAgent(controller, "hot");
    ASSERT_TRUE(Eventually([&] { return IsApplied(controller, drill); })) << pulse.Agent().Error();
    const std::string on = controller.SwitchOnAll();
    ASSERT_TRUE(Eventually([&] { return IsApplied(controller, on); })) << pulse.Agent().Error();
    // By now the controller knows what there is of tenants, to compare with.
    const std::string operation = OrderAgent(controller, "restart");
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(Shown(controller, operation), "legacy") == "verified"; }))
        << Shown(controller, operation).dump() << pulse.Agent().Error();
}

TEST(AgentInTheFleet, WhatBeatsItsValueIsNamedToTheOperator) {
    Controller controller;
    ManagedStandin pulse(controller);
    pulse.Write("etc/systemd/system/pulse.service.d/zzz-site.conf", "[Service]\nEnvironmentFile=/etc/pulse/site.env\n");
    pulse.Write("etc/pulse/site.env", "PULSE_MULTI_TENANT_ENABLED=true\n");
    pulse.StartAgent();
    EXPECT_TRUE(Eventually([&] {
        return controller.Instance("legacy")["state"].value("problem", "").find("/etc/pulse/site.env line 1") !=
               std::string::npos;
    })) << "before it is needed";
    const std::string operation = OrderAgent(controller, "restart");
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(Shown(controller, operation), "legacy") == "failed"; }))
        << Shown(controller, operation).dump();
    EXPECT_NE(WhyOf(Shown(controller, operation), "legacy").find("/etc/pulse/site.env line 1"), std::string::npos);
    EXPECT_TRUE(pulse->Answers(200));
}

TEST(AgentInTheFleet, AnAgentThatIsKilledInTheMiddleGoesOn) {
    Controller controller;
    ManagedStandin pulse(controller);
    pulse->Misbehave("hang");
    pulse.StartAgent();
    const std::string operation = OrderAgent(controller, "restart");
    ASSERT_TRUE(Eventually([&] { return pulse->Restarts() == 1; })) << pulse.Agent().Error();
    pulse.Agent().Signal(SIGKILL);
    EXPECT_TRUE(pulse.Agent().Wait());
    EXPECT_FALSE(IsApplied(controller, operation));
    pulse->Behave("hang");
    pulse.StartAgent();
    EXPECT_TRUE(Eventually([&] { return IsApplied(controller, operation); }))
        << Shown(controller, operation).dump() << pulse.Agent().Error();
    EXPECT_TRUE(pulse->Answers(501));
}

TEST(AgentInTheFleet, AHostedProcessIsNamedBeforehand) {
    Controller controller;
    ManagedStandin pulse(controller);
    pulse->Misbehave("environment", "PULSE_HOSTED_MODE=true\n");
    pulse->Restart();
    pulse.StartAgent();
    EXPECT_FALSE(controller.Instance("legacy").value("killable", true));
    const std::string operation = OrderAgent(controller, "hot");
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(Shown(controller, operation), "legacy") == "unkillable"; }))
        << Shown(controller, operation).dump();
}

/// What the controller shows of the release's flag on `legacy`.
Json FlagOnLegacy(const Controller& controller, const api_test::Journey& release) {
    for (const Json& part :
         controller.As("nora.none").Get(release.Path("/exposure")).Body().value("instances", Json::array())) {
        if (part.value("instance", "") == "legacy") {
            return part;
        }
    }
    return Json::object();
}

TEST(AgentInTheFleet, AFlagOfItsTenantsIsNotManagedThereAndHoldsNothingUp) {
    Controller controller{{}, true};
    api_test::Journey release([&](std::string_view who) { return controller.As(who); });
    ManagedStandin pulse(controller);
    std::filesystem::create_directories(std::filesystem::path(pulse->OrgsFolder()) / release.Tenant());
    pulse.StartAgent();
    ASSERT_TRUE(Eventually([&] {
        const auto hosts = FlagOnLegacy(controller, release).value("hosts", std::vector<std::string>());
        return std::ranges::find(hosts, release.Tenant()) != hosts.end();
    })) << FlagOnLegacy(controller, release).dump();
    release.Reach("experimental");
    // Neither on, nor owed, nor missing; also when the controllers had their time to order it, and to miss it.
    release.Reach("candidate");
    const Json there = FlagOnLegacy(controller, release);
    EXPECT_FALSE(there.value("managed", true)) << there.dump();
    EXPECT_EQ(there["ordered"], Json::array()) << there.dump();
    EXPECT_EQ(there["on"], Json::array()) << there.dump();
    EXPECT_EQ(there["drift"], Json::array()) << there.dump();
    EXPECT_TRUE(controller.Instance("legacy")["state"].value("agent", false));

    const auto killed =
        controller.As("otto.operator")
            .Post("/v1/flags/" + std::string(api_test::Journey::kFlag) + "/kill", {{"reason", "totals are wrong"}});
    killed.Expect(202);
    EXPECT_TRUE(Eventually([&] { return Shown(controller, killed.Id()).value("finished", false); }));
    const Json operation = Shown(controller, killed.Id());
    EXPECT_EQ(OutcomeOf(operation, "legacy"), "not_managed") << operation.dump();
    EXPECT_NE(operation.value("summary", "").find("Not managed"), std::string::npos) << operation.dump();
    EXPECT_EQ(pulse->TenantsAnswer(), 200) << "a flag is not the switch";
    EXPECT_EQ(pulse->Restarts(), 0);
}

}  // namespace
}  // namespace fleet_test
