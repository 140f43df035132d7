// Promotion drives exposure: who has a release's flag on real instances is who the plan says, from the promotion to the
// withdrawal of a consent, the kill of the flag and the rollback.
#include <algorithm>
#include <set>

#include "platform/base/clock.hpp"
#include "tests/api/journey.hpp"
#include "tests/fleet/fleet_world.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;
using api_test::Journey;

constexpr const char* kFlag = Journey::kFlag;

struct World {
    Controller controller{{}, true};
    Journey release{[this](std::string_view who) { return controller.As(who); }};

    Json Exposure() const {
        return controller.As("nora.none").Get(release.Path("/exposure")).Body();
    }
    Json Part(const std::string& instance) const {
        for (const Json& part : Exposure().value("instances", Json::array())) {
            if (part.value("instance", "") == instance) {
                return part;
            }
        }
        return Json::object();
    }
    /// What the instance reports.
    std::vector<std::string> On(const std::string& instance) const {
        return Part(instance).value("on", std::vector<std::string>());
    }
    bool Hosts(const std::string& instance, const std::string& org) const {
        const auto hosts = Part(instance).value("hosts", std::vector<std::string>());
        return std::ranges::find(hosts, org) != hosts.end();
    }
    bool NothingDiffers() const {
        const Json instances = Exposure().value("instances", Json::array());
        return std::ranges::all_of(instances, [](const Json& part) {
            return std::ranges::all_of(part["drift"], [](const Json& drift) { return drift["kind"] == "unknown"; });
        });
    }
    std::string ConsentOf(const std::string& tenant) const {
        const auto consents = controller.As("rita.release").All("/v1/tenants/" + tenant + "/consents");
        return consents.empty() ? "" : consents.front().value("id", "");
    }
    void Withdraw(const std::string& tenant) const {
        controller.As("rita.release")
            .Post("/v1/consents/" + ConsentOf(tenant) + ":withdraw", {{"reason", "they have had enough of it"}})
            .Expect(200);
    }
};

/// A pulsed that hosts this organization beside those every one has.
std::unique_ptr<pulse_test::OwnPulsed> StartHostOf(const World& world, const std::string& name,
                                                   const std::string& org) {
    auto pulsed = StartInstance(world.controller, name);
    pulsed->As("alice").Post("/api/orgs", {{"id", org}, {"displayName", "Pilot"}}).Expect(201);
    EXPECT_TRUE(Eventually([&] { return world.Hosts(name, org); })) << world.Part(name).dump() << pulsed->Log();
    return pulsed;
}

/// What a feature behind the flag is told in this organization.
bool IsOn(pulse_test::OwnPulsed& pulsed, const std::string& org) {
    const auto reply = pulsed.As("alice").In(org).Get("/api/features");
    reply.Expect(200);
    const auto flags = reply.Body().value("flags", std::vector<std::string>());
    return std::ranges::find(flags, kFlag) != flags.end();
}

std::int64_t MillisecondsUntil(const std::function<bool()>& condition) {
    const auto begin = platform::SteadyNow();
    EXPECT_TRUE(Eventually(condition));
    return std::chrono::duration_cast<std::chrono::milliseconds>(platform::SteadyNow() - begin).count();
}

TEST(Exposure, APromotionSwitchesTheFlagOnForItsTenantsWhereTheyAreAndForNobodyElse) {
    World world;
    const std::string& one = world.release.Tenant();
    const std::string& two = world.release.OtherTenant();
    const auto eu = StartHostOf(world, "eu-1", one);
    const auto us = StartHostOf(world, "us-1", two);
    EXPECT_FALSE(IsOn(*eu, one)) << "not before it is promoted";

    world.release.Reach("experimental");
    EXPECT_TRUE(Eventually([&] { return IsOn(*eu, one) && IsOn(*us, two); })) << world.Exposure().dump() << eu->Log();
    EXPECT_FALSE(IsOn(*eu, "acme"));
    EXPECT_FALSE(IsOn(*us, "acme"));
    EXPECT_FALSE(IsOn(*eu, "default"));
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
    const auto waited = MillisecondsUntil([&] { return !IsOn(*eu, one); });
    EXPECT_LT(waited, 5'000);
    RecordProperty("withdrawal_ms", static_cast<int>(waited));
    EXPECT_TRUE(IsOn(*us, two));
}

TEST(Exposure, AConsentThatEndsByTimeEndsTheExposure) {
    World world;
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
    EXPECT_TRUE(Eventually([&] { return IsOn(*pulsed, tenant); })) << world.Exposure().dump();
    world.controller.As("otto.operator").Post("/v1/clock/advance", {{"by", "2d"}}).Expect(200);
    EXPECT_LT(MillisecondsUntil([&] { return !IsOn(*pulsed, tenant); }), 5'000);
}

TEST(Exposure, WhatDiffersFromThePlanBlocksThePromotion) {
    World world;
    const auto pulsed = StartHostOf(world, "eu-1", world.release.Tenant());
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsOn(*pulsed, world.release.Tenant()) && world.NothingDiffers(); }));
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
    EXPECT_TRUE(Eventually([&] { return IsOn(*pulsed, "acme"); })) << "candidate is for all tenants";
}

TEST(FlagKill, IsKilledEverywhereUntilItIsLiftedAsDecided) {
    World world;
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant);
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsOn(*pulsed, tenant); }));
    const std::string path = std::string("/v1/flags/") + kFlag;
    const Json reason = {{"reason", "totals on the roster are wrong"}, {"watch_for", "0s"}};

    world.controller.As("otto.operator").Post(path + "/kill", {{"reason", "too short"}}).ExpectRules({"KSW-7"});
    world.controller.As("otto.operator").Post("/v1/flags/NO_SUCH_FLAG/kill", reason).Expect(409);
    const auto killed = world.controller.As("otto.operator").Post(path + "/kill", reason);
    killed.Expect(202);
    EXPECT_EQ(killed.Body()["kind"], "flag");
    EXPECT_LT(MillisecondsUntil([&] { return !IsOn(*pulsed, tenant); }), 5'000);
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
    EXPECT_FALSE(IsOn(*late, world.release.OtherTenant()));

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
    EXPECT_TRUE(Eventually([&] { return IsOn(*pulsed, tenant) && IsOn(*late, world.release.OtherTenant()); }));
    world.controller.As("otto.operator").Post(path + "/lift", reason).Expect(409);
}

TEST(Rollback, TakesTheReleaseOffTheInstancesAndProvesIt) {
    World world;
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant);
    const auto other = StartInstance(world.controller, "without");
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsOn(*pulsed, tenant) && !world.On("eu-1").empty(); }));
    const auto rollback =
        world.controller.As("dora.lead")
            .Post(world.release.Path("/rollbacks"), {{"reason", "the order is wrong"}, {"watch", "1m"}});
    rollback.Expect(201);
    EXPECT_LT(MillisecondsUntil([&] { return !IsOn(*pulsed, tenant); }), 5'000);
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
