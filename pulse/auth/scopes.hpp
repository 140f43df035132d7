// What an API token may be used for. A session has no scopes: its user's roles decide alone.
//
// `*` stands for all of them and stands alone. Pure; thread safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"

namespace pulse::auth {

inline constexpr std::string_view kAllScopes = "*";
inline constexpr std::string_view kMonitoringRead = "monitoring:read";
inline constexpr std::string_view kMonitoringWrite = "monitoring:write";
inline constexpr std::string_view kSettingsRead = "settings:read";
inline constexpr std::string_view kSettingsWrite = "settings:write";

std::span<const std::string_view> KnownScopes();

/// Sorted, each once; none given: all. The reason for people when the request cannot be granted.
platform::Expected<std::vector<std::string>, std::string> NormalizeScopes(
    const std::optional<std::vector<std::string>>& requested);

bool HasScope(std::span<const std::string> held, std::string_view needed);

}  // namespace pulse::auth
