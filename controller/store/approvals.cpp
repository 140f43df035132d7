#include "controller/store/approvals.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

// SOD-4 and SOD-5 as they are at this moment.
#define APPROVAL_ENTITLED " holds_role(a.principal_id, a.role) "
#define APPROVAL_HASH_MATCHES \
    " coalesce(a.content_hash = CASE a.scope WHEN 'plan' THEN l.content_hash ELSE r.content_hash END, false) "
#define APPROVAL_TABLES                                                                   \
    " FROM approvals a JOIN releases r ON r.id = a.release_id"                            \
    " LEFT JOIN plan_revisions l ON l.release_id = r.id AND l.revision = r.plan_revision" \
    " LEFT JOIN approval_revocations v ON v.approval_id = a.id "
#define APPROVAL_COLUMNS                                                                                           \
    " a.id, a.release_id, a.scope, a.role, a.principal_id, a.content_hash, a.self_approved, a.note, a.created_at," \
    " v.revoked_by, v.reason, v.revoked_at," APPROVAL_ENTITLED "," APPROVAL_HASH_MATCHES

constexpr Statement kInsertApproval{"approval_insert", R"sql(
    INSERT INTO approvals (id, release_id, scope, role, principal_id, content_hash, note)
    VALUES ($1, $2, $3, $4, $5, $6, $7))sql"};
constexpr Statement kLoadApproval{"approval_load", "SELECT" APPROVAL_COLUMNS APPROVAL_TABLES "WHERE a.id = $1"};
constexpr Statement kListApprovals{"approval_list", "SELECT" APPROVAL_COLUMNS APPROVAL_TABLES R"sql(
    WHERE a.release_id = $1 AND ($2::text IS NULL OR a.id > $2) ORDER BY a.id LIMIT $3)sql"};
constexpr Statement kRevokeApproval{"approval_revoke", R"sql(
    INSERT INTO approval_revocations (approval_id, revoked_by, reason) VALUES ($1, $2, $3))sql"};
constexpr Statement kApprovalFacts{"approval_facts",
                                   "SELECT a.id, a.scope, a.role, a.principal_id, p.kind," APPROVAL_ENTITLED
                                   "," APPROVAL_HASH_MATCHES ", v.approval_id IS NOT NULL, a.created_at" APPROVAL_TABLES
                                   "JOIN principals p ON p.id = a.principal_id WHERE a.release_id = $1 ORDER BY a.id"};

#undef APPROVAL_COLUMNS
#undef APPROVAL_TABLES
#undef APPROVAL_HASH_MATCHES
#undef APPROVAL_ENTITLED

std::optional<Revocation> ReadRevocation(Columns& in) {
    auto by = in.OptText();
    auto reason = in.OptText();
    const auto at = in.OptInstant();
    if (!by) {
        return std::nullopt;
    }
    return Revocation{std::move(*by), reason.value_or(""), *at};
}

Approval ReadApproval(Columns& in) {
    Approval approval;
    approval.id = in.Id<policy::RecordId>();
    approval.release = in.Id<policy::ReleaseId>();
    approval.scope = in.Enum<policy::ApprovalScope>();
    approval.role = in.Enum<policy::Role>();
    approval.principal = in.Id<policy::PrincipalId>();
    approval.content_hash = in.Text();
    approval.self_approved = in.Flag();
    approval.note = in.Text();
    approval.created_at = in.Instant();
    approval.revocation = ReadRevocation(in);
    approval.entitled = in.Flag();
    approval.hash_matches = in.Flag();
    return approval;
}

policy::ApprovalFacts ReadApprovalFacts(Columns& in) {
    policy::ApprovalFacts facts;
    facts.id = in.Id<policy::RecordId>();
    facts.scope = in.Enum<policy::ApprovalScope>();
    facts.role = in.Enum<policy::Role>();
    facts.principal = in.Id<policy::PrincipalId>();
    facts.principal_kind = in.Enum<policy::PrincipalKind>();
    facts.entitled = in.Flag();
    facts.hash_matches = in.Flag();
    facts.revoked = in.Flag();
    facts.at = in.Instant();
    return facts;
}

}  // namespace

Approval InsertApproval(Tx& tx, const NewApproval& approval) {
    tx.Exec(kInsertApproval, approval.id, approval.release, approval.scope, approval.role, approval.principal,
            approval.content_hash, approval.note);
    Approval stored = tx.One(kLoadApproval, ReadApproval, approval.id);
    PORTCULLIS_INVARIANT(stored.self_approved == approval.self_approved, "policy and database agree on self-approval");
    return stored;
}

std::optional<Approval> LoadApproval(Tx& tx, const policy::RecordId& id) {
    return tx.Find(kLoadApproval, ReadApproval, id);
}

Page<Approval> ListApprovals(Tx& tx, const policy::ReleaseId& release, const PageQuery& page) {
    return tx.ListPage(
        kListApprovals, page, ReadApproval, [](const Approval& row) { return row.id.Text(); }, release);
}

Approval RevokeApproval(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by, const std::string& reason) {
    tx.Exec(kRevokeApproval, id, by, reason);
    return tx.One(kLoadApproval, ReadApproval, id);
}

std::vector<policy::ApprovalFacts> LoadApprovalFacts(Tx& tx, const policy::ReleaseId& release) {
    return tx.All(kApprovalFacts, ReadApprovalFacts, release);
}

}  // namespace store
