// A drill as people run it in the console: approved by one, ordered by another, followed until it is evidence.
#include "tests/fleet/console_session.hpp"
#include "tests/fleet/drill_world.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

TEST(ConsoleDrill, IsApprovedOrderedAndFollowedUntilItPassed) {
    Controller controller;
    const auto one = StartDrillable(controller, "eu-1");
    const std::string url = controller.Server().Url();
    ConsoleSession otto(url, controller.Server().Token("otto.operator"));
    ConsoleSession sam(url, controller.Server().Token("sam.owner"));
    const std::string page = "/console/drills";
    const ConsoleSession::Fields order{{"instances", "eu-1"}, {"mode", "hot"}, {"reason", "the <i>monthly</i> drill"}};
    const ConsoleAnswer early = otto.Send(page, page, order);
    EXPECT_EQ(early.status, 409) << early.body;
    EXPECT_TRUE(early.Has("KSW-8") && early.Has("the &lt;i&gt;monthly&lt;/i&gt; drill")) << early.body;
    const ConsoleAnswer approved = sam.Send(page, page + "/approve", {{"instances", "eu-1"}, {"reason", "as planned"}});
    EXPECT_EQ(approved.status, 303) << approved.body;
    EXPECT_EQ(otto.Send(page, page, order).status, 303);
    EXPECT_EQ(otto.SendAgain().status, 303) << "the form that was sent twice is answered as if it had been sent once";
    ASSERT_TRUE(Eventually([&] { return otto.Open(page).Has(">passed<"); })) << otto.Open(page).body;
    const ConsoleAnswer after = otto.Open(page);
    EXPECT_TRUE(after.Has("on again: <strong>verified</strong>")) << after.body;
    EXPECT_FALSE(after.Has("Stop this drill")) << after.body;
    EXPECT_EQ(controller.As("nora.none").All("/v1/drills").size(), 1U);
    EXPECT_EQ(otto.Send(page, page, order).status, 409) << "the approval is spent";
}

}  // namespace
}  // namespace fleet_test
