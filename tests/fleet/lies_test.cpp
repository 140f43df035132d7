// Instances that lie about exposure: that serve other flags than they decide by and report, report what they do not
// have, and hide whom they host. Who can see it, sees it; and what differs from the plan blocks promotions.
#include <algorithm>
#include <filesystem>

#include "tenancy/wire/inventory.hpp"
#include "tests/fleet/exposure_world.hpp"
#include "tests/fleet/played_instance.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

namespace wire = tenancy::wire;
using api_test::Eventually;

std::string Lie(const std::string& org, const std::string& is) {
    return org + " " + kFlag + " " + is + "\n";
}

Json Operation(const ExposureWorld& world, const std::string& id) {
    return world.controller.As("nora.none").Get("/v1/operations/" + id).Body();
}

bool BecomesOn(const ExposureWorld& world, const std::string& operation, const std::string& outcome) {
    return Eventually([&] { return OutcomeOf(Operation(world, operation), "eu-1") == outcome; });
}

std::string KillFlag(const ExposureWorld& world, const std::string& watch_for) {
    const auto killed = world.controller.As("otto.operator")
                            .Post(std::string("/v1/flags/") + kFlag + "/kill",
                                  {{"reason", "totals on the roster are wrong"}, {"watch_for", watch_for}});
    killed.Expect(202);
    return killed.Id();
}

std::string TokenOf(pulse_test::OwnPulsed& pulsed, const std::string& org) {
    const pulse_test::Caller who = org == "default" ? pulsed.As("root") : pulsed.As("alice").In(org);
    const Json scopes =
        org == "default" ? Json{"monitoring:read", "settings:read", "settings:write"} : Json{"monitoring:read"};
    return who.Post("/api/security/tokens", {{"name", "canary of the controller"}, {"scopes", scopes}})
        .Expect(200)
        .Body()
        .value("token", "");
}

/// The file of direct probes, which a controller is given before there is anybody to look at.
class ProbesFile {
public:
    ProbesFile() {
        support::WriteFile(Path(), "instances: []\n");
    }
    std::string Path() const {
        return (folder_ / "direct-probes.yaml").string();
    }
    std::vector<std::string> Arguments() const {
        return {"--direct-probes-file=" + Path(), "--direct-probes-interval=1s", "--fleet-drift-patience=1s",
                "--fleet-verify-patience=30s"};
    }
    void Replace(const std::string& text) const {
        support::WriteFile(folder_ / "next", text);
        std::filesystem::rename(folder_ / "next", Path());
    }
    /// Whoever hosts this tenant; with tokens of the default organization and of it.
    void LookAt(const std::string& instance, pulse_test::OwnPulsed& pulsed, const std::string& tenant) const {
        support::WriteFile(folder_ / "canary", TokenOf(pulsed, "default"));
        support::WriteFile(folder_ / "tenant", TokenOf(pulsed, tenant));
        Replace("instances:\n  - instance: " + instance + "\n    url: " + pulsed.Url() + "\n    canary_token_file: " +
                (folder_ / "canary").string() + "\n    canary_may_write: true\n    tenant: " + tenant +
                "\n    tenant_token_file: " + (folder_ / "tenant").string() + "\n");
    }

private:
    const support::TempDir folder_{"direct-probes"};
};

bool HasSeen(const ExposureWorld& world, const std::string& instance, const char* how, const std::string& org) {
    const auto orgs = world.Part(instance).value("seen", Json::object()).value(how, std::vector<std::string>());
    return std::ranges::find(orgs, org) != orgs.end();
}

wire::Inventory Saying(std::vector<std::string> orgs, std::vector<std::string> on) {
    wire::Inventory inventory;
    inventory.orgs = std::move(orgs);
    inventory.flags[kFlag] = {false, std::move(on), false};
    inventory.sent_at = platform::SystemNow();
    return inventory;
}

TEST(Lies, AnInstanceThatServesAFlagThatItReportsOffIsNotVerified) {
    const support::TempDir folder("lies");
    ExposureWorld world({"--fleet-verify-patience=4s"});
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant, (folder / "lies").string());
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return IsFeatureOn(*pulsed, tenant); })) << pulsed->Log();

    support::WriteFile(folder / "lies", Lie(tenant, "on"));
    const std::string kill = KillFlag(world, "0s");
    ASSERT_TRUE(BecomesOn(world, kill, "failed")) << Operation(world, kill).dump(1);
    const Json operation = Operation(world, kill);
    const Json step = StepOf(operation, "eu-1", "flags");
    EXPECT_EQ(step.value("outcome", ""), "failed") << step.dump();
    EXPECT_NE(WhyOf(operation, "eu-1").find("GET /api/features"), std::string::npos) << WhyOf(operation, "eu-1");
    EXPECT_TRUE(Eventually([&] { return world.On("eu-1").empty(); })) << "what it reports is in order";
    // Who asked was no stranger to it.
    EXPECT_EQ(step.dump().find("got 401"), std::string::npos) << step.dump();

    std::filesystem::remove(folder / "lies");
    EXPECT_TRUE(BecomesOn(world, kill, "verified")) << Operation(world, kill).dump(1);
}

/// A kill that is given while the flag is just being ordered on is a kill as any other.
TEST(Lies, AFlagThatIsNotServedToWhoIsToHaveItIsNotVerified) {
    const support::TempDir folder("lies");
    ExposureWorld world({"--fleet-verify-patience=4s"});
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant, (folder / "lies").string());
    world.release.Reach("experimental");
    const std::string kill = KillFlag(world, "0s");
    ASSERT_TRUE(BecomesOn(world, kill, "verified")) << "it is honest yet: " << Operation(world, kill).dump(1);
    const std::string review = "/v1/kill-switch/reviews/" + kill;
    const std::string path = std::string("/v1/flags/") + kFlag;
    world.controller.As("otto.operator")
        .IfMatch(world.controller.As("otto.operator").Get(review).Etag())
        .Post(review + ":complete", {{"findings", "a missing sort key; fixed"}})
        .Expect(200);
    world.controller.As("sam.owner").Post(path + "/approvals", {{"reason", "fixed in 1.4"}}).Expect(201);
    support::WriteFile(folder / "lies", Lie(tenant, "off"));
    const auto lifted = world.controller.As("otto.operator")
                            .Post(path + "/lift", {{"reason", "fixed in 1.4, on again"}, {"watch_for", "0s"}});
    lifted.Expect(202);
    ASSERT_TRUE(BecomesOn(world, lifted.Id(), "failed")) << Operation(world, lifted.Id()).dump(1);
    const Json operation = Operation(world, lifted.Id());
    EXPECT_NE(WhyOf(operation, "eu-1").find(std::string(kFlag) + " not on"), std::string::npos)
        << WhyOf(operation, "eu-1");
}

TEST(Lies, WhatTheControllerSeesItselfBlocksThePromotionWhateverTheInstanceReports) {
    const support::TempDir folder("lies");
    const ProbesFile probes;
    ExposureWorld world(probes.Arguments());
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant, (folder / "lies").string());
    probes.LookAt("eu-1", *pulsed, tenant);
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return HasSeen(world, "eu-1", "on", tenant) && world.NothingDiffers(); }))
        << world.Part("eu-1").dump(1) << world.controller.Server().Log();

    // It withdrew; the instance reports that it is off, and serves it all the same.
    support::WriteFile(folder / "lies", Lie(tenant, "on"));
    world.Withdraw(tenant);
    ASSERT_TRUE(Eventually([&] { return world.On("eu-1").empty(); })) << world.Part("eu-1").dump(1);
    EXPECT_TRUE(Eventually([&] {
        return world.Drift("eu-1", "exposed") == std::vector{tenant} && world.HasDrift("eu-1", "contradicted");
    })) << world.Part("eu-1").dump(1);
    world.TryCandidate().ExpectRules({"CHX-7"});
    // What the instance says anew contradicts nothing until it was looked at again.
    std::string shown;
    EXPECT_TRUE(Eventually([&] {
        const auto run =
            support::RunToEnd({support::BuiltProgram("portcullis"), "release", "exposure", world.release.Id()},
                              {.environment = {{"PORTCULLIS_URL", world.controller.Server().Url()},
                                               {"PORTCULLIS_TOKEN", world.controller.Server().Token("otto.operator")}},
                               .unset = {"PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE", "PORTCULLIS_CONFIG"}});
        EXPECT_EQ(run.exit_code, 0) << run.error;
        shown = run.output;
        return shown.find("contradicted") != std::string::npos;
    })) << shown;

    std::filesystem::remove(folder / "lies");
    EXPECT_TRUE(Eventually([&] { return world.NothingDiffers(); })) << world.Part("eu-1").dump(1);
}

TEST(Lies, WhatAnInstanceReportsAndIsNotSoBlocksThePromotion) {
    ExposureWorld world({"--fleet-drift-patience=1s"});
    const std::string& tenant = world.release.Tenant();
    const std::string& other = world.release.OtherTenant();
    const PlayedInstance played(world.controller, "eu-1");
    played.Tell(Saying({"default", tenant}, {}));
    ASSERT_TRUE(Eventually([&] { return world.Hosts("eu-1", tenant); }));
    world.release.Reach("experimental");
    played.Tell(Saying({"default", tenant}, {tenant}));
    ASSERT_TRUE(Eventually([&] { return world.NothingDiffers(); })) << world.Part("eu-1").dump(1);

    // On for somebody it does not even host.
    played.Tell(Saying({"default", tenant}, {tenant, other}));
    EXPECT_TRUE(Eventually([&] { return world.Drift("eu-1", "contradicted") == std::vector{other}; }))
        << world.Part("eu-1").dump(1);
    world.TryCandidate().ExpectRules({"CHX-7"});
    // A tenant of the plan that it hides all at once.
    played.Tell(Saying({"default"}, {}));
    EXPECT_TRUE(Eventually([&] { return world.Drift("eu-1", "gone") == std::vector{tenant}; }))
        << world.Part("eu-1").dump(1);
    world.TryCandidate().ExpectRules({"CHX-7"});
    // On for one that withdrew.
    played.Tell(Saying({"default", tenant}, {tenant}));
    ASSERT_TRUE(Eventually([&] { return world.NothingDiffers(); })) << world.Part("eu-1").dump(1);
    world.Withdraw(tenant);
    EXPECT_TRUE(Eventually([&] { return world.Drift("eu-1", "exposed") == std::vector{tenant}; }))
        << world.Part("eu-1").dump(1);
    world.TryCandidate().ExpectRules({"CHX-7"});
}

TEST(DirectProbes, AreAWitnessOfTheirOwnInAWatch) {
    const support::TempDir folder("lies");
    const ProbesFile probes;
    ExposureWorld world(probes.Arguments());
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant, (folder / "lies").string());
    probes.LookAt("eu-1", *pulsed, tenant);
    world.release.Reach("experimental");
    ASSERT_TRUE(Eventually([&] { return HasSeen(world, "eu-1", "on", tenant); })) << world.Part("eu-1").dump(1);

    const std::string kill = KillFlag(world, "2m");
    ASSERT_TRUE(BecomesOn(world, kill, "verified"))
        << Operation(world, kill).dump(1) << world.controller.Server().Log();
    EXPECT_EQ(StepOf(Operation(world, kill), "eu-1", "flags")["evidence"]["probed_by"],
              Json({"instance", "controller"}));
    // The flag comes back in the course of the watch. The instance is asked for its health, and is well.
    support::WriteFile(folder / "lies", Lie(tenant, "on"));
    EXPECT_TRUE(BecomesOn(world, kill, "failed")) << Operation(world, kill).dump(1);
    const Json watch = StepOf(Operation(world, kill), "eu-1", "watch");
    EXPECT_NE(watch.value("detail", "").find("as the controller sees it: it was not as ordered"), std::string::npos)
        << watch.dump(1);
    EXPECT_GT(watch["evidence"].value("samples_of_controller", 0), 0) << watch.dump(1);
}

TEST(DirectProbes, AreReadAgainWhenTheirFileChangesAndABrokenOneChangesNothing) {
    const ProbesFile probes;
    ExposureWorld world(probes.Arguments());
    const std::string& tenant = world.release.Tenant();
    const auto pulsed = StartHostOf(world, "eu-1", tenant);
    const auto metrics = [&] { return world.controller.As("nora.none").Get("/metrics").Text(); };
    EXPECT_FALSE(world.Part("eu-1").contains("seen"));
    probes.LookAt("eu-1", *pulsed, tenant);
    EXPECT_TRUE(Eventually([&] { return HasSeen(world, "eu-1", "off", tenant); })) << world.Part("eu-1").dump(1);
    EXPECT_NE(metrics().find("portcullis_direct_probes_file_ok 1"), std::string::npos);

    probes.Replace("instances:\n  - instance: eu-1\n    url: ftp://nowhere\n");
    EXPECT_TRUE(Eventually([&] { return metrics().find("portcullis_direct_probes_file_ok 0") != std::string::npos; }));
    EXPECT_TRUE(Eventually([&] {
        return world.controller.Server().Log().find("direct_probes.not_usable") != std::string::npos;
    })) << world.controller.Server().Log();
    EXPECT_NE(metrics().find("portcullis_direct_probes 1"), std::string::npos) << "the old one is in use";
    // It goes on looking.
    const std::string before = world.Part("eu-1")["seen"].value("at", "");
    EXPECT_TRUE(Eventually([&] { return world.Part("eu-1")["seen"].value("at", "") != before; }));

    probes.Replace("instances: []\n");
    EXPECT_TRUE(Eventually([&] { return metrics().find("portcullis_direct_probes_file_ok 1") != std::string::npos; }));
    EXPECT_TRUE(Eventually([&] { return !world.Part("eu-1").contains("seen"); })) << "what nobody looks at any more";
}

}  // namespace
}  // namespace fleet_test
