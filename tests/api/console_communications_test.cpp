// Communication plans in the console: an entry is planned, sent when its time has come, and what came of it recorded.
#include "tests/api/guarded_form.hpp"
#include "tests/api/staged_rollout.hpp"

namespace api_test {
namespace {

constexpr const char* kToldOf = "written <b>by hand</b>";
constexpr const char* kToldOfShown = "written &lt;b&gt;by hand&lt;/b&gt;";

std::string IncidentToTellOf() {
    const Journey release;
    const auto opened = As("nora.none")
                            .Post("/v1/incidents", {{"title", "Scanners are dark"},
                                                    {"severity", "SEV-3"},
                                                    {"description", "in two depots"},
                                                    {"concerns", {{"releases", {release.Id()}}}}});
    opened.Expect(201);
    return opened.Id();
}

TEST(ConsoleCommunications, AnEntryOfAnIncidentIsPlannedSentAndRecorded) {
    const std::string id = IncidentToTellOf();
    const std::string incident = "/console/incidents/" + id;
    const std::string plan = incident + "/communications";
    const Visitor otto("otto.operator");
    const Visitor nora("nora.none");
    otto.Open(incident).Shows("href=\"" + plan + "\"");
    const Visitor::Fields entry{{"who", "Depot leads"}, {"text", kToldOf}, {"when", "immediately"}};
    ExpectGuarded(otto, nora, {plan, plan, entry, kToldOfShown, false});
    otto.Send(otto.Open(plan), plan, {{"who", "Depot leads"}, {"text", kToldOf}})
        .Expect(422)
        .Shows("Nothing was changed")
        .Shows(kToldOfShown);
    otto.Send(otto.Open(plan), plan, entry).Expect(200).Shows("Entry 1 is planned.").Shows(kToldOfShown);
    otto.Send(otto.Open(plan), plan, {{"who", "Press"}, {"text", "nothing yet"}, {"at", "2040-01-01T10:00"}})
        .Expect(200)
        .Shows("Entry 2 is planned.");
    EXPECT_TRUE(Eventually([&] { return otto.Open(plan).Has("sent, nobody has said yet that they were told"); }))
        << "what is due is not said to be sent";

    const std::string record = plan + "/record";
    const Visitor::Fields told{{"entry", "1"}, {"outcome", "told"}, {"note", kToldOf}};
    ExpectGuarded(otto, nora, {plan, record, told, kToldOfShown, false});
    otto.Send(otto.Open(plan), record, {{"entry", "1"}, {"outcome", "told"}, {"note", ""}}).Expect(422);
    otto.Send(otto.Open(plan), record, told).Expect(200).Shows("What came of entry 1 is on record.");
    EXPECT_GE(otto.Send(otto.Open(plan), record, told).Status(), 400) << "twice";
    const Reply first = As("otto.operator").Get("/v1/incidents/" + id + "/communications/1").Expect(200);
    EXPECT_EQ(first.Body()["state"], "told");
    const Reply second = As("otto.operator").Get("/v1/incidents/" + id + "/communications/2").Expect(200);
    EXPECT_EQ(second.Body()["state"], "planned");
    EXPECT_EQ(second.Body()["due_at"], "2040-01-01T10:00:00Z");
}

TEST(ConsoleCommunications, AnEntryOfARolloutWaitsForItsStage) {
    const StagedRollout rollout;
    const std::string page = "/console/rollouts/" + rollout.Id();
    const std::string plan = page + "/communications";
    const Visitor rita("rita.release");
    rita.Open(page).Shows("href=\"" + plan + "\"");
    const Visitor::Fields entry{{"who", "Pilot"}, {"text", kToldOf}, {"when", "within 2h"}, {"stage", "1"}};
    ExpectGuarded(rita, Visitor("nora.none"), {plan, plan, entry, kToldOfShown, false});
    rita.Send(rita.Open(plan), plan, entry)
        .Expect(200)
        .Shows("waits for its stage")
        .Shows("within 2h of entering stage 1");
    EXPECT_EQ(As("rita.release").Get("/v1/rollouts/" + rollout.Id() + "/communications/1").Body()["state"], "waiting");
}

}  // namespace
}  // namespace api_test
