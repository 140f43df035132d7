// The fleet and the kill in the console: who is meant, what becomes of it, and the way back on, as people use it.
#include "tests/fleet/console_session.hpp"
#include "tests/fleet/played_instance.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

constexpr const char* kHostileReason = "<script>alert('x')</script> isolation is in doubt & nobody knows why";

class ConsoleFleet : public ::testing::Test {
protected:
    ConsoleSession SignedIn(std::string_view person) {
        return {controller_.Server().Url(), controller_.Server().Token(person)};
    }
    std::string OperationShown(const ConsoleAnswer& answer) {
        EXPECT_EQ(answer.status, 303) << answer.body;
        constexpr std::string_view kPrefix = "/console/operations/";
        EXPECT_TRUE(answer.location.starts_with(kPrefix)) << answer.location;
        return answer.location.substr(std::min(answer.location.size(), kPrefix.size()));
    }

    Controller controller_{{"--fleet-verify-patience=4s", "--fleet-restart-patience=4s"}};
};

TEST_F(ConsoleFleet, ShowsWhatIsSaidAndWhatCannotBeReached) {
    ConsoleSession nora = SignedIn("nora.none");
    EXPECT_TRUE(nora.Open("/console/fleet").Has("No instance yet"));
    const PlayedInstance one(controller_, "eu-1");
    {
        const PlayedInstance gone(controller_, "eu-2");
        ASSERT_TRUE(Eventually([&] { return controller_.IsConnected("eu-2"); }));
    }
    ASSERT_TRUE(Eventually([&] { return nora.Open("/console/fleet").Has("UNREACHABLE"); }));
    const ConsoleAnswer fleet = nora.Open("/console/fleet");
    EXPECT_EQ(fleet.status, 200);
    EXPECT_TRUE(fleet.Has("/console/fleet/instances/eu-1"));
    EXPECT_TRUE(fleet.Has("silent for"));
    EXPECT_FALSE(fleet.Has("name=\"instance\"")) << "offers a kill to who may not give it";
    const ConsoleAnswer instance = nora.Open("/console/fleet/instances/eu-2");
    EXPECT_TRUE(instance.Has("UNREACHABLE")) << instance.body;
    EXPECT_TRUE(instance.Has("release_manager")) << "does not say who may revoke it";
    EXPECT_EQ(nora.Open("/console/fleet/instances/nobody").status, 404);
}

TEST_F(ConsoleFleet, KillSaysWhomItReachesAndIsWatchedToVerified) {
    const PlayedInstance one(controller_, "eu-1");
    const PlayedInstance two(controller_, "eu-2");
    {
        const PlayedInstance gone(controller_, "eu-3");
        ASSERT_TRUE(Eventually([&] { return controller_.IsConnected("eu-3"); }));
    }
    ASSERT_TRUE(Eventually([&] { return !controller_.IsConnected("eu-3"); }));
    ConsoleSession otto = SignedIn("otto.operator");
    const std::string page = "/console/fleet/kill?scope=fleet";
    const ConsoleAnswer before = otto.Open(page);
    EXPECT_TRUE(before.Has("3 instances")) << before.body;
    EXPECT_TRUE(before.Has("will be switched off") && before.Has("cannot be reached")) << before.body;

    // Without a reason it is refused, and what was chosen is still chosen.
    const ConsoleAnswer refused = otto.Send(page, "/console/fleet/kill", {{"reason", " "}, {"verify", "true"}});
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_TRUE(refused.Has("reason") && refused.Has("name=\"scope\" value=\"fleet\"")) << refused.body;

    const std::string operation = OperationShown(
        otto.Send(page, "/console/fleet/kill", {{"reason", kHostileReason}, {"verify", "true"}, {"watch", "0s"}}));
    EXPECT_EQ(OperationShown(otto.SendAgain()), operation) << "the same form, sent twice, killed twice";
    const std::string shown = "/console/operations/" + operation;
    ASSERT_TRUE(Eventually([&] {
        const ConsoleAnswer now = otto.Open(shown);
        return now.Has("<span class=\"total-count\">2</span> verified") && now.Has("UNREACHABLE");
    })) << otto.Open(shown).body;
    const ConsoleAnswer after = otto.Open(shown);
    EXPECT_FALSE(after.Has("<script>alert"));
    EXPECT_TRUE(after.Has("&lt;script&gt;alert"));
    EXPECT_TRUE(otto.Open("/console/operations").Has(operation));
    const ConsoleAnswer report = otto.Open(shown + "/report.md");
    EXPECT_EQ(report.status, 200);
    EXPECT_TRUE(report.Has("eu-3")) << report.body;
    EXPECT_TRUE(otto.Open(shown + "/report.html").Has("<html"));
}

TEST_F(ConsoleFleet, WayBackNeedsReviewApprovalAndSomebodyElse) {
    const PlayedInstance one(controller_, "eu-1");
    ASSERT_TRUE(Eventually([&] { return controller_.IsConnected("eu-1"); }));
    ConsoleSession otto = SignedIn("otto.operator");
    const std::string operation = OperationShown(otto.Send("/console/fleet/kill?scope=some&instance=eu-1",
                                                           "/console/fleet/kill", {{"reason", "isolation in doubt"}}));
    const std::string on = "/console/fleet/way-back/switch-on";
    const ConsoleAnswer early = otto.Send("/console/fleet/way-back", on, {{"reason", "it is over, I believe"}});
    EXPECT_EQ(early.status, 409) << early.body;
    EXPECT_TRUE(early.Has("KSW-8") && early.Has("it is over, I believe")) << early.body;

    const std::string shown = "/console/operations/" + operation;
    // Two people review it at once: the second is told, and keeps what was typed.
    ConsoleSession second = SignedIn("dora.lead");
    second.Fill(shown, shown + "/review", {{"findings", "Somebody else's findings, typed at length"}});
    const ConsoleAnswer done =
        otto.Send(shown, shown + "/review", {{"findings", "The cache was keyed wrongly; fixed."}});
    EXPECT_EQ(done.status, 303) << done.body;
    EXPECT_TRUE(otto.Open(shown).Has("The cache was keyed wrongly; fixed."));
    const ConsoleAnswer late = second.SendAgain();
    EXPECT_GE(late.status, 409) << late.body;
    EXPECT_TRUE(late.Has("Nothing was changed") && late.Has("findings, typed at length")) << late.body;
    EXPECT_TRUE(second.Open("/console/fleet/way-back").Has("Every kill is reviewed."));

    ConsoleSession sam = SignedIn("sam.owner");
    EXPECT_FALSE(otto.Open("/console/fleet/way-back").Has("action=\"/console/fleet/way-back/approve\""));
    EXPECT_EQ(
        sam.Send("/console/fleet/way-back", "/console/fleet/way-back/approve", {{"reason", "reviewed; go back on"}})
            .status,
        303);
    OperationShown(otto.Send("/console/fleet/way-back", on, {{"reason", "reviewed and approved"}, {"batch", ""}}));
}

}  // namespace
}  // namespace fleet_test
