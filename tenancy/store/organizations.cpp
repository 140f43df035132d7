#include "tenancy/store/organizations.hpp"

#include <algorithm>
#include <map>

#include "platform/sql/tx.hpp"

namespace tenancy::store {
namespace {

using platform::Columns;
using platform::Statement;

#define ORG_COLUMNS                                                                                    \
    "id, display_name, status, created_at, owner_user_id, owner_email, suspended_at, suspend_reason, " \
    "deletion_requested_at, retention_days, canceled_at, encryption_key_id, plan, contact_email FROM tenancy.orgs "
#define MEMBER_COLUMNS "org_id, user_id, email, role, added_at, added_by FROM tenancy.members "
#define INVITATION_COLUMNS "org_id, user_id, role, invited_at, invited_by FROM tenancy.invitations "
#define SHARE_COLUMNS                                                                                         \
    "org_id, id, target_org_id, resource_type, resource_id, resource_name, access_role, status, created_at, " \
    "created_by, "                                                                                            \
    "accepted_at, accepted_by FROM tenancy.shares "

constexpr Statement kLockOrg{"tenancy_org_lock", "SELECT FROM tenancy.orgs WHERE id = $1 FOR NO KEY UPDATE"};
constexpr Statement kLoadOrgs{"tenancy_orgs", "SELECT " ORG_COLUMNS "WHERE id = ANY ($1::text[]) ORDER BY id"};
constexpr Statement kLoadMembers{
    "tenancy_members", "SELECT " MEMBER_COLUMNS "WHERE org_id = ANY ($1::text[]) ORDER BY org_id, added_at, user_id"};
constexpr Statement kLoadInvitations{"tenancy_invitations",
                                     "SELECT " INVITATION_COLUMNS
                                     "WHERE org_id = ANY ($1::text[]) ORDER BY org_id, invited_at, user_id"};
constexpr Statement kLoadShares{
    "tenancy_shares", "SELECT " SHARE_COLUMNS "WHERE org_id = ANY ($1::text[]) ORDER BY org_id, created_at, id"};
constexpr Statement kListOrgs{"tenancy_orgs_all", "SELECT " ORG_COLUMNS "ORDER BY id"};
constexpr Statement kListMembers{"tenancy_members_all", "SELECT " MEMBER_COLUMNS "ORDER BY org_id, added_at, user_id"};
constexpr Statement kListInvitations{"tenancy_invitations_all",
                                     "SELECT " INVITATION_COLUMNS "ORDER BY org_id, invited_at, user_id"};
constexpr Statement kListShares{"tenancy_shares_all", "SELECT " SHARE_COLUMNS "ORDER BY org_id, created_at, id"};

constexpr Statement kMemberships{"tenancy_memberships", R"sql(
    SELECT o.id, o.display_name, m.role, o.status FROM tenancy.members m JOIN tenancy.orgs o ON o.id = m.org_id
    WHERE m.user_id = $1 ORDER BY o.id)sql"};
constexpr Statement kInbox{"tenancy_inbox", R"sql(
    SELECT o.id, o.display_name, i.user_id, i.role, i.invited_at, i.invited_by
    FROM tenancy.invitations i JOIN tenancy.orgs o ON o.id = i.org_id
    WHERE i.user_id = $1 ORDER BY o.id, i.invited_at)sql"};
constexpr Statement kIncoming{"tenancy_shares_incoming", R"sql(
    SELECT coalesce(tenancy.sharing_org_name(org_id), org_id), )sql" SHARE_COLUMNS
                                                         "WHERE target_org_id = $1 ORDER BY created_at, org_id, id"};

constexpr Statement kInsertOrg{"tenancy_org_insert", R"sql(
    INSERT INTO tenancy.orgs (id, display_name, status, created_at, owner_user_id, owner_email, suspended_at,
        suspend_reason, deletion_requested_at, retention_days, canceled_at, encryption_key_id, plan, contact_email)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14))sql"};
// Every change of the organization's people goes through this row: its version grows and listeners are told.
constexpr Statement kChangeOrg{"tenancy_org_change", R"sql(
    UPDATE tenancy.orgs SET display_name = coalesce($2, display_name), owner_user_id = coalesce($3, owner_user_id),
        owner_email = CASE WHEN $3 <> coalesce(owner_user_id, '') THEN coalesce($4, '') ELSE owner_email END
    WHERE id = $1)sql"};
constexpr Statement kMoveOrg{"tenancy_org_move", R"sql(
    UPDATE tenancy.orgs SET status = $2, suspended_at = $3, suspend_reason = $4, deletion_requested_at = $5,
        retention_days = $6, canceled_at = $7
    WHERE id = $1)sql"};
constexpr Statement kSetPlan{"tenancy_org_plan", "UPDATE tenancy.orgs SET plan = $2 WHERE id = $1"};
constexpr Statement kSetContact{"tenancy_org_contact", "UPDATE tenancy.orgs SET contact_email = $2 WHERE id = $1"};
constexpr Statement kPutMember{"tenancy_member_put", R"sql(
    INSERT INTO tenancy.members (org_id, user_id, email, role, added_at, added_by) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (org_id, user_id) DO UPDATE SET email = excluded.email, role = excluded.role,
        added_at = excluded.added_at, added_by = excluded.added_by)sql"};
constexpr Statement kDropMembers{"tenancy_members_drop", R"sql(
    DELETE FROM tenancy.members WHERE org_id = $1 AND user_id = ANY ($2::text[]))sql"};
constexpr Statement kPutInvitation{"tenancy_invitation_put", R"sql(
    INSERT INTO tenancy.invitations (org_id, user_id, role, invited_at, invited_by) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (org_id, user_id) DO UPDATE SET role = excluded.role, invited_at = excluded.invited_at,
        invited_by = excluded.invited_by)sql"};
constexpr Statement kDropInvitations{"tenancy_invitations_drop", R"sql(
    DELETE FROM tenancy.invitations WHERE org_id = $1 AND user_id = ANY ($2::text[]))sql"};
constexpr Statement kPutShare{"tenancy_share_put", R"sql(
    INSERT INTO tenancy.shares (org_id, id, target_org_id, resource_type, resource_id, resource_name, access_role, status,
        created_at, created_by, accepted_at, accepted_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (org_id, id) DO UPDATE SET target_org_id = excluded.target_org_id,
        resource_type = excluded.resource_type, resource_id = excluded.resource_id,
        resource_name = excluded.resource_name, access_role = excluded.access_role, status = excluded.status,
        created_at = excluded.created_at, created_by = excluded.created_by, accepted_at = excluded.accepted_at,
        accepted_by = excluded.accepted_by)sql"};
constexpr Statement kDropShares{"tenancy_shares_drop", R"sql(
    DELETE FROM tenancy.shares WHERE org_id = $1 AND id = ANY ($2::text[]))sql"};
constexpr Statement kDueForDeletion{"tenancy_orgs_due", R"sql(
    SELECT id FROM tenancy.orgs
    WHERE status = 'pending_deletion' AND deletion_requested_at + retention_days * interval '24 hours' <= $1
    ORDER BY id)sql"};

#undef ORG_COLUMNS
#undef MEMBER_COLUMNS
#undef INVITATION_COLUMNS
#undef SHARE_COLUMNS

Organization ReadOrganization(Columns& in) {
    Organization org;
    org.id = in.Id<OrgId>();
    org.display_name = in.Text();
    org.lifecycle.status = in.Enum<OrgStatus>();
    org.created_at = in.OptInstant();
    org.owner_user_id = in.OptText().value_or("");
    org.owner_email = in.Text();
    org.lifecycle.suspended_at = in.OptInstant();
    org.lifecycle.suspend_reason = in.Text();
    org.lifecycle.deletion_requested_at = in.OptInstant();
    if (const auto days = in.OptInt()) {
        org.lifecycle.retention_days = static_cast<int>(*days);
    }
    org.lifecycle.canceled_at = in.OptInstant();
    org.encryption_key_id = in.Text();
    org.plan = in.Enum<Plan>();
    org.contact_email = in.Text();
    return org;
}

template <typename Row>
struct OfOrg {
    std::string org;
    Row row;
};

OfOrg<Member> ReadMember(Columns& in) {
    OfOrg<Member> of;
    of.org = in.Text();
    of.row.user_id = in.Text();
    of.row.email = in.Text();
    of.row.role = in.Enum<OrgRole>();
    of.row.added_at = in.Instant();
    of.row.added_by = in.Text();
    return of;
}

OfOrg<Invitation> ReadInvitation(Columns& in) {
    OfOrg<Invitation> of;
    of.org = in.Text();
    of.row.user_id = in.Text();
    of.row.role = in.Enum<OrgRole>();
    of.row.invited_at = in.Instant();
    of.row.invited_by = in.Text();
    return of;
}

OfOrg<Share> ReadShare(Columns& in) {
    OfOrg<Share> of;
    of.org = in.Text();
    of.row.id = in.Text();
    of.row.target = in.Id<OrgId>();
    of.row.resource_type = in.Text();
    of.row.resource_id = in.Text();
    of.row.resource_name = in.Text();
    of.row.access_role = in.Enum<OrgRole>();
    of.row.status = in.Enum<ShareStatus>();
    of.row.created_at = in.Instant();
    of.row.created_by = in.Text();
    of.row.accepted_at = in.OptInstant();
    of.row.accepted_by = in.Text();
    return of;
}

std::optional<std::string> UnlessEmptyText(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

// A statement on `ids`, or on all.
template <typename Read>
auto Rows(platform::Tx& tx, const Statement& of_ids, const Statement& of_all,
          const std::optional<std::vector<std::string>>& ids, Read read) {
    return ids ? tx.All(of_ids, read, *ids) : tx.All(of_all, read);
}

template <typename Row>
void Distribute(std::vector<OfOrg<Row>> rows, std::map<std::string, Organization*>& orgs,
                std::vector<Row> Organization::*into) {
    for (OfOrg<Row>& of : rows) {
        // Without its organization: shares whose source this scope does not see.
        if (const auto org = orgs.find(of.org); org != orgs.end()) {
            (org->second->*into).push_back(std::move(of.row));
        }
    }
}

std::vector<Organization> LoadWhole(platform::Tx& tx, const std::optional<std::vector<std::string>>& ids) {
    std::vector<Organization> orgs = Rows(tx, kLoadOrgs, kListOrgs, ids, ReadOrganization);
    if (orgs.empty()) {
        return orgs;
    }
    std::map<std::string, Organization*> by_id;
    for (Organization& org : orgs) {
        by_id.emplace(org.id.Text(), &org);
    }
    Distribute(Rows(tx, kLoadMembers, kListMembers, ids, ReadMember), by_id, &Organization::members);
    Distribute(Rows(tx, kLoadInvitations, kListInvitations, ids, ReadInvitation), by_id, &Organization::invitations);
    Distribute(Rows(tx, kLoadShares, kListShares, ids, ReadShare), by_id, &Organization::shares);
    for (Organization& org : orgs) {
        RepairOwner(org);
    }
    return orgs;
}

std::optional<Organization> OnlyOne(std::vector<Organization> orgs) {
    return orgs.empty() ? std::nullopt : std::optional(std::move(orgs.front()));
}

// One owner at any moment: the former one steps down before the next one is written.
void PutMembers(platform::Tx& tx, const OrgId& org, std::vector<Member> members) {
    std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.role < b.role; });
    for (const Member& member : members) {
        tx.Exec(kPutMember, org.Text(), member.user_id, member.email, member.role, member.added_at, member.added_by);
    }
}

void PutInvitations(platform::Tx& tx, const OrgId& org, const std::vector<Invitation>& invitations) {
    for (const Invitation& invitation : invitations) {
        tx.Exec(kPutInvitation, org.Text(), invitation.user_id, invitation.role, invitation.invited_at,
                invitation.invited_by);
    }
}

void PutShares(platform::Tx& tx, const OrgId& org, const std::vector<Share>& shares) {
    for (const Share& share : shares) {
        tx.Exec(kPutShare, org.Text(), share.id, share.target.Text(), share.resource_type, share.resource_id,
                share.resource_name, share.access_role, share.status, share.created_at, share.created_by,
                share.accepted_at, share.accepted_by);
    }
}

void DropRows(platform::Tx& tx, const Statement& statement, const OrgId& org, const std::vector<std::string>& keys) {
    if (!keys.empty()) {
        tx.Exec(statement, org.Text(), keys);
    }
}

// The e-mail of the member who is the owner now, when the change says who that is.
std::optional<std::string> OwnerEmailIn(const OrgChange& change) {
    if (!change.owner_user_id) {
        return std::nullopt;
    }
    for (const Member& member : change.put_members) {
        if (member.user_id == *change.owner_user_id) {
            return member.email;
        }
    }
    return std::nullopt;
}

}  // namespace

void InsertOrganization(TenantTx& tx, const Organization& org) {
    PORTCULLIS_INVARIANT(org.id == OrgOf(tx), "an organization is made in its own scope");
    platform::Tx& sql = tx.Sql();
    const OrgLifecycle& life = org.lifecycle;
    sql.Exec(kInsertOrg, org.id.Text(), org.display_name, life.status, org.created_at,
             UnlessEmptyText(org.owner_user_id), org.owner_email, life.suspended_at, life.suspend_reason,
             life.deletion_requested_at, life.retention_days, life.canceled_at, org.encryption_key_id, org.plan,
             org.contact_email);
    PutMembers(sql, org.id, org.members);
    PutInvitations(sql, org.id, org.invitations);
    PutShares(sql, org.id, org.shares);
}

std::optional<Organization> LoadOrganization(TenantTx& tx, platform::Lock lock) {
    if (lock == platform::Lock::kForUpdate && tx.Sql().Exec(kLockOrg, OrgOf(tx).Text()).empty()) {
        return std::nullopt;
    }
    return OnlyOne(LoadWhole(tx.Sql(), std::vector{OrgOf(tx).Text()}));
}

std::optional<Organization> LoadOrganization(PlatformTx& tx, const OrgId& id) {
    return OnlyOne(LoadWhole(tx.Sql(), std::vector{id.Text()}));
}

std::vector<Organization> ListOrganizations(PlatformTx& tx) {
    return LoadWhole(tx.Sql(), std::nullopt);
}

std::vector<Organization> LoadOrganizations(PlatformTx& tx, const std::vector<OrgId>& ids) {
    std::vector<std::string> texts;
    texts.reserve(ids.size());
    for (const OrgId& id : ids) {
        texts.push_back(id.Text());
    }
    return LoadWhole(tx.Sql(), texts);
}

std::vector<Membership> LoadMemberships(IdentityTx& tx) {
    return tx.Sql().All(
        kMemberships,
        [](Columns& in) {
            Membership membership;
            membership.org = in.Id<OrgId>();
            membership.org_name = in.Text();
            membership.role = in.Enum<OrgRole>();
            membership.status = in.Enum<OrgStatus>();
            return membership;
        },
        tx.ByScope().User());
}

std::vector<InboxInvitation> LoadInbox(IdentityTx& tx) {
    return tx.Sql().All(
        kInbox,
        [](Columns& in) {
            InboxInvitation item;
            item.org = in.Id<OrgId>();
            item.org_name = in.Text();
            item.invitation.user_id = in.Text();
            item.invitation.role = in.Enum<OrgRole>();
            item.invitation.invited_at = in.Instant();
            item.invitation.invited_by = in.Text();
            return item;
        },
        tx.ByScope().User());
}

std::vector<IncomingShare> LoadIncomingShares(TenantTx& tx) {
    return tx.Sql().All(
        kIncoming,
        [](Columns& in) {
            IncomingShare incoming;
            incoming.source_name = in.Text();
            OfOrg<Share> of = ReadShare(in);
            incoming.source = OrgId::Trusted(std::move(of.org));
            incoming.share = std::move(of.row);
            return incoming;
        },
        OrgOf(tx).Text());
}

bool ApplyChange(TenantTx& tx, const OrgChange& change) {
    platform::Tx& sql = tx.Sql();
    const OrgId& org = OrgOf(tx);
    if (sql.Exec(kChangeOrg, org.Text(), change.display_name, change.owner_user_id, OwnerEmailIn(change))
            .affected_rows() == 0) {
        return false;
    }
    if (change.lifecycle) {
        const OrgLifecycle& life = *change.lifecycle;
        sql.Exec(kMoveOrg, org.Text(), life.status, life.suspended_at, life.suspend_reason, life.deletion_requested_at,
                 life.retention_days, life.canceled_at);
    }
    DropRows(sql, kDropMembers, org, change.drop_members);
    DropRows(sql, kDropInvitations, org, change.drop_invitations);
    DropRows(sql, kDropShares, org, change.drop_shares);
    PutMembers(sql, org, change.put_members);
    PutInvitations(sql, org, change.put_invitations);
    PutShares(sql, org, change.put_shares);
    return true;
}

bool SetPlan(TenantTx& tx, Plan plan) {
    return tx.Sql().Exec(kSetPlan, OrgOf(tx).Text(), plan).affected_rows() == 1;
}

bool SetContactEmail(TenantTx& tx, const std::string& email) {
    return tx.Sql().Exec(kSetContact, OrgOf(tx).Text(), email).affected_rows() == 1;
}

std::vector<OrgId> ListDueForDeletion(PlatformTx& tx, Time now) {
    return tx.Sql().All(
        kDueForDeletion, [](Columns& in) { return in.Id<OrgId>(); }, now);
}

}  // namespace tenancy::store
