#include "tenancy/members.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/text.hpp"
#include "tenancy/organizations.hpp"
#include "tenancy/roles.hpp"

namespace tenancy {
namespace {

platform::Unexpected<Refusal> RefuseMember(Refusal refusal) {
    return platform::Unexpected<Refusal>(std::move(refusal));
}

Refusal MemberRefusal(int status, std::string_view code, std::string message) {
    return {status, code, std::move(message), BodyShape::kPlatform, {}};
}

/// Trimmed; empty when it can name nobody.
std::string_view UserIdIn(std::string_view text) {
    const std::string_view user = platform::Trim(text);
    const bool control =
        std::any_of(user.begin(), user.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    return user.size() > kMaxUserIdLength || control || !platform::IsValidUtf8(user) ? std::string_view{} : user;
}

Refusal InvalidUser() {
    return MemberRefusal(400, "invalid_user", "userId must be one line of 1 to 256 bytes.");
}

Refusal OwnerRoleImmutable() {
    return MemberRefusal(400, "owner_role_immutable",
                         "The owner cannot be removed or given another role; transfer the ownership first.");
}

Refusal InvitationNotFound() {
    return MemberRefusal(404, "invitation_not_found", "There is no such invitation.");
}

/// The two questions in front of a person's own invitation, after the 404.
std::optional<Refusal> DecideInvitee(const Organization* org, const Caller& caller) {
    if (org == nullptr) {
        return NotFound();
    }
    return DecideInbox(caller);
}

bool SessionIsFresh(const MemberFacts& facts) {
    // A session from the future is no proof of anything: some clock was wrong.
    return facts.session_began && *facts.session_began <= facts.now &&
           facts.now - *facts.session_began <= kFreshSession;
}

std::optional<Refusal> DecidePlace(const Organization& org, const MemberFacts& facts) {
    if (facts.max_users && org.members.size() >= static_cast<std::size_t>(std::max(0, *facts.max_users))) {
        return UserLimitReached(*facts.max_users);
    }
    return std::nullopt;
}

void DropInvitationOf(const Organization& org, const std::string& user, OrgChange& change) {
    if (FindInvitation(org, user) != nullptr) {
        change.drop_invitations.push_back(user);
    }
}

Decided<MemberDecision> TransferOwnership(const Organization& org, const Caller& caller, const Member& target,
                                          const MemberFacts& facts) {
    if (!SessionIsFresh(facts)) {
        return RefuseMember(MemberRefusal(401, "fresh_session_required",
                                          "Sign in again: ownership moves only in a session of the last 5 minutes."));
    }
    MemberDecision decision;
    decision.ownership_moved = true;
    decision.member = target;
    decision.member.role = OrgRole::kOwner;
    decision.change.owner_user_id = target.user_id;
    decision.change.put_members.push_back(decision.member);
    Member before;
    before.user_id = caller.user_id;
    before.added_at = facts.now;
    before.added_by = caller.user_id;
    if (const Member* listed = FindMember(org, caller.user_id)) {
        before = *listed;
    }
    before.role = OrgRole::kAdmin;
    decision.change.put_members.push_back(std::move(before));
    DropInvitationOf(org, target.user_id, decision.change);
    return decision;
}

MemberDecision ChangeRole(const Organization& org, const Member& member, OrgRole role) {
    MemberDecision decision;
    decision.member = member;
    decision.member.role = role;
    if (member.role != role) {
        decision.change.put_members.push_back(decision.member);
    }
    DropInvitationOf(org, member.user_id, decision.change);
    return decision;
}

/// The owner as a member, also when the list lacks them.
Member OwnerOf(const Organization& org) {
    Organization repaired = org;
    RepairOwner(repaired);
    return *FindMember(repaired, repaired.owner_user_id);
}

Decided<MemberDecision> Invite(const Organization& org, const Caller& caller, std::string user, OrgRole role,
                               const MemberFacts& facts) {
    if (std::optional<Refusal> refusal = DecidePlace(org, facts)) {
        return RefuseMember(std::move(*refusal));
    }
    MemberDecision decision;
    decision.outcome = MemberOutcome::kInvitation;
    decision.invitation = {std::move(user), role, facts.now, caller.user_id};
    decision.change.put_invitations.push_back(decision.invitation);
    return decision;
}

}  // namespace

Decided<MemberDecision> DecideSetMember(std::string_view id, const Organization* org, const Caller& caller,
                                        const SetMemberRequest* body, const MemberFacts& facts) {
    if (std::optional<Refusal> refusal = DecideDeleteOrg(id, org, caller)) {  // the same four questions
        return RefuseMember(std::move(*refusal));
    }
    if (body == nullptr) {
        return RefuseMember(InvalidRequest());
    }
    std::string user(UserIdIn(body->user_id));
    if (user.empty()) {
        return RefuseMember(InvalidUser());
    }
    const std::optional<OrgRole> role = ParseRequestedRole(body->role);
    if (!role) {
        return RefuseMember(
            MemberRefusal(400, "invalid_role", "role must be one of " + platform::EnumChoices<OrgRole>() + "."));
    }
    const bool caller_is_owner = RoleOf(*org, caller.user_id) == OrgRole::kOwner;
    if (*role == OrgRole::kOwner && !caller_is_owner) {
        return RefuseMember(MemberRefusal(403, "owner_required", "Only the owner can give the role owner."));
    }
    if (RoleOf(*org, user) == OrgRole::kOwner) {
        if (*role != OrgRole::kOwner) {
            return RefuseMember(OwnerRoleImmutable());
        }
        return ChangeRole(*org, OwnerOf(*org), OrgRole::kOwner);  // the owner to themselves: nothing changes
    }
    const Member* member = FindMember(*org, user);
    if (*role == OrgRole::kOwner) {
        if (member == nullptr) {
            return RefuseMember(
                MemberRefusal(400, "owner_transfer_requires_member", "Ownership can only be transferred to a member."));
        }
        return TransferOwnership(*org, caller, *member, facts);
    }
    if (member != nullptr) {
        return ChangeRole(*org, *member, *role);
    }
    return Invite(*org, caller, std::move(user), *role, facts);
}

Decided<OrgChange> DecideRemoveMember(std::string_view id, const Organization* org, const Caller& caller,
                                      std::string_view user_id) {
    const std::string user(UserIdIn(user_id));
    if (user.empty()) {
        return RefuseMember(InvalidUser());
    }
    if (std::optional<Refusal> refusal = DecideDeleteOrg(id, org, caller)) {
        return RefuseMember(std::move(*refusal));
    }
    if (RoleOf(*org, user) == OrgRole::kOwner) {
        return RefuseMember(OwnerRoleImmutable());
    }
    if (FindMember(*org, user) == nullptr) {
        return RefuseMember(MemberRefusal(404, "member_not_found", "There is no such member."));
    }
    OrgChange change;
    change.drop_members.push_back(user);
    return change;
}

std::optional<Refusal> DecideListInvitations(const Organization* org, const Caller& caller) {
    return DecideManage(org, caller);
}

Decided<OrgChange> DecideRevokeInvitation(const Organization* org, const Caller& caller, std::string_view user_id) {
    const std::string user(UserIdIn(user_id));
    if (user.empty()) {
        return RefuseMember(InvalidUser());
    }
    if (std::optional<Refusal> refusal = DecideManage(org, caller)) {
        return RefuseMember(std::move(*refusal));
    }
    if (FindInvitation(*org, user) == nullptr) {
        return RefuseMember(InvitationNotFound());
    }
    OrgChange change;
    change.drop_invitations.push_back(user);
    return change;
}

std::optional<Refusal> DecideInbox(const Caller& caller) {
    if (!caller.IsPerson()) {
        return SessionRequired();
    }
    if (caller.kind != CallerKind::kUser || caller.user_id.empty()) {
        return NotAuthenticated();
    }
    return std::nullopt;
}

std::vector<InboxInvitation> Inbox(const std::vector<Organization>& orgs, std::string_view user_id) {
    std::vector<InboxInvitation> inbox;
    for (const Organization& org : orgs) {
        for (const Invitation& invitation : org.invitations) {
            if (invitation.user_id == user_id) {
                inbox.push_back({org.id, org.display_name, invitation});
            }
        }
    }
    std::sort(inbox.begin(), inbox.end(), [](const InboxInvitation& a, const InboxInvitation& b) {
        return a.org != b.org ? a.org < b.org : a.invitation.invited_at < b.invitation.invited_at;
    });
    return inbox;
}

Decided<MemberDecision> DecideAcceptInvitation(const Organization* org, const Caller& caller,
                                               const MemberFacts& facts) {
    if (std::optional<Refusal> refusal = DecideInvitee(org, caller)) {
        return RefuseMember(std::move(*refusal));
    }
    if (const std::optional<OrgRole> role = RoleOf(*org, caller.user_id)) {
        const Member* member = FindMember(*org, caller.user_id);
        return ChangeRole(*org, member == nullptr ? OwnerOf(*org) : *member, *role);
    }
    const Invitation* invitation = FindInvitation(*org, caller.user_id);
    if (invitation == nullptr) {
        return RefuseMember(InvitationNotFound());
    }
    if (std::optional<Refusal> refusal = DecidePlace(*org, facts)) {
        return RefuseMember(std::move(*refusal));
    }
    MemberDecision decision;
    decision.member.user_id = caller.user_id;
    // An invitation never carries the role owner; a stored one that does is worth the role below.
    decision.member.role = std::min(invitation->role, OrgRole::kAdmin);
    decision.member.added_at = facts.now;
    decision.member.added_by = invitation->invited_by;
    decision.change.put_members.push_back(decision.member);
    decision.change.drop_invitations.push_back(caller.user_id);
    return decision;
}

Decided<OrgChange> DecideDeclineInvitation(const Organization* org, const Caller& caller) {
    if (std::optional<Refusal> refusal = DecideInvitee(org, caller)) {
        return RefuseMember(std::move(*refusal));
    }
    if (FindInvitation(*org, caller.user_id) == nullptr) {
        return RefuseMember(InvitationNotFound());
    }
    OrgChange change;
    change.drop_invitations.push_back(caller.user_id);
    return change;
}

}  // namespace tenancy
