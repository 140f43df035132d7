// Staged rollouts through the API (STG-1 to STG-6): a stage is entered when everything holds, and what does not is said
// all at once, as for a promotion.
#include "tests/api/staged_rollout.hpp"

namespace api_test {
namespace {

TEST(Rollouts, GoStageByStage) {
    const StagedRollout rollout;
    EXPECT_EQ(rollout.Show().Body()["state"], "planned");
    rollout.Advance(1).ExpectProblem(409, "rules.denied").ExpectRules({"STG-5"});
    rollout.LiveThroughStage1();
    const Reply gate = rollout.Gate(2);
    EXPECT_EQ(gate.Body()["decision"], "allow");
    const Reply advanced = rollout.Advance(2).Expect(200);
    EXPECT_EQ(advanced.Body()["stage"], 2);
    EXPECT_EQ(advanced.Body()["stages"][2]["checkpoints"].size(), 8U);
    EXPECT_EQ(advanced.Body()["moves"].size(), 3U);
    EXPECT_EQ(Audit("action=rollout.advance").front()["actor"], "rita.release");
    EXPECT_FALSE(Audit("action=rollout.advance.organization&tenant=" + rollout.Pilot()).empty());
}

TEST(Rollouts, SayEverythingThatIsMissingAtOnce) {
    const StagedRollout rollout;
    rollout.EnterStage1();
    As("dora.lead")
        .Post(rollout.Path("/risks"), {{"title", "leaks"}, {"severity", "high"}, {"owner", "dora.lead"}})
        .Expect(200);
    As("ci").Post(rollout.Path("/evaluations"), {{"trigger", "elevated 5xx"}, {"evidence", {{"rate", 7}}}}).Expect(200);
    const Reply gate = rollout.Gate(2);
    EXPECT_EQ(gate.Body()["decision"], "deny");
    EXPECT_TRUE(gate.Body().contains("earliest"));
    rollout.Advance(2).ExpectProblem(409, "rules.denied").ExpectRules({"STG-2", "STG-2", "STG-3", "STG-4", "STG-5"});
    const std::string risk = rollout.Show().Body()["risks"][0]["id"];
    rollout.Change("dora.lead", "/risks/" + risk + ":resolve", {{"reason", "fixed"}}).Expect(200);
    const std::string evaluation = rollout.Show().Body()["evaluations"][0]["id"];
    const std::string decide = "/evaluations/" + evaluation + ":decide";
    rollout.Change("ci", decide, {{"decision", "continue"}, {"reason", "fine"}}).Expect(403);
    rollout.Change("otto.operator", decide, {{"decision", "hold"}, {"reason", "looking"}}).Expect(200);
    rollout.Advance(2).Expect(409).ExpectRules({"STG-4"});
    rollout.Change("otto.operator", decide, {{"decision", "continue"}, {"reason", "a broken probe"}}).Expect(200);
    rollout.Change("otto.operator", decide, {{"decision", "reverse"}, {"reason", "or not"}}).Expect(409);
    // Time is all that is missing but for the reviews and the measurement.
    const Json findings = rollout.Gate(2).Body()["findings"];
    for (const Json& finding : findings) {
        EXPECT_NE(finding["kind"], "denied") << finding.dump();
    }
}

TEST(Rollouts, ACheckpointIsItsOwnersAndIsMissedWhenItsTimeIsOver) {
    const StagedRollout rollout;
    rollout.EnterStage1();
    rollout.Complete("quinn.qa", 3).Expect(409).ExpectRules({"STG-3"});
    rollout.Complete("dora.lead", 1).Expect(409).ExpectRules({"STG-3"});
    EXPECT_EQ(rollout.Show().Body()["stages"][1]["checkpoints"][0]["state"], "due");
    EXPECT_EQ(rollout.Show().Body()["stages"][1]["checkpoints"][2]["state"], "upcoming");
    AdvanceClock("25h");
    EXPECT_EQ(rollout.Show().Body()["stages"][1]["checkpoints"][0]["state"], "missed");
    rollout.Advance(2).ExpectProblem(409, "rules.denied").ExpectRules({"STG-3"});
    rollout.Complete("sam.owner", 1).Expect(200);
    EXPECT_EQ(rollout.Show().Body()["stages"][1]["checkpoints"][0]["state"], "late");
    rollout.Complete("quinn.qa", 1).Expect(409).Mentioning("sam.owner");
    rollout.Complete("quinn.qa", 9).Expect(404);
}

TEST(Rollouts, ASev1ThatConcernsItStopsItAtOnce) {
    const StagedRollout rollout;
    rollout.LiveThroughStage1();
    const auto open = [](const Json& concerns) {
        return As("nora.none")
            .Post("/v1/incidents", {{"title", "Others see our depots"}, {"severity", "SEV-1"}, {"concerns", concerns}})
            .Expect(201)
            .Id();
    };
    const auto resolve = [](const std::string& incident) {
        const std::string path = "/v1/incidents/" + incident;
        As("otto.operator")
            .IfMatch(As("nora.none").Get(path).Etag())
            .Post(path + "/resolve", {{"resolution", "fixed"}, {"evidence", "run 9"}})
            .Expect(200);
    };
    const std::string incident = open({{"rollouts", {rollout.Id()}}});
    rollout.Advance(2).ExpectProblem(409, "rules.denied").ExpectRules({"CHN-5"});
    resolve(incident);
    const std::string other = open({{"tenants", {rollout.Pilot()}}});
    rollout.Advance(2).ExpectProblem(409, "rules.denied").ExpectRules({"CHN-5"});
    resolve(other);
    rollout.Advance(2).Expect(200);
}

TEST(Rollouts, AStageIsPlannedWithinItsCapBeforeItIsEntered) {
    const StagedRollout rollout;
    const auto plan = [&](int stage, const Json& organizations) {
        return As("rita.release")
            .IfMatch(rollout.Show().Etag())
            .Put(rollout.Path("/stages/" + std::to_string(stage)),
                 {{"organizations", organizations}, {"metrics", Json::array({StagedRollout::Metric()})}});
    };
    const Json planned = rollout.Document()["stages"];
    plan(1, planned[2]["organizations"]).Expect(409).ExpectRules({"STG-1"});
    plan(0, planned[1]["organizations"]).Expect(409).ExpectRules({"STG-1"});
    plan(1, {"nobody.there"}).ExpectProblem(422, "input.invalid").ExpectErrors({"/organizations/0"});
    plan(3, planned[1]["organizations"]).ExpectProblem(422, "input.invalid").ExpectErrors({"/organizations"});
    plan(2, planned[1]["organizations"]).Expect(200);
    plan(1, Json::array()).Expect(200);
    rollout.Advance(0).Expect(200);
    plan(0, planned[0]["organizations"]).Expect(409).Mentioning("was entered");
    rollout.Gate(1);
    rollout.Advance(1).ExpectProblem(409, "rules.denied").ExpectRules({"STG-1", "STG-2", "STG-3"});
    As("rita.release").Get(rollout.Path("/gates/4")).Expect(404);
}

TEST(Rollouts, IsReversedByWhoeverSeesItAndEndedByAPerson) {
    const StagedRollout rollout;
    rollout.EnterStage1();
    As("nora.none").Post(rollout.Path(":reverse"), {{"reason", "x"}}).ExpectProblem(403, "auth.role_missing");
    rollout.Change("ci", ":end", {{"reason", "x"}}).ExpectProblem(403, "auth.role_missing");
    const Reply reversed = As("ci").Post(rollout.Path(":reverse"), {{"reason", "it leaks"}}).Expect(200);
    EXPECT_EQ(reversed.Body()["state"], "reversed");
    EXPECT_EQ(reversed.Body()["closed_by"], "ci");
    EXPECT_FALSE(Audit("action=rollout.reverse.organization&tenant=" + rollout.Pilot()).empty());
    rollout.Advance(2).Expect(409).Mentioning("reversed");
    Json again = rollout.Document();
    As("rita.release").Post("/v1/rollouts", again).ExpectProblem(409, "conflict.exists");
    again["id"] = Unique("rollout");
    As("rita.release").Post("/v1/rollouts", again).Expect(201);
    again["id"] = Unique("rollout");
    As("rita.release").Post("/v1/rollouts", again).Expect(409).Mentioning("end it first");
}

TEST(Rollouts, DecidingToReverseReverses) {
    const StagedRollout rollout;
    rollout.EnterStage1();
    As("ci").Post(rollout.Path("/evaluations"), {{"trigger", "isolation is uncertain"}}).Expect(200);
    As("ci").Post(rollout.Path("/evaluations"), {{"trigger", "isolation is uncertain"}}).Expect(200);
    ASSERT_EQ(rollout.Show().Body()["evaluations"].size(), 1U) << "what was noticed once is asked once";
    const std::string evaluation = rollout.Show().Body()["evaluations"][0]["id"];
    const Reply decided = rollout.Change("sam.owner", "/evaluations/" + evaluation + ":decide",
                                         {{"decision", "reverse"}, {"reason", "it leaks"}});
    decided.Expect(200);
    EXPECT_EQ(decided.Body()["state"], "reversed");
}

TEST(Rollouts, AStageWaitsForAReleaseAndForAProgramme) {
    const StagedRollout rollout;
    Journey release;
    As("rita.release")
        .IfMatch(rollout.Show().Etag())
        .Put(rollout.Path("/stages/0"), {{"organizations", rollout.Document()["stages"][0]["organizations"]},
                                         {"metrics", Json::array({StagedRollout::Metric()})},
                                         {"release", release.Id()},
                                         {"channel", "experimental"}})
        .Expect(200);
    rollout.Advance(0).ExpectProblem(409, "rules.pending").ExpectRules({"STG-6"});
    release.Reach("experimental");
    rollout.Advance(0).Expect(200);
    Json other = rollout.Document();
    other["id"] = Unique("rollout");
    other["flag"] = Unique("FLAG");
    other["stages"][0]["programme"] = "nowhere";
    other["owner"] = "ci";
    As("rita.release").Post("/v1/rollouts", other).ExpectErrors({"/owner", "/stages/0/programme"});
}

TEST(Rollouts, AMetricIsMetByItsValueAlone) {
    const StagedRollout rollout;
    rollout.Measure(0).Expect(409);
    rollout.Advance(0).Expect(200);
    EXPECT_EQ(rollout.Measure(0, 0.02).Expect(200).Body()["stages"][0]["metrics"][0]["state"], "unmet");
    rollout.Advance(1).Expect(409).ExpectRules({"STG-2"});
    EXPECT_EQ(rollout.Measure(0, 0.001).Body()["stages"][0]["metrics"][0]["state"], "met");
    As("ci").Post(rollout.Path("/measurements"), {{"stage", 0}, {"metric", "errors"}}).ExpectErrors({"/value"});
    As("ci").Post(rollout.Path("/measurements"), {{"stage", 0}, {"metric", "errors"}, {"value", 0.001}}).Expect(422);
}

TEST(Rollouts, AFlagOfARolloutIsNotThatOfARelease) {
    const StagedRollout rollout;
    Json manifest = NewManifest(Unique("release"));
    manifest["kill_switch"]["flag"] = rollout.Flag();
    As("rita.release").Post("/v1/releases", manifest).Expect(409);
}

TEST(Rollouts, ArePlannedAdvancedAndRepeatedOnlyOnce) {
    const StagedRollout rollout;
    const std::string key = Unique("key");
    const std::string etag = rollout.Show().Etag();
    const Json body = {{"to", 0}, {"reason", "it is time"}};
    As("rita.release").IfMatch(etag).Key(key).Post(rollout.Path(":advance"), body).Expect(200);
    As("rita.release").IfMatch(etag).Key(key).Post(rollout.Path(":advance"), body).Expect(200);
    EXPECT_EQ(rollout.Show().Body()["moves"].size(), 1U);
    As("rita.release").IfMatch(etag).Post(rollout.Path(":advance"), body).Expect(412);
    As("rita.release").Post(rollout.Path(":advance"), body).Expect(428);
    EXPECT_EQ(As("nora.none").Get("/v1/rollouts?limit=200").Expect(200).Body()["items"].empty(), false);
    As("nora.none").Get("/v1/rollouts/nowhere").Expect(404);
}

}  // namespace
}  // namespace api_test
