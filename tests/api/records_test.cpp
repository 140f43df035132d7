// Incidents, freezes, rollbacks and risk acceptances through the API.
#include "tests/api/journey.hpp"

namespace api_test {
namespace {

Json Opened(const std::string& severity, const std::string& release) {
    return {{"title", "The roster is empty"}, {"severity", severity}, {"concerns", {{"releases", {release}}}}};
}

TEST(Incidents, MoveOnWithTheVersionAndShowTheirClocks) {
    const Journey release;
    const Reply opened = As("ci").Post("/v1/incidents", Opened("P2", release.Id())).Expect(201);
    EXPECT_EQ(opened.Body()["severity"], "SEV-2");
    EXPECT_FALSE(opened.Body()["acknowledge_by"].get<std::string>().empty());
    const std::string path = "/v1/incidents/" + opened.Id();
    const auto etag = [&] { return As("nora.none").Get(path).Expect(200).Etag(); };
    const Caller otto = As("otto.operator");
    otto.Post(path + "/acknowledge", {{"note", "looking"}}).ExpectProblem(428, "conflict.version_missing");
    const std::string first = etag();
    otto.IfMatch(first).Post(path + "/acknowledge", {{"note", "looking"}}).Expect(200);
    otto.IfMatch(first).Post(path + "/contain", {{"note", "hidden"}}).ExpectProblem(412, "conflict.version");
    AdvanceClock("2h");
    otto.IfMatch(etag()).Post(path + "/contain", {{"note", "hidden"}}).Expect(200);
    EXPECT_FALSE(As("nora.none").Get(path).Body()["breaches"].empty());  // a P2 is contained within an hour
    otto.IfMatch(etag())
        .Post(path + "/severity", {{"severity", "SEV-4"}, {"reason", "smaller than thought"}})
        .Expect(409)
        .ExpectRules({"INC-2"});
    otto.IfMatch(etag())
        .Post(path + "/resolve", {{"resolution", "a wrong filter"}, {"evidence", "the roster is back"}})
        .Expect(200);
    EXPECT_EQ(As("nora.none").Get("/v1/incidents?release=" + release.Id() + "&state=resolved").Body()["items"].size(),
              1U);
}

TEST(Incidents, AnOpenSev1StopsThePromotionAndAsksForADecision) {
    const Journey release;
    release.Prepare("experimental");
    const Reply opened = As("ci").Post("/v1/incidents", Opened("SEV-1", release.Id())).Expect(201);
    release.Promote("experimental").ExpectProblem(409, "rules.denied").ExpectRules({"CHN-5"});
    const std::string path = "/v1/incidents/" + opened.Id();
    As("otto.operator")
        .IfMatch(As("nora.none").Get(path).Etag())
        .Post(path + "/resolve", {{"resolution", "a wrong filter"}, {"evidence", "the roster is back"}})
        .Expect(200);
    release.Promote("experimental").ExpectProblem(409, "rules.denied").ExpectRules({"CHN-5"});
    const auto evaluations = As("nora.none").All(release.Path("/rollback-evaluations"));
    ASSERT_EQ(evaluations.size(), 1U);
    const std::string decide =
        release.Path("/rollback-evaluations/" + evaluations[0]["id"].get<std::string>() + ":decide");
    As("ci").Post(decide, {{"decision", "continue"}, {"reason", "resolved"}}).Expect(403);
    As("sam.owner").Post(decide, {{"decision", "continue"}, {"reason", "resolved"}}).Expect(200);
    As("sam.owner").Post(decide, {{"decision", "roll_back"}, {"reason", "no, after all"}}).Expect(409);
    release.Promote("experimental").Expect(201);
}

Json Recorded(const std::string& path) {
    return As("nora.none").Get(path).Expect(200).Body()["recorded_breaches"];
}

TEST(Incidents, AClockThatRunsOutIsRecordedOnce) {
    const std::string tenant = Unique("quiet");
    As("rita.release").Post("/v1/tenants", {{"id", tenant}, {"name", "Quiet"}, {"kind", "staging"}}).Expect(201);
    const Reply opened =
        As("ci")
            .Post("/v1/incidents",
                  {{"title", "Nobody looks"}, {"severity", "P1"}, {"concerns", {{"tenants", {tenant}}}}})
            .Expect(201);
    EXPECT_EQ(opened.Body()["contain_by"], opened.Body()["acknowledge_by"]);
    const std::string path = "/v1/incidents/" + opened.Id();
    EXPECT_TRUE(Recorded(path).empty());
    AdvanceClock("16m");
    EXPECT_EQ(As("nora.none").Get(path).Body()["breaches"], (Json{"acknowledge", "contain"}));
    ASSERT_TRUE(Eventually([&] { return Recorded(path).size() == 2; }));
    EXPECT_EQ(Recorded(path)[0]["due_at"], opened.Body()["acknowledge_by"]);
    const auto entries = Audit("action=incident.breach&tenant=" + tenant);
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0]["actor"], "portcullisd");
    EXPECT_EQ(As("nora.none").All("/v1/incidents?open=true&breached=true&tenant=" + tenant).size(), 1U);
    EXPECT_EQ(As("nora.none").All("/v1/incidents?breached=false&tenant=" + tenant).size(), 0U);
    As("otto.operator")
        .IfMatch(As("nora.none").Get(path).Etag())
        .Post(path + "/resolve", {{"resolution", "it was a test"}, {"evidence", "the roster is back"}})
        .Expect(200);
    EXPECT_EQ(Recorded(path).size(), 2U);
    EXPECT_TRUE(Eventually([] {
        return Anonymous()
                   .Get("/metrics")
                   .Text()
                   .find("portcullis_incident_breaches{severity=\"SEV-1\",clock=\"contain\"}") != std::string::npos;
    }));
}

TEST(Incidents, ASev1OfATenantStopsWhatWouldReachIt) {
    const Journey release;
    release.Prepare("experimental");
    const Reply opened =
        As("ci")
            .Post("/v1/incidents",
                  {{"title", "Rows of others"}, {"severity", "SEV-1"}, {"concerns", {{"tenants", {release.Tenant()}}}}})
            .Expect(201);
    release.Promote("experimental").ExpectProblem(409, "rules.denied").ExpectRules({"CHN-5"});
    const std::string path = "/v1/incidents/" + opened.Id();
    As("otto.operator")
        .IfMatch(As("nora.none").Get(path).Etag())
        .Post(path + "/resolve", {{"resolution", "a wrong filter"}, {"evidence", "isolation run 12"}})
        .Expect(200);
    release.Promote("experimental").Expect(201);
}

TEST(BusinessCalendar, IsSetByThoseWhoMay) {
    const std::string path = "/v1/business-calendar";
    const Reply shown = As("nora.none").Get(path).Expect(200);
    const Json body = {{"zone", "Europe/Berlin"},
                       {"weekdays", {"mon", "tue", "wed", "thu", "fri"}},
                       {"closes_at", "18:00"},
                       {"holidays", {{{"day", "2035-12-25"}, {"name", "Christmas Day"}}}}};
    As("otto.operator").IfMatch(shown.Etag()).Put(path, body).ExpectProblem(403, "auth.role_missing");
    As("rita.release").Put(path, body).ExpectProblem(428, "conflict.version_missing");
    As("rita.release").IfMatch(shown.Etag()).Put(path, body).Expect(200);
    As("rita.release").IfMatch(shown.Etag()).Put(path, body).ExpectProblem(412, "conflict.version");
    const Reply after = As("nora.none").Get(path).Expect(200);
    EXPECT_EQ(after.Body()["holidays"][0]["name"], "Christmas Day");
    EXPECT_EQ(after.Body()["changed_by"], "rita.release");
    Json bad = body;
    bad["zone"] = "Mars/Olympus";
    As("rita.release").IfMatch(after.Etag()).Put(path, bad).ExpectProblem(422, "input.invalid").ExpectErrors({"/zone"});
    bad = {{"zone", "UTC"},
           {"weekdays", {"monday"}},
           {"closes_at", "25:00"},
           {"holidays", {{{"day", "25 December"}, {"name", "x"}}}}};
    As("rita.release")
        .IfMatch(after.Etag())
        .Put(path, bad)
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/weekdays", "/closes_at", "/holidays/0/day"});
    EXPECT_EQ(Audit("action=calendar.set").size(), 2U);  // and the stale one
}

TEST(Freezes, StopPromotionsUntilTheyEndOrAreCancelled) {
    const Journey release;
    release.Prepare("experimental");
    const std::string day = platform::FormatTime(ServerNow()).substr(0, 10);
    const Json body = {{"scope", "tenant"},           {"tenant", release.Tenant()},    {"zone", "Europe/Berlin"},
                       {"starts", day + "T00:00:00"}, {"ends", "2035-01-01T00:00:00"}, {"reason", "their fair"}};
    const Reply made = As("rita.release").Post("/v1/freezes", body).Expect(201);
    EXPECT_EQ(made.Header("location"), "/v1/freezes/" + made.Id());
    release.Promote("experimental").ExpectProblem(409, "rules.pending").ExpectRules({"CHN-8"});
    const std::string cancel = "/v1/freezes/" + made.Id() + ":cancel";
    As("rita.release").Post(cancel, {{"reason", "called off"}}).ExpectProblem(428, "conflict.version_missing");
    const std::string etag = As("nora.none").Get("/v1/freezes/" + made.Id()).Etag();
    As("rita.release").IfMatch(etag).Post(cancel, {{"reason", "called off"}}).Expect(200);
    release.Promote("experimental").Expect(201);
    Json bad = body;
    bad["zone"] = "Mars/Olympus";
    bad["ends"] = "2001-01-01T00:00:00";
    As("rita.release").Post("/v1/freezes", bad).ExpectProblem(422, "input.invalid").ExpectErrors({"/ends"});
    bad["ends"] = body["ends"];
    As("rita.release").Post("/v1/freezes", bad).ExpectProblem(422, "input.invalid").ExpectErrors({"/zone"});
}

TEST(Rollbacks, RunStepByStepAndEndWithAnOutcome) {
    Journey release;
    release.Reach("experimental");
    As("quinn.qa").Post(release.Path("/rollbacks"), {{"reason", "wrong order"}}).Expect(403);
    const Reply started =
        As("dora.lead").Post(release.Path("/rollbacks"), {{"reason", "wrong order"}, {"watch", "30m"}}).Expect(201);
    const std::string path = release.Path("/rollbacks/" + started.Id());
    EXPECT_EQ(started.Header("location"), path);
    const auto steps = [&] { return Json(As("nora.none").Get(path).Expect(200).Body()["steps"]); };
    const auto etag = [&] { return As("nora.none").Get(path).Expect(200).Etag(); };
    As("dora.lead")
        .IfMatch(etag())
        .Post(path + ":finish", {{"outcome", "succeeded"}, {"reason", "back"}})
        .Expect(409);  // the steps are open, and nobody has watched
    for (const Json& step : steps()) {
        const std::string at = path + "/steps/" + std::to_string(step["n"].get<int>());
        As("dora.lead").Post(at, {{"state", "done"}, {"evidence", "seen"}}).Expect(428);
        if (step["kind"] != "watch") {
            As("dora.lead").IfMatch(etag()).Post(at, {{"state", "done"}, {"evidence", "seen"}}).Expect(200);
        }
    }
    AdvanceClock("31m");
    for (const Json& step : steps()) {
        if (step["state"] == "pending") {
            const std::string at = path + "/steps/" + std::to_string(step["n"].get<int>());
            As("dora.lead").IfMatch(etag()).Post(at, {{"state", "done"}, {"evidence", "seen"}}).Expect(200);
        }
    }
    As("dora.lead")
        .IfMatch(etag())
        .Post(path + ":finish", {{"outcome", "succeeded"}, {"reason", "the old order is back"}})
        .Expect(200);
    EXPECT_EQ(release.Show().Body()["status"], "rolled_back");
    release.Promote("candidate").ExpectRules({"CHX-6"});
}

TEST(Risks, AreAcceptedByASystemOwnerUntilADay) {
    const Journey release;
    const Json body = {{"risk", "Slow pages"}, {"rationale", "Within the limit"}, {"review_date", "2035-01-01"}};
    As("dora.lead").Post(release.Path("/risk-acceptances"), body).Expect(403);
    const Reply accepted = As("sam.owner").Post(release.Path("/risk-acceptances"), body).Expect(201);
    const std::string path = release.Path("/risk-acceptances/" + accepted.Id() + ":revoke");
    As("sam.owner").Post(path, {{"reason", "it is not"}}).Expect(200);
    As("sam.owner").Post(path, {{"reason", "it is not"}}).Expect(409);
}

}  // namespace
}  // namespace api_test
