// pulsed run: makes everything, serves, and takes it down again in the opposite order; and the other commands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/settings/settings.hpp"

namespace pulse::daemon {

/// What the environment says beside the settings; read as such instances always did.
struct Environment {
    std::optional<std::string> multi_tenant;  // PULSE_MULTI_TENANT_ENABLED
    std::optional<std::string> hosted;        // PULSE_HOSTED_MODE

    static Environment Of(const std::vector<std::string>& variables);
};

/// Returns the exit code when a signal has ended it. StartError and what its parts throw.
int Run(const platform::Settings& settings, const Environment& environment);
/// pulsed switch on|off|status [REASON]
int SwitchCommand(const platform::Settings& settings, const Environment& environment,
                  const std::vector<std::string>& arguments);

/// Where the controller's orders and the local operator's are kept.
std::string ControlFolder(const platform::Settings& settings);

}  // namespace pulse::daemon
