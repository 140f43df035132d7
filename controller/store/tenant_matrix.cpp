#include "controller/store/tenant_matrix.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

// A consent counts in experimental only; nobody looks for it elsewhere.
constexpr Statement kMatrixFacts{"matrix_facts", R"sql(
    SELECT r.id, n.id, t.tenant_id IS NOT NULL, n.active, n.kind, n.channel_preference,
           c.id, p.kind, c.given_by, c.given_at, c.expires_at, c.withdrawn_at
    FROM releases r
    CROSS JOIN tenants n
    LEFT JOIN plan_tenants t ON t.release_id = r.id AND t.revision = r.plan_revision AND t.tenant_id = n.id
    LEFT JOIN LATERAL (SELECT * FROM current_consent(r.id, n.id)) c
        ON r.channel = 'experimental' AND t.tenant_id IS NOT NULL
    LEFT JOIN principals p ON p.id = c.recorded_by
    WHERE r.id = ANY($1::text[]) AND n.id = ANY($2::text[])
    ORDER BY n.id COLLATE "C", r.id COLLATE "C")sql"};

constexpr Statement kDriftingReleases{"matrix_drifting", R"sql(
    SELECT r.id FROM releases r JOIN exposure_findings f ON f.release_id = r.id
    WHERE r.id = ANY($1::text[]) AND r.status = 'active' AND r.channel <> 'stable' AND f.digest <> ''
    ORDER BY r.id COLLATE "C")sql"};

MatrixFacts ReadMatrixFacts(Columns& in) {
    MatrixFacts facts;
    facts.release = in.Id<policy::ReleaseId>();
    facts.tenant.id = in.Id<policy::TenantId>();
    facts.tenant.on_plan = in.Flag();
    facts.tenant.registered = in.Flag();
    facts.tenant.kind = in.Enum<policy::TenantKind>();
    facts.tenant.preference = in.Enum<policy::ChannelPreference>();
    if (auto id = in.OptId<policy::RecordId>()) {
        policy::ConsentFacts consent;
        consent.id = std::move(*id);
        consent.recorded_by_kind = in.Enum<policy::PrincipalKind>();
        consent.given_by = in.Text();
        consent.given_at = in.Instant();
        consent.expires_at = in.OptInstant();
        consent.withdrawn_at = in.OptInstant();
        facts.tenant.consent = std::move(consent);
    }
    return facts;
}

}  // namespace

std::vector<MatrixFacts> LoadMatrixFacts(Tx& tx, const std::vector<policy::ReleaseId>& releases,
                                         const std::vector<policy::TenantId>& tenants) {
    return tx.All(kMatrixFacts, ReadMatrixFacts, releases, tenants);
}

std::vector<policy::ReleaseId> ListDriftingReleases(Tx& tx, const std::vector<policy::ReleaseId>& releases) {
    return tx.All(
        kDriftingReleases, [](Columns& in) { return in.Id<policy::ReleaseId>(); }, releases);
}

}  // namespace store
