#include "tests/fleet/exposure_world.hpp"

#include <algorithm>
#include <filesystem>

#include "tests/support/temp_dir.hpp"

namespace fleet_test {

Json ExposureWorld::Exposure() const {
    return controller.As("nora.none").Get(release.Path("/exposure")).Body();
}

Json ExposureWorld::Part(const std::string& instance) const {
    for (const Json& part : Exposure().value("instances", Json::array())) {
        if (part.value("instance", "") == instance) {
            return part;
        }
    }
    return Json::object();
}

std::vector<std::string> ExposureWorld::On(const std::string& instance) const {
    return Part(instance).value("on", std::vector<std::string>());
}

bool ExposureWorld::Hosts(const std::string& instance, const std::string& org) const {
    const auto hosts = Part(instance).value("hosts", std::vector<std::string>());
    return std::ranges::find(hosts, org) != hosts.end();
}

std::vector<std::string> ExposureWorld::Drift(const std::string& instance, const std::string& kind) const {
    for (const Json& drift : Part(instance).value("drift", Json::array())) {
        if (drift.value("kind", "") == kind) {
            return drift.value("tenants", std::vector<std::string>());
        }
    }
    return {};
}

bool ExposureWorld::HasDrift(const std::string& instance, const std::string& kind) const {
    const Json drifts = Part(instance).value("drift", Json::array());
    return std::ranges::any_of(drifts, [&](const Json& drift) { return drift.value("kind", "") == kind; });
}

bool ExposureWorld::NothingDiffers() const {
    const Json instances = Exposure().value("instances", Json::array());
    return std::ranges::all_of(instances, [](const Json& part) {
        return std::ranges::all_of(part["drift"], [](const Json& drift) { return drift["kind"] == "unknown"; });
    });
}

void ExposureWorld::Withdraw(const std::string& tenant) const {
    const auto consents = controller.As("rita.release").All("/v1/tenants/" + tenant + "/consents");
    ASSERT_FALSE(consents.empty());
    controller.As("rita.release")
        .Post("/v1/consents/" + consents.front().value("id", "") + ":withdraw",
              {{"reason", "they have had enough of it"}})
        .Expect(200);
}

api_test::Reply ExposureWorld::TryCandidate() const {
    return release.Promote("candidate");
}

std::unique_ptr<pulse_test::OwnPulsed> StartHostOf(const ExposureWorld& world, const std::string& name,
                                                   const std::string& org, const std::string& lies,
                                                   const std::string& fleet_url) {
    static const support::TempDir tokens("exposure-tokens");
    pulse_test::PulsedOptions options;
    options.people = "few_people.json";
    options.arguments = {
        "--instance=" + name, "--controller-url=" + (fleet_url.empty() ? world.controller.FleetUrl() : fleet_url),
        "--enrolment-token-file=" + world.controller.EnrolInto((tokens / (name + ".token")).string(), name)};
    if (!lies.empty()) {
        options.program = "lying_pulsed";
        options.environment["LIES_ABOUT_FEATURES"] = lies;
    }
    auto pulsed = std::make_unique<pulse_test::OwnPulsed>(std::move(options));
    EXPECT_TRUE(api_test::Eventually([&] { return world.controller.IsConnected(name); })) << pulsed->Log();
    pulsed->As("alice").Post("/api/orgs", {{"id", org}, {"displayName", "Pilot"}}).Expect(201);
    EXPECT_TRUE(api_test::Eventually([&] { return world.Hosts(name, org); }))
        << world.Part(name).dump() << pulsed->Log();
    return pulsed;
}

bool IsFeatureOn(pulse_test::OwnPulsed& pulsed, const std::string& org) {
    const auto reply = pulsed.As("alice").In(org).Get("/api/features");
    reply.Expect(200);
    const auto flags = reply.Body().value("flags", std::vector<std::string>());
    return std::ranges::find(flags, kFlag) != flags.end();
}

}  // namespace fleet_test
