// The fleet over the API: letting instances in, the kill switch, what may be claimed about it, and the way back on.
// What instances themselves do is tested with real ones (tests/fleet).
#include <algorithm>

#include "platform/crypto/crypto.hpp"
#include "tests/api/harness.hpp"

namespace api_test {
namespace {

constexpr const char* kReason = "isolation of tenants is in doubt";

/// Makes an enrolment for a new instance; there is nobody behind it.
Reply Enrolled(const std::string& instance) {
    const Reply reply = As("otto.operator").Post("/v1/enrolments", {{"instance", instance}});
    reply.Expect(201);
    return reply;
}

Json KillAll() {
    return {{"enabled", false}, {"scope", {{"all", true}}}, {"reason", kReason}};
}

void CompleteOpenReviews() {
    for (const Json& review : As("otto.operator").All("/v1/kill-switch/reviews?open=true")) {
        const std::string path = "/v1/kill-switch/reviews/" + review.value("operation", "");
        const Reply shown = As("otto.operator").Get(path);
        As("otto.operator")
            .IfMatch(shown.Etag())
            .Post(path + ":complete", {{"findings", "a query lacked its tenant; fixed"}})
            .Expect(200);
    }
}

TEST(Enrolments, ShowTheirTokenOnceAndNameTheKey) {
    const std::string instance = Unique("pulse-eu");
    const Reply reply = As("otto.operator").Key(instance).Post("/v1/enrolments", {{"instance", instance}});
    reply.Expect(201);
    const std::string token = reply.Body().value("token", "");
    EXPECT_TRUE(token.starts_with("pce_"));
    EXPECT_EQ(token.size() - token.find('.') - 1, 64U) << "the fingerprint of the controller's key";
    const Reply again = As("otto.operator").Key(instance).Post("/v1/enrolments", {{"instance", instance}});
    EXPECT_FALSE(again.Expect(201).Body().contains("token"));
    const auto entries = Audit("action=instance.enrol");
    ASSERT_FALSE(entries.empty());
    EXPECT_EQ(entries.front().value("actor", ""), "otto.operator");
    EXPECT_EQ(entries.front().dump().find(token), std::string::npos);
}

TEST(Enrolments, AreForThoseWhoManageTheFleet) {
    As("dora.lead").Post("/v1/enrolments", {{"instance", "x"}}).ExpectProblem(403, "auth.role_missing");
    As("otto.operator").Post("/v1/enrolments", {{"instance", "no name"}}).ExpectErrors({"/instance"}).Expect(422);
    As("otto.operator")
        .Post("/v1/enrolments", {{"instance", "x"}, {"valid_for", "8d"}})
        .ExpectErrors({"/valid_for"})
        .Expect(422);
    As("otto.operator").Get("/v1/instances/nobody").ExpectProblem(404, "not_found.resource");
}

TEST(KillSwitch, NeedsAReasonAndAScopeAndNothingElse) {
    As("nora.none").Post("/v1/kill-switch/multi-tenant", KillAll()).ExpectProblem(403, "auth.role_missing");
    Json order = KillAll();
    order["reason"] = "no";
    As("otto.operator")
        .Post("/v1/kill-switch/multi-tenant", order)
        .ExpectProblem(409, "rules.denied")
        .ExpectRules({"KSW-7"});
    order = KillAll();
    order["scope"] = Json::object();
    As("otto.operator").Post("/v1/kill-switch/multi-tenant", order).ExpectErrors({"/scope/all"}).Expect(422);
    order["scope"] = {{"instances", {"nobody"}}};
    As("otto.operator").Post("/v1/kill-switch/multi-tenant", order).ExpectErrors({"/scope/instances/0"}).Expect(422);
    order = KillAll();
    order["mode"] = "sideways";
    As("otto.operator").Post("/v1/kill-switch/multi-tenant", order).ExpectErrors({"/mode"}).Expect(422);
    const Reply frozen = As("rita.release")
                             .Post("/v1/freezes", {{"scope", "global"},
                                                   {"zone", "UTC"},
                                                   {"starts", "2025-01-01T00:00:00"},
                                                   {"ends", "2027-01-01T00:00:00"},
                                                   {"reason", "a kill goes through a freeze"}});
    frozen.Expect(201);
    const Reply killed = As("ci").Post("/v1/kill-switch/multi-tenant", KillAll());
    killed.Expect(202);
    EXPECT_EQ(killed.Header("location"), "/v1/operations/" + killed.Id());
    const auto entries = Audit("action=kill_switch.off");
    ASSERT_FALSE(entries.empty());
    EXPECT_EQ(entries.front().value("actor", ""), "ci");
    EXPECT_NE(entries.front().dump().find(killed.Id()), std::string::npos);
}

TEST(KillSwitch, OpensAReviewThatStandsInTheWayBackOn) {
    const Reply killed = As("otto.operator").Post("/v1/kill-switch/multi-tenant", KillAll());
    killed.Expect(202);
    const Json on = {{"enabled", true}, {"scope", {{"all", true}}}, {"reason", "the cause was found and fixed"}};
    As("otto.operator")
        .Post("/v1/kill-switch/multi-tenant", on)
        .ExpectProblem(409, "rules.denied")
        .ExpectRules({"KSW-8"})
        .Mentioning(killed.Id());
    As("dora.lead").Post("/v1/kill-switch/approvals", {{"reason", "fixed"}}).ExpectProblem(403, "auth.role_missing");
    As("sam.owner").Post("/v1/kill-switch/approvals", {{"reason", "fixed"}}).Expect(201);
    As("otto.operator").Post("/v1/kill-switch/multi-tenant", on).ExpectProblem(409, "rules.denied");
    CompleteOpenReviews();
    As("sam.owner").Post("/v1/kill-switch/multi-tenant", on).ExpectProblem(409, "rules.denied");  // their own approval
    As("otto.operator").Post("/v1/kill-switch/multi-tenant", on).Expect(202);
    As("otto.operator").Post("/v1/kill-switch/multi-tenant", on).ExpectProblem(409, "rules.denied");  // it is spent
    const auto entries = Audit("action=kill_switch.on");
    EXPECT_TRUE(std::any_of(entries.begin(), entries.end(), [](const Json& entry) {
        return entry.value("outcome", "") == "done" && entry.value("actor", "") == "otto.operator" &&
               entry.dump().find("sam.owner") != std::string::npos;
    })) << "the one who approved is on record";
}

TEST(KillSwitch, AReviewIsCompletedOnce) {
    As("otto.operator").Post("/v1/kill-switch/multi-tenant", KillAll()).Expect(202);
    const auto open = As("nora.none").All("/v1/kill-switch/reviews?open=true");
    ASSERT_FALSE(open.empty());
    const std::string path = "/v1/kill-switch/reviews/" + open.front().value("operation", "");
    const std::string etag = As("otto.operator").Get(path).Etag();
    As("nora.none").IfMatch(etag).Post(path + ":complete", {{"findings", "nothing at all"}}).Expect(403);
    As("otto.operator").IfMatch(etag).Post(path + ":complete", {{"findings", "short"}}).Expect(422);
    CompleteOpenReviews();
    As("otto.operator")
        .IfMatch(etag)
        .Post(path + ":complete", {{"findings", "something else"}})
        .ExpectProblem(409, "conflict.state");
    EXPECT_TRUE(As("nora.none").All("/v1/kill-switch/reviews?open=true").empty());
}

TEST(Operations, WaitAtMostAMinuteAndForSomethingThatIsThere) {
    As("nora.none").Get("/v1/operations/op_nobody?wait=1s").ExpectProblem(404, "not_found.resource");
    const Reply killed = As("otto.operator").Post("/v1/kill-switch/multi-tenant", KillAll());
    const std::string path = "/v1/operations/" + killed.Id();
    As("nora.none").Get(path + "?wait=61s").Expect(400);
    As("nora.none").Get(path + "?wait=soon").Expect(400);
    const Reply shown = As("nora.none").Get(path + "?wait=60s");
    shown.Expect(200);
    EXPECT_TRUE(shown.Body().value("finished", false)) << "a fleet without instances has nobody to wait for";
    EXPECT_NE(shown.Body().value("summary", "").find("no instances"), std::string::npos);
    EXPECT_EQ(As("nora.none").All("/v1/operations").front().value("id", ""), killed.Id());
    CompleteOpenReviews();
}

TEST(OperationReports, AreOneRecordInEveryFormAndCarryItsHash) {
    const Reply killed = As("otto.operator").Post("/v1/kill-switch/multi-tenant", KillAll());
    const std::string path = "/v1/operations/" + killed.Id() + "/report";
    const Reply json = As("nora.none").Get(path);
    json.Expect(200);
    EXPECT_EQ(json.Body()["operation"]["id"], killed.Id());
    EXPECT_EQ(json.Body()["review"]["operation"], killed.Id());
    EXPECT_GE(json.Body()["audit"]["entries"], 1);
    EXPECT_LE(json.Body()["audit"]["first"], json.Body()["audit"]["last"]);
    EXPECT_EQ(As("nora.none").Get(path + "?format=json").Text(), json.Text()) << "nothing happened meanwhile";
    const std::string hash = platform::Sha256Hex(json.Text());
    const Reply markdown = As("nora.none").Get(path + "?format=md");
    markdown.Expect(200);
    EXPECT_NE(markdown.Text().find("sha256:" + hash), std::string::npos) << markdown.Text();
    EXPECT_NE(markdown.Text().find(kReason), std::string::npos);
    const Reply html = As("nora.none").Get(path + "?format=html");
    html.Expect(200);
    EXPECT_NE(html.Text().find(hash), std::string::npos);
    EXPECT_EQ(As("nora.none").With("Accept", "text/html, */*;q=0.5").Get(path).Expect(200).Text(), html.Text());
    As("nora.none").Get(path + "?format=pdf").Expect(400);
    As("nora.none").Get("/v1/operations/op_nobody/report").ExpectProblem(404, "not_found.resource");
    CompleteOpenReviews();
    EXPECT_NE(As("nora.none").Get(path).Text(), json.Text()) << "the review is part of the record";
}

TEST(Instances, AreThereOnceTheyWereLetIn) {
    const std::string instance = Unique("pulse-us");
    Enrolled(instance);
    As("nora.none").Get("/v1/instances/" + instance).ExpectProblem(404, "not_found.resource");
    EXPECT_TRUE(As("nora.none").All("/v1/instances").empty());
    As("otto.operator").Post("/v1/instances/" + instance + ":retire", {{"reason", "gone"}}).Expect(404);
}

TEST(Drills, AreForInstancesThatAreThereAndPeopleWhoMay) {
    const std::string nobody = Unique("pulse-none");
    const Json drill = {{"instances", {nobody}}, {"reason", "the drill of this month"}};
    As("nora.none").Post("/v1/drills", drill).ExpectProblem(403, "auth.role_missing");
    As("dora.lead").Post("/v1/drill-approvals", drill).ExpectProblem(403, "auth.role_missing");
    As("sam.owner").Post("/v1/drill-approvals", drill).Expect(422).ExpectErrors({"/instances/0"});
    As("otto.operator").Post("/v1/drills", drill).ExpectProblem(409, "rules.denied").ExpectRules({"KSW-8"});
    As("otto.operator")
        .Post("/v1/drills", {{"instances", {nobody}}, {"reason", "short"}})
        .ExpectRules({"KSW-7", "KSW-8"});
    As("otto.operator").Post("/v1/drills", {{"instances", Json::array()}, {"reason", "nobody at all"}}).Expect(422);
    As("otto.operator")
        .Post("/v1/drills", {{"instances", {nobody}}, {"reason", "the drill of this month"}, {"mode", "cold"}})
        .Expect(422)
        .ExpectErrors({"/mode"});
    As("nora.none").Get("/v1/drills/drl_nobody").ExpectProblem(404, "not_found.resource");
    As("nora.none").Get("/v1/drills/drl_nobody?wait=61s").Expect(400);
    EXPECT_TRUE(As("nora.none").All("/v1/drills").empty());
}

TEST(Drills, AScheduleIsHeldToItsLimits) {
    const std::string nobody = Unique("pulse-none");
    for (const char* every : {"10s", "91d", "often"}) {
        As("otto.operator")
            .Post("/v1/drill-schedules", {{"instances", {nobody}}, {"every", every}, {"reason", "the weekly drill"}})
            .Expect(422)
            .ExpectErrors({"/every"});
    }
    As("otto.operator")
        .Post("/v1/drill-schedules", {{"instances", {nobody}},
                                      {"every", "7d"},
                                      {"reason", "weekly drill"},
                                      {"first_at", "2025-01-01T00:00:00Z"}})
        .Expect(422)
        .ExpectErrors({"/instances/0", "/first_at"});
    As("sam.owner").Post("/v1/drill-schedules/drs_nobody:approve", {{"reason", "weekly"}}).Expect(404);
    As("otto.operator").IfMatch("\"1\"").Send("DELETE", "/v1/drill-schedules/drs_nobody").Expect(404);
    EXPECT_TRUE(As("nora.none").All("/v1/drill-schedules").empty());
}

}  // namespace
}  // namespace api_test
