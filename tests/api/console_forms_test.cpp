// The forms of rollouts and incidents, as people send them: what is refused says why and keeps what was typed; what is
// done is done once.
#include "tests/api/guarded_form.hpp"
#include "tests/api/staged_rollout.hpp"

namespace api_test {
namespace {

constexpr const char* kTyped = "typed <b>at length</b>";
constexpr const char* kTypedShown = "typed &lt;b&gt;at length&lt;/b&gt;";

TEST(ConsoleForms, WhatIsSentTwiceIsDoneOnce) {
    const Journey release;
    const std::string path = "/console/releases/" + release.Id();
    const Visitor dora("dora.lead");
    const Page page = dora.Open(path);
    const Visitor::Fields stop{{"rule", "HST-4"}, {"reason", "a tenant saw rows of another"}};
    const auto stops = [&] { return As("nora.none").All(release.Path("/hard-stops")).size(); };
    dora.Send(page, path + "/raise-hard-stop", stop).Expect(200).Shows("a tenant saw rows of another");
    dora.Send(page, path + "/raise-hard-stop", stop).Expect(200);
    EXPECT_EQ(stops(), 1U);
    // The same page, filled in otherwise, is another form; so is the same on the page as it is now.
    dora.Send(page, path + "/raise-hard-stop", {{"rule", "HST-4"}, {"reason", "and once more"}}).Expect(200);
    dora.Send(dora.Open(path), path + "/raise-hard-stop", stop).Expect(200);
    EXPECT_EQ(stops(), 3U);
}

TEST(ConsoleForms, WhatWasRefusedIsJudgedAnew) {
    const Journey release;
    const std::string path = "/console/releases/" + release.Id();
    const Visitor rita("rita.release");
    const Page page = rita.Open(path);
    for (int times = 0; times < 2; ++times) {
        rita.Send(page, path + "/promote", {}).Expect(409).Shows("EXP-6").Shows("What to do:");
    }
}

TEST(ConsoleMetrics, CountRequestsByPatternWhateverIsAskedFor) {
    const Journey release;
    const Visitor nora("nora.none");
    nora.Open("/console/releases/" + release.Id()).Expect(200);
    nora.Open("/console/no-such-page-" + release.Id()).Expect(404);
    nora.Open("/console/assets/no-such-build/no-such-file.js").Expect(404);
    const std::string metrics = Anonymous().Get("/metrics").Expect(200).Text();
    for (const char* route :
         {"/console/releases/{release}", "/console/{unknown}", "/console/assets/{file}", "/console/sign-in"}) {
        EXPECT_NE(metrics.find("route=\"" + std::string(route) + "\""), std::string::npos) << route << "\n" << metrics;
    }
    EXPECT_EQ(metrics.find(release.Id()), std::string::npos) << "what is asked for makes series";
}

class ConsoleRollout : public ::testing::Test {
protected:
    std::string Path(std::string_view rest = {}) const {
        return "/console/rollouts/" + rollout_.Id() + std::string(rest);
    }
    Page Send(const Visitor& who, std::string_view action, const Visitor::Fields& typed) const {
        return who.Send(who.Open(Path()), Path(action), typed);
    }

    StagedRollout rollout_;
    Visitor rita_{"rita.release"};
    Visitor dora_{"dora.lead"};
    Visitor nora_{"nora.none"};
};

TEST_F(ConsoleRollout, EntersItsStagesWhenTheGateSaysSo) {
    const GuardedForm advance{Path(), Path("/advance"), {{"reason", kTyped}}, kTypedShown};
    ExpectGuarded(rita_, nora_, advance);
    Send(rita_, "/advance", {{"reason", " "}}).Expect(422).Shows("Nothing was changed");
    Send(rita_, "/advance", {{"reason", kTyped}}).Expect(200).Shows("Advanced.");
    const Page refused = Send(rita_, "/advance", {{"reason", kTyped}});
    const Reply same = rollout_.Advance(1);
    refused.Expect(same.Status()).Shows(kTypedShown);
    ASSERT_FALSE(same.Body()["findings"].empty());
    for (const Json& finding : same.Body()["findings"]) {
        refused.Shows(finding["rule"].get<std::string>());
    }
    EXPECT_EQ(rollout_.Show().Body()["stage"], 0);
}

TEST_F(ConsoleRollout, CheckpointsAreCompletedByTheirOwners) {
    rollout_.Advance(0).Expect(200);
    rita_.Open(Path()).Shows("Only its owner completes it: dora.lead").ShowsNot("action=\"" + Path("/checkpoints"));
    ExpectGuarded(dora_, nora_, {Path(), Path("/checkpoints"), {{"note", kTyped}}, kTypedShown, true, 409});
    Send(dora_, "/checkpoints", {{"note", kTyped}}).Expect(200).Shows("The checkpoint is completed.");
    Send(dora_, "/checkpoints", {{"note", ""}}).Expect(422).Shows("Nothing was changed");
    Send(dora_, "/checkpoints", {{"note", kTyped}}).Expect(200);
    dora_.Open(Path()).ShowsNot("action=\"" + Path("/checkpoints"));
}

TEST_F(ConsoleRollout, IsReversedAndEnded) {
    rollout_.Advance(0).Expect(200);
    ExpectGuarded(rita_, nora_, {Path(), Path("/end"), {{"reason", kTyped}}, kTypedShown});
    ExpectGuarded(rita_, nora_, {Path(), Path("/reverse"), {{"reason", kTyped}}, kTypedShown, false});
    Send(rita_, "/reverse", {{"reason", ""}}).Expect(422).Shows("Nothing was changed");
    Send(rita_, "/reverse", {{"reason", kTyped}}).Expect(200).Shows("Reversed").Shows(kTypedShown);
    EXPECT_EQ(rollout_.Show().Body()["state"], "reversed");
    const StagedRollout other;
    const std::string path = "/console/rollouts/" + other.Id();
    rita_.Send(rita_.Open(path), path + "/end", {{"reason", kTyped}}).Expect(200).Shows("Ended.");
    EXPECT_EQ(other.Show().Body()["state"], "ended");
}

class ConsoleIncident : public ::testing::Test {
protected:
    static constexpr const char* kList = "/console/incidents";

    std::string Open() const {
        const auto opened = As("nora.none")
                                .Post("/v1/incidents", {{"title", "Scanners are dark"},
                                                        {"severity", "SEV-3"},
                                                        {"description", "in two depots"},
                                                        {"concerns", {{"releases", {release_.Id()}}}}});
        opened.Expect(201);
        return opened.Id();
    }
    static std::string PathOf(const std::string& id, std::string_view rest = {}) {
        return std::string(kList) + "/" + id + std::string(rest);
    }
    Page Send(const Visitor& who, const std::string& id, std::string_view action, const Visitor::Fields& typed) const {
        return who.Send(who.Open(PathOf(id)), PathOf(id, action), typed);
    }

    Journey release_;
    Visitor otto_{"otto.operator"};
    Visitor nora_{"nora.none"};
};

TEST_F(ConsoleIncident, IsOpenedByAnybody) {
    const Visitor::Fields typed{
        {"title", kTyped}, {"severity", "SEV-2"}, {"kind", "releases"}, {"subject", release_.Id()}};
    const Page page = nora_.Open(kList);
    Visitor::Fields forged = typed;
    forged.emplace_back("csrf", "of-another-site");
    nora_.Send(page, kList, forged).Expect(403).Shows(kTypedShown);
    Visitor::Fields unknown = typed;
    unknown[3].second = "no-such-release";
    const Page refused = nora_.Send(page, kList, unknown);
    EXPECT_GE(refused.Status(), 400);
    refused.Shows("Nothing was changed").Shows(kTypedShown).Shows("no-such-release");
    nora_.Send(page, kList, {{"title", ""}, {"severity", "SEV-2"}}).Expect(422);
    const Page opened = nora_.Send(page, kList, typed);
    opened.Expect(200).Shows("It is open, and its clocks run.").Shows(kTypedShown).Shows("acknowledge by");
}

TEST_F(ConsoleIncident, GoesItsWayThroughTheForms) {
    const std::string id = Open();
    for (const char* action : {"/acknowledge", "/contain"}) {
        ExpectGuarded(otto_, nora_, {PathOf(id), PathOf(id, action), {{"note", kTyped}}, kTypedShown});
    }
    ExpectGuarded(
        otto_, nora_,
        {PathOf(id), PathOf(id, "/resolve"), {{"resolution", kTyped}, {"evidence", "the lights"}}, kTypedShown});
    nora_.Send(nora_.Open(PathOf(id)), PathOf(id, "/severity"), {{"severity", "SEV-4"}, {"reason", kTyped}})
        .Shows("Nothing was changed")
        .Shows(kTypedShown);
    Send(otto_, id, "/acknowledge", {{"note", kTyped}}).Expect(200).Shows("It is acknowledged.").Shows(kTypedShown);
    Send(otto_, id, "/note", {{"note", ""}}).Expect(422).Shows("Nothing was changed");
    Send(nora_, id, "/note", {{"note", "a fuse"}}).Expect(200).Shows("a fuse");  // as may who opens one
    Send(nora_, id, "/severity", {{"severity", "SEV-2"}, {"reason", kTyped}}).Expect(200).Shows("SEV-2");
    Send(otto_, id, "/contain", {{"note", ""}}).Expect(200).Shows("It is contained.");
    Send(otto_, id, "/resolve", {{"resolution", "a new fuse"}, {"evidence", ""}}).Expect(422).Shows("a new fuse");
    const Page over = Send(otto_, id, "/resolve", {{"resolution", "a new fuse"}, {"evidence", "lights are on"}});
    over.Expect(200).Shows("It is resolved.").Shows("a new fuse").ShowsNot("action=\"" + PathOf(id, "/note"));
    EXPECT_EQ(As("nora.none").Get("/v1/incidents/" + id).Body()["state"], "resolved");
}

}  // namespace
}  // namespace api_test
