#include "controller/store/risk_acceptances.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define ACCEPTANCE_COLUMNS                                                                                   \
    " a.id, a.release_id, a.principal_id, a.content_hash, a.risk, a.rationale, a.review_date, a.created_at," \
    " v.revoked_by, v.reason, v.revoked_at, holds_role(a.principal_id, 'system_owner'),"                     \
    " a.content_hash = r.content_hash"                                                                       \
    " FROM risk_acceptances a JOIN releases r ON r.id = a.release_id"                                        \
    " LEFT JOIN risk_acceptance_revocations v ON v.risk_acceptance_id = a.id "

constexpr Statement kInsertAcceptance{"risk_acceptance_insert", R"sql(
    INSERT INTO risk_acceptances (id, release_id, principal_id, content_hash, risk, rationale, review_date)
    VALUES ($1, $2, $3, $4, $5, $6, $7))sql"};
constexpr Statement kLoadAcceptance{"risk_acceptance_load", "SELECT" ACCEPTANCE_COLUMNS "WHERE a.id = $1"};
constexpr Statement kListAcceptances{"risk_acceptance_list", "SELECT" ACCEPTANCE_COLUMNS R"sql(
    WHERE a.release_id = $1 AND ($2::text IS NULL OR a.id > $2) ORDER BY a.id LIMIT $3)sql"};
constexpr Statement kRevokeAcceptance{"risk_acceptance_revoke", R"sql(
    INSERT INTO risk_acceptance_revocations (risk_acceptance_id, revoked_by, reason) VALUES ($1, $2, $3))sql"};

#undef ACCEPTANCE_COLUMNS

RiskAcceptance ReadRiskAcceptance(Columns& in) {
    RiskAcceptance acceptance;
    acceptance.id = in.Id<policy::RecordId>();
    acceptance.release = in.Id<policy::ReleaseId>();
    acceptance.principal = in.Id<policy::PrincipalId>();
    acceptance.content_hash = in.Text();
    acceptance.risk = in.Text();
    acceptance.rationale = in.Text();
    acceptance.review_date = in.Day();
    acceptance.created_at = in.Instant();
    auto by = in.OptText();
    auto reason = in.OptText();
    const auto at = in.OptInstant();
    if (by) {
        acceptance.revocation = Revocation{std::move(*by), reason.value_or(""), *at};
    }
    acceptance.entitled = in.Flag();
    acceptance.hash_matches = in.Flag();
    return acceptance;
}

}  // namespace

RiskAcceptance InsertRiskAcceptance(Tx& tx, const NewRiskAcceptance& acceptance) {
    tx.Exec(kInsertAcceptance, acceptance.id, acceptance.release, acceptance.principal, acceptance.content_hash,
            acceptance.risk, acceptance.rationale, acceptance.review_date);
    return tx.One(kLoadAcceptance, ReadRiskAcceptance, acceptance.id);
}

std::optional<RiskAcceptance> LoadRiskAcceptance(Tx& tx, const policy::RecordId& id) {
    return tx.Find(kLoadAcceptance, ReadRiskAcceptance, id);
}

Page<RiskAcceptance> ListRiskAcceptances(Tx& tx, const policy::ReleaseId& release, const PageQuery& page) {
    return tx.ListPage(
        kListAcceptances, page, ReadRiskAcceptance, [](const RiskAcceptance& row) { return row.id.Text(); }, release);
}

RiskAcceptance RevokeRiskAcceptance(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by,
                                    const std::string& reason) {
    tx.Exec(kRevokeAcceptance, id, by, reason);
    return tx.One(kLoadAcceptance, ReadRiskAcceptance, id);
}

}  // namespace store
