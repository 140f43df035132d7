// What each role may do in its organization. Ranks: viewer < editor < admin < owner.
//
//   see the organization, its members, the shares it gives   every member
//   accepted incoming shares                                 role at least the share's
//   pending incoming shares; rename, delete; members, invitations, shares    admin, owner
//   give the role owner                                      owner
//
// Roles say nothing about the data of the organization itself: that is the embedding service's business.
// Pure; thread safe.
#pragma once

#include <optional>
#include <string_view>

#include "tenancy/model.hpp"

namespace tenancy {

constexpr bool MayManage(OrgRole role) noexcept {
    return role >= OrgRole::kAdmin;
}
constexpr bool MayGiveOwner(OrgRole role) noexcept {
    return role == OrgRole::kOwner;
}

/// A role in a request: spaces around it and case do not count, empty is viewer. Nothing for any other text, the
/// former role "member" included.
std::optional<OrgRole> ParseRequestedRole(std::string_view text);
/// A role as somebody stored it: what is not known reads as viewer, the least.
OrgRole ParseStoredRole(std::string_view text) noexcept;

/// The owner's role is owner whatever the list of members says. Nothing for who is no member.
std::optional<OrgRole> RoleOf(const Organization& org, std::string_view user_id) noexcept;

}  // namespace tenancy
