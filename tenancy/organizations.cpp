#include "tenancy/organizations.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/text.hpp"
#include "tenancy/roles.hpp"

namespace tenancy {
namespace {

platform::Unexpected<Refusal> RefuseOrg(Refusal refusal) {
    return platform::Unexpected<Refusal>(std::move(refusal));
}

/// Trimmed, or nothing when it cannot be shown.
std::optional<std::string> DisplayName(std::string_view text) {
    const std::string_view name = platform::Trim(text);
    if (name.empty() || !platform::IsValidUtf8(name) || platform::CountCodePoints(name) > kMaxDisplayNameLength) {
        return std::nullopt;
    }
    const bool control =
        std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    return control ? std::nullopt : std::optional<std::string>(name);
}

Refusal InvalidDisplayName() {
    return {
        400, "invalid_display_name", "displayName must be one line of 1 to 200 characters.", BodyShape::kPlatform, {}};
}

}  // namespace

Decided<Organization> DecideCreateOrg(const Caller& caller, const CreateOrgRequest* body, Time now) {
    if (!caller.IsPerson()) {
        return RefuseOrg(SessionRequired());
    }
    if (caller.user_id.empty()) {
        return RefuseOrg(NotAuthenticated());
    }
    if (body == nullptr) {
        return RefuseOrg(InvalidRequest());
    }
    const std::optional<OrgId> id = OrgId::Parse(platform::Trim(body->id));
    if (!id) {
        return RefuseOrg({400,
                          "invalid_id",
                          "id must be 1 to 64 of A-Z a-z 0-9 . _ - and neither '.' nor '..'.",
                          BodyShape::kPlatform,
                          {}});
    }
    std::optional<std::string> name = DisplayName(body->display_name);
    if (!name) {
        return RefuseOrg(InvalidDisplayName());
    }
    if (id->IsDefault()) {
        return RefuseOrg(AlreadyExists());
    }
    Organization org;
    org.id = *id;
    org.display_name = std::move(*name);
    org.created_at = now;
    org.owner_user_id = caller.user_id;
    Member owner;
    owner.user_id = caller.user_id;
    owner.role = OrgRole::kOwner;
    owner.added_at = now;
    owner.added_by = caller.user_id;
    org.members.push_back(std::move(owner));
    return org;
}

Refusal AlreadyExists() {
    return {409, "already_exists", "An organization with this id exists.", BodyShape::kPlatform, {}};
}

Decided<OrgChange> DecideRenameOrg(std::string_view id, const Organization* org, const Caller& caller,
                                   const RenameOrgRequest* body) {
    if (std::optional<Refusal> refusal = DecideDeleteOrg(id, org, caller)) {
        return RefuseOrg(std::move(*refusal));
    }
    if (body == nullptr) {
        return RefuseOrg(InvalidRequest());
    }
    OrgChange change;
    change.display_name = DisplayName(body->display_name);
    if (!change.display_name) {
        return RefuseOrg(InvalidDisplayName());
    }
    return change;
}

std::optional<Refusal> DecideDeleteOrg(std::string_view id, const Organization* org, const Caller& caller) {
    if (IsDefaultOrgPath(id)) {
        return DefaultOrgImmutable();
    }
    return DecideManage(org, caller);
}

std::vector<Organization> VisibleOrgs(std::vector<Organization> all, const Caller& caller) {
    const auto hidden = [&](const Organization& org) {
        // A token without bindings is good for `default`, which DecideAccess knows.
        return DecideAccess(caller, org) != Access::kAllowed;
    };
    all.erase(std::remove_if(all.begin(), all.end(), hidden), all.end());
    std::sort(all.begin(), all.end(), [](const Organization& a, const Organization& b) { return a.id < b.id; });
    return all;
}

std::optional<OrgId> PathOrg(std::string_view text) {
    return OrgId::Parse(platform::Trim(text));
}

bool IsDefaultOrgPath(std::string_view text) {
    return platform::Trim(text) == kDefaultOrg;
}

}  // namespace tenancy
