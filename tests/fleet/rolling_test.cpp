// Orders in batches while things go wrong: a failure in the first and in the last batch, an instance that is gone
// before its batch comes, a newer order half-way. Instances are played, and hold a batch for as long as the test wants.
#include "tests/fleet/played_instance.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;
using tenancy::wire::ProbeOutcome;

/// A batch ends when its instances say so, not because somebody's patience does.
std::vector<std::string> PatientWithProofs() {
    return {"--fleet-verify-patience=10m"};
}

/// Off, one at a time.
std::string RollOff(const Controller& controller, bool stop_on_failure, const Json& scope = {{"all", true}}) {
    Json order{{"enabled", false},
               {"scope", scope},
               {"reason", "isolation of tenants is in doubt"},
               {"watch_for", "0s"},
               {"batch_size", 1}};
    if (stop_on_failure) {
        order["stop_on_failure"] = true;
    }
    const auto reply = controller.As("otto.operator").Post("/v1/kill-switch/multi-tenant", order);
    reply.Expect(202);
    return reply.Id();
}

Json LookAt(const Controller& controller, const std::string& operation) {
    return controller.As("nora.none").Get("/v1/operations/" + operation).Expect(200).Body();
}

/// When it does not run any more; a question that was not answered is asked again after ten seconds.
Json AwaitOver(const Controller& controller, const std::string& operation) {
    Json shown;
    const auto over = [&] {
        return Eventually([&] {
            shown = LookAt(controller, operation);
            return shown.value("finished", false);
        });
    };
    EXPECT_TRUE(over() || over() || over()) << shown.dump(1);
    return shown;
}

bool Becomes(const Controller& controller, const std::string& operation, const char* instance, const char* outcome) {
    return Eventually([&] { return OutcomeOf(LookAt(controller, operation), instance) == outcome; });
}

void Answer(PlayedInstance& instance) {
    instance.Behave([](Conduct& conduct) { conduct.answers_questions = true; });
}

TEST(RollingOrder, AFailureInTheFirstBatchReachesNobodyElse) {
    Controller controller({"--fleet-verify-patience=4s"});
    const PlayedInstance one(controller, "eu-1", {.outcomes = {{"probes", ProbeOutcome::kFailed}}});
    const PlayedInstance two(controller, "eu-2");
    const PlayedInstance three(controller, "eu-3");
    const Json halted = AwaitOver(controller, RollOff(controller, true));
    EXPECT_EQ(halted["status"], "halted") << halted.dump(1);
    EXPECT_EQ(halted["halt"]["batch"], 1);
    EXPECT_EQ(halted["halt"]["instances"], Json::array({"eu-1"}));
    EXPECT_EQ(OutcomeOf(halted, "eu-2"), "waiting");
    EXPECT_EQ(OutcomeOf(halted, "eu-3"), "waiting");
    EXPECT_EQ(two.Orders() + three.Orders(), 0);
    EXPECT_FALSE(halted.value("complete", true));
}

TEST(RollingOrder, AFailureInTheLastBatchIsNamedAndHaltsNothing) {
    Controller controller({"--fleet-verify-patience=4s"});
    const PlayedInstance one(controller, "eu-1");
    const PlayedInstance two(controller, "eu-2");
    const PlayedInstance three(controller, "eu-3", {.outcomes = {{"probes", ProbeOutcome::kFailed}}});
    const Json ended = AwaitOver(controller, RollOff(controller, true));
    EXPECT_EQ(ended["status"], "done") << "there was no further batch to stop; " << ended.dump(1);
    EXPECT_FALSE(ended.contains("halt"));
    EXPECT_FALSE(ended.value("complete", true));
    EXPECT_EQ(OutcomeOf(ended, "eu-1"), "verified");
    EXPECT_EQ(OutcomeOf(ended, "eu-2"), "verified");
    EXPECT_EQ(OutcomeOf(ended, "eu-3"), "failed");
    EXPECT_NE(ended.value("summary", "").find("Not: eu-3 (failed)"), std::string::npos) << ended["summary"];
    EXPECT_TRUE(controller.Audit("operation.halted").empty());
}

TEST(RollingOrder, WhoIsRetiredBeforeItsBatchIsOrderedNothingAndStopsNothing) {
    Controller controller(PatientWithProofs());
    PlayedInstance one(controller, "eu-1", {.answers_questions = false});
    const PlayedInstance two(controller, "eu-2");
    const PlayedInstance three(controller, "eu-3");
    const std::string operation = RollOff(controller, true);
    ASSERT_TRUE(Becomes(controller, operation, "eu-1", "applied"));
    controller.As("otto.operator").Post("/v1/instances/eu-2:retire", {{"reason", "the machine is sold"}}).Expect(200);
    Answer(one);
    const Json ended = AwaitOver(controller, operation);
    EXPECT_EQ(ended["status"], "done") << ended.dump(1);
    EXPECT_EQ(OutcomeOf(ended, "eu-2"), "superseded");
    EXPECT_NE(WhyOf(ended, "eu-2").find("retired before its batch came"), std::string::npos) << WhyOf(ended, "eu-2");
    EXPECT_EQ(OutcomeOf(ended, "eu-3"), "verified");
    EXPECT_EQ(two.Orders(), 0);
}

TEST(RollingOrder, WhoIsGoneWhenItsBatchComesIsUnreachableAndStopsIt) {
    Controller controller(PatientWithProofs());
    PlayedInstance one(controller, "eu-1", {.answers_questions = false});
    auto two = std::make_unique<PlayedInstance>(controller, "eu-2");
    const PlayedInstance three(controller, "eu-3");
    const std::string operation = RollOff(controller, true);
    ASSERT_TRUE(Becomes(controller, operation, "eu-1", "applied"));
    two.reset();
    ASSERT_TRUE(Eventually([&] { return !controller.IsConnected("eu-2"); }));
    Answer(one);
    const Json ended = AwaitOver(controller, operation);
    EXPECT_EQ(ended["status"], "halted") << ended.dump(1);
    EXPECT_EQ(ended["halt"]["instances"], Json::array({"eu-2"}));
    EXPECT_EQ(OutcomeOf(ended, "eu-1"), "verified");
    EXPECT_EQ(OutcomeOf(ended, "eu-2"), "unreachable");
    EXPECT_EQ(OutcomeOf(ended, "eu-3"), "waiting");
    EXPECT_EQ(three.Orders(), 0);
}

TEST(RollingOrder, WhoIsGoneWhenItsBatchComesIsPassedByWhenNothingIsToStopIt) {
    Controller controller(PatientWithProofs());
    PlayedInstance one(controller, "eu-1", {.answers_questions = false});
    auto two = std::make_unique<PlayedInstance>(controller, "eu-2");
    const PlayedInstance three(controller, "eu-3");
    const std::string operation = RollOff(controller, false);
    ASSERT_TRUE(Becomes(controller, operation, "eu-1", "applied"));
    two.reset();
    ASSERT_TRUE(Eventually([&] { return !controller.IsConnected("eu-2"); }));
    Answer(one);
    const Json ended = AwaitOver(controller, operation);
    EXPECT_EQ(ended["status"], "done") << ended.dump(1);
    EXPECT_EQ(OutcomeOf(ended, "eu-2"), "unreachable");
    EXPECT_EQ(OutcomeOf(ended, "eu-3"), "verified");
    EXPECT_FALSE(ended.value("complete", true));
}

TEST(RollingOrder, ANewerOrderHalfWayTakesOverWhoIsLeft) {
    Controller controller(PatientWithProofs());
    PlayedInstance one(controller, "eu-1", {.answers_questions = false});
    const PlayedInstance two(controller, "eu-2");
    const PlayedInstance three(controller, "eu-3");
    const std::string older = RollOff(controller, true);
    ASSERT_TRUE(Becomes(controller, older, "eu-1", "applied"));
    const std::string newer = controller.KillAll();
    Answer(one);  // not before: the next batch of the older one would come first
    const Json killed = AwaitOver(controller, newer);
    for (const char* name : {"eu-1", "eu-2", "eu-3"}) {
        EXPECT_EQ(OutcomeOf(killed, name), "applied") << killed.dump(1);
    }
    const Json replaced = AwaitOver(controller, older);
    EXPECT_EQ(replaced["status"], "done") << "nothing of it is left to do; " << replaced.dump(1);
    EXPECT_FALSE(replaced.value("complete", true));
    EXPECT_EQ(OutcomeOf(replaced, "eu-2"), "superseded");
    EXPECT_EQ(OutcomeOf(replaced, "eu-3"), "superseded");
    EXPECT_EQ(two.Orders(), 1) << "of the newer one";
    EXPECT_EQ(three.Orders(), 1);
    EXPECT_TRUE(controller.Audit("operation.batch").empty()) << "no batch came after the first";
    EXPECT_TRUE(controller.Audit("operation.halted").empty());
}

TEST(RollingOrder, ANewerOrderOfOneInstanceLeavesTheOthersTheirBatches) {
    Controller controller(PatientWithProofs());
    PlayedInstance one(controller, "eu-1", {.answers_questions = false});
    const PlayedInstance two(controller, "eu-2");
    const PlayedInstance three(controller, "eu-3");
    const std::string older = RollOff(controller, true);
    ASSERT_TRUE(Becomes(controller, older, "eu-1", "applied"));
    const std::string newer = controller.Order(false, {{"instances", {"eu-3"}}});
    EXPECT_EQ(OutcomeOf(controller.Await(newer), "eu-3"), "applied") << "it waits for no batch of the other";
    Answer(one);
    const Json ended = AwaitOver(controller, older);
    EXPECT_EQ(ended["status"], "done") << ended.dump(1);
    EXPECT_EQ(OutcomeOf(ended, "eu-1"), "verified");
    EXPECT_EQ(OutcomeOf(ended, "eu-2"), "verified");
    EXPECT_EQ(OutcomeOf(ended, "eu-3"), "superseded");
    EXPECT_EQ(three.Orders(), 1);
}

}  // namespace
}  // namespace fleet_test
