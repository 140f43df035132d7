// portcullisd run: makes everything, serves, and takes it down again in the opposite order.
#pragma once

#include <string>
#include <vector>

#include "platform/settings/settings.hpp"

namespace controller::daemon {

/// Returns the exit code when a signal has ended it.
int Run(const platform::Settings& settings);
/// portcullisd migrate up|down|status [VERSION]
int Migrate(const platform::Settings& settings, const std::vector<std::string>& arguments);

}  // namespace controller::daemon
