// The settings of portcullisd: one table, from which options, variables, file keys, help and docs/settings.md are made.
#pragma once

#include "platform/settings/settings.hpp"

namespace controller::daemon {

const platform::SettingsTable& DaemonSettings();

/// What main got, with `--simulated-clock` without a value spelled out, and `--to N` of `migrate` as the word it is.
platform::SettingsInput ReadInput(int argc, const char* const* argv, const char* const* environment);

}  // namespace controller::daemon
