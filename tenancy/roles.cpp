#include "tenancy/roles.hpp"

#include <string>

#include "platform/base/text.hpp"

namespace tenancy {

std::optional<OrgRole> ParseRequestedRole(std::string_view text) {
    const std::string role = platform::ToLowerAscii(platform::Trim(text));
    return role.empty() ? OrgRole::kViewer : platform::ParseEnum<OrgRole>(role);
}

OrgRole ParseStoredRole(std::string_view text) noexcept {
    return platform::ParseEnum<OrgRole>(text).value_or(OrgRole::kViewer);
}

std::optional<OrgRole> RoleOf(const Organization& org, std::string_view user_id) noexcept {
    if (user_id.empty()) {
        return std::nullopt;
    }
    if (org.owner_user_id == user_id) {
        return OrgRole::kOwner;
    }
    const Member* member = FindMember(org, user_id);
    return member == nullptr ? std::nullopt : std::optional(member->role);
}

}  // namespace tenancy
