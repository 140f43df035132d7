// Drills in restart mode: each direction is proven by a process that began after its order, of a real pulsed that
// starts itself again and of an unmodified process that a real pulse-agent restarts. Times and processes are on record.
#include "platform/base/time.hpp"
#include "tests/fleet/drill_world.hpp"
#include "tests/fleet/restarting.hpp"

namespace fleet_test {
namespace {

platform::Time InstantOf(const Json& json, const char* field) {
    const auto time = platform::ParseTime(json.value(field, ""));
    EXPECT_TRUE(time) << field << " in " << json.dump();
    return time.value_or(platform::Time{});
}

void ExpectTimed(const Json& drill) {
    ASSERT_EQ(drill.value("state", ""), "passed") << drill.dump(1);
    EXPECT_EQ(drill["mode"], "restart");
    for (const char* direction : {"kill", "restore"}) {
        for (const Json& part : drill["instances"]) {
            EXPECT_EQ(part[direction].value("outcome", ""), "verified") << part.dump();
            EXPECT_GT(part[direction].value("applied_ms", -1), 0) << "a new process takes its time; " << part.dump();
            EXPECT_GE(part[direction].value("verified_ms", -1), part[direction].value("applied_ms", 0)) << part.dump();
        }
        EXPECT_GE(drill["timings"][direction]["verified_ms"].value("max", -1),
                  drill["timings"][direction]["applied_ms"].value("max", 0))
            << drill.dump();
    }
    for (const Json& part : drill["instances"]) {
        EXPECT_TRUE(part.value("data_kept", false)) << part.dump();
    }
}

/// What the operation's record says of the one instance's processes: another one, which began after the order.
Json ExpectRestarted(const Controller& controller, const std::string& operation) {
    const Json record =
        controller.As("nora.none").Get("/v1/operations/" + operation + "/report?format=json").Expect(200).Body();
    const Json part = record["operation"]["instances"][0];
    const Json before = part.value("process_before", Json::object());
    const Json now = part.value("process", Json::object());
    EXPECT_NE(before.value("boot_id", ""), "") << part.dump(1);
    EXPECT_NE(now.value("boot_id", ""), "") << part.dump(1);
    EXPECT_NE(before.value("boot_id", ""), now.value("boot_id", "")) << part.dump(1);
    EXPECT_LT(InstantOf(before, "began_at"), InstantOf(part, "ordered_at"));
    EXPECT_GT(InstantOf(now, "began_at"), InstantOf(part, "ordered_at"));
    // The verification's own step says so, too, with what it was compared with.
    const Json step = StepOf(part, "restart");
    EXPECT_EQ(step.value("outcome", ""), "passed") << step.dump(1);
    EXPECT_GE(step.value("attempt", 0), 2) << "the first is what followed from its report";
    const Json evidence = step.value("evidence", Json::object());
    EXPECT_EQ(evidence["process_before"]["boot_id"], before["boot_id"]) << evidence.dump(1);
    EXPECT_EQ(InstantOf(evidence["process_before"], "began_at"), InstantOf(before, "began_at")) << evidence.dump(1);
    EXPECT_TRUE(evidence["process_before"]["process_started_at"].is_string()) << evidence.dump(1);
    EXPECT_TRUE(evidence["ordered_at"].is_string()) << evidence.dump(1);
    EXPECT_EQ(evidence["facts"].value("boot_id", ""), now.value("boot_id", "-")) << evidence.dump(1);
    EXPECT_TRUE(platform::ParseTime(evidence["facts"].value("process_started_at", ""))) << evidence.dump(1);
    for (const char* form : {"md", "html"}) {
        const std::string text =
            controller.As("nora.none").Get("/v1/operations/" + operation + "/report?format=" + form).Text();
        EXPECT_EQ(CountOf(text, "Process before"), 1U) << text;
        EXPECT_NE(text.find(before.value("boot_id", "-") + ", began "), std::string::npos) << text;
        EXPECT_NE(text.find(now.value("boot_id", "-") + ", began "), std::string::npos) << text;
        EXPECT_NE(text.find(" after the order"), std::string::npos) << text;
    }
    return part;
}

void ExpectThreeProcesses(const Controller& controller, const Json& drill, const std::string& boot_before) {
    const Json killed = ExpectRestarted(controller, drill.value("kill", ""));
    const Json restored = ExpectRestarted(controller, drill.value("restore", ""));
    EXPECT_EQ(killed["process_before"]["boot_id"], boot_before);
    EXPECT_EQ(restored["process_before"]["boot_id"], killed["process"]["boot_id"]);
    EXPECT_NE(restored["process"]["boot_id"], boot_before);
}

TEST(RestartDrill, APulsedIsReplacedByItselfTwiceAndItsTimesAreOnRecord) {
    Controller controller;
    SubmitDrilledRelease(controller);
    Restartable pulsed(controller);
    AwaitDrillable(controller, "eu-1");
    const std::string boot = BootId(controller, "eu-1");
    const Json drill = AwaitDrill(controller, OrderDrill(controller, {"eu-1"}, "restart"));
    ExpectTimed(drill);
    ExpectThreeProcesses(controller, drill, boot);
    EXPECT_EQ(BootId(controller, "eu-1"),
              ExpectRestarted(controller, drill.value("restore", ""))["process"]["boot_id"]);
    EXPECT_EQ(CountOf(pulsed->Log(), "daemon.restart_ordered"), 2U) << "once for each direction";
    EXPECT_EQ(pulsed.Tenants(), 200);
    const auto evidence = DrillEvidence(controller);
    ASSERT_EQ(evidence.size(), 1U);
    EXPECT_EQ(evidence[0].value("outcome", ""), "passed");
    EXPECT_EQ(evidence[0]["evidence"]["drill"]["timings"], drill["timings"]) << "the release has them, too";
    EXPECT_EQ(DrillFindings(controller), "");
    // And once more: what the processes of before said of their tenants is still what is compared with.
    EXPECT_EQ(AwaitDrill(controller, OrderDrill(controller, {"eu-1"}, "restart")).value("state", ""), "passed");
}

TEST(RestartDrill, AnUnmodifiedProcessIsRestartedTwiceByItsAgent) {
    Controller controller;
    ManagedStandin pulse(controller);
    pulse.StartAgent();
    ASSERT_TRUE(pulse->Answers(200));
    AwaitDrillable(controller, "legacy");
    const std::string boot = BootId(controller, "legacy");
    const Json drill = AwaitDrill(controller, OrderDrill(controller, {"legacy"}, "restart"));
    ExpectTimed(drill);
    ExpectThreeProcesses(controller, drill, boot);
    EXPECT_EQ(pulse->Restarts(), 2) << pulse.Agent().Error();
    EXPECT_TRUE(pulse->Answers(200));
}

TEST(RestartDrill, AProcessThatDoesNotComeBackFailsItAndIsSaid) {
    Controller controller({"--fleet-restart-patience=5s"});
    SubmitDrilledRelease(controller);
    ManagedStandin pulse(controller);
    pulse.StartAgent();
    AwaitDrillable(controller, "legacy");
    pulse->Misbehave("hang");  // its restart command never ends
    const Json drill = AwaitDrill(controller, OrderDrill(controller, {"legacy"}, "restart"));
    EXPECT_EQ(drill.value("state", ""), "failed") << drill.dump();
    EXPECT_NE(drill.value("summary", "").find("legacy (switching off "), std::string::npos) << drill.dump();
    EXPECT_EQ(DrillFindings(controller), "KSW-2 ") << "it blocks";
    pulse->Behave("hang");
}

}  // namespace
}  // namespace fleet_test
