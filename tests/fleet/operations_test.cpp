// What is claimed of operations, against instances that obey, lie, fall ill or go silent: verification, restarts,
// batches and the watch, with a real controller.
#include <cstdlib>
#include <set>

#include "tests/fleet/played_instance.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;
using tenancy::wire::ProbeOutcome;

constexpr const char* kWhy = "isolation of tenants is in doubt";

/// Patient enough for a loaded machine, and not longer.
std::vector<std::string> Impatient() {
    return {"--fleet-verify-patience=4s", "--fleet-restart-patience=4s"};
}

Json Kill(const Json& scope = {{"all", true}}) {
    return {{"enabled", false}, {"scope", scope}, {"reason", kWhy}, {"verify", true}, {"watch_for", "0s"}};
}

std::string Give(const Controller& controller, const Json& order) {
    const auto reply = controller.As("otto.operator").Post("/v1/kill-switch/multi-tenant", order);
    reply.Expect(202);
    return reply.Id();
}

Json Shown(const Controller& controller, const std::string& operation) {
    return controller.As("nora.none").Get("/v1/operations/" + operation).Body();
}

TEST(VerifiedKill, IsProvenStepByStepAndTimed) {
    Controller controller(Impatient());
    const PlayedInstance one(controller, "eu-1");
    const PlayedInstance two(controller, "eu-2", {.clock_ahead = std::chrono::hours(1)});
    const Json killed = controller.Await(Give(controller, Kill()));
    EXPECT_EQ(killed["summary"], "2 of 2 instances are switched off and verified.");
    EXPECT_TRUE(killed.value("complete", false)) << killed.dump(1);
    EXPECT_EQ(killed["status"], "done");
    EXPECT_EQ(killed["watch"]["state"], "none");
    for (const char* name : {"eu-1", "eu-2"}) {
        const Json part = PartOf(killed, name);
        EXPECT_EQ(part["outcome"], "verified");
        EXPECT_LE(part["applied_ms"].get<int>(), part["verified_ms"].get<int>());
        for (const char* step : {"applied", "value", "probes", "ui", "websocket", "data"}) {
            EXPECT_EQ(StepOf(part, step).value("outcome", ""), "passed") << step << part.dump();
        }
    }
    EXPECT_EQ(killed["timings"]["verified"]["count"], 2);
    EXPECT_GE(killed["timings"]["verified"]["max"], killed["timings"]["verified"]["p50"]);
    EXPECT_FALSE(controller.Audit("operation.verified").empty());
}

TEST(VerifiedKill, IsNotClaimedOfAnInstanceThatAcknowledgesAndDoesNotSwitch) {
    Controller controller(Impatient());
    const PlayedInstance honest(controller, "honest");
    const PlayedInstance liar(controller, "liar", {.outcomes = {{"probes", ProbeOutcome::kFailed}}});
    const PlayedInstance stubborn(controller, "stubborn", {.switches = false});
    const PlayedInstance unsure(controller, "unsure", {.outcomes = {{"ui", ProbeOutcome::kInconclusive}}});
    const PlayedInstance mute(controller, "mute", {.answers_questions = false});
    const Json killed = controller.Await(Give(controller, Kill()));
    EXPECT_EQ(OutcomeOf(killed, "honest"), "verified");
    EXPECT_EQ(OutcomeOf(killed, "liar"), "failed");
    EXPECT_NE(WhyOf(killed, "liar").find("probes failed"), std::string::npos) << WhyOf(killed, "liar");
    EXPECT_EQ(OutcomeOf(killed, "stubborn"), "failed");
    EXPECT_EQ(OutcomeOf(killed, "unsure"), "applied") << "what is inconclusive is neither verified nor failed";
    EXPECT_EQ(OutcomeOf(killed, "mute"), "applied");
    EXPECT_NE(WhyOf(killed, "mute").find("missing"), std::string::npos) << WhyOf(killed, "mute");
    EXPECT_FALSE(killed.value("complete", true));
    EXPECT_TRUE(killed["summary"].get<std::string>().starts_with("1 of 5 instances are switched off and verified."));
    EXPECT_GE(liar.Questions(), 2) << "it is asked again";
    EXPECT_FALSE(controller.Audit("operation.not_verified").empty());
}

TEST(VerifiedKill, FollowsAnInstanceThatGetsWell) {
    Controller controller(Impatient());
    PlayedInstance instance(controller, "eu-1", {.outcomes = {{"websocket", ProbeOutcome::kFailed}}});
    const std::string operation = Give(controller, Kill());
    EXPECT_EQ(OutcomeOf(controller.Await(operation), "eu-1"), "failed");
    instance.Behave([](Conduct& conduct) { conduct.outcomes.clear(); });
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(Shown(controller, operation), "eu-1") == "verified"; }));
    const Json step = StepOf(PartOf(Shown(controller, operation), "eu-1"), "websocket");
    EXPECT_EQ(step["outcome"], "passed");
    EXPECT_GE(step["attempt"].get<int>(), 2);
}

TEST(VerifiedKill, IsOfOneAttemptAndNotPutTogetherFromSeveral) {
    Controller controller({"--fleet-verify-patience=10m"});
    PlayedInstance instance(controller, "eu-1", {.outcomes = {{"websocket", ProbeOutcome::kFailed}}});
    const std::string operation = Give(controller, Kill());
    const auto step = [&](const char* name) { return StepOf(PartOf(Shown(controller, operation), "eu-1"), name); };
    ASSERT_TRUE(Eventually([&] { return step("websocket").is_object(); }));
    instance.Behave([](Conduct& conduct) {
        conduct.outcomes.clear();
        conduct.says_only = "websocket";
    });
    // What failed passes now, and what passed then is not said again.
    ASSERT_TRUE(Eventually([&] { return step("websocket").value("outcome", "") == "passed"; }));
    EXPECT_EQ(step("probes").value("outcome", ""), "inconclusive") << Shown(controller, operation).dump(1);
    EXPECT_NE(step("probes").value("detail", "").find("left out in attempt"), std::string::npos);
    EXPECT_EQ(OutcomeOf(Shown(controller, operation), "eu-1"), "applied") << Shown(controller, operation).dump(1);

    instance.Behave([](Conduct& conduct) { conduct.says_only.clear(); });
    ASSERT_TRUE(Eventually([&] { return OutcomeOf(Shown(controller, operation), "eu-1") == "verified"; }));
    std::set<int> attempts;
    for (const char* name : {"value", "probes", "ui", "websocket", "data"}) {
        attempts.insert(step(name).value("attempt", 0));
    }
    EXPECT_EQ(attempts.size(), 1U) << Shown(controller, operation).dump(1);
    EXPECT_GE(*attempts.begin(), 3);
}

TEST(RestartedKill, CountsOnlyWhatANewProcessSays) {
    Controller controller(Impatient());
    const PlayedInstance good(controller, "good", {.clock_ahead = std::chrono::hours(-1)});
    const PlayedInstance lazy(controller, "lazy", {.restarts = false});
    const PlayedInstance same(controller, "same", {.keeps_its_boot_id = true});
    Json order = Kill();
    order["mode"] = "restart";
    const Json killed = controller.Await(Give(controller, order));
    EXPECT_EQ(OutcomeOf(killed, "good"), "verified") << killed.dump(1);
    const Json restart = StepOf(PartOf(killed, "good"), "restart");
    EXPECT_EQ(restart["outcome"], "passed");
    EXPECT_EQ(OutcomeOf(killed, "lazy"), "failed");
    EXPECT_NE(WhyOf(killed, "lazy").find("did not restart"), std::string::npos);
    EXPECT_EQ(OutcomeOf(killed, "same"), "failed");
    EXPECT_EQ(StepOf(PartOf(killed, "same"), "applied"), nullptr) << "nothing is applied without the proof";
}

TEST(RestartedKill, IsNotProvenByAControllerWhoseClockIsOff) {
    for (const char* seconds : {"-3600", "3600"}) {
        // For the controller's process alone, which is started with it.
        ::setenv("LD_PRELOAD", OTHER_CLOCK, 1);
        ::setenv("OTHER_CLOCK_SECONDS", seconds, 1);
        Controller controller(std::vector<std::string>{"--fleet-verify-patience=10s", "--fleet-restart-patience=10s"});
        ::unsetenv("LD_PRELOAD");
        ::unsetenv("OTHER_CLOCK_SECONDS");
        const PlayedInstance good(controller, "good");
        const PlayedInstance lazy(controller, "lazy", {.restarts = false});
        Json order = Kill();
        order["mode"] = "restart";
        const Json killed = controller.Await(Give(controller, order));
        EXPECT_EQ(OutcomeOf(killed, "good"), "verified") << killed.dump(1);
        EXPECT_EQ(OutcomeOf(killed, "lazy"), "failed") << killed.dump(1);
        EXPECT_NE(WhyOf(killed, "lazy").find("did not restart"), std::string::npos) << WhyOf(killed, "lazy");
        EXPECT_EQ(StepOf(PartOf(killed, "lazy"), "restart"), nullptr) << "it began before the order";
    }
}

TEST(RollingKill, GoesOnWhenABatchIsVerified) {
    Controller controller(Impatient());
    const PlayedInstance one(controller, "eu-1");
    PlayedInstance two(controller, "eu-2", {.takes_orders = false});
    const PlayedInstance three(controller, "eu-3");
    Json order = Kill();
    order["batch_size"] = 1;
    const std::string operation = Give(controller, order);
    EXPECT_TRUE(Eventually([&] { return two.Orders() > 0; }));
    const Json underway = Shown(controller, operation);
    EXPECT_EQ(underway["status"], "running");
    EXPECT_EQ(OutcomeOf(underway, "eu-1"), "verified");
    EXPECT_EQ(OutcomeOf(underway, "eu-3"), "waiting");
    EXPECT_EQ(PartOf(underway, "eu-3")["generation"], 0);
    EXPECT_EQ(three.Orders(), 0);
    const Json killed = controller.Await(operation);
    EXPECT_EQ(OutcomeOf(killed, "eu-2"), "unreachable");
    EXPECT_EQ(OutcomeOf(killed, "eu-3"), "verified") << "without being told to stop it goes on";
    EXPECT_EQ(three.Orders(), 1);
    EXPECT_EQ(controller.Audit("operation.batch").size(), 2U) << "each batch is ordered once";
}

TEST(RollingKill, StopsOnAFailureAndSaysWhoIsNotKilled) {
    Controller controller(Impatient());
    const PlayedInstance one(controller, "eu-1");
    const PlayedInstance two(controller, "eu-2", {.outcomes = {{"probes", ProbeOutcome::kFailed}}});
    const PlayedInstance three(controller, "eu-3");
    const PlayedInstance four(controller, "eu-4");
    Json order = Kill();
    order["batch_size"] = 2;
    order["stop_on_failure"] = true;
    const std::string operation = Give(controller, order);
    ASSERT_TRUE(Eventually([&] { return Shown(controller, operation)["status"] == "halted"; }))
        << Shown(controller, operation).dump(1);
    const Json halted = controller.Await(operation);
    EXPECT_EQ(halted["halt"]["instances"], Json::array({"eu-2"}));
    EXPECT_EQ(OutcomeOf(halted, "eu-4"), "waiting");
    EXPECT_NE(WhyOf(halted, "eu-4").find("halted"), std::string::npos);
    EXPECT_NE(halted["summary"].get<std::string>().find("2 instances were ordered nothing and NOT killed."),
              std::string::npos)
        << halted["summary"];
    EXPECT_EQ(three.Orders() + four.Orders(), 0);
    EXPECT_EQ(controller.Audit("operation.halted").size(), 1U);
    // Another order, all at once, is not held up by it.
    const Json killed = controller.Await(Give(controller, Kill()));
    EXPECT_EQ(OutcomeOf(killed, "eu-4"), "verified");
    EXPECT_EQ(OutcomeOf(Shown(controller, operation), "eu-4"), "superseded");
}

TEST(WatchedKill, IsVerifiedWhileItIsWatchedAndFailsWithItsWatch) {
    Controller controller(Impatient());
    const PlayedInstance well(controller, "well");
    PlayedInstance ill(controller, "ill");
    const PlayedInstance erring(controller, "erring", {.sample = {100, 5, 0, true}});
    const PlayedInstance silent(controller, "silent", {.sends_samples = false});
    Json order = Kill();
    order["watch_for"] = "4s";
    const std::string operation = Give(controller, order);
    const Json watching = controller.Await(operation);
    EXPECT_EQ(watching["status"], "watching") << watching.dump(1);
    EXPECT_EQ(watching["watch"]["state"], "watching");
    EXPECT_TRUE(watching["watch"].contains("until"));
    EXPECT_TRUE(PartOf(watching, "well").value("watching", false));
    ill.Behave([](Conduct& conduct) { conduct.sample.default_org_ok = false; });
    ASSERT_TRUE(Eventually([&] { return Shown(controller, operation)["status"] == "done"; }));
    const Json ended = Shown(controller, operation);
    EXPECT_EQ(OutcomeOf(ended, "well"), "verified");
    EXPECT_EQ(StepOf(PartOf(ended, "well"), "watch").value("outcome", ""), "passed") << ended.dump(1);
    EXPECT_EQ(OutcomeOf(ended, "ill"), "failed");
    EXPECT_EQ(OutcomeOf(ended, "erring"), "failed");
    EXPECT_EQ(OutcomeOf(ended, "silent"), "applied") << "nobody knows how it fared";
    EXPECT_EQ(StepOf(PartOf(ended, "silent"), "watch").value("outcome", ""), "inconclusive");
    EXPECT_EQ(ended["watch"]["state"], "failed");
}

/// Reviews, an approval and the order.
Json SwitchedOn(const Controller& controller) {
    const auto otto = controller.As("otto.operator");
    for (const Json& review : otto.All("/v1/kill-switch/reviews?open=true")) {
        const std::string path = "/v1/kill-switch/reviews/" + review.value("operation", "");
        otto.IfMatch(otto.Get(path).Etag()).Post(path + ":complete", {{"findings", "found and fixed"}}).Expect(200);
    }
    controller.As("sam.owner").Post("/v1/kill-switch/approvals", {{"reason", "found and fixed"}}).Expect(201);
    Json order = Kill();
    order["enabled"] = true;
    return controller.Await(Give(controller, order));
}

TEST(RealInstances, AreVerifiedOffAndOnAgain) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    const Json killed = controller.Await(Give(controller, Kill()));
    EXPECT_EQ(OutcomeOf(killed, "eu-1"), "verified") << WhyOf(killed, "eu-1") << pulsed->Log();
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
    const Json on = SwitchedOn(controller);
    EXPECT_EQ(OutcomeOf(on, "eu-1"), "verified") << WhyOf(on, "eu-1") << pulsed->Log();
    EXPECT_EQ(TenantsAnswer(*pulsed), 200);
}

TEST(Orders, SayAllThatIsWrongWithThemAtOnce) {
    Controller controller;
    Json order = Kill();
    order["mode"] = "sideways";
    order["batch_size"] = 0;
    order["stop_on_failure"] = true;
    order["watch_for"] = "8d";
    controller.As("otto.operator")
        .Post("/v1/kill-switch/multi-tenant", order)
        .ExpectErrors({"/mode", "/batch_size", "/stop_on_failure", "/watch_for"})
        .Expect(422);
    order = Kill();
    order["verify"] = false;
    order["watch_for"] = "5m";
    controller.As("otto.operator").Post("/v1/kill-switch/multi-tenant", order).ExpectErrors({"/watch_for"}).Expect(422);
}

}  // namespace
}  // namespace fleet_test
