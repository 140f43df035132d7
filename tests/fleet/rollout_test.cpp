// A rollout of tenancy itself on a real instance: exactly the organizations of the stage are in, from the stage's
// beginning to the reversal and the end, and the default organization goes on all the while.
#include <algorithm>

#include "tests/fleet/exposure_world.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

constexpr const char* kRollout = "/v1/rollouts/tenancy";

int AnswerIn(pulse_test::OwnPulsed& pulsed, const std::string& org) {
    return pulsed.As("alice").In(org).Get("/api/features").Status();
}

/// Tenancy for the release's first tenant in stage 1; stage 0 is for an organization that no instance hosts.
class TenancyRollout {
public:
    TenancyRollout() {
        As("rita.release").Post("/v1/tenants", {{"id", "workbench"}, {"name", "W"}, {"kind", "dev"}}).Expect(201);
        const Json metrics =
            Json::array({{{"key", "errors"}, {"text", "errors stay rare"}, {"comparison", "<"}, {"threshold", 0.01}}});
        Json stages = Json::array();
        for (int stage = 0; stage <= 3; ++stage) {
            stages.push_back({{"stage", stage}, {"metrics", metrics}});
        }
        stages[0]["organizations"] = {"workbench"};
        stages[1]["organizations"] = {Pilot()};
        As("rita.release")
            .Post("/v1/rollouts", {{"id", "tenancy"},
                                   {"title", "Tenants"},
                                   {"capability", "tenants of their own"},
                                   {"owner", "rita.release"},
                                   {"engineering", "dora.lead"},
                                   {"product", "quinn.qa"},
                                   {"support", "otto.operator"},
                                   {"stages", stages}})
            .Expect(201);
    }

    ExposureWorld world{{"--fleet-drift-patience=1s"}};

    const std::string& Pilot() const {
        return world.release.Tenant();
    }
    api_test::Caller As(std::string_view who) const {
        return world.controller.As(who);
    }
    void Change(std::string_view who, const std::string& rest, const Json& body) const {
        As(who).IfMatch(As("nora.none").Get(kRollout).Expect(200).Etag()).Post(kRollout + rest, body).Expect(200);
    }
    /// Once everything that is to be said of it was said, and instances report it so.
    void AwaitGate(int to) const {
        EXPECT_TRUE(Eventually([&] {
            return As("nora.none").Get(kRollout + ("/gates/" + std::to_string(to))).Body().value("decision", "") ==
                   "allow";
        })) << As("nora.none").Get(kRollout + ("/gates/" + std::to_string(to))).Body().dump(1);
    }
    void Advance(int to) const {
        Change("rita.release", ":advance", {{"to", to}, {"reason", "it is time"}});
    }
    void FinishStage0() const {
        for (const int checkpoint : {1, 2}) {
            Change("dora.lead", "/checkpoints",
                   {{"checkpoint", checkpoint}, {"note", "501, 402 and 403 as they should"}});
        }
        As("ci")
            .Post(std::string(kRollout) + "/measurements",
                  {{"stage", 0}, {"metric", "errors"}, {"value", 0}, {"evidence", "the tests"}})
            .Expect(200);
    }
};

TEST(Rollout, AStageIsForExactlyItsOrganizationsUntilItIsReversed) {
    const TenancyRollout rollout;
    const std::string& pilot = rollout.Pilot();
    const auto pulsed = StartHostOf(rollout.world, "eu-1", pilot);
    ASSERT_EQ(AnswerIn(*pulsed, pilot), 200) << "what is only planned changes nothing";
    ASSERT_EQ(AnswerIn(*pulsed, "acme"), 200);

    rollout.Advance(0);
    EXPECT_TRUE(Eventually([&] { return AnswerIn(*pulsed, pilot) == 501 && AnswerIn(*pulsed, "acme") == 501; }))
        << "stage 0 is for dev and test alone" << pulsed->Log();
    EXPECT_EQ(AnswerIn(*pulsed, "default"), 200);

    rollout.FinishStage0();
    rollout.AwaitGate(1);
    rollout.Advance(1);
    EXPECT_TRUE(Eventually([&] { return AnswerIn(*pulsed, pilot) == 200; })) << pulsed->Log();
    EXPECT_EQ(AnswerIn(*pulsed, "acme"), 501);
    EXPECT_EQ(AnswerIn(*pulsed, "default"), 200);
    EXPECT_EQ(pulsed->As("alice").Get("/api/orgs/" + pilot).Status(), 200);
    EXPECT_EQ(pulsed->As("alice").Get("/api/orgs/acme").Status(), 501);
    EXPECT_EQ(pulsed->As("alice").In(pilot).Get("/api/features").Body().value("flags", Json::array()), Json::array())
        << "that tenancy is on is no feature";
    const auto audit = rollout.world.controller.Audit("rollout.on&tenant=" + pilot);
    ASSERT_FALSE(audit.empty());
    EXPECT_EQ(audit.front().value("actor", ""), "portcullisd");

    rollout.As("ci").Post(std::string(kRollout) + ":reverse", {{"reason", "it leaks"}}).Expect(200);
    EXPECT_TRUE(Eventually([&] { return AnswerIn(*pulsed, pilot) == 501; })) << pulsed->Log();
    EXPECT_EQ(AnswerIn(*pulsed, "acme"), 501) << "what was reversed is on for nobody";
    EXPECT_EQ(AnswerIn(*pulsed, "default"), 200);
}

TEST(Rollout, WhoIsTakenOffIsOffAndSoIsEverybodyAtTheEnd) {
    const TenancyRollout rollout;
    const std::string& pilot = rollout.Pilot();
    const auto pulsed = StartHostOf(rollout.world, "eu-1", pilot);
    rollout.Advance(0);
    rollout.FinishStage0();
    rollout.AwaitGate(1);
    rollout.Advance(1);
    ASSERT_TRUE(Eventually([&] { return AnswerIn(*pulsed, pilot) == 200 && AnswerIn(*pulsed, "acme") == 501; }))
        << pulsed->Log();
    rollout.Change("rita.release", ":end", {{"reason", "the quarter is over"}});
    EXPECT_TRUE(Eventually([&] { return AnswerIn(*pulsed, pilot) == 501; })) << pulsed->Log();
    EXPECT_EQ(AnswerIn(*pulsed, "default"), 200);
}

TEST(Rollout, WhileAnInstanceReportsAnotherThanTheStageNoOtherIsEntered) {
    const TenancyRollout rollout;
    const auto pulsed = StartHostOf(rollout.world, "eu-1", rollout.Pilot());
    rollout.Advance(0);
    rollout.FinishStage0();
    rollout.AwaitGate(1);
    // It goes before it hears of stage 1, and what it said last stands.
    pulsed->Stop();
    rollout.Advance(1);
    const auto gate = [&] { return rollout.As("nora.none").Get(std::string(kRollout) + "/gates/2").Body(); };
    EXPECT_TRUE(Eventually([&] {
        const Json said = gate();
        return std::ranges::any_of(said["findings"], [](const Json& finding) {
            return finding.value("rule", "") == "STG-7" && finding.value("subject", "") == "eu-1" &&
                   finding.value("kind", "") == "denied";
        });
    })) << gate().dump(1);
}

TEST(Rollout, WhoJoinsInTheMiddleServesNobodyBeforeItsFirstOrder) {
    pulse_test::PulsedOptions options;
    options.people = "few_people.json";
    options.arguments = {"--before-first-order=nobody"};
    pulse_test::OwnPulsed waiting(std::move(options));
    EXPECT_EQ(AnswerIn(waiting, "acme"), 501);
    EXPECT_EQ(AnswerIn(waiting, "default"), 200);
}

}  // namespace
}  // namespace fleet_test
