#include "tenancy/model.hpp"

#include <algorithm>

namespace tenancy {
namespace {

template <typename Row, typename Key>
void PutRow(std::vector<Row>& rows, const Row& row, Key key) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& old) { return key(old) == key(row); });
    if (found == rows.end()) {
        rows.push_back(row);
    } else {
        *found = row;
    }
}

template <typename Row, typename Key>
void DropRow(std::vector<Row>& rows, const std::string& dropped, Key key) {
    rows.erase(std::remove_if(rows.begin(), rows.end(), [&](const Row& row) { return key(row) == dropped; }),
               rows.end());
}

template <typename Row, typename Key>
const Row* FindRow(const std::vector<Row>& rows, std::string_view wanted, Key key) noexcept {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return key(row) == wanted; });
    return found == rows.end() ? nullptr : &*found;
}

constexpr auto kByUser = [](const auto& row) -> const std::string& { return row.user_id; };
constexpr auto kById = [](const Share& share) -> const std::string& { return share.id; };

}  // namespace

bool OrgChange::Empty() const noexcept {
    return !display_name && !lifecycle && !owner_user_id && put_members.empty() && drop_members.empty() &&
           put_invitations.empty() && drop_invitations.empty() && put_shares.empty() && drop_shares.empty();
}

Organization Apply(Organization org, const OrgChange& change) {
    if (change.display_name) {
        org.display_name = *change.display_name;
    }
    if (change.lifecycle) {
        org.lifecycle = *change.lifecycle;
    }
    if (change.owner_user_id) {
        org.owner_user_id = *change.owner_user_id;
    }
    for (const std::string& user : change.drop_members) {
        DropRow(org.members, user, kByUser);
    }
    for (const Member& member : change.put_members) {
        PutRow(org.members, member, kByUser);
    }
    for (const std::string& user : change.drop_invitations) {
        DropRow(org.invitations, user, kByUser);
    }
    for (const Invitation& invitation : change.put_invitations) {
        PutRow(org.invitations, invitation, kByUser);
    }
    for (const std::string& id : change.drop_shares) {
        DropRow(org.shares, id, kById);
    }
    for (const Share& share : change.put_shares) {
        PutRow(org.shares, share, kById);
    }
    return org;
}

void RepairOwner(Organization& org) {
    if (org.owner_user_id.empty()) {
        // Only a default organization may be without: an owner in its list of members is the one.
        for (const Member& member : org.members) {
            if (member.role == OrgRole::kOwner) {
                org.owner_user_id = member.user_id;
                break;
            }
        }
    }
    if (org.owner_user_id.empty()) {
        return;
    }
    bool listed = false;
    for (Member& member : org.members) {
        if (member.user_id == org.owner_user_id) {
            member.role = OrgRole::kOwner;
            listed = true;
        } else if (member.role == OrgRole::kOwner) {
            member.role = OrgRole::kAdmin;
        }
    }
    if (!listed) {
        Member owner;
        owner.user_id = org.owner_user_id;
        owner.email = org.owner_email;
        owner.role = OrgRole::kOwner;
        owner.added_at = org.created_at.value_or(Time{});
        owner.added_by = org.owner_user_id;
        org.members.insert(org.members.begin(), std::move(owner));
    }
}

const Member* FindMember(const Organization& org, std::string_view user_id) noexcept {
    return FindRow(org.members, user_id, kByUser);
}

const Invitation* FindInvitation(const Organization& org, std::string_view user_id) noexcept {
    return FindRow(org.invitations, user_id, kByUser);
}

const Share* FindShare(const Organization& org, std::string_view share_id) noexcept {
    return FindRow(org.shares, share_id, kById);
}

}  // namespace tenancy
