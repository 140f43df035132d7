// What people do in the console beside releases: rollouts are planned and attended, packets brought to their
// checkpoint, releases taken back, roles and tokens given. Each as the API does it, with its refusals.
#include "tests/api/guarded_form.hpp"
#include "tests/api/staged_rollout.hpp"

namespace api_test {
namespace {

constexpr const char* kSaid = "said <i>at length</i>";
constexpr const char* kSaidShown = "said &lt;i&gt;at length&lt;/i&gt;";

TEST(ConsoleRolloutActs, ARolloutIsPlannedStageByStage) {
    const Visitor rita("rita.release");
    const Visitor nora("nora.none");
    const std::string id = Unique("rollout");
    const std::string tenant = Unique("depot");
    As("rita.release").Post("/v1/tenants", {{"id", tenant}, {"name", tenant}, {"kind", "dev"}}).Expect(201);
    nora.Open("/console/rollouts/new").Expect(403);
    nora.Open("/console/rollouts").Expect(200).ShowsNot("/console/rollouts/new");
    const Page blank = rita.Open("/console/rollouts/new");
    const Visitor::Fields who{{"id", id},
                              {"title", kSaid},
                              {"capability", "depots"},
                              {"owner", "rita.release"},
                              {"engineering", "dora.lead"},
                              {"product", "quinn.qa"},
                              {"support", "otto.operator"}};
    Visitor::Fields wrong = who;
    wrong[0].second = "not an id";
    wrong[4].second = "";
    rita.Send(blank, "/console/rollouts/new", wrong)
        .Expect(422)
        .Shows("Nothing was changed")
        .Shows("not an id")
        .Shows(kSaidShown);
    const std::string path = "/console/rollouts/" + id;
    rita.Send(blank, "/console/rollouts/new", who).Expect(200).Shows("Planned.").Shows(path + "/stages/0");
    const std::string stage = path + "/stages/0";
    const Visitor::Fields plan{{"organizations", tenant},      {"metric0_key", "errors"},
                               {"metric0_text", kSaid},        {"metric0_comparison", "<"},
                               {"metric0_threshold", "0.01"},  {"metric0_unit", ""},
                               {"metric0_min_samples", "100"}, {"metric1_key", ""}};
    ExpectGuarded(rita, nora, {stage, stage, plan, kSaidShown});
    Visitor::Fields bad = plan;
    bad[4].second = "a lot";
    rita.Send(rita.Open(stage), stage, bad).Expect(422).Shows("threshold").Shows("a lot").Shows(tenant);
    rita.Send(rita.Open(stage), stage, plan).Expect(200).Shows("Stage 0 is planned.").Shows(tenant);
    const Json shown = As("nora.none").Get("/v1/rollouts/" + id).Expect(200).Body()["stages"][0];
    EXPECT_EQ(shown["organizations"][0], tenant);
    EXPECT_EQ(shown["metrics"][0]["min_samples"], 100);
    rita.Open(stage).Shows("value=\"0.01\"");
    rita.Open(path + "/stages/9").Expect(404);
}

TEST(ConsoleRolloutActs, RisksMeasurementsAndEvaluations) {
    const StagedRollout rollout;
    rollout.Advance(0).Expect(200);
    const Visitor rita("rita.release");
    const Visitor otto("otto.operator");
    const Visitor nora("nora.none");
    const std::string path = "/console/rollouts/" + rollout.Id();
    const auto send = [&](const Visitor& who, const std::string& rest, const Visitor::Fields& typed) {
        return who.Send(who.Open(path), path + rest, typed);
    };
    const Visitor::Fields risk{{"title", kSaid}, {"severity", "high"}, {"owner", "dora.lead"}, {"mitigation", "m"}};
    ExpectGuarded(otto, nora, {path, path + "/risks", risk, kSaidShown, false});
    send(otto, "/risks", {{"title", kSaid}, {"severity", "high"}, {"owner", ""}}).Expect(422).Shows(kSaidShown);
    send(otto, "/risks", risk).Expect(200).Shows("The risk is on the register.").Shows(kSaidShown);
    const std::string id = rollout.Show().Body()["risks"][0]["id"];
    const std::string resolve = path + "/risks/" + id + "/resolve";
    ExpectGuarded(rita, nora, {path, resolve, {{"reason", kSaid}}, kSaidShown});
    send(rita, "/risks/" + id + "/resolve", {{"reason", "a second depot"}}).Expect(200).Shows("a second depot");
    ExpectGuarded(otto, nora,
                  {path,
                   path + "/measurements",
                   {{"metric", "errors"}, {"value", "0.002"}, {"evidence", kSaid}},
                   kSaidShown,
                   false});
    send(otto, "/measurements", {{"metric", "errors"}, {"value", "many"}, {"evidence", kSaid}})
        .Expect(422)
        .Shows("many")
        .Shows(kSaidShown);
    send(otto, "/measurements", {{"metric", "errors"}, {"value", "0.002"}, {"evidence", "the dashboard"}})
        .Expect(200)
        .Shows("measured <strong>0.002</strong>");
    send(otto, "/evaluations", {{"trigger", kSaid}, {"evidence", "seen twice"}}).Expect(200).Shows(kSaidShown);
    const std::string evaluation = rollout.Show().Body()["evaluations"][0]["id"];
    const std::string decide = path + "/evaluations/" + evaluation + "/decide";
    ExpectGuarded(rita, nora, {path, decide, {{"decision", "continue"}, {"reason", kSaid}}, kSaidShown});
    send(rita, "/evaluations/" + evaluation + "/decide", {{"decision", "continue"}, {"reason", "it is explained"}})
        .Expect(200)
        .Shows("it is explained");
    const std::string organization = rollout.Show().Body()["stages"][0]["organizations"][0];
    ExpectGuarded(rita, nora,
                  {path, path + "/withdrawals", {{"organization", "no-one"}, {"reason", kSaid}}, kSaidShown});
    send(rita, "/withdrawals", {{"organization", "no-one"}, {"reason", kSaid}}).Expect(409).Shows("no-one");
    send(rita, "/withdrawals", {{"organization", organization}, {"reason", "they asked"}}).Expect(200);
    EXPECT_TRUE(rollout.Show().Body()["stages"][0]["organizations"].empty());
}

Json SmallProgramme(const std::string& id) {
    return {{"id", id},
            {"title", "Parcel tracking"},
            {"capability", "parcels are followed"},
            {"packets",
             {{{"packet", "00"},
               {"title", "Map"},
               {"objective", "know every depot"},
               {"scope", {"depots/"}},
               {"checklist", {"every depot is on the map"}},
               {"tests", {"make survey"}},
               {"evidence", {"the map is in the docs"}},
               {"exit_criteria", {"no depot is missing"}}}}},
            {"milestones", {{{"milestone", "M1"}, {"packets", {"00"}}}}},
            {"definition_of_done", {"a parcel is found at any time"}}};
}

TEST(ConsolePackets, AProgrammeIsCertifiedByItsForms) {
    const std::string id = Unique("programme");
    As("rita.release").Post("/v1/programmes", SmallProgramme(id)).Expect(201);
    const std::string programme = "/console/programmes/" + id;
    const std::string packet = programme + "/packets/00";
    const Visitor rita("rita.release");
    const Visitor dora("dora.lead");
    const Visitor quinn("quinn.qa");
    const Visitor sam("sam.owner");
    const Visitor nora("nora.none");
    const auto send = [&](const Visitor& who, const std::string& action, const Visitor::Fields& typed) {
        return who.Send(who.Open(packet), packet + action, typed);
    };
    const auto tick = [&](const std::string& item) {
        const Page page = dora.Open(packet);
        return dora.Send(page, packet + "/tick", {{"item", item}, {"ticked", "true"}});
    };
    const Visitor::Fields people{{"implementer", "dora.lead"}, {"reviewer", "quinn.qa"}};
    ExpectGuarded(rita, nora, {packet, packet + "/start", people, "value=\"dora.lead\""});
    send(rita, "/start", {{"implementer", "dora.lead"}, {"reviewer", "dora.lead"}}).Expect(409).Shows("PKT-2");
    send(rita, "/start", people).Expect(200).Shows("It is started.");
    const Visitor::Fields approve{
        {"p0", "PASS"},          {"p1", "N/A"},       {"p1_reason", "nothing is exposed"}, {"p2", "PASS"},
        {"verdict", "APPROVED"}, {"findings", kSaid}, {"residual_risk", "none"},           {"rollback", "revert it"}};
    ExpectGuarded(quinn, nora, {packet, packet + "/review", approve, kSaidShown});
    send(quinn, "/review", approve).Expect(409).Shows("PKT-1").Shows("PKT-3").Shows(kSaidShown);
    ExpectGuarded(dora, nora, {packet, packet + "/tick", {{"item", "1"}}, "Nothing was changed"});
    tick("1").Expect(200).Shows("Ticked.");
    tick("3").Expect(200);
    dora.Send(dora.Open(packet), packet + "/tick", {{"item", "2"}, {"ticked", "true"}}).Expect(409);
    As("ci")
        .Post("/v1/programmes/" + id + "/packets/00/runs", {{"item", 2},
                                                            {"argv", {"make", "survey"}},
                                                            {"exit_code", 0},
                                                            {"started_at", "2025-03-03T10:00:00Z"},
                                                            {"duration_ms", 12},
                                                            {"timed_out", false},
                                                            {"output_bytes", 3},
                                                            {"output_sha256", std::string(64, 'a')}})
        .Expect(201);
    send(quinn, "/review", approve).Expect(200).Shows("Your verdict is on record.").Shows(kSaidShown);
    send(dora, "/checkpoint", {{"commit", "not a hash"}}).Expect(422).Shows("not a hash");
    send(dora, "/checkpoint", {{"commit", "0BADCAFE12"}}).Expect(200).Shows("0badcafe12");
    const auto certify = [&] { return sam.Send(sam.Open(programme), programme + "/certify", {{"reason", kSaid}}); };
    ExpectGuarded(sam, nora, {programme, programme + "/certify", {{"reason", kSaid}}, kSaidShown});
    certify().Expect(409).Shows("PKT-7").Shows(kSaidShown);
    ExpectGuarded(quinn, nora, {programme, programme + "/definition-of-done", {{"evidence", kSaid}}, kSaidShown});
    quinn.Send(quinn.Open(programme), programme + "/definition-of-done", {{"evidence", "run 118"}})
        .Expect(200)
        .Shows("run 118");
    certify().Expect(200).Shows("Certified by sam.owner.");
}

TEST(ConsoleRollbacks, GoStepByStepToAnOutcome) {
    Journey release;
    release.Reach("experimental");
    const std::string page = "/console/releases/" + release.Id() + "/rollbacks";
    const Visitor dora("dora.lead");
    const Visitor nora("nora.none");
    dora.Open(page).Expect(200).Shows("It was never rolled back");
    ExpectGuarded(dora, nora, {page, page, {{"reason", kSaid}, {"watch", "30m"}}, kSaidShown, false});
    dora.Send(dora.Open(page), page, {{"reason", kSaid}, {"incident", "no-such"}}).Shows("no-such").Shows(kSaidShown);
    dora.Send(dora.Open(page), page, {{"reason", kSaid}, {"watch", "30m"}})
        .Expect(200)
        .Shows("It is being rolled back.")
        .Shows(kSaidShown);
    const Json begun = As("nora.none").All(release.Path("/rollbacks")).at(0);
    const std::string path = page + "/" + begun["id"].get<std::string>();
    ExpectGuarded(dora, nora, {page, path + "/finish", {{"outcome", "succeeded"}, {"reason", kSaid}}, kSaidShown});
    dora.Send(dora.Open(page), path + "/finish", {{"outcome", "succeeded"}, {"reason", kSaid}})
        .Expect(409)
        .Shows(kSaidShown);
    for (const bool watched : {false, true}) {
        for (const Json& step : begun["steps"]) {
            if ((step["kind"] == "watch") == watched) {
                const std::string action = path + "/steps/" + std::to_string(step["n"].get<int>());
                dora.Send(dora.Open(page), action, {{"state", "done"}, {"evidence", "seen"}}).Expect(200);
            }
        }
        AdvanceClock("31m");
    }
    dora.Send(dora.Open(page), path + "/finish", {{"outcome", "succeeded"}, {"reason", "the old order is back"}})
        .Expect(200)
        .Shows("Its outcome is on record.")
        .Shows("succeeded")
        .ShowsNot("Roll it back");
    EXPECT_EQ(release.Show().Body()["status"], "rolled_back");
}

TEST(ConsoleFleetActs, LetsInstancesInAndSaysWhichKeySigns) {
    const Visitor rita("rita.release");
    const Visitor nora("nora.none");
    const std::string path = "/console/fleet/enrol";
    nora.Open(path).Expect(403);
    const Page blank = rita.Open(path);
    rita.Send(blank, path, {{"instance", "No Good <b>"}}).Expect(422).Shows("No Good &lt;b&gt;");
    rita.Send(blank, path, {{"csrf", "of-another-site"}, {"instance", "eu-1"}}).Expect(403).Shows("eu-1");
    const std::string name = Unique("eu");
    const Page made = rita.Send(blank, path, {{"instance", name}, {"valid_for", "1h"}});
    made.Expect(200).Shows("The token of " + name + ", shown this once");
    // Sent again, it makes no second token, and the first is not shown again.
    rita.Send(blank, path, {{"instance", name}, {"valid_for", "1h"}}).Expect(200).ShowsNot("shown this once");
    EXPECT_EQ(Audit("action=instance.enrol").size(), 1U);
    rita.Open("/console/fleet/keys").Expect(200).Shows("The key that signs orders");
    const std::string flags = "/console/flags";
    const Visitor otto("otto.operator");
    otto.Open(flags + "?flag=REPORTS").Expect(200).Shows("value=\"REPORTS\"").Shows("No flag is killed.");
    ExpectGuarded(otto, nora, {flags, flags + "/kill", {{"flag", "REPORTS"}, {"reason", kSaid}}, kSaidShown, false});
    otto.Send(otto.Open(flags), flags + "/kill", {{"flag", "REPORTS"}, {"reason", "short"}})
        .Expect(409)
        .Shows("KSW-7")
        .Shows("value=\"REPORTS\"");
}

TEST(ConsoleRoles, AreProposedByOneAndConfirmedByAnother) {
    const std::string id = Unique("newcomer");
    const Visitor ada("ada.admin");
    const Visitor ben("ben.admin");
    const Visitor rita("rita.release");
    const Page people = ada.Open("/console/people");
    ada.Send(people, "/console/people/register", {{"id", "not an id"}, {"kind", "user"}, {"display_name", kSaid}})
        .Expect(422)
        .Shows(kSaidShown);
    ada.Send(people, "/console/people/register", {{"csrf", ""}, {"id", id}, {"display_name", kSaid}}).Expect(403);
    ada.Send(people, "/console/people/register", {{"id", id}, {"kind", "user"}, {"display_name", kSaid}})
        .Expect(200)
        .Shows("Registered.")
        .Shows(kSaidShown);
    const std::string person = "/console/people/" + id;
    ada.Send(ada.Open(person), person + "/roles", {{"role", "qa"}}).Expect(200).Shows("Proposed.");
    ada.Send(ada.Open(person), person + "/roles", {{"role", "qa"}}).Expect(409).Shows("already");
    const std::string roles = "/console/roles?principal=" + id;
    ada.Open(roles).Shows("who neither proposed it nor").ShowsNot("action=\"/console/roles/confirm\"");
    rita.Open(roles).ShowsNot("action=\"/console/roles/confirm\"");
    rita.Post("/console/roles/confirm", {{"csrf", rita.Open(roles).Hidden("csrf")},
                                         {"grant", ben.Open(roles).Hidden("grant", "/console/roles/confirm")},
                                         {"reason", kSaid}})
        .Shows("Nothing was changed");
    const auto held = [&] { return Json(As("ada.admin").Get("/v1/principals/" + id).Body()["roles"]); };
    EXPECT_TRUE(held().empty());
    ben.Send(ben.Open(roles), "/console/roles/confirm", {{"reason", ""}}).Expect(200).Shows("is active");
    EXPECT_EQ(held(), Json({"qa"}));
    ben.Send(ben.Open(roles), "/console/roles/revoke", {{"reason", "left"}}).Expect(200).Shows("is revoked");
    EXPECT_TRUE(held().empty());
    const Page page = ada.Open(person);
    ada.Send(page, person + "/password", {{"new_password", "short"}}).Expect(422).ShowsNot("short\"");
    ada.Send(page, person + "/password", {{"new_password", "a first pass phrase of some length"}})
        .Expect(200)
        .Shows("The password is set.");
}

}  // namespace
}  // namespace api_test
