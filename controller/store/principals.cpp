#include "controller/store/principals.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

// The roles held now come with the row, joined by commas.
#define PORTCULLIS_PRINCIPAL_COLUMNS                                                                              \
    "p.id, p.kind, p.display_name, p.email, p.active, p.created_at, p.created_by, p.version, "                    \
    "array_to_string(ARRAY(SELECT g.role FROM role_grants g WHERE g.principal_id = p.id AND g.status = 'active' " \
    "ORDER BY g.role), ',')"

constexpr Statement kInsertPrincipal{
    "insert_principal",
    "INSERT INTO principals AS p (id, kind, display_name, email, created_by) VALUES ($1, $2, $3, $4, $5) "
    "RETURNING " PORTCULLIS_PRINCIPAL_COLUMNS};
constexpr Statement kLoadPrincipal{"load_principal",
                                   "SELECT " PORTCULLIS_PRINCIPAL_COLUMNS " FROM principals p WHERE p.id = $1"};
constexpr Statement kLockPrincipal{
    "lock_principal", "SELECT " PORTCULLIS_PRINCIPAL_COLUMNS " FROM principals p WHERE p.id = $1 FOR UPDATE OF p"};
constexpr Statement kListPrincipals{
    "list_principals",
    "SELECT " PORTCULLIS_PRINCIPAL_COLUMNS
    " FROM principals p "
    "WHERE ($1::text IS NULL OR p.kind = $1) "
    "AND ($2::text IS NULL OR EXISTS (SELECT FROM role_grants h WHERE h.principal_id = p.id AND h.role = $2 "
    "AND h.status = 'active')) "
    "AND ($3::boolean IS NULL OR p.active = $3) AND (p.id ILIKE $4 OR p.display_name ILIKE $4) "
    "AND ($5::text IS NULL OR p.id > $5) ORDER BY p.id LIMIT $6"};
constexpr Statement kUpdatePrincipal{
    "update_principal",
    "UPDATE principals AS p SET display_name = $2, email = $3, active = $4 WHERE p.id = $1 "
    "RETURNING " PORTCULLIS_PRINCIPAL_COLUMNS};

#undef PORTCULLIS_PRINCIPAL_COLUMNS
#define PORTCULLIS_GRANT_COLUMNS                                                                         \
    "id, principal_id, role, status, proposed_by, proposed_at, confirmed_by, confirmed_at, revoked_by, " \
    "revoked_at, bootstrap"

constexpr Statement kInsertGrant{"insert_role_grant",
                                 "INSERT INTO role_grants (id, principal_id, role, status, proposed_by) "
                                 "VALUES ($1, $2, $3, $4, $5) RETURNING " PORTCULLIS_GRANT_COLUMNS};
constexpr Statement kLoadGrant{"load_role_grant", "SELECT " PORTCULLIS_GRANT_COLUMNS " FROM role_grants WHERE id = $1"};
constexpr Statement kLockGrant{"lock_role_grant",
                               "SELECT " PORTCULLIS_GRANT_COLUMNS " FROM role_grants WHERE id = $1 FOR UPDATE"};
constexpr Statement kListGrants{"list_role_grants",
                                "SELECT " PORTCULLIS_GRANT_COLUMNS
                                " FROM role_grants "
                                "WHERE ($1::text IS NULL OR principal_id = $1) AND ($2::text IS NULL OR status = $2) "
                                "AND ($3::text IS NULL OR id > $3) ORDER BY id LIMIT $4"};
constexpr Statement kDecideGrant{"decide_role_grant",
                                 "UPDATE role_grants SET status = $2, confirmed_by = $3 WHERE id = $1 "
                                 "RETURNING " PORTCULLIS_GRANT_COLUMNS};
constexpr Statement kRevokeGrant{"revoke_role_grant",
                                 "UPDATE role_grants SET status = 'revoked', revoked_by = $2 WHERE id = $1 "
                                 "RETURNING " PORTCULLIS_GRANT_COLUMNS};

#undef PORTCULLIS_GRANT_COLUMNS

Principal ReadPrincipal(Columns& columns) {
    Principal principal;
    principal.id = columns.Id<policy::PrincipalId>();
    principal.kind = columns.Enum<policy::PrincipalKind>();
    principal.display_name = columns.Text();
    principal.email = columns.OptText();
    principal.active = columns.Flag();
    principal.created_at = columns.Instant();
    principal.created_by = columns.Text();
    principal.version = columns.Int();
    principal.roles = columns.EnumList<policy::Role>();
    return principal;
}

RoleGrant ReadGrant(Columns& columns) {
    RoleGrant grant;
    grant.id = columns.Id<policy::RecordId>();
    grant.principal = columns.Id<policy::PrincipalId>();
    grant.role = columns.Enum<policy::Role>();
    grant.status = columns.Enum<GrantStatus>();
    grant.proposed_by = columns.Text();
    grant.proposed_at = columns.Instant();
    grant.confirmed_by = columns.OptText();
    grant.confirmed_at = columns.OptInstant();
    grant.revoked_by = columns.OptText();
    grant.revoked_at = columns.OptInstant();
    grant.bootstrap = columns.Flag();
    return grant;
}

}  // namespace

bool NeedsConfirmation(policy::Role role) {
    switch (role) {
        case policy::Role::kDevLead:
        case policy::Role::kQa:
        case policy::Role::kSystemOwner:
            return true;
        case policy::Role::kReleaseManager:
        case policy::Role::kOperator:
        case policy::Role::kAuditor:
        case policy::Role::kPipeline:
        case policy::Role::kAdmin:
            return false;
    }
    return true;
}

Principal InsertPrincipal(Tx& tx, const NewPrincipal& principal) {
    return tx.One(kInsertPrincipal, ReadPrincipal, principal.id, principal.kind, principal.display_name,
                  principal.email, principal.created_by);
}

std::optional<Principal> LoadPrincipal(Tx& tx, const policy::PrincipalId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockPrincipal : kLoadPrincipal, ReadPrincipal, id);
}

Page<Principal> ListPrincipals(Tx& tx, const PrincipalFilter& filter, const PageQuery& page) {
    return tx.ListPage(
        kListPrincipals, page, ReadPrincipal, [](const Principal& row) { return row.id.Text(); }, filter.kind,
        filter.role, filter.active, LikePattern(filter.text));
}

Principal UpdatePrincipal(Tx& tx, const Principal& principal) {
    return tx.One(kUpdatePrincipal, ReadPrincipal, principal.id, principal.display_name, principal.email,
                  principal.active);
}

RoleGrant InsertRoleGrant(Tx& tx, const NewRoleGrant& grant) {
    const GrantStatus status = NeedsConfirmation(grant.role) ? GrantStatus::kProposed : GrantStatus::kActive;
    return tx.One(kInsertGrant, ReadGrant, grant.id, grant.principal, grant.role, status, grant.proposed_by);
}

std::optional<RoleGrant> LoadRoleGrant(Tx& tx, const policy::RecordId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockGrant : kLoadGrant, ReadGrant, id);
}

Page<RoleGrant> ListRoleGrants(Tx& tx, const std::optional<policy::PrincipalId>& principal,
                               std::optional<GrantStatus> status, const PageQuery& page) {
    return tx.ListPage(
        kListGrants, page, ReadGrant, [](const RoleGrant& row) { return row.id.Text(); }, principal, status);
}

RoleGrant ConfirmRoleGrant(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by) {
    return tx.One(kDecideGrant, ReadGrant, id, GrantStatus::kActive, by);
}

RoleGrant RejectRoleGrant(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by) {
    return tx.One(kDecideGrant, ReadGrant, id, GrantStatus::kRejected, by);
}

RoleGrant RevokeRoleGrant(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by) {
    return tx.One(kRevokeGrant, ReadGrant, id, by);
}

}  // namespace store
