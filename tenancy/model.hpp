// Organizations, their members, invitations and shares, and the change an operation makes to one organization.
//
// Decisions (members.hpp, shares.hpp, lifecycle.hpp, organizations.hpp) read an Organization and answer with an
// OrgChange; a store writes the change, `Apply` shows what the organization is afterwards. Field names on the wire are
// tenancy/wire's. Value types; thread safe as any value is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "platform/base/time.hpp"
#include "tenancy/org_id.hpp"

namespace tenancy {

using Time = platform::Time;

enum class OrgStatus : std::uint8_t { kActive, kSuspended, kPendingDeletion };
/// In the order of what they may do: compare with `<`.
enum class OrgRole : std::uint8_t { kViewer, kEditor, kAdmin, kOwner };
enum class ShareStatus : std::uint8_t { kPending, kAccepted };
enum class Plan : std::uint8_t { kFree, kPro, kEnterprise };

/// A person in the organization. The ids of people are free text, compared exactly.
struct Member {
    std::string user_id;
    std::string email;  // for people to read; never decides anything
    OrgRole role = OrgRole::kViewer;
    Time added_at;
    std::string added_by;

    friend bool operator==(const Member&, const Member&) = default;
};

/// Somebody asked to become a member. Membership begins when they accept.
struct Invitation {
    std::string user_id;
    OrgRole role = OrgRole::kViewer;  // never kOwner
    Time invited_at;
    std::string invited_by;

    friend bool operator==(const Invitation&, const Invitation&) = default;
};

/// An invitation as the invitee sees it.
struct InboxInvitation {
    OrgId org;
    std::string org_name;
    Invitation invitation;

    friend bool operator==(const InboxInvitation&, const InboxInvitation&) = default;
};

/// A resource of one organization shown to another. Kept with the source; it gives no access to data.
struct Share {
    std::string id;  // "shr-" and digits of base 36
    OrgId target;
    std::string resource_type;
    std::string resource_id;
    std::string resource_name;
    OrgRole access_role = OrgRole::kViewer;  // never kOwner
    ShareStatus status = ShareStatus::kPending;
    Time created_at;
    std::string created_by;
    std::optional<Time> accepted_at;  // empty while pending
    std::string accepted_by;

    friend bool operator==(const Share&, const Share&) = default;
};

/// A share as the target sees it.
struct IncomingShare {
    OrgId source;
    std::string source_name;
    Share share;

    friend bool operator==(const IncomingShare&, const IncomingShare&) = default;
};

/// Where the organization is between active and gone.
struct OrgLifecycle {
    OrgStatus status = OrgStatus::kActive;
    std::optional<Time> suspended_at;
    std::string suspend_reason;
    std::optional<Time> deletion_requested_at;
    std::optional<int> retention_days;
    std::optional<Time> canceled_at;

    friend bool operator==(const OrgLifecycle&, const OrgLifecycle&) = default;
};

struct Organization {
    OrgId id;
    std::string display_name;  // the tenant's "name", too
    OrgLifecycle lifecycle;
    std::optional<Time> created_at;  // empty for a default organization that was never saved
    std::string owner_user_id;       // empty only for a default organization nobody owns yet
    std::string owner_email;
    std::vector<Member> members;
    std::vector<Invitation> invitations;
    std::vector<Share> shares;  // those it gives
    std::string encryption_key_id;
    Plan plan = Plan::kFree;
    std::string contact_email;

    friend bool operator==(const Organization&, const Organization&) = default;
};

/// What one operation changes in one organization. Rows are put (inserted or replaced) and dropped by their key:
/// people by user id, shares by share id. Empty fields change nothing.
struct OrgChange {
    std::optional<std::string> display_name;
    std::optional<OrgLifecycle> lifecycle;
    std::optional<std::string> owner_user_id;
    std::vector<Member> put_members;
    std::vector<std::string> drop_members;
    std::vector<Invitation> put_invitations;
    std::vector<std::string> drop_invitations;
    std::vector<Share> put_shares;
    std::vector<std::string> drop_shares;

    bool Empty() const noexcept;
};

/// The organization after the change. Rows keep their place; new ones come last.
Organization Apply(Organization org, const OrgChange& change);

/// The owner is always in the list of members with the role owner, and nobody else has that role. Repairs what was
/// stored otherwise; called on every load.
void RepairOwner(Organization& org);

const Member* FindMember(const Organization& org, std::string_view user_id) noexcept;
const Invitation* FindInvitation(const Organization& org, std::string_view user_id) noexcept;
const Share* FindShare(const Organization& org, std::string_view share_id) noexcept;

}  // namespace tenancy

namespace platform {

template <>
struct EnumNames<tenancy::OrgStatus> {
    static constexpr std::array<EnumName<tenancy::OrgStatus>, 3> kNames{{
        {tenancy::OrgStatus::kActive, "active"},
        {tenancy::OrgStatus::kSuspended, "suspended"},
        {tenancy::OrgStatus::kPendingDeletion, "pending_deletion"},
    }};
};

template <>
struct EnumNames<tenancy::OrgRole> {
    static constexpr std::array<EnumName<tenancy::OrgRole>, 4> kNames{{
        {tenancy::OrgRole::kViewer, "viewer"},
        {tenancy::OrgRole::kEditor, "editor"},
        {tenancy::OrgRole::kAdmin, "admin"},
        {tenancy::OrgRole::kOwner, "owner"},
    }};
};

template <>
struct EnumNames<tenancy::ShareStatus> {
    static constexpr std::array<EnumName<tenancy::ShareStatus>, 2> kNames{{
        {tenancy::ShareStatus::kPending, "pending"},
        {tenancy::ShareStatus::kAccepted, "accepted"},
    }};
};

template <>
struct EnumNames<tenancy::Plan> {
    static constexpr std::array<EnumName<tenancy::Plan>, 3> kNames{{
        {tenancy::Plan::kFree, "free"},
        {tenancy::Plan::kPro, "pro"},
        {tenancy::Plan::kEnterprise, "enterprise"},
    }};
};

}  // namespace platform
