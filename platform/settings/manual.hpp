// What the packages bring along for a program with settings: its page of the manual and its completion in shells, made
// from the same table as everything else. Pure; thread safe.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "platform/settings/settings.hpp"

namespace platform {

constexpr std::array<std::string_view, 3> kShells{"bash", "zsh", "fish"};

/// For `man`, section 8.
std::string ManualPage(const SettingsTable& table);
/// The script of one of kShells: commands and their words, options, choices, and files where a path is wanted.
std::string CompletionScript(const SettingsTable& table, std::string_view shell);

}  // namespace platform
