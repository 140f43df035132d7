// Promotion drives exposure: who has a release's flag on real instances is who the plan says, from the promotion to the
// withdrawal of a consent, the kill of the flag and the rollback.
#include <algorithm>
#include <set>

#include "platform/base/clock.hpp"
#include "tests/fleet/console_session.hpp"
#include "tests/fleet/exposure_world.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

TEST(Exposure, APromotionSwitchesTheFlagOnForItsTenantsWhereTheyAreAndForNobodyElse) {
    ExposureWorld world;
    const std::string& one = world.release.Tenant();
    const std::string& two = world.release.OtherTenant();
    const auto eu = StartHostOf(world, "eu-1", one);
    const auto us = StartHostOf(world, "us-1", two);
    EXPECT_FALSE(IsFeatureOn(*eu, one)) << "not before it is promoted";

    world.release.Reach("experimental");
    EXPECT_TRUE(Eventually([&] { return IsFeatureOn(*eu, one) && IsFeatureOn(*us, two); }))
        << world.Exposure().dump() << eu->Log();
    EXPECT_FALSE(IsFeatureOn(*eu, "acme"));
    EXPECT_FALSE(IsFeatureOn(*us, "acme"));
    EXPECT_FALSE(IsFeatureOn(*eu, "default"));
    EXPECT_TRUE(Eventually([&] {
        return world.On("eu-1") == std::vector{one} && world.On("us-1") == std::vector{two};
    })) << world.Exposure().dump();
    EXPECT_TRUE(world.NothingDiffers()) << world.Exposure().dump();
    EXPECT_EQ(TenantsAnswer(*eu), 200) << "the switch is as it was";
    const auto audit = world.controller.Audit("exposure.on&tenant=" + one);
    ASSERT_FALSE(audit.empty());
    EXPECT_EQ(audit.front().value("release", ""), world.release.Id());
    EXPECT_EQ(audit.front().value("actor", ""), "portcullisd");

    // CHN-7: off at once, there and nowhere else.
    world.Withdraw(one);
    const platform::Stopwatch watch;
    EXPECT_TRUE(Eventually([&] { return !IsFeatureOn(*eu, one); }));
    RecordProperty("withdrawal_ms",
                   static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(watch.Elapsed()).count()));
    EXPECT_TRUE(IsFeatureOn(*us, two));
}

TEST(Exposure, WhoIsOnThePlanAndLivesOnNoInstanceIsNamed) {
    ExposureWorld world;
    const std::string& hosted = world.release.Tenant();
    const std::string& nowhere = world.release.OtherTenant();
    const auto said = [&](const std::string& tenant) -> Json {
        for (const Json& item : world.Exposure().value("items", Json::array())) {
            if (item.value("tenant", "") == tenant) {
                return item.value("hosted", Json());
            }
        }
        return "not listed";
    };
    const auto pulsed = StartHostOf(world, "eu-1", hosted);
    EXPECT_EQ(said(nowhere), Json()) << "not to have it yet";
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, hosted); })) << world.Exposure().dump();
    EXPECT_EQ(said(hosted), Json(true)) << world.Exposure().dump();
    EXPECT_EQ(said(nowhere), Json(false)) << "nobody has it there, whatever the plan says; " << world.Exposure().dump();
    EXPECT_TRUE(world.NothingDiffers()) << "and no instance is to blame";
    // The console says so of each of them, planned against actual.
    ConsoleSession rita(world.controller.Server().Url(), world.controller.Server().Token("rita.release"));
    const std::string page = "/console/releases/" + world.release.Id() + "/exposure";
    EXPECT_TRUE(Eventually([&] { return rita.Open(page).Has("on at eu-1"); })) << rita.Open(page).body;
    EXPECT_TRUE(rita.Open(page).Has("hosted nowhere"));
    const auto late = StartHostOf(world, "us-1", nowhere);
    EXPECT_TRUE(Eventually([&] { return said(nowhere) == Json(true); })) << world.Exposure().dump();
    EXPECT_TRUE(Eventually([&] { return IsFeatureOn(*late, nowhere); })) << world.Exposure().dump();
    EXPECT_TRUE(Eventually([&] { return rita.Open(page).Has("on at us-1"); })) << rita.Open(page).body;
    EXPECT_FALSE(rita.Open(page).Has("hosted nowhere"));
}

TEST(Exposure, AConsentThatEndsByTimeEndsTheExposure) {
    ExposureWorld world;
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant);
    world.Withdraw(tenant);
    world.controller.As("rita.release")
        .Post("/v1/tenants/" + tenant + "/consents", {{"release", world.release.Id()},
                                                      {"given_by", "Omar Haddad"},
                                                      {"capacity", "administrator of the tenant"},
                                                      {"evidence", "Ticket 119"},
                                                      {"expires_at", "2025-01-16T09:00:00Z"}})
        .Expect(201);
    world.release.Reach("experimental");
    EXPECT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, tenant); })) << world.Exposure().dump();
    world.controller.As("otto.operator").Post("/v1/clock/advance", {{"by", "2d"}}).Expect(200);
    EXPECT_TRUE(Eventually([&] { return !IsFeatureOn(*pulsed, tenant); }));
}

TEST(Exposure, WhatDiffersFromThePlanBlocksThePromotion) {
    ExposureWorld world;
    const auto pulsed = StartHostOf(world, "eu-1", world.release.Tenant());
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, world.release.Tenant()) && world.NothingDiffers(); }));
    world.controller.As("otto.operator").Post("/v1/clock/advance", {{"by", "7d"}}).Expect(200);
    world.release.Prepare("candidate");
    // It hosts organizations that nobody registered, and candidate is for all.
    world.release.Promote("candidate").ExpectProblem(409, "rules.denied").ExpectRules({"CHX-7"});
    const Json gate = world.controller.As("ci").Get(world.release.Path("/gates/candidate")).Body();
    EXPECT_NE(gate.dump().find("acme"), std::string::npos) << gate.dump();
    const Json hosts = world.Part("eu-1")["hosts"];
    for (const Json& org : hosts) {
        if (org != "default" && org != world.release.Tenant()) {
            world.controller.As("rita.release")
                .Post("/v1/tenants", {{"id", org}, {"name", "Hosted"}, {"kind", "production"}})
                .Expect(201);
        }
    }
    EXPECT_TRUE(Eventually([&] { return world.NothingDiffers(); }));
    world.release.Promote("candidate").Expect(201);
    EXPECT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, "acme"); })) << "candidate is for all tenants";
}

TEST(FlagKill, IsKilledEverywhereUntilItIsLiftedAsDecided) {
    ExposureWorld world;
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant);
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, tenant); }));
    const std::string path = std::string("/v1/flags/") + kFlag;
    const Json reason = {{"reason", "totals on the roster are wrong"}, {"watch_for", "0s"}};

    world.controller.As("otto.operator").Post(path + "/kill", {{"reason", "too short"}}).ExpectRules({"KSW-7"});
    world.controller.As("otto.operator").Post("/v1/flags/NO_SUCH_FLAG/kill", reason).Expect(409);
    const auto killed = world.controller.As("otto.operator").Post(path + "/kill", reason);
    killed.Expect(202);
    EXPECT_EQ(killed.Body()["kind"], "flag");
    EXPECT_TRUE(Eventually([&] { return !IsFeatureOn(*pulsed, tenant); }));
    const Json operation = world.controller.Await(killed.Id());
    EXPECT_EQ(OutcomeOf(operation, "eu-1"), "verified") << operation.dump();
    EXPECT_EQ(TenantsAnswer(*pulsed), 200) << "the switch is as it was";
    EXPECT_EQ(world.Exposure().value("killed_by", ""), killed.Id());
    EXPECT_EQ(world.controller.As("nora.none").All("/v1/flags/kills").size(), 1U);
    world.release.Promote("candidate").ExpectRules({"KSW-8"});

    // For those that join later, too.
    const auto late = StartHostOf(world, "late", world.release.OtherTenant());
    EXPECT_TRUE(Eventually([&] { return world.controller.Instance("late")["state"].value("generation", 0) > 0; }))
        << late->Log();
    EXPECT_FALSE(IsFeatureOn(*late, world.release.OtherTenant()));

    // The way back.
    world.controller.As("otto.operator").Post(path + "/lift", reason).ExpectRules({"KSW-8"});
    world.controller.As("otto.operator").Post(path + "/approvals", {{"reason", "fixed in 1.4"}}).Expect(403);
    world.controller.As("sam.owner").Post(path + "/approvals", {{"reason", "fixed in 1.4"}}).Expect(201);
    world.controller.As("otto.operator").Post(path + "/lift", reason).ExpectRules({"KSW-8"});
    const std::string review = "/v1/kill-switch/reviews/" + killed.Id();
    world.controller.As("otto.operator")
        .IfMatch(world.controller.As("otto.operator").Get(review).Etag())
        .Post(review + ":complete", {{"findings", "a missing sort key; fixed"}})
        .Expect(200);
    world.controller.As("otto.operator").Post(path + "/lift", reason).Expect(202);
    EXPECT_TRUE(
        Eventually([&] { return IsFeatureOn(*pulsed, tenant) && IsFeatureOn(*late, world.release.OtherTenant()); }));
    world.controller.As("otto.operator").Post(path + "/lift", reason).Expect(409);
}

TEST(Rollback, TakesTheReleaseOffTheInstancesAndProvesIt) {
    ExposureWorld world;
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant);
    const auto other = StartInstance(world.controller, "without");
    ASSERT_TRUE(Eventually([&] { return world.Hosts("without", "default"); })) << "one that is silent holds it up";
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, tenant) && !world.On("eu-1").empty(); }));
    const auto rollback =
        world.controller.As("dora.lead")
            .Post(world.release.Path("/rollbacks"), {{"reason", "the order is wrong"}, {"watch", "1m"}});
    rollback.Expect(201);
    EXPECT_TRUE(Eventually([&] { return !IsFeatureOn(*pulsed, tenant); }));
    const std::string id = rollback.Body().value("operation", "");
    ASSERT_FALSE(id.empty()) << rollback.Text();
    EXPECT_TRUE(Eventually([&] {
        const Json operation = world.controller.As("nora.none").Get("/v1/operations/" + id).Body();
        return OutcomeOf(operation, "eu-1") == "verified";
    })) << world.controller.As("nora.none").Get("/v1/operations/" + id).Text();
    const Json operation = world.controller.As("nora.none").Get("/v1/operations/" + id).Body();
    EXPECT_EQ(operation.value("kind", ""), "rollback");
    EXPECT_EQ(operation.value("release", ""), world.release.Id());
    EXPECT_EQ(operation["instances"].size(), 1U) << "nothing to switch on the other";
    const Json steps = operation["instances"][0]["steps"];
    EXPECT_TRUE(std::ranges::any_of(steps, [](const Json& step) {
        return step["step"] == "flags" && step["outcome"] == "passed";
    })) << steps.dump();
}

}  // namespace
}  // namespace fleet_test
