// Private to platform/settings: what the text of one setting means. Pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/time.hpp"
#include "platform/settings/settings.hpp"

namespace platform {

std::optional<std::int64_t> ParseSettingInteger(std::string_view text);
/// As ParseDuration, and also milliseconds (`250ms`) and nothing (`0s`).
std::optional<Duration> ParseSettingDuration(std::string_view text);

/// "a whole number from 1 to 65535", "one of json, text": for messages and pages.
std::string ExpectedValue(const Setting& setting);
/// "must be ..., not 'x'"; empty when `text` is fine.
std::string ValueComplaint(const Setting& setting, std::string_view text);

std::string OptionOf(const Setting& setting);
std::string VariableOf(const SettingsTable& table, const Setting& setting);

/// Throws InvariantViolation when the table contradicts itself.
void CheckSettingsTable(const SettingsTable& table);

/// Names that every program has beside its settings.
inline constexpr std::string_view kConfigOption = "--config";
inline constexpr std::string_view kConfigVariable = "CONFIG_FILE";

}  // namespace platform
