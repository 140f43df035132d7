// Who calls, and whether they belong to an organization.
//
// Rules: a token decides alone, whoever made it: it must list the organization, and one that lists none belongs to
// `default` only. A user must be a member; in `default` any user is one. Without an identity nobody belongs anywhere.
// What the caller's headers claim plays no part. Errors while loading memberships are the caller's to turn into
// Access::kUnknown, which never opens anything.
// Pure; thread safe; DecideAccess allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "tenancy/model.hpp"
#include "tenancy/refusal.hpp"

namespace tenancy {

enum class CallerKind : std::uint8_t { kNone, kUser, kToken };

struct Caller {
    CallerKind kind = CallerKind::kNone;
    std::string user_id;                  // kUser: the person; kToken: empty
    std::string token_id;                 // kToken
    std::string token_owner;              // kToken: the person it was made for, if recorded
    std::vector<std::string> bound_orgs;  // kToken: the organizations it is for; empty: unbound
    bool super_admin = false;             // may administrate tenants; gives no membership anywhere

    static Caller Nobody();
    static Caller User(std::string user_id);
    static Caller Token(std::string token_id, std::vector<std::string> bound_orgs, std::string owner = {});

    /// The name in logs and audit: the user, the token's owner, `token:<id>`, or "anonymous".
    std::string Name() const;
    /// Writes need a person: no token, and no user name that begins with `token:`.
    bool IsPerson() const noexcept;
    /// Whose role filters what is shown: the user, or the owner of a token. Empty when there is none.
    const std::string& ActsFor() const noexcept;
};

enum class Access : std::uint8_t {
    kUnknown,  // memberships could not be loaded
    kAllowed,
    kTokenNotAuthorized,  // the token does not list the organization
    kNotAMember,          // the user is no member
    kNoIdentity,          // nobody is named
};

/// `role` is the caller's role in `org` by user id (RoleOf), empty when there is none; tokens do not need it.
Access DecideAccess(const Caller& caller, const OrgId& org, std::optional<OrgRole> role) noexcept;
Access DecideAccess(const Caller& caller, const Organization& org) noexcept;

/// The sentence that goes with a refused access: in the answer and in the log field `reason`.
std::string_view AccessReason(Access access) noexcept;

/// Endpoints that read an organization by its path: 404, then 403 access_denied. `org` is null for a malformed or
/// unknown id.
std::optional<Refusal> DecideView(const Organization* org, const Caller& caller);
/// Endpoints that change it: 404, 403 session_required, 403 access_denied (no member, or below admin).
std::optional<Refusal> DecideManage(const Organization* org, const Caller& caller);

}  // namespace tenancy

namespace platform {

template <>
struct EnumNames<tenancy::CallerKind> {
    static constexpr std::array<EnumName<tenancy::CallerKind>, 3> kNames{{
        {tenancy::CallerKind::kNone, "none"},
        {tenancy::CallerKind::kUser, "user"},
        {tenancy::CallerKind::kToken, "token"},
    }};
};

template <>
struct EnumNames<tenancy::Access> {
    static constexpr std::array<EnumName<tenancy::Access>, 5> kNames{{
        {tenancy::Access::kUnknown, "unknown"},
        {tenancy::Access::kAllowed, "allowed"},
        {tenancy::Access::kTokenNotAuthorized, "token_not_authorized"},
        {tenancy::Access::kNotAMember, "not_a_member"},
        {tenancy::Access::kNoIdentity, "no_identity"},
    }};
};

}  // namespace platform
