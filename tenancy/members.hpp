// Members, invitations and the transfer of ownership: every refusal of the endpoints, in the order callers know.
//
// Invariant: whatever sequence of these changes is applied, an organization that had an owner has exactly one, who is
// a member with the role owner. The owner is not removed or demoted; ownership moves only by transfer, by the owner,
// to a member, from a browser session that is at most kFreshSession old.
// A body is null when it could not be read, an organization is null when its id is malformed or unknown (404).
// Pure; thread safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/access.hpp"
#include "tenancy/model.hpp"
#include "tenancy/refusal.hpp"

namespace tenancy {

constexpr platform::Duration kFreshSession = std::chrono::minutes(5);
constexpr std::size_t kMaxUserIdLength = 256;

struct SetMemberRequest {
    std::string user_id;
    std::string role;  // empty: viewer
};

/// What the decision needs beside organization and caller.
struct MemberFacts {
    Time now;
    /// When the caller's browser session began: a session cookie for the same user name. Empty for Basic, proxies,
    /// none.
    std::optional<Time> session_began;
    /// The licence's limit on members; empty: none.
    std::optional<int> max_users;
};

enum class MemberOutcome : std::uint8_t {
    kMember,      // 200 {kind:"member"}: a role changed, or stayed
    kInvitation,  // 202 {kind:"invitation"}
};

struct MemberDecision {
    MemberOutcome outcome = MemberOutcome::kMember;
    Member member;          // kMember
    Invitation invitation;  // kInvitation
    bool ownership_moved = false;
    OrgChange change;  // may be empty: nothing to write
};

/// POST members. 400 default_org_immutable, 404, 403 session_required, 403 access_denied, 400 invalid_request,
/// invalid_user, invalid_role, 403 owner_required, 400 owner_role_immutable, owner_transfer_requires_member,
/// 401 fresh_session_required, 402 max_users (only for somebody new).
Decided<MemberDecision> DecideSetMember(std::string_view id, const Organization* org, const Caller& caller,
                                        const SetMemberRequest* body, const MemberFacts& facts);

/// DELETE member. 400 invalid_user, default_org_immutable, 404, 403 session_required, 403 access_denied,
/// 400 owner_role_immutable, 404 member_not_found.
Decided<OrgChange> DecideRemoveMember(std::string_view id, const Organization* org, const Caller& caller,
                                      std::string_view user_id);

/// GET invitations. 404, 403 session_required, 403 access_denied.
std::optional<Refusal> DecideListInvitations(const Organization* org, const Caller& caller);
/// DELETE invitation. 400 invalid_user, 404, 403 session_required, 403 access_denied, 404 invitation_not_found.
Decided<OrgChange> DecideRevokeInvitation(const Organization* org, const Caller& caller, std::string_view user_id);

/// GET inbox: 403 session_required, 401 authentication_required.
std::optional<Refusal> DecideInbox(const Caller& caller);
/// The invitations of `user_id` in `orgs`, by organization, then by time.
std::vector<InboxInvitation> Inbox(const std::vector<Organization>& orgs, std::string_view user_id);
/// Accept: 404, 403 session_required, 401, 404 invitation_not_found, 402 max_users. A member who accepts stays what
/// they are; the left-over invitation goes.
Decided<MemberDecision> DecideAcceptInvitation(const Organization* org, const Caller& caller, const MemberFacts& facts);
/// Decline: 404, 403 session_required, 401, 404 invitation_not_found.
Decided<OrgChange> DecideDeclineInvitation(const Organization* org, const Caller& caller);

}  // namespace tenancy
