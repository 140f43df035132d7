// Gates and promotions: what is said before is what is enforced, and a release moves once.
#include "tests/api/journey.hpp"

#include <algorithm>
#include <thread>

namespace api_test {
namespace {

std::vector<std::string> RulesOf(const Json& body) {
    std::vector<std::string> rules;
    for (const Json& finding : body["findings"]) {
        rules.push_back(finding["rule"]);
    }
    return rules;
}

TEST(Gates, ListEverythingThatIsMissingAtOnce) {
    const Journey release;
    const Reply gate = As("ci").Get(release.Path("/gates/experimental")).Expect(200);
    EXPECT_EQ(gate.Body()["state"], "pending");
    EXPECT_EQ(gate.Body()["decision"], "deny");
    const auto rules = RulesOf(gate.Body());
    for (const char* rule : {"CLS-4", "APR-1", "CHX-1", "EXP-6", "OBS-4", "KSW-2"}) {
        EXPECT_NE(std::find(rules.begin(), rules.end(), rule), rules.end()) << rule << gate.Text();
    }
    for (const Json& finding : gate.Body()["findings"]) {
        EXPECT_FALSE(finding["remedy"].get<std::string>().empty()) << finding;
        EXPECT_FALSE(finding["reference"].get<std::string>().empty()) << finding;
    }
    // The promotion says the same.
    const Reply refused = release.Promote("experimental").ExpectProblem(409, "rules.pending");
    EXPECT_EQ(RulesOf(refused.Body()), rules);
    EXPECT_EQ(Audit("release=" + release.Id() + "&action=release.promote").at(0)["outcome"], "refused");
}

TEST(Gates, AnswerInEveryFormAndUnchangedOnesAreNotSentAgain) {
    const Journey release;
    const std::string path = release.Path("/gates/experimental");
    for (const auto& [format, type] : {std::pair<std::string, std::string>{"json", "application/json"},
                                       {"junit", "application/xml"},
                                       {"markdown", "text/markdown"},
                                       {"sarif", "application/sarif+json"}}) {
        const Reply reply = As("ci").Get(path + "?format=" + format).Expect(200);
        EXPECT_EQ(reply.Header("content-type").substr(0, type.size()), type);
        EXPECT_NE(reply.Text().find("CLS-4"), std::string::npos) << format;
    }
    As("ci").Get(path + "?format=xml").ExpectProblem(400, "input.malformed").Mentioning("junit");
    As("ci").Get(release.Path("/gates/moon")).ExpectProblem(404, "not_found.resource");
    As("ci").Get("/v1/releases/nobody/gates/stable").ExpectProblem(404, "not_found.resource");
    const Reply signed_verdict = As("ci").Get(path + "?signed=true").Expect(200);
    EXPECT_TRUE(signed_verdict.Body().contains("signature"));
}

TEST(Gates, WhatIfChangesNothingAndSaysThatItIsOne) {
    const Journey release;
    const Json assumed = {{"assume",
                           {{"approvals", {{{"as", "dev_lead"}, {"for", "class"}}, {{"as", "qa"}, {"for", "class"}}}},
                            {"checks", {{{"control", "tests"}, {"outcome", "passed"}, {"tier", "test"}}}}}}};
    const Reply before = As("ci").Get(release.Path("/gates/experimental"));
    const Reply answer = As("ci").Post(release.Path("/gates/experimental:evaluate"), assumed).Expect(200);
    EXPECT_EQ(answer.Body()["what_if"], true);
    const auto rules = RulesOf(answer.Body());
    EXPECT_EQ(std::count(rules.begin(), rules.end(), "CLS-4"), 0) << answer.Text();
    EXPECT_EQ(std::count(rules.begin(), rules.end(), "APR-1"), 1);
    EXPECT_EQ(RulesOf(As("ci").Get(release.Path("/gates/experimental")).Body()), RulesOf(before.Body()));
    As("ci")
        .Post(release.Path("/gates/experimental:evaluate"), {{"assume", {{"approvls", Json::array()}}}})
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/assume/approvls"});
}

TEST(Promotions, GoThroughAllChannelsAndNoneIsSkippedOrRepeated) {
    Journey release;
    release.Prepare("experimental");
    release.Promote("stable").ExpectProblem(409, "rules.denied").ExpectRules({"CHN-1"});
    release.Promote("experimental").Expect(201);
    release.Promote("candidate").ExpectRules({"CHN-2", "CHX-2"});
    const Reply already = release.Promote("experimental").ExpectProblem(409, "rules.denied");
    already.ExpectRules({"CHN-1"}).Mentioning("is in experimental already");
    EXPECT_EQ(already.Body()["findings"].size(), 1U) << already.Text();
}

TEST(Promotions, StableNeedsASignedGo) {
    Journey release;
    release.Reach("candidate");
    AdvanceClock("7d");
    release.Prepare("stable");
    release.Promote("stable").ExpectProblem(409, "rules.pending").ExpectRules({"MEM-1"});
    release.SignGo();
    const Reply gate = As("ci").Get(release.Path("/gates/stable")).Expect(200);
    EXPECT_EQ(gate.Body()["state"], "allow") << gate.Text();
    const Reply promoted = release.Promote("stable").Expect(201);
    EXPECT_EQ(promoted.Body()["from"], "candidate");
    EXPECT_EQ(promoted.Body()["memo"], 1);
    const Reply there = As("ci").Get(release.Path("/gates/stable")).Expect(200);
    ASSERT_EQ(RulesOf(there.Body()), std::vector<std::string>{"CHN-1"}) << there.Text();
    EXPECT_NE(there.Body()["findings"][0]["message"].get<std::string>().find("in stable already"), std::string::npos);
    EXPECT_EQ(As("nora.none").All(release.Path("/promotions?limit=2")).size(), 3U);
}

TEST(Promotions, NeedTheVersionAndAreReplayed) {
    const Journey release;
    release.Prepare("experimental");
    const Json body = {{"to", "experimental"}};
    As("rita.release").Post(release.Path("/promotions"), body).ExpectProblem(428, "conflict.version_missing");
    As("rita.release").IfMatch("\"77\"").Post(release.Path("/promotions"), body).ExpectProblem(412, "conflict.version");
    const Caller once = As("rita.release").IfMatch(release.Show().Etag()).Key(Unique("key"));
    const Reply first = once.Post(release.Path("/promotions"), body).Expect(201);
    const Reply again = once.Post(release.Path("/promotions"), body).Expect(201);
    EXPECT_EQ(again.Header("idempotency-replayed"), "true");
    EXPECT_EQ(again.Id(), first.Id());
    EXPECT_EQ(As("nora.none").All(release.Path("/promotions")).size(), 1U);
}

TEST(Promotions, OfTwoAtOnceOneWinsAndTheOtherGets409) {
    for (int round = 0; round < 3; ++round) {
        const Journey release;
        release.Prepare("experimental");
        const std::string etag = release.Show().Etag();
        std::vector<int> statuses(4);
        std::vector<std::thread> callers;
        for (std::size_t i = 0; i < statuses.size(); ++i) {
            callers.emplace_back([&, i] {
                statuses[i] = As(i % 2 == 0 ? "rita.release" : "ci")
                                  .IfMatch(etag)
                                  .Post(release.Path("/promotions"), {{"to", "experimental"}})
                                  .Status();
            });
        }
        for (std::thread& caller : callers) {
            caller.join();
        }
        std::sort(statuses.begin(), statuses.end());
        EXPECT_EQ(statuses, (std::vector<int>{201, 409, 409, 409}));
        EXPECT_EQ(As("nora.none").All(release.Path("/promotions")).size(), 1U);
    }
}

TEST(HardStops, StopAPromotionUntilAnotherPersonResolvesThem) {
    const Journey release;
    release.Prepare("experimental");
    const Reply raised =
        As("ci").Post(release.Path("/hard-stops"), {{"rule", "HST-4"}, {"reason", "saw another tenant's row"}});
    raised.Expect(201);
    release.Promote("experimental").ExpectProblem(409, "rules.denied").ExpectRules({"HST-4"});
    const std::string path = release.Path("/hard-stops/" + raised.Id() + ":resolve");
    const Json resolution = {
        {"cites", raised.Id()}, {"resolution", "a wrong fixture"}, {"evidence", "job 78 saw none"}};
    Json uncited = resolution;
    uncited["cites"] = "hst_other";
    As("quinn.qa").Post(path, uncited).Expect(409);
    As("rita.release").Post(path, resolution).Expect(409);  // the manifest's author
    As("quinn.qa").Post(path, resolution).Expect(200);
    As("quinn.qa").Post(path, resolution).Expect(409);
    release.Promote("experimental").Expect(201);
}

TEST(HardStops, FollowFromTheFactsInStableToo) {
    Journey release;
    release.Reach("stable");
    EXPECT_TRUE(As("nora.none").Get(release.Path("/hard-stops")).Body()["derived"].empty());
    release.Record("quinn.qa", "DSV-1", "test", "failed").Expect(201);
    const Reply board = As("nora.none").Get(release.Path("/hard-stops")).Expect(200);
    ASSERT_EQ(board.Body()["derived"].size(), 1U) << board.Text();
    EXPECT_EQ(board.Body()["derived"][0]["rule"], "HST-4");
    EXPECT_EQ(RulesOf(As("ci").Get(release.Path("/gates/stable")).Body()), std::vector<std::string>{"CHN-1"});
}

TEST(Approvals, AreForPeopleWithTheRoleAndTheContentTheySaw) {
    const Journey release;
    release.Approve("nora.none", "dev_lead", "class").Expect(403);
    release.Approve("ci", "dev_lead", "class").Expect(403);
    As("dora.lead")
        .Post(release.Path("/approvals"),
              {{"as", "dev_lead"}, {"for", "class"}, {"content_hash", std::string(64, '0')}})
        .Expect(409)
        .ExpectRules({"SOD-5"});
    const Reply given = release.Approve("dora.lead", "dev_lead", "class").Expect(201);
    const std::string path = release.Path("/approvals/" + given.Id() + ":revoke");
    As("dora.lead").Post(path, {{"reason", "mistaken"}}).Expect(200);
    As("dora.lead").Post(path, {{"reason", "mistaken"}}).Expect(409);
}

}  // namespace
}  // namespace api_test
