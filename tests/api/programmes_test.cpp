// Programmes and packets over the API and the command line: a small one is certified, and nothing is skipped.
#include "tests/api/harness.hpp"

#include <gtest/gtest.h>

#include "controller/cli/exit_codes.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace api_test {
namespace {

Json NewProgramme(const std::string& id) {
    const auto packet = [](const char* number, const char* title) {
        return Json{{"packet", number},
                    {"title", title},
                    {"objective", "know every depot"},
                    {"scope", {"depots/"}},
                    {"checklist", {"every depot is on the map"}},
                    {"tests", {"make survey"}},
                    {"evidence", {"the map is in the docs"}},
                    {"exit_criteria", {"no depot is missing"}}};
    };
    return {{"id", id},
            {"title", "Parcel tracking"},
            {"capability", "parcels are followed to the door"},
            {"packets", {packet("00", "Map of the depots"), packet("01", "Scanners")}},
            {"milestones", {{{"milestone", "M1"}, {"packets", {"00", "01"}}}}},
            {"definition_of_done", {"a parcel is found at any time"}}};
}

Json RunOf(std::int64_t item, std::int64_t exit_code = 0, std::int64_t bytes = 3) {
    return {{"item", item},           {"argv", {"make", "survey"}},
            {"exit_code", exit_code}, {"started_at", "2025-03-03T10:00:00Z"},
            {"duration_ms", 12},      {"timed_out", false},
            {"output_bytes", bytes},  {"output_sha256", std::string(64, 'a')}};
}

Json Approval() {
    return {{"p0", "PASS"},
            {"p1", "N/A"},
            {"p1_reason", "nothing is exposed"},
            {"p2", "PASS"},
            {"verdict", "APPROVED"},
            {"residual_risk", "none"},
            {"rollback", "revert the commit"}};
}

class Certification {
public:
    Certification() {
        As("rita.release").Post("/v1/programmes", NewProgramme(id_)).Expect(201);
    }
    std::string Path(std::string_view rest = {}) const {
        return "/v1/programmes/" + id_ + std::string(rest);
    }
    const std::string& Id() const {
        return id_;
    }
    Reply Change(std::string_view who, const std::string& packet, const std::string& verb, const Json& body) const {
        const std::string path = Path("/packets/" + packet);
        return As(who).IfMatch(As("nora.none").Get(path).Expect(200).Etag()).Post(path + "/" + verb, body);
    }
    void Start(const std::string& packet) const {
        Change("rita.release", packet, "start", {{"implementer", "dora.lead"}, {"reviewer", "quinn.qa"}}).Expect(200);
    }
    void Finish(const std::string& packet) const {
        Start(packet);
        Change("dora.lead", packet, "ticks", {{"item", 1}}).Expect(200);
        Change("dora.lead", packet, "ticks", {{"item", 3}}).Expect(200);
        As("ci").Post(Path("/packets/" + packet + "/runs"), RunOf(2)).Expect(201);
        Change("quinn.qa", packet, "reviews", Approval()).Expect(200);
        Change("dora.lead", packet, "checkpoint", {{"commit", "0BADCAFE12"}}).Expect(200);
    }
    Reply Certify(std::string_view who = "sam.owner") const {
        return As(who).IfMatch(As("nora.none").Get(Path()).Etag()).Post(Path(":certify"));
    }

private:
    std::string id_ = Unique("programme");
};

TEST(Programmes, AreCertifiedPacketByPacket) {
    const Certification programme;
    programme.Certify().ExpectProblem(409, "rules.pending").ExpectRules({"PKT-7", "PKT-7", "PKT-7", "PKT-7"});
    programme.Finish("00");
    programme.Finish("01");
    const Reply shown = As("nora.none").Get(programme.Path()).Expect(200);
    EXPECT_EQ(shown.Body()["board"][0]["status"], "DONE");
    EXPECT_EQ(shown.Body()["board"][0]["checkpoint"], "0badcafe12");
    EXPECT_EQ(shown.Body()["milestones"][0]["reached"], true);
    As("quinn.qa")
        .IfMatch(shown.Etag())
        .Post(programme.Path("/definition-of-done"), {{"item", 1}, {"evidence", "run 118"}})
        .Expect(200);
    programme.Certify("dora.lead").ExpectProblem(403, "auth.role_missing");
    const Reply certified = programme.Certify().Expect(200);
    EXPECT_EQ(certified.Body()["state"], "certified");
    EXPECT_EQ(certified.Body()["certified_by"], "sam.owner");
    programme.Certify().Expect(409);
    const Json audit = As("anna.auditor").Get("/v1/audit?limit=200").Body()["items"];
    EXPECT_FALSE(audit.empty());
}

TEST(Programmes, APacketIsNotDoneBeforeEverythingHolds) {
    const Certification programme;
    const std::string path = programme.Path("/packets/00");
    As("ci").Post(path + "/runs", RunOf(2)).Expect(409).Mentioning("not been started");
    programme.Change("quinn.qa", "00", "reviews", Approval()).Expect(409).Mentioning("not been started");
    programme.Change("rita.release", "00", "start", {{"implementer", "dora.lead"}, {"reviewer", "dora.lead"}})
        .Expect(409)
        .ExpectRules({"PKT-2"});
    programme.Change("rita.release", "00", "start", {{"implementer", "nobody"}, {"reviewer", "no.one"}})
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/implementer", "/reviewer"});
    programme.Start("00");
    programme.Change("quinn.qa", "00", "reviews", Approval()).Expect(409).ExpectRules({"PKT-1", "PKT-1", "PKT-3"});
    programme.Change("dora.lead", "00", "ticks", {{"item", 2}}).Expect(409).Mentioning("by its run");
    programme.Change("dora.lead", "00", "ticks", {{"item", 1}}).Expect(200);
    programme.Change("dora.lead", "00", "ticks", {{"item", 3}}).Expect(200);
    programme.Change("dora.lead", "00", "ticks", {{"item", 4}}).Expect(404);
    EXPECT_EQ(As("ci").Post(path + "/runs", RunOf(2, 1)).Expect(201).Body()["passed"], false);
    programme.Change("quinn.qa", "00", "reviews", Approval()).Expect(409).ExpectRules({"PKT-3"});
    EXPECT_EQ(As("ci").Post(path + "/runs", RunOf(2, 0, 0)).Expect(201).Body()["passed"], false);
    programme.Change("quinn.qa", "00", "reviews", Approval()).Expect(409).ExpectRules({"PKT-3"});
    As("ci").Post(path + "/runs", RunOf(1)).Expect(409).Mentioning("no test");
    EXPECT_EQ(As("ci").Post(path + "/runs", RunOf(2)).Expect(201).Body()["passed"], true);
    Json changes = Approval();
    changes["p2"] = "FAIL";
    programme.Change("quinn.qa", "00", "reviews", changes).Expect(409).ExpectRules({"PKT-4"});
    changes["verdict"] = "CHANGES_REQUESTED";
    changes["findings"] = "the docs are missing";
    EXPECT_EQ(programme.Change("quinn.qa", "00", "reviews", changes).Expect(200).Body()["status"], "CHANGES_REQUESTED");
    programme.Change("dora.lead", "00", "checkpoint", {{"commit", "0badcafe12"}}).Expect(409);
    programme.Change("max.all", "00", "reviews", Approval()).Expect(409).ExpectRules({"PKT-2"});
    EXPECT_EQ(programme.Change("quinn.qa", "00", "reviews", Approval()).Expect(200).Body()["status"], "DONE");
    programme.Change("rita.release", "01", "start", {{"implementer", "dora.lead"}, {"reviewer", "quinn.qa"}})
        .Expect(409)
        .ExpectRules({"PKT-6"});
    programme.Change("dora.lead", "00", "ticks", {{"item", 1}, {"ticked", false}}).Expect(409);
    programme.Change("dora.lead", "00", "checkpoint", {{"commit", "soon"}}).ExpectProblem(422, "input.invalid");
    programme.Change("dora.lead", "00", "checkpoint", {{"commit", "0badcafe12"}}).Expect(200);
    programme.Start("01");
}

TEST(Programmes, ARunMakesWhatTheReviewerSawStale) {
    const Certification programme;
    programme.Start("00");
    const std::string path = programme.Path("/packets/00");
    const std::string seen = As("quinn.qa").Get(path).Etag();
    As("ci").Post(path + "/runs", RunOf(2, 1)).Expect(201);
    As("quinn.qa").IfMatch(seen).Post(path + "/reviews", Approval()).ExpectProblem(412, "conflict.version");
}

TEST(Programmes, AreReadAndRefusedByTheirFields) {
    Json wrong = NewProgramme(Unique("programme"));
    wrong["packets"][1]["packet"] = "00";
    wrong["milestones"][0]["packets"] = {"77"};
    wrong["definition_of_done"] = Json::array();
    As("rita.release")
        .Post("/v1/programmes", wrong)
        .ExpectProblem(422, "input.invalid")
        .ExpectErrors({"/packets/1/packet", "/milestones/0/packets", "/definition_of_done"});
    const Certification programme;
    As("rita.release").Post("/v1/programmes", NewProgramme(programme.Id())).ExpectProblem(409, "conflict.exists");
    As("nora.none").Post("/v1/programmes", NewProgramme("x")).ExpectProblem(403, "auth.role_missing");
    As("nora.none").Get("/v1/programmes/nowhere").Expect(404);
    As("nora.none").Get(programme.Path("/packets/77")).Expect(404);
}

constexpr const char* kTracker = R"md(# Roster Certification

Date: 2025-01-02

## Packet Board

| Packet | Title | Status | Implementer | Reviewer | Review State | Evidence Link |
|---|---|---|---|---|---|---|
| 00 | Names in order | DONE | somebody | somebody else | APPROVED | |

## Packet 00 Checklist: Names in order

### Work
- [x] Every name is sorted.

### Required Tests
- [x] `make order` passed. (BLOCKED by a missing list)

### Review Gates
- [x] P0 PASS
- [x] P1 PASS
- [x] P2 PASS
- [x] Verdict recorded: `APPROVED`

## Milestones

- [x] M1: Packet 00 approved

## Definition of Done

1. Nobody is missing.

## Hand-over

- Last updated: 2025-01-03
)md";

TEST(Programmes, AreMadeFromATrackerAndGivenBackAsOne) {
    const std::string id = Unique("programme");
    const std::string import = "/v1/programmes/import?programme=" + id;
    const Reply imported = As("rita.release").Send("POST", import, kTracker, "text/markdown").Expect(201);
    EXPECT_EQ(imported.Body()["programme"]["board"][0]["status"], "NOT_STARTED")
        << "approvals are given here or nowhere";
    EXPECT_EQ(imported.Body()["programme"]["board"][0]["ticked"], 1) << "the test has not been run here";
    EXPECT_EQ(imported.Body()["programme"]["milestones"][0]["reached"], false);
    EXPECT_EQ(imported.Body()["tracker"]["board"][0]["stands"], "BLOCKED");
    EXPECT_EQ(imported.Body()["tracker"]["contradictions"], true);
    As("rita.release").Send("POST", import, kTracker, "text/markdown").ExpectProblem(409, "conflict.exists");
    As("rita.release")
        .Send("POST", "/v1/programmes/import?programme=" + Unique("programme"), "# nothing", "text/markdown")
        .ExpectProblem(422, "input.invalid");

    const std::string path = "/v1/programmes/" + id;
    const std::string packet = path + "/packets/00";
    const Reply fresh = As("nora.none").Get(path + "/tracker").Expect(200);
    EXPECT_NE(fresh.Text().find("| 00 | Names in order | NOT_STARTED |"), std::string::npos) << fresh.Text();
    EXPECT_NE(fresh.Text().find("- [ ] `make order` passed.\n"), std::string::npos) << fresh.Text();
    const auto change = [&](std::string_view who, const std::string& verb, const Json& body) {
        As(who).IfMatch(As("nora.none").Get(packet).Etag()).Post(packet + "/" + verb, body).Expect(200);
    };
    const Reply given = As("nora.none").Get(packet + "/delegation").Expect(200);
    EXPECT_NE(given.Text().find("IMPLEMENTATION PACKET: 00 Names in order"), std::string::npos) << given.Text();
    EXPECT_NE(given.Text().find("1. `make order`"), std::string::npos) << given.Text();
    change("rita.release", "start", {{"implementer", "dora.lead"}, {"reviewer", "quinn.qa"}});
    As("ci").Post(packet + "/runs", RunOf(2)).Expect(201);
    const Reply open = As("nora.none").Get(packet + "/review-output").Expect(200);
    EXPECT_NE(open.Text().find("1. `make order` -> exit 0"), std::string::npos) << open.Text();
    EXPECT_NE(open.Text().find("Verdict: APPROVED | CHANGES_REQUESTED | BLOCKED"), std::string::npos) << open.Text();
    change("quinn.qa", "reviews", Approval());
    change("dora.lead", "checkpoint", {{"commit", "0badcafe12"}});
    EXPECT_NE(As("nora.none").Get(packet + "/review-output").Text().find("- P1: N/A (nothing is exposed)"),
              std::string::npos);
    const std::string done = As("nora.none").Get(path + "/tracker").Expect(200).Text();
    EXPECT_NE(done.find("| 00 | Names in order | DONE | dora.lead | quinn.qa | APPROVED | commit `0badcafe12` |"),
              std::string::npos)
        << done;
    EXPECT_NE(done.find("- [x] `make order` passed. (exit 0)"), std::string::npos) << done;
    // What is exported can be read again, and nothing in it is wrong.
    const Reply again =
        As("rita.release")
            .Send("POST", "/v1/programmes/import?programme=" + Unique("programme"), done, "text/markdown")
            .Expect(201);
    EXPECT_EQ(again.Body()["tracker"]["findings"], Json::array()) << again.Text();

    const Reply report = As("nora.none").Get(path + "/report").Expect(200);
    EXPECT_EQ(report.Body()["packets"][0]["runs"][0]["output_sha256"], std::string(64, 'a'));
    const std::string text = As("nora.none").Get(path + "/report?format=md").Expect(200).Text();
    for (const std::string& part : {std::string(64, 'a'), report.Body()["content_hash"].get<std::string>(),
                                    std::string("not certified"), std::string("make survey")}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
    }
    As("nora.none").Get(path + "/report?format=pdf").ExpectProblem(400, "input.malformed");
}

TEST(Programmes, WithoutATrackerAreExportedInItsLayout) {
    const Certification programme;
    programme.Finish("00");
    const std::string text = As("nora.none").Get(programme.Path("/tracker")).Expect(200).Text();
    EXPECT_NE(text.find("| 00 | Map of the depots | DONE | dora.lead | quinn.qa | APPROVED |"), std::string::npos)
        << text;
    EXPECT_NE(text.find("- [x] every depot is on the map"), std::string::npos) << text;
    EXPECT_NE(text.find("- [x] `make survey` passed. (exit 0)"), std::string::npos) << text;
    EXPECT_NE(text.find("- [ ] M1: Packets 00, 01 approved"), std::string::npos) << text;
}

Json StatusReport(const std::string& status, const std::string& tier) {
    return {{"errors", Json::array()},
            {"summary", {{"repo_ready", true}, {"rc_ready", true}, {"release_ready", true}, {"lane_count", 3}}},
            {"readiness", {{"rc_blockers", Json::array()}, {"release_blockers", Json::array()}, {"more", 1}}},
            {"release_gates",
             {{{"id", "parcels-are-found"},
               {"blocking_level", "release-ready"},
               {"status", "passed"},
               {"effective_status", status},
               {"minimum_evidence_tier", "managed-runtime-exercise"},
               {"highest_evidence_tier", tier},
               {"owner", "somebody"}}}}};
}

TEST(Programmes, TheNewestStatusAuditDecides) {
    const Certification programme;
    programme.Finish("00");
    programme.Finish("01");
    As("quinn.qa")
        .IfMatch(As("nora.none").Get(programme.Path()).Etag())
        .Post(programme.Path("/definition-of-done"), {{"item", 1}, {"evidence", "run 118"}})
        .Expect(200);
    const std::string audits = programme.Path("/status-audits");
    const auto import = [&](const Json& report) {
        return As("ci").Post(audits, {{"commit", "0badcafe12"}, {"report", report}});
    };
    const Json good = StatusReport("passed", "real-external-e2e");
    EXPECT_EQ(import(good).Expect(201).Body()["green"], true);
    // A gate that is stored as passed, with less evidence than it asks for.
    const Reply weak = import(StatusReport("passed", "local-rehearsal")).Expect(201);
    EXPECT_EQ(weak.Body()["green"], false);
    EXPECT_EQ(weak.Body()["failing_gates"], Json::array({"parcels-are-found"}));
    programme.Certify().ExpectProblem(409, "rules.denied").ExpectRules({"EVD-3"});
    EXPECT_EQ(import(StatusReport("evidence-missing", "real-external-e2e")).Expect(201).Body()["green"], false);
    EXPECT_EQ(import(StatusReport("passed", "a-tier-of-tomorrow")).Expect(201).Body()["green"], false);
    Json blocked = good;
    blocked["readiness"]["release_blockers"] = {"a decision is open"};
    EXPECT_EQ(import(blocked).Expect(201).Body()["green"], false);
    Json broken = good;
    broken["errors"] = {"a file is missing"};
    EXPECT_EQ(import(broken).Expect(201).Body()["errors"], 1);
    Json empty = good;
    empty["release_gates"] = Json::array();
    import(empty).ExpectProblem(422, "input.invalid").ExpectErrors({"/report/release_gates"});
    import({{ "release_gates", good["release_gates"] }}).ExpectProblem(422, "input.invalid");
    programme.Certify().ExpectProblem(409, "rules.denied").ExpectRules({"EVD-3"});
    import(good).Expect(201);
    EXPECT_EQ(As("nora.none").All(audits).size(), 7U);
    programme.Certify().Expect(200);
    import(good).Expect(409);
    // All of them are in the report, and what it digests.
    const Json report = As("nora.none").Get(programme.Path("/report")).Expect(200).Body();
    EXPECT_EQ(report["status_audits"].size(), 7U);
    EXPECT_EQ(report["status_audits"][0]["green"], true);
    const std::string text = As("nora.none").Get(programme.Path("/report?format=md")).Expect(200).Text();
    EXPECT_NE(text.find("- Commit 0badcafe12: green"), std::string::npos) << text;
    EXPECT_NE(text.find("gate parcels-are-found"), std::string::npos) << text;
}

TEST(Programmes, TheCommandLineRunsATestAndRecordsIt) {
    const Certification programme;
    programme.Start("00");
    const auto portcullis = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), support::BuiltProgram("portcullis"));
        support::ProcessOptions options;
        options.environment = {{"PORTCULLIS_URL", ServerUrl()}, {"PORTCULLIS_TOKEN", TokenOf("dora.lead")}};
        options.unset = {"PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE", "PORTCULLIS_CONFIG"};
        return support::RunToEnd(std::move(arguments), options);
    };
    const std::vector<std::string> run = {"evidence", "run", "--programme", programme.Id(), "--packet", "00",
                                          "--item",   "2",   "--"};
    const auto with = [&](std::vector<std::string> command) {
        std::vector<std::string> call = run;
        call.insert(call.end(), command.begin(), command.end());
        return portcullis(call);
    };
    EXPECT_EQ(with({"false"}).exit_code, cli::kExitDenied);
    EXPECT_EQ(with({"true"}).exit_code, cli::kExitUnavailable) << "it printed nothing";
    EXPECT_EQ(with({"echo", "surveyed"}).exit_code, cli::kExitOk);
    const Json packet = As("nora.none").Get(programme.Path("/packets/00")).Body();
    ASSERT_EQ(packet["runs"].size(), 3U);
    EXPECT_EQ(packet["runs"][2]["excerpt"], "surveyed\n");
    EXPECT_EQ(packet["items"][1]["ticked"], true);
    const support::Finished unknown =
        portcullis({"evidence", "run", "--programme", programme.Id(), "--packet", "00", "--", "make", "nothing"});
    EXPECT_EQ(unknown.exit_code, cli::kExitUsage);
    EXPECT_NE(unknown.error.find("make survey"), std::string::npos) << unknown.error;
    EXPECT_EQ(portcullis({"packet", "tick", programme.Id(), "00", "--item", "1"}).exit_code, cli::kExitOk);
    EXPECT_EQ(portcullis({"programme", "certify", programme.Id()}).exit_code, cli::kExitAuth);
    EXPECT_EQ(portcullis({"programme", "show", programme.Id()}).exit_code, cli::kExitOk);
}

}  // namespace
}  // namespace api_test
