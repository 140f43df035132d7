#include "tenancy/access.hpp"

#include <utility>

#include "tenancy/roles.hpp"

namespace tenancy {
namespace {

constexpr std::string_view kTokenNamePrefix = "token:";

bool TokenIsFor(const Caller& caller, const OrgId& org) noexcept {
    if (caller.bound_orgs.empty()) {
        return org.IsDefault();
    }
    for (const std::string& bound : caller.bound_orgs) {
        if (bound == org.Text()) {
            return true;
        }
    }
    return false;
}

}  // namespace

Caller Caller::Nobody() {
    return {};
}

Caller Caller::User(std::string user_id) {
    Caller caller;
    caller.kind = CallerKind::kUser;
    caller.user_id = std::move(user_id);
    return caller;
}

Caller Caller::Token(std::string token_id, std::vector<std::string> bound_orgs, std::string owner) {
    Caller caller;
    caller.kind = CallerKind::kToken;
    caller.token_id = std::move(token_id);
    caller.bound_orgs = std::move(bound_orgs);
    caller.token_owner = std::move(owner);
    return caller;
}

std::string Caller::Name() const {
    switch (kind) {
        case CallerKind::kUser:
            return user_id.empty() ? "anonymous" : user_id;
        case CallerKind::kToken:
            return token_owner.empty() ? std::string(kTokenNamePrefix) + token_id : token_owner;
        case CallerKind::kNone:
            break;
    }
    return "anonymous";
}

bool Caller::IsPerson() const noexcept {
    return kind != CallerKind::kToken && user_id.compare(0, kTokenNamePrefix.size(), kTokenNamePrefix) != 0;
}

const std::string& Caller::ActsFor() const noexcept {
    return kind == CallerKind::kToken ? token_owner : user_id;
}

Access DecideAccess(const Caller& caller, const OrgId& org, std::optional<OrgRole> role) noexcept {
    switch (caller.kind) {
        case CallerKind::kToken:
            return TokenIsFor(caller, org) ? Access::kAllowed : Access::kTokenNotAuthorized;
        case CallerKind::kUser:
            if (caller.user_id.empty()) {
                return Access::kNoIdentity;
            }
            return org.IsDefault() || role ? Access::kAllowed : Access::kNotAMember;
        case CallerKind::kNone:
            return Access::kNoIdentity;
    }
    return Access::kUnknown;
}

Access DecideAccess(const Caller& caller, const Organization& org) noexcept {
    return DecideAccess(caller, org.id, RoleOf(org, caller.user_id));
}

std::string_view AccessReason(Access access) noexcept {
    switch (access) {
        case Access::kAllowed:
            return "";
        case Access::kTokenNotAuthorized:
            return "The API token is not authorized for this organization.";
        case Access::kNotAMember:
            return "The user is not a member of this organization.";
        case Access::kNoIdentity:
            return "The request names no user and no API token.";
        case Access::kUnknown:
            return "Memberships could not be read.";
    }
    return "Memberships could not be read.";
}

std::optional<Refusal> DecideView(const Organization* org, const Caller& caller) {
    if (org == nullptr) {
        return NotFound();
    }
    if (DecideAccess(caller, *org) != Access::kAllowed) {
        return AccessDenied();
    }
    return std::nullopt;
}

std::optional<Refusal> DecideManage(const Organization* org, const Caller& caller) {
    if (org == nullptr) {
        return NotFound();
    }
    if (!caller.IsPerson()) {
        return SessionRequired();
    }
    // By role alone: in the default organization everybody is let in, but only those with a role may change it.
    const std::optional<OrgRole> role = caller.kind == CallerKind::kUser ? RoleOf(*org, caller.user_id) : std::nullopt;
    if (!role || !MayManage(*role)) {
        return AccessDenied();
    }
    return std::nullopt;
}

}  // namespace tenancy
