// Releases that need a stage of a rollout (CHX-8) or a programme (CHX-9), organizations that are taken off, and the
// commands for rollouts, alerts and programmes.
#include <algorithm>

#include "controller/cli/exit_codes.hpp"
#include "tests/api/staged_rollout.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace api_test {
namespace {

support::Finished RunCommand(std::string_view person, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), support::BuiltProgram("portcullis"));
    support::ProcessOptions options;
    options.environment = {{"PORTCULLIS_URL", ServerUrl()}, {"PORTCULLIS_TOKEN", TokenOf(person)}};
    options.unset = {"PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE", "PORTCULLIS_CONFIG"};
    return support::RunToEnd(std::move(arguments), options);
}

/// The rules of a gate's findings.
std::vector<std::string> RulesOf(const Json& verdict) {
    std::vector<std::string> rules;
    for (const Json& finding : verdict.at("findings")) {
        rules.push_back(finding.at("rule"));
    }
    return rules;
}

bool Has(const std::vector<std::string>& rules, std::string_view rule) {
    return std::ranges::find(rules, rule) != rules.end();
}

TEST(ReleasesThatNeed, AStageWaitForIt) {
    const StagedRollout rollout;
    const Journey release;
    Json manifest = NewManifest(release.Id());
    manifest["requires"] = {{{"for", "experimental"}, {"rollout", rollout.Id()}, {"stage", 0}},
                            {{"for", "stable"}, {"programme", "nowhere"}}};
    As("rita.release").IfMatch(release.Show().Etag()).Put(release.Path("/manifest"), manifest).Expect(200);
    EXPECT_EQ(As("nora.none").Get(release.Path("/manifest")).Expect(200).Body()["requires"], manifest["requires"]);
    release.Prepare("experimental");
    release.Promote("experimental").ExpectProblem(409, "rules.pending").ExpectRules({"CHX-8"});
    const std::string gate = release.Path("/gates/experimental");
    EXPECT_TRUE(Has(RulesOf(As("ci").Get(gate).Body()), "CHX-8"));
    const Json assumed =
        As("ci").Post(gate + ":evaluate", {{"assume", {{"requirements_met", {rollout.Id()}}}}}).Expect(200).Body();
    EXPECT_EQ(assumed["decision"], "allow") << assumed.dump(1);
    EXPECT_TRUE(Has(RulesOf(As("ci").Get(gate).Body()), "CHX-8")) << "what is assumed changes nothing";

    rollout.Advance(0).Expect(200);
    EXPECT_EQ(As("ci").Get(gate).Body()["decision"], "allow");
    As("ci").Post(rollout.Path("/evaluations"), {{"trigger", "elevated 5xx"}}).Expect(200);
    EXPECT_EQ(As("ci").Get(gate).Body()["state"], "indeterminate") << "a question is open, which is neither yes nor no";
    release.Promote("experimental").ExpectProblem(503, "unavailable.indeterminate").ExpectRules({"CHX-8"});
    const std::string evaluation = rollout.Show().Body()["evaluations"][0]["id"];
    rollout
        .Change("otto.operator", "/evaluations/" + evaluation + ":decide",
                {{"decision", "continue"}, {"reason", "a broken probe"}})
        .Expect(200);
    release.Promote("experimental").Expect(201);
}

TEST(ReleasesThatNeed, AManifestThatAsksForNothingThatCouldBeIsRefused) {
    Json manifest = NewManifest(Unique("release"));
    manifest["requires"] = {{{"for", "dev"}, {"programme", "x"}}, {{"for", "stable"}}};
    As("rita.release")
        .Post("/v1/releases", manifest)
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/requires/0/for", "/requires/1"});
}

TEST(Rollouts, AnOrganizationIsTakenOffTheStageItIsIn) {
    const StagedRollout rollout;
    rollout.EnterStage1();
    const auto withdraw = [&](std::string_view who, const std::string& organization) {
        return rollout.Change(who, "/withdrawals", {{"organization", organization}, {"reason", "they asked for it"}});
    };
    withdraw("nora.none", rollout.Pilot()).ExpectProblem(403, "auth.role_missing");
    withdraw("rita.release", "nobody.there").Expect(409).Mentioning("nobody.there");
    const Reply after = withdraw("rita.release", rollout.Pilot()).Expect(200);
    EXPECT_EQ(after.Body()["stages"][1]["organizations"], Json::array());
    EXPECT_EQ(after.Body()["state"], "active");
    EXPECT_FALSE(Audit("action=rollout.withdraw&tenant=" + rollout.Pilot()).empty());
    withdraw("rita.release", rollout.Pilot()).Expect(409);
}

TEST(Incidents, NameInstancesAndRolloutsThatThereAre) {
    const auto open = [](const Json& concerns) {
        return As("nora.none")
            .Post("/v1/incidents", {{"title", "Others see our depots"}, {"severity", "SEV-3"}, {"concerns", concerns}});
    };
    const Reply refused = open({{"instances", {"eu-77"}}});
    refused.ExpectProblem(422, "input.invalid").ExpectErrors({"/concerns/instances"});
    EXPECT_NE(refused.Text().find("there is no instance 'eu-77'"), std::string::npos) << refused.Text();
    open({{"rollouts", {"nowhere"}}}).ExpectProblem(422, "input.invalid").ExpectErrors({"/concerns/rollouts"});
}

TEST(RolloutCommands, TakeARolloutThroughAStage) {
    const StagedRollout planned;
    const support::TempDir folder("rollout-commands");
    Json document = planned.Document();
    document["id"] = Unique("rollout");
    document["flag"] = Unique("FLAG");
    const std::string id = document["id"];
    support::WriteFile(folder / "rollout.yaml", document.dump());
    const auto run = [&](std::string_view who, std::vector<std::string> words, int expected) {
        words.insert(words.begin(), "rollout");
        const support::Finished done = RunCommand(who, words);
        EXPECT_EQ(done.exit_code, expected) << words[1] << ": " << done.output << done.error;
        return done.output + done.error;
    };
    run("rita.release", {"create", (folder / "rollout.yaml").string()}, cli::kExitOk);
    EXPECT_NE(run("nora.none", {"list"}, cli::kExitOk).find(id), std::string::npos);
    run("rita.release", {"advance", id, "--to", "0", "--reason", "it is time"}, cli::kExitOk);
    EXPECT_NE(run("ci", {"gate", id, "--stage", "1"}, cli::kExitUnavailable).find("STG-2"), std::string::npos);
    run("dora.lead", {"checkpoint", id, "1", "--note", "501, 402 and 403"}, cli::kExitOk);
    run("dora.lead", {"checkpoint", id, "2", "--note", "nothing to be seen"}, cli::kExitOk);
    run("ci", {"measure", id, "--stage", "0", "--metric", "errors", "--value", "0.001", "--evidence", "run 9"},
        cli::kExitOk);
    run("dora.lead", {"risk", id, "--title", "leaks", "--severity", "high", "--owner", "dora.lead"}, cli::kExitOk);
    EXPECT_NE(run("ci", {"gate", id, "--stage", "1"}, cli::kExitDenied).find("leaks"), std::string::npos);
    const Json shown = As("nora.none").Get("/v1/rollouts/" + id).Body();
    run("dora.lead", {"resolve-risk", id, shown["risks"][0]["id"].get<std::string>(), "--resolution", "fixed"},
        cli::kExitOk);
    run("ci", {"evaluate", id, "--trigger", "elevated 5xx"}, cli::kExitOk);
    const std::string evaluation = As("nora.none").Get("/v1/rollouts/" + id).Body()["evaluations"][0]["id"];
    run("otto.operator", {"decide", id, evaluation, "--decision", "continue", "--reason", "a broken probe"},
        cli::kExitOk);
    run("ci", {"gate", id, "--stage", "1"}, cli::kExitOk);
    run("rita.release", {"advance", id, "--to", "1", "--reason", "one is willing"}, cli::kExitOk);
    run("rita.release", {"withdraw", id, "--organization", planned.Pilot(), "--reason", "they asked"}, cli::kExitOk);
    EXPECT_NE(run("nora.none", {"show", id}, cli::kExitOk).find("ctive"), std::string::npos);
    run("rita.release", {"end", id, "--reason", "the quarter is over"}, cli::kExitOk);
    EXPECT_NE(RunCommand("rita.release", {"rollout", "reverse", id, "--reason", "again"}).exit_code, cli::kExitOk);
    EXPECT_EQ(RunCommand("nora.none", {"alerts", "--all"}).exit_code, cli::kExitOk);
    EXPECT_EQ(RunCommand("nora.none", {"monitoring", "list"}).exit_code, cli::kExitOk);
    EXPECT_NE(RunCommand("nora.none", {"alert", "show", "alt_nowhere"}).exit_code, cli::kExitOk);
}

}  // namespace
}  // namespace api_test
