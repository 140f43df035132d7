// A release's flag in the console: from the release's page to the kill, watched on a real instance, and the governed
// way back.
#include "tests/fleet/console_session.hpp"
#include "tests/fleet/exposure_world.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

TEST(ConsoleFlags, AReleasesFlagIsKilledAndLiftedOnARealInstance) {
    ExposureWorld world;
    const auto signed_in = [&](std::string_view person) {
        return ConsoleSession(world.controller.Server().Url(), world.controller.Server().Token(person));
    };
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant);
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, tenant); }));

    ConsoleSession otto = signed_in("otto.operator");
    const std::string release = "/console/releases/" + world.release.Id();
    const std::string flags = std::string("/console/flags?flag=") + kFlag;
    const ConsoleAnswer before = otto.Open(release);
    EXPECT_TRUE(before.Has("href=\"" + flags + "\"")) << before.body;
    EXPECT_TRUE(otto.Open(flags).Has(std::string("value=\"") + kFlag)) << "the form does not know which flag";

    // Too short a reason is refused, and what was typed is kept; the flag stays on.
    const ConsoleAnswer refused = otto.Send(flags, "/console/flags/kill", {{"flag", kFlag}, {"reason", "too short"}});
    EXPECT_TRUE(refused.status == 409 && refused.Has("KSW-7") && refused.Has("too short")) << refused.body;
    EXPECT_TRUE(IsFeatureOn(*pulsed, tenant));

    const ConsoleAnswer killed =
        otto.Send(flags, "/console/flags/kill", {{"flag", kFlag}, {"reason", "totals on the roster are wrong"}});
    ASSERT_EQ(killed.status, 303) << killed.body;
    EXPECT_TRUE(Eventually([&] { return !IsFeatureOn(*pulsed, tenant); }));
    EXPECT_TRUE(Eventually([&] {
        return otto.Open(killed.location).Has("<span class=\"total-count\">1</span> verified");
    })) << otto.Open(killed.location).body;
    EXPECT_EQ(TenantsAnswer(*pulsed), 200) << "the switch is as it was";
    constexpr const char* kSaysKilled = "<span class=\"badge badge-bad\">killed</span>";
    const ConsoleAnswer after = otto.Open(release);
    EXPECT_TRUE(after.Has(kSaysKilled) && after.Has("totals on the roster are wrong")) << after.body;

    // The way back: a review, an approval by somebody else, and only then the order.
    ConsoleSession sam = signed_in("sam.owner");
    const auto lift = [&] {
        return otto.Send("/console/flags", "/console/flags/lift", {{"reason", "fixed in 1.4, and reviewed"}});
    };
    EXPECT_TRUE(lift().Has("KSW-8"));
    EXPECT_FALSE(otto.Open("/console/flags").Has("action=\"/console/flags/approve\"")) << "offers what is not his";
    EXPECT_EQ(sam.Send("/console/flags", "/console/flags/approve", {{"reason", "fixed in 1.4"}}).status, 303);
    EXPECT_TRUE(lift().Has("KSW-8")) << "nobody has reviewed it";
    EXPECT_EQ(
        otto.Send(killed.location, killed.location + "/review", {{"findings", "a missing sort key; fixed"}}).status,
        303);
    const ConsoleAnswer lifted = lift();
    ASSERT_EQ(lifted.status, 303) << lifted.body;
    EXPECT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, tenant); }));
    EXPECT_TRUE(otto.Open("/console/flags").Has("No flag is killed"));
    EXPECT_FALSE(otto.Open(release).Has(kSaysKilled));
}

}  // namespace
}  // namespace fleet_test
