// Organizations, members, invitations and shares as clients of Pulse read them, quirks included: what is empty is left
// out where they expect it, `acceptedAt` of a pending share and `createdAt` of a never saved organization are the year
// 1, and an organization without invitations has `null` where a list would be.
// Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tenancy/members.hpp"
#include "tenancy/model.hpp"

namespace tenancy::wire {

std::string EncodeOrganization(const Organization& org);
/// The answer of a lifecycle move: `status` is there also when it is active.
std::string EncodeMovedOrganization(const Organization& org);
std::string EncodeOrganizations(const std::vector<Organization>& orgs);
std::string EncodeMembers(const std::vector<Member>& members);
/// `null` when there are none.
std::string EncodeInvitations(const std::vector<Invitation>& invitations);
std::string EncodeInbox(const std::vector<InboxInvitation>& inbox);
std::string EncodeShare(const Share& share);
std::string EncodeShares(const std::vector<Share>& shares);
std::string EncodeIncomingShares(const std::vector<IncomingShare>& shares);
/// {"kind":"member","member":{...}} or {"kind":"invitation","invitation":{...}}.
std::string EncodeMemberDecision(const MemberDecision& decision);

/// As the tenant operations read it: the organization's fields with `name`, `plan`, `contactEmail`, `canceledAt`.
std::string EncodeTenant(const Organization& org);
std::string EncodeTenants(const std::vector<Organization>& orgs);

/// Seconds and fraction as clients expect; the year 1 for none.
std::string EncodeInstant(const std::optional<Time>& time);

}  // namespace tenancy::wire
