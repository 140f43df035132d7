// What drills are refused for and what they wait for, what overtakes them, and whom they block: by the API and by the
// command line.
#include "platform/postgres/cluster.hpp"
#include "tests/api/journey.hpp"
#include "tests/fleet/drill_world.hpp"
#include "tests/fleet/played_instance.hpp"
#include "tests/support/process.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;
using tenancy::wire::ProbeOutcome;

void ApproveDrills(const Controller& controller, const std::vector<std::string>& instances) {
    controller.As("sam.owner")
        .Post("/v1/drill-approvals", {{"instances", instances}, {"reason", kDrillReason}})
        .Expect(201);
}

void Advance(const Controller& controller, const char* by) {
    controller.As("otto.operator").Post("/v1/clock/advance", {{"by", by}}).Expect(200);
}

/// A schedule on eu-1, with its approval for 90 days.
class WeeklyDrill {
public:
    explicit WeeklyDrill(const Controller& controller) : controller_(controller) {
        const auto made = controller.As("otto.operator")
                              .Post("/v1/drill-schedules",
                                    {{"instances", {"eu-1"}}, {"every", "7d"}, {"reason", "the weekly drill"}});
        made.Expect(201);
        path_ = "/v1/drill-schedules/" + made.Id();
        controller.As("sam.owner").Post(path_ + ":approve", {{"reason", "weekly"}}).Expect(200);
    }
    Json Show() const {
        return controller_.As("nora.none").Get(path_).Expect(200).Body();
    }
    std::string Etag() const {
        return controller_.As("nora.none").Get(path_).Etag();
    }
    std::string AwaitDrill() const {
        const auto ordered = [&] { return Show().contains("last_drill"); };
        EXPECT_TRUE(Eventually(ordered) || Eventually(ordered) || Eventually(ordered)) << Show().dump();
        return Show().value("last_drill", "");
    }

private:
    const Controller& controller_;
    std::string path_;
};

support::Finished RunCli(Controller& controller, const char* person, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), support::BuiltProgram("portcullis"));
    support::ProcessOptions options;
    options.environment = {{"PORTCULLIS_URL", controller.Server().Url()},
                           {"PORTCULLIS_TOKEN", controller.Server().Token(person)}};
    options.unset = {"PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE", "PORTCULLIS_CONFIG"};
    return support::RunToEnd(std::move(arguments), options);
}

/// A played instance whose drill of mode restart ends neither way before it is told to go on.
class HeldDrill {
public:
    explicit HeldDrill(const Controller& controller)
        : controller_(controller), slow_(controller, "slow", {.answers_questions = false}) {
        slow_.TellTenants(3);
        id_ = OrderDrill(controller, {"slow"}, "restart");
        EXPECT_TRUE(Eventually([&] { return slow_.Questions() > 0; })) << "applied, and not verified";
    }
    /// Verified off, and ordered on again, which it does not do.
    void GoIntoTheSecondHalf() {
        slow_.Behave([](Conduct& conduct) {
            conduct.answers_questions = true;
            conduct.restarts = false;
        });
        EXPECT_TRUE(Eventually([&] { return ShowDrill(controller_, id_).value("state", "") == "restoring"; }))
            << ShowDrill(controller_, id_).dump();
        EXPECT_TRUE(Eventually([&] { return slow_.Orders() == 2; }));
    }
    const std::string& Id() const {
        return id_;
    }

private:
    const Controller& controller_;
    PlayedInstance slow_;
    std::string id_;
};

std::vector<std::string> VeryPatient() {
    return {"--fleet-restart-patience=10m", "--fleet-verify-patience=10m"};
}

TEST(RuledDrills, WhoseTenantsAreNotKnownYetIsNotDrilledAndThatIsSaid) {
    Controller controller;
    PlayedInstance fresh(controller, "eu-1");
    ApproveDrills(controller, {"eu-1"});
    const auto refused = controller.As("otto.operator").Post("/v1/drills", DrillCommand({"eu-1"}));
    refused.Expect(422).ExpectErrors({"/instances/0"});
    EXPECT_NE(refused.Text().find("'eu-1' has not said yet what its tenants have"), std::string::npos)
        << refused.Text();
    const support::Finished by_hand =
        RunCli(controller, "otto.operator", {"drill", "run", "--instance", "eu-1", "--reason", kDrillReason});
    EXPECT_EQ(by_hand.exit_code, 2) << by_hand.output << by_hand.error;
    EXPECT_NE(by_hand.error.find("has not said yet what its tenants have"), std::string::npos) << by_hand.error;
    EXPECT_TRUE(controller.As("nora.none").All("/v1/drills").empty());
    EXPECT_EQ(fresh.Orders(), 0);
    // Nothing was spent; once it has counted, the same order is taken.
    fresh.TellTenants(3);
    AwaitDrillable(controller, "eu-1");
    EXPECT_EQ(controller.Instance("eu-1")["state"]["tenants"].value("count", 0), 3);
    controller.As("otto.operator").Post("/v1/drills", DrillCommand({"eu-1"})).Expect(202);
}

TEST(RuledDrills, WhatIsUnderWayAtAnInstanceIsNotDisturbed) {
    Controller controller(VeryPatient());
    PlayedInstance one(controller, "eu-1");
    PlayedInstance two(controller, "eu-2");
    for (PlayedInstance* instance : {&one, &two}) {
        instance->TellTenants(3);
    }
    controller.Await(controller.KillAll());
    controller.Await(controller.SwitchOnAll());
    AwaitDrillable(controller, "eu-1");
    AwaitDrillable(controller, "eu-2");
    // On again, in batches: the first has taken it and does not start again, the second was ordered nothing yet.
    one.Behave([](Conduct& conduct) { conduct.restarts = false; });
    controller.As("sam.owner").Post("/v1/kill-switch/approvals", {{"reason", "once more"}}).Expect(201);
    const auto rolling = controller.As("otto.operator")
                             .Post("/v1/kill-switch/multi-tenant", {{"enabled", true},
                                                                    {"scope", {{"all", true}}},
                                                                    {"mode", "restart"},
                                                                    {"batch_size", 1},
                                                                    {"reason", "once more, with a restart"}});
    rolling.Expect(202);
    ApproveDrills(controller, {"eu-1", "eu-2"});
    const auto refused = controller.As("otto.operator").Post("/v1/drills", DrillCommand({"eu-1", "eu-2"}));
    refused.Expect(422).ExpectErrors({"/instances/0", "/instances/1"});
    EXPECT_NE(refused.Text().find("is in the operation " + rolling.Id()), std::string::npos) << refused.Text();
}

TEST(RuledDrills, AWatchIsNotSpoiled) {
    Controller controller;
    PlayedInstance one(controller, "eu-1");
    one.TellTenants(3);
    controller.Await(controller.KillAll());
    controller.Await(controller.SwitchOnAll());
    controller.As("sam.owner").Post("/v1/kill-switch/approvals", {{"reason", "once more"}}).Expect(201);
    const auto watched = controller.As("otto.operator")
                             .Post("/v1/kill-switch/multi-tenant", {{"enabled", true},
                                                                    {"scope", {{"all", true}}},
                                                                    {"watch_for", "1h"},
                                                                    {"reason", "once more, with a watch"}});
    watched.Expect(202);
    EXPECT_EQ(controller.Await(watched.Id())["status"], "watching");
    ApproveDrills(controller, {"eu-1"});
    const auto refused = controller.As("otto.operator").Post("/v1/drills", DrillCommand({"eu-1"}));
    refused.Expect(422).ExpectErrors({"/instances/0"});
    EXPECT_NE(refused.Text().find("is watched after the operation " + watched.Id()), std::string::npos)
        << refused.Text();
}

TEST(RuledDrills, OnlyASystemOwnerApprovesAndNotForHimself) {
    Controller controller;
    PlayedInstance one(controller, "eu-1");
    one.TellTenants(3);
    AwaitDrillable(controller, "eu-1");
    const Json approval = {{"instances", {"eu-1"}}, {"reason", kDrillReason}};
    for (const char* person : {"dora.lead", "rita.release", "quinn.qa", "otto.operator", "nora.none", "ci"}) {
        controller.As(person).Post("/v1/drill-approvals", approval).ExpectProblem(403, "auth.role_missing");
        EXPECT_EQ(RunCli(controller, person, {"drill", "approve", "--instance", "eu-1", "--reason", "as I like it"})
                      .exit_code,
                  5)
            << person;
    }
    controller.As("sam.owner").Post("/v1/drill-approvals", {{"instances", {"no-one"}}, {"reason", "x"}}).Expect(422);
    controller.As("sam.owner").Post("/v1/drill-approvals", approval).Expect(201);
    controller.As("sam.owner").Post("/v1/drills", DrillCommand({"eu-1"})).ExpectRules({"KSW-8"});
    controller.As("otto.operator").Post("/v1/drills", DrillCommand({"eu-1"})).Expect(202);
}

TEST(RuledDrills, ARealKillWinsInTheFirstHalf) {
    Controller controller(VeryPatient());
    SubmitDrilledRelease(controller);
    const HeldDrill held(controller);
    const std::string kill = controller.KillAll();
    const Json drill = AwaitDrill(controller, held.Id());
    EXPECT_EQ(drill.value("state", ""), "aborted") << drill.dump();
    EXPECT_NE(drill.value("not_restored", "").find(kill), std::string::npos) << drill.dump();
    EXPECT_FALSE(drill.contains("restore")) << drill.dump();
    EXPECT_FALSE(controller.Instance("slow")["order"].value("enabled", true));
    const auto evidence = DrillEvidence(controller);
    ASSERT_EQ(evidence.size(), 1U);
    EXPECT_EQ(evidence[0].value("outcome", ""), "inconclusive") << "no valid evidence of a drill";
    EXPECT_EQ(DrillFindings(controller), "EVD-5 ");
}

TEST(RuledDrills, ARealKillWinsInTheSecondHalf) {
    Controller controller(VeryPatient());
    SubmitDrilledRelease(controller);
    HeldDrill held(controller);
    held.GoIntoTheSecondHalf();
    const std::string kill = controller.KillAll();
    const Json drill = AwaitDrill(controller, held.Id());
    EXPECT_EQ(drill.value("state", ""), "aborted") << drill.dump();
    EXPECT_EQ(drill["instances"][0]["restore"].value("outcome", ""), "superseded") << drill.dump();
    const Json instance = controller.Instance("slow");
    EXPECT_EQ(instance["order"].value("operation", ""), kill) << instance.dump();
    EXPECT_FALSE(instance["order"].value("enabled", true)) << "the drill switches nothing back on behind a kill";
    EXPECT_EQ(controller.As("nora.none").All("/v1/kill-switch/reviews?open=true").size(), 1U);
    const auto evidence = DrillEvidence(controller);
    ASSERT_EQ(evidence.size(), 1U);
    EXPECT_EQ(evidence[0].value("outcome", ""), "inconclusive");
    EXPECT_EQ(DrillFindings(controller), "EVD-5 ");
    const support::Finished promoted =
        RunCli(controller, "rita.release", {"promote", kDrilledRelease, "--to", "experimental"});
    EXPECT_EQ(promoted.exit_code, 4) << "it cannot be decided, so it is no go; " << promoted.output << promoted.error;
    EXPECT_NE((promoted.output + promoted.error).find("EVD-5"), std::string::npos) << promoted.output << promoted.error;
}

TEST(ScheduledDrills, WaitForWhatIsOverByItself) {
    Controller controller({}, true);
    PlayedInstance fresh(controller, "eu-1");
    const WeeklyDrill weekly(controller);
    Advance(controller, "7d");
    ASSERT_TRUE(Eventually([&] { return !weekly.Show().value("problem", "").empty(); }));
    const Json waiting = weekly.Show();
    EXPECT_NE(waiting.value("problem", "").find("It is due and waits: 'eu-1' has not said yet"), std::string::npos)
        << waiting.dump();
    EXPECT_FALSE(waiting.contains("last_drill"));
    EXPECT_TRUE(controller.Audit("drill.order").empty()) << "nothing was left out";
    const std::string etag = weekly.Etag();
    fresh.TellTenants(3);
    weekly.AwaitDrill();
    EXPECT_EQ(weekly.Show().value("problem", "-"), "");
    EXPECT_NE(weekly.Etag(), etag);
    EXPECT_GT(weekly.Show().value("next_at", ""), waiting.value("next_at", "")) << "the next one is a week away";
}

TEST(ScheduledDrills, WhatWasDueWhileNoControllerRanIsDoneOnce) {
    Controller controller({}, true);
    SubmitDrilledRelease(controller);
    const auto pulsed = StartDrillable(controller, "eu-1");
    const WeeklyDrill weekly(controller);
    EXPECT_EQ(controller.Server().Stop(), 0);
    // Three of them pass; nobody is there.
    const auto passed = support::RunToEnd({(platform::FindPostgresBinaries() / "psql").string(),
                                           controller.Server().OwnerConninfo(), "-v", "ON_ERROR_STOP=1", "-c",
                                           "UPDATE portcullis.clock SET \"offset\" = \"offset\" + interval '22 days'"});
    ASSERT_EQ(passed.exit_code, 0) << passed.error;
    controller.Server().Start();
    // The instance is away at first: it is waited for.
    const Json drill = AwaitDrill(controller, weekly.AwaitDrill());
    EXPECT_EQ(drill.value("state", ""), "passed") << drill.dump();
    EXPECT_EQ(controller.As("nora.none").All("/v1/drills").size(), 1U);
    EXPECT_TRUE(Eventually([&] { return weekly.Show().value("problem", "-").empty(); })) << weekly.Show().dump();
    EXPECT_GT(weekly.Show().value("next_at", ""), drill.value("finished_at", ""));
    EXPECT_EQ(TenantsAnswer(*pulsed), 200);
}

TEST(DrillsAndPromotions, AFailedOneBlocksTheNextPromotionOfAReleaseThatIsUnderWay) {
    Controller controller({"--fleet-verify-patience=2s"}, true);
    api_test::Journey release([&](std::string_view who) { return controller.As(who); });
    release.Reach("experimental");
    Advance(controller, "7d");
    release.Prepare("candidate");
    PlayedInstance bad(controller, "bad", {.outcomes = {{"probes", ProbeOutcome::kFailed}}});
    bad.TellTenants(3);
    const Json drill = AwaitDrill(controller, OrderDrill(controller, {"bad"}));
    EXPECT_EQ(drill.value("state", ""), "failed") << drill.dump();
    const auto refused = release.Promote("candidate");
    refused.ExpectProblem(409, "rules.denied");
    EXPECT_NE(refused.Text().find("kill-switch-drill"), std::string::npos) << refused.Text();
    const support::Finished promoted =
        RunCli(controller, "rita.release", {"promote", release.Id(), "--to", "candidate"});
    EXPECT_EQ(promoted.exit_code, 1) << promoted.output << promoted.error;
    EXPECT_EQ(release.Show().Body().value("channel", ""), "experimental");
}

TEST(DrillsAndPromotions, AStaleOneBlocksUntilThereIsANewerOne) {
    Controller controller({}, true);
    const auto pulsed = StartInstance(controller, "eu-1");
    api_test::Journey release([&](std::string_view who) { return controller.As(who); });
    release.Reach("experimental");
    Advance(controller, "31d");
    release.Promote("candidate").Expect(409).ExpectRules({"KSW-6"});
    const support::Finished promoted =
        RunCli(controller, "rita.release", {"promote", release.Id(), "--to", "candidate"});
    EXPECT_EQ(promoted.exit_code, 1) << promoted.output << promoted.error;
    EXPECT_NE((promoted.output + promoted.error).find("KSW-6"), std::string::npos) << promoted.output << promoted.error;
    const Json drill = AwaitDrill(controller, OrderDrill(controller, {"eu-1"}));
    EXPECT_EQ(drill.value("state", ""), "passed") << drill.dump();
    const auto again = release.Promote("candidate");
    again.Expect(409);  // its other evidence is missing
    EXPECT_EQ(again.Text().find("KSW-"), std::string::npos) << again.Text();
}

}  // namespace
}  // namespace fleet_test
