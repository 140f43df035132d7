// What pulsed can be told: one table gives the command line, the variables PULSE_*, the file, help and manual.
#pragma once

#include "platform/settings/settings.hpp"

namespace pulse::daemon {

const platform::SettingsTable& DaemonSettings();

}  // namespace pulse::daemon
