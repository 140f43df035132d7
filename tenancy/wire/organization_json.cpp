#include "tenancy/wire/organization_json.hpp"

#include "tenancy/wire/organization_fields.hpp"

namespace tenancy::wire {
namespace {

using platform::Json;

template <typename Row, typename Encode>
std::string EncodeList(const std::vector<Row>& rows, Encode encode) {
    Json list = Json::array();
    for (const Row& row : rows) {
        list.push_back(encode(row));
    }
    return TextOf(list);
}

Json InboxJson(const InboxInvitation& entry) {
    Json json = InvitationJson(entry.invitation);
    json["orgId"] = entry.org.Text();
    json["orgDisplayName"] = entry.org_name;
    return json;
}

Json IncomingJson(const IncomingShare& incoming) {
    Json json = ShareJson(incoming.share);
    json["sourceOrgId"] = incoming.source.Text();
    json["sourceOrgName"] = incoming.source_name;
    return json;
}

}  // namespace

std::string EncodeOrganization(const Organization& org) {
    return TextOf(OrganizationJson(org));
}

std::string EncodeMovedOrganization(const Organization& org) {
    Json json = OrganizationJson(org);
    json["status"] = platform::EnumText(org.lifecycle.status);
    return TextOf(json);
}

std::string EncodeOrganizations(const std::vector<Organization>& orgs) {
    return EncodeList(orgs, OrganizationJson);
}

std::string EncodeMembers(const std::vector<Member>& members) {
    return EncodeList(members, MemberJson);
}

std::string EncodeInvitations(const std::vector<Invitation>& invitations) {
    return invitations.empty() ? "null" : EncodeList(invitations, InvitationJson);
}

std::string EncodeInbox(const std::vector<InboxInvitation>& inbox) {
    return EncodeList(inbox, InboxJson);
}

std::string EncodeShare(const Share& share) {
    return TextOf(ShareJson(share));
}

std::string EncodeShares(const std::vector<Share>& shares) {
    return EncodeList(shares, ShareJson);
}

std::string EncodeIncomingShares(const std::vector<IncomingShare>& shares) {
    return EncodeList(shares, IncomingJson);
}

std::string EncodeMemberDecision(const MemberDecision& decision) {
    switch (decision.outcome) {
        case MemberOutcome::kMember:
            return TextOf({{"kind", "member"}, {"member", MemberJson(decision.member)}});
        case MemberOutcome::kInvitation:
            return TextOf({{"kind", "invitation"}, {"invitation", InvitationJson(decision.invitation)}});
    }
    return "null";
}

std::string EncodeTenant(const Organization& org) {
    return TextOf(TenantJson(org));
}

std::string EncodeTenants(const std::vector<Organization>& orgs) {
    return EncodeList(orgs, TenantJson);
}

std::string EncodeInstant(const std::optional<Time>& time) {
    return InstantJson(time).get<std::string>();
}

}  // namespace tenancy::wire
