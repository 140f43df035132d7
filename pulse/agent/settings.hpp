// What pulse-agent takes, and what it means together. One declaration for parser, help and manual.
#pragma once

#include <memory>
#include <string>

#include "platform/settings/settings.hpp"
#include "pulse/agent/keeper.hpp"
#include "pulse/agent/place.hpp"
#include "tenancy/probe/checklist.hpp"

namespace pulse::agent {

const platform::SettingsTable& AgentSettings();

/// What the settings say, checked against each other.
struct AgentOptions {
    KeeperOptions keeper;  // without callbacks
    std::unique_ptr<Place> place;
    tenancy::probe::Target target;
    std::string orgs_folder;
};
/// StartError with everything that is wrong.
AgentOptions ReadAgentOptions(const platform::Settings& settings);

/// Where the controller's orders and the local operator's are kept.
std::string ControlFolder(const platform::Settings& settings);

}  // namespace pulse::agent
