// Drills with real instances: what they do to them, what they claim, and that nobody's tenants stay out for a drill's
// sake, whatever becomes of the controller in the middle.
#include <csignal>

#include "tests/fleet/drill_world.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

TEST(Drills, KillVerifyRestoreVerifyAndAreEvidence) {
    Controller controller;
    SubmitDrilledRelease(controller);
    EXPECT_EQ(DrillFindings(controller), "KSW-2 ");
    const auto one = StartDrillable(controller, "eu-1");
    const auto two = StartDrillable(controller, "eu-2");
    const std::string id = OrderDrill(controller, {"eu-1", "eu-2"});
    const Json drill = AwaitDrill(controller, id);
    ASSERT_EQ(drill.value("state", ""), "passed") << drill.dump();
    ASSERT_EQ(drill["instances"].size(), 2U);
    for (const Json& part : drill["instances"]) {
        EXPECT_EQ(part["kill"].value("outcome", ""), "verified") << part.dump();
        EXPECT_EQ(part["restore"].value("outcome", ""), "verified") << part.dump();
        EXPECT_TRUE(part.value("data_kept", false)) << part.dump();
        for (const char* direction : {"kill", "restore"}) {
            EXPECT_GE(part[direction].value("applied_ms", -1), 0) << part.dump();
            EXPECT_GE(part[direction].value("verified_ms", -1), part[direction].value("applied_ms", 0)) << part.dump();
        }
    }
    EXPECT_GE(drill["timings"]["kill"]["verified_ms"].value("max", -1), 0) << drill.dump();
    EXPECT_EQ(TenantsAnswer(*one), 200);
    EXPECT_EQ(TenantsAnswer(*two), 200);
    EXPECT_TRUE(controller.As("nora.none").All("/v1/kill-switch/reviews").empty()) << "a drill opens no review";
    EXPECT_EQ(controller.Audit("drill.order").size(), 1U);
    EXPECT_EQ(controller.Audit("drill.restore").size(), 1U);
    EXPECT_EQ(controller.Audit("drill.finish").size(), 1U);
    const auto evidence = DrillEvidence(controller);
    ASSERT_EQ(evidence.size(), 1U);
    EXPECT_EQ(evidence[0].value("outcome", ""), "passed");
    EXPECT_EQ(evidence[0].value("channel", ""), "dev");
    EXPECT_EQ(evidence[0]["evidence"]["drill"].value("id", ""), id);
    EXPECT_EQ(DrillFindings(controller), "");
    // The approval is spent.
    controller.As("otto.operator")
        .Post("/v1/drills", DrillCommand({"eu-1"}))
        .ExpectProblem(409, "rules.denied")
        .ExpectRules({"KSW-8"});
}

TEST(Drills, WhoDoesNotAnswerFailsThemAndBlocksThePromotion) {
    Controller controller;
    SubmitDrilledRelease(controller);
    const auto alive = StartDrillable(controller, "alive");
    const auto stopped = StartDrillable(controller, "stopped");
    SignalInstance(*stopped, SIGSTOP);
    const Json drill = AwaitDrill(controller, OrderDrill(controller, {"alive", "stopped"}));
    SignalInstance(*stopped, SIGCONT);
    EXPECT_EQ(drill.value("state", ""), "failed") << drill.dump();
    EXPECT_NE(drill.value("summary", "").find("stopped (switching off unreachable"), std::string::npos) << drill.dump();
    EXPECT_EQ(TenantsAnswer(*alive), 200) << "who was switched off is switched back on";
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*stopped) == 200; }));
    EXPECT_EQ(DrillFindings(controller), "KSW-2 ");
    // A later pass does not undo it without a word.
    const Json again = AwaitDrill(controller, OrderDrill(controller, {"alive"}));
    EXPECT_EQ(again.value("state", ""), "passed") << again.dump();
    EXPECT_EQ(DrillFindings(controller), "EVD-4 ");
}

TEST(Drills, ARealKillInBetweenKeepsItsInstancesOff) {
    Controller controller;
    SubmitDrilledRelease(controller);
    const auto one = StartDrillable(controller, "eu-1");
    const auto slow = StartDrillable(controller, "slow");
    SignalInstance(*slow, SIGSTOP);  // holds the drill in its first half
    const std::string id = OrderDrill(controller, {"eu-1", "slow"});
    controller.KillAll();
    SignalInstance(*slow, SIGCONT);
    const Json drill = AwaitDrill(controller, id);
    EXPECT_EQ(drill.value("state", ""), "aborted") << drill.dump();
    EXPECT_NE(drill.value("not_restored", "").find("stay off"), std::string::npos) << drill.dump();
    EXPECT_FALSE(drill.contains("restore")) << drill.dump();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*slow) == 501; }));
    EXPECT_EQ(TenantsAnswer(*one), 501);
    EXPECT_EQ(controller.As("nora.none").All("/v1/kill-switch/reviews?open=true").size(), 1U);
    EXPECT_EQ(DrillFindings(controller), "EVD-5 ") << "it shows nothing, which blocks";
    controller.SwitchOnAll();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*one) == 200; }));
}

TEST(Drills, GoOnWhateverBecomesOfTheController) {
    Controller controller;
    const auto one = StartDrillable(controller, "eu-1");
    const auto slow = StartDrillable(controller, "slow");
    SignalInstance(*slow, SIGSTOP);  // holds the drill in its first half
    const std::string id = OrderDrill(controller, {"eu-1", "slow"});
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*one) == 501; }));
    EXPECT_EQ(ShowDrill(controller, id).value("state", ""), "killing");
    ASSERT_EQ(::kill(controller.Server().Pid(), SIGKILL), 0);
    EXPECT_EQ(controller.Server().Stop(), 128 + SIGKILL);
    SignalInstance(*slow, SIGCONT);
    EXPECT_EQ(TenantsAnswer(*one), 501) << "without a controller nothing is switched on";
    controller.Server().Start();
    const Json drill = AwaitDrill(controller, id);
    EXPECT_TRUE(drill.contains("restore")) << drill.dump();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*one) == 200; })) << drill.dump();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*slow) == 200; })) << drill.dump();
    EXPECT_EQ(controller.Audit("drill.restore").size(), 1U);
    EXPECT_EQ(controller.Audit("drill.finish").size(), 1U);
}

TEST(Drills, StoppedOnesAreSwitchedBackOnAtOnce) {
    Controller controller;
    const auto one = StartDrillable(controller, "eu-1");
    const auto slow = StartDrillable(controller, "slow");
    SignalInstance(*slow, SIGSTOP);
    const std::string id = OrderDrill(controller, {"eu-1", "slow"});
    controller.As("nora.none").Post("/v1/drills/" + id + ":abort", {{"reason", "customers call"}}).Expect(403);
    controller.As("otto.operator").Post("/v1/drills/" + id + ":abort", {{"reason", "customers call"}}).Expect(200);
    controller.As("otto.operator")
        .Post("/v1/drills/" + id + ":abort", {{"reason", "again"}})
        .ExpectProblem(409, "conflict.state");
    SignalInstance(*slow, SIGCONT);
    const Json drill = AwaitDrill(controller, id);
    EXPECT_NE(drill.value("state", ""), "passed") << drill.dump();
    EXPECT_NE(drill.value("summary", "").find("customers call"), std::string::npos) << drill.dump();
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*one) == 200 && TenantsAnswer(*slow) == 200; })) << drill.dump();
}

TEST(Drills, AreRefusedWhereTheyWouldShowNothingOrCouldNotPutBack) {
    Controller controller;
    const auto pulsed = StartDrillable(controller, "eu-1");
    const auto hosted = StartInstance(controller, "hosted", "true", "true");
    const auto never_on = StartInstance(controller, "never-on", "false");
    const std::vector<std::string> all = {"eu-1", "hosted", "never-on"};
    controller.As("sam.owner")
        .Post("/v1/drill-approvals", {{"instances", all}, {"reason", "the drill of this month"}})
        .Expect(201);
    controller.As("otto.operator")
        .Post("/v1/drills", DrillCommand(all))
        .Expect(422)
        .ExpectErrors({"/instances/1", "/instances/2"});
    controller.As("sam.owner").Post("/v1/drills", DrillCommand({"eu-1"})).ExpectRules({"KSW-8"});
    controller.As("otto.operator")
        .Post("/v1/drills", {{"instances", {"eu-1"}}, {"reason", "short"}})
        .ExpectProblem(409, "rules.denied")
        .ExpectRules({"KSW-7"});
    const std::string kill = controller.KillAll();
    controller.As("otto.operator").Post("/v1/drills", DrillCommand({"eu-1"})).ExpectRules({"KSW-8"}).Mentioning(kill);
    EXPECT_TRUE(controller.As("nora.none").All("/v1/drills").empty());
}

TEST(Drills, OnAScheduleAndNotWithoutItsApproval) {
    Controller controller({}, true);
    SubmitDrilledRelease(controller);
    const auto pulsed = StartDrillable(controller, "eu-1");
    const auto advance = [&](const char* by) {
        controller.As("otto.operator").Post("/v1/clock/advance", {{"by", by}}).Expect(200);
    };
    const auto made =
        controller.As("otto.operator")
            .Post("/v1/drill-schedules", {{"instances", {"eu-1"}}, {"every", "7d"}, {"reason", "the weekly drill"}});
    made.Expect(201);
    const std::string path = "/v1/drill-schedules/" + made.Id();
    const auto schedule = [&] { return controller.As("nora.none").Get(path).Body(); };
    EXPECT_FALSE(schedule().value("approved", true));
    controller.As("dora.lead").Post(path + ":approve", {{"reason", "weekly"}}).Expect(403);
    controller.As("sam.owner").Post(path + ":approve", {{"reason", "weekly"}, {"valid_for", "91d"}}).Expect(422);
    controller.As("sam.owner").Post(path + ":approve", {{"reason", "weekly"}, {"valid_for", "30d"}}).Expect(200);
    EXPECT_TRUE(schedule().value("approved", false));
    advance("7d");
    ASSERT_TRUE(Eventually([&] { return schedule().contains("last_drill"); })) << schedule().dump();
    const std::string first = schedule().value("last_drill", "");
    const Json drill = AwaitDrill(controller, first);
    EXPECT_EQ(drill.value("state", ""), "passed") << drill.dump();
    EXPECT_EQ(drill.value("ordered_by", ""), "otto.operator");
    EXPECT_EQ(drill.value("approved_by", ""), "sam.owner");
    EXPECT_EQ(DrillFindings(controller), "");
    // The approval ends; what is due then is no drill, and on record.
    advance("31d");
    ASSERT_TRUE(Eventually([&] { return !schedule().value("problem", "").empty(); })) << schedule().dump();
    EXPECT_NE(schedule().value("problem", "").find("expired"), std::string::npos) << schedule().dump();
    EXPECT_EQ(schedule().value("last_drill", ""), first);
    EXPECT_FALSE(schedule().value("approved", true));
    const auto entries = controller.Audit("drill.order");
    EXPECT_TRUE(std::any_of(entries.begin(), entries.end(), [](const Json& entry) {
        return entry.value("outcome", "") == "refused" && entry.value("actor", "") == "portcullisd";
    }));
    EXPECT_EQ(TenantsAnswer(*pulsed), 200);
    EXPECT_EQ(DrillFindings(controller), "KSW-6 ") << "the newest drill is more than 30 days old";
    EXPECT_TRUE(Eventually([&] {
        return controller.As("nora.none").Get("/metrics").Text().find("\nportcullis_drill_schedules_unapproved 1\n") !=
               std::string::npos;
    }));
    const std::string etag = controller.As("otto.operator").Get(path).Etag();
    controller.As("otto.operator").IfMatch(etag).Send("DELETE", path).Expect(200);
    EXPECT_TRUE(controller.As("nora.none").All("/v1/drill-schedules").empty());
    EXPECT_EQ(controller.As("nora.none").All("/v1/drill-schedules?cancelled=true").size(), 1U);
}

TEST(Drills, ByTheCommandLine) {
    Controller controller;
    const auto pulsed = StartDrillable(controller, "eu-1");
    const auto run = [&](const char* person, std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), support::BuiltProgram("portcullis"));
        support::ProcessOptions options;
        options.environment = {{"PORTCULLIS_URL", controller.Server().Url()},
                               {"PORTCULLIS_TOKEN", controller.Server().Token(person)}};
        options.unset = {"PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE", "PORTCULLIS_CONFIG"};
        return support::RunToEnd(std::move(arguments), options);
    };
    const std::vector<std::string> order = {"drill", "run", "--instance", "eu-1", "--reason", kDrillReason, "--watch"};
    EXPECT_EQ(run("otto.operator", order).exit_code, 1) << "nobody has approved it";
    EXPECT_EQ(run("sam.owner", {"drill", "approve", "--instance", "eu-1", "--reason", kDrillReason}).exit_code, 0);
    const support::Finished drilled = run("otto.operator", order);
    EXPECT_EQ(drilled.exit_code, 0) << drilled.output << drilled.error;
    const auto drills = controller.As("nora.none").All("/v1/drills");
    ASSERT_EQ(drills.size(), 1U);
    const std::string id = drills[0].value("id", "");
    for (const char* form : {"table", "json", "yaml", "markdown"}) {
        for (const std::vector<std::string>& command :
             {std::vector<std::string>{"drill", "list"}, std::vector<std::string>{"drill", "show", id}}) {
            std::vector<std::string> call = {"-o", form};
            call.insert(call.end(), command.begin(), command.end());
            const support::Finished shown = run("nora.none", call);
            EXPECT_EQ(shown.exit_code, 0) << shown.error;
            EXPECT_NE(shown.output.find("passed"), std::string::npos) << shown.output;
        }
    }
    EXPECT_EQ(run("nora.none", {"drill", "watch", id}).exit_code, 0);
    const support::Finished made = run("otto.operator", {"-o", "json", "drill", "schedule", "--instance", "eu-1",
                                                         "--every", "7d", "--reason", "the weekly drill"});
    EXPECT_EQ(made.exit_code, 0) << made.error;
    const std::string schedule = Json::parse(made.output).value("id", "");
    EXPECT_EQ(run("sam.owner", {"drill", "schedule-approve", schedule, "--reason", "weekly"}).exit_code, 0);
    EXPECT_EQ(run("nora.none", {"drill", "schedules"}).exit_code, 0);
    EXPECT_EQ(run("otto.operator", {"drill", "schedule-end", schedule}).exit_code, 0);
}

}  // namespace
}  // namespace fleet_test
