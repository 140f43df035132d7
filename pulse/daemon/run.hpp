// pulsed run: makes everything, serves, and takes it down again in the opposite order; and the other commands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/service/own_program.hpp"
#include "platform/settings/settings.hpp"

namespace pulse::daemon {

/// What the environment says beside the settings; read as such instances always did.
struct Environment {
    std::optional<std::string> multi_tenant;  // PULSE_MULTI_TENANT_ENABLED
    std::optional<std::string> hosted;        // PULSE_HOSTED_MODE

    static Environment Of(const std::vector<std::string>& variables);
};

struct RunEnd {
    int exit_code = 0;
    bool start_again = false;  // an order of the controller asks for a new process; everything is taken down
};
/// Until a signal or such an order. StartError and what its parts throw.
RunEnd Run(const platform::Settings& settings, const Environment& environment, const platform::OwnProgram& program);
/// pulsed switch on|off|status [REASON]
int SwitchCommand(const platform::Settings& settings, const Environment& environment,
                  const std::vector<std::string>& arguments);

/// Where the controller's orders and the local operator's are kept.
std::string ControlFolder(const platform::Settings& settings);

}  // namespace pulse::daemon
