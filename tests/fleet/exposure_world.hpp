// A controller with a release on its way, and instances that host its tenants.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/api/journey.hpp"
#include "tests/fleet/fleet_world.hpp"

namespace fleet_test {

inline constexpr const char* kFlag = api_test::Journey::kFlag;

struct ExposureWorld {
    explicit ExposureWorld(std::vector<std::string> arguments = {}) : controller(std::move(arguments), true) {}

    Controller controller;
    api_test::Journey release{[this](std::string_view who) { return controller.As(who); }};

    Json Exposure() const;
    /// What is said of the instance there.
    Json Part(const std::string& instance) const;
    /// For whom the instance reports the flag on.
    std::vector<std::string> On(const std::string& instance) const;
    bool Hosts(const std::string& instance, const std::string& org) const;
    /// Organizations of which this kind of drift is found.
    std::vector<std::string> Drift(const std::string& instance, const std::string& kind) const;
    bool HasDrift(const std::string& instance, const std::string& kind) const;
    /// But for organizations that nobody registered.
    bool NothingDiffers() const;
    void Withdraw(const std::string& tenant) const;
    /// Eight days later, with all that candidate asks for.
    api_test::Reply TryCandidate() const;
};

/// A pulsed that hosts this organization beside those every one has. `lies`: a program that serves other features than
/// it has when this file says so; empty: one that does not.
std::unique_ptr<pulse_test::OwnPulsed> StartHostOf(const ExposureWorld& world, const std::string& name,
                                                   const std::string& org, const std::string& lies = {},
                                                   const std::string& fleet_url = {});
/// What a feature behind the release's flag is told in this organization.
bool IsFeatureOn(pulse_test::OwnPulsed& pulsed, const std::string& org);

}  // namespace fleet_test
