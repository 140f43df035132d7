// pulse-agent run, check and switch. Each returns the exit code; StartError and what its parts throw.
#pragma once

#include <string>
#include <vector>

#include "platform/settings/settings.hpp"

namespace pulse::agent {

/// Until a signal.
int Run(const platform::Settings& settings);
int Check(const platform::Settings& settings);
int SwitchHere(const platform::Settings& settings, const std::vector<std::string>& arguments);

}  // namespace pulse::agent
