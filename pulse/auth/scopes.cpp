#include "pulse/auth/scopes.hpp"

#include <algorithm>
#include <array>

#include "platform/base/text.hpp"

namespace pulse::auth {
namespace {

constexpr std::array<std::string_view, 16> kKnownScopes{
    kMonitoringRead, kMonitoringWrite,    "docker:report", "docker:manage", "kubernetes:report", "kubernetes:manage",
    "agent:report",  "agent:config:read", "agent:manage",  "agent:exec",    "agent:enroll",      "host-agent:report",
    "ai:chat",       "ai:execute",        kSettingsRead,   kSettingsWrite};

}  // namespace

std::span<const std::string_view> KnownScopes() {
    return kKnownScopes;
}

platform::Expected<std::vector<std::string>, std::string> NormalizeScopes(
    const std::optional<std::vector<std::string>>& requested) {
    if (!requested) {
        return std::vector<std::string>{std::string(kAllScopes)};
    }
    std::vector<std::string> scopes;
    for (const std::string& text : *requested) {
        const std::string scope(platform::Trim(text));
        if (scope != kAllScopes && std::ranges::find(kKnownScopes, scope) == kKnownScopes.end()) {
            return platform::Unexpected<std::string>("There is no scope " + platform::QuoteForMessage(scope) + ".");
        }
        scopes.push_back(scope);
    }
    std::ranges::sort(scopes);
    scopes.erase(std::ranges::unique(scopes).begin(), scopes.end());
    if (scopes.empty()) {
        return platform::Unexpected<std::string>(
            "Name at least one scope, or leave the field out for a token that may do everything.");
    }
    if (scopes.size() > 1 && scopes.front() == kAllScopes) {
        return platform::Unexpected<std::string>("The scope '*' stands for all and cannot be combined with others.");
    }
    return scopes;
}

bool HasScope(std::span<const std::string> held, std::string_view needed) {
    return std::ranges::any_of(held, [&](const std::string& scope) { return scope == kAllScopes || scope == needed; });
}

}  // namespace pulse::auth
