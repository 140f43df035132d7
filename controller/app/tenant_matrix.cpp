#include "controller/app/tenant_matrix.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "controller/app/refusals.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/tenant_matrix.hpp"

namespace app {
namespace {

Outcome<Page<wire::Tenant>> TenantsOfMatrix(store::Tx& tx, const MatrixQuery& query) {
    if (!query.tenant) {
        return store::ListTenants(tx, query.tenants, query.tenant_page);
    }
    auto tenant = store::LoadTenant(tx, *query.tenant);
    if (!tenant) {
        return Refused(NotFound("tenant", query.tenant->Text()));
    }
    Page<wire::Tenant> one;
    one.rows.push_back(std::move(*tenant));
    return one;
}

std::optional<wire::ConsentState> ConsentOfCell(const policy::TenantFacts& tenant, policy::Time now) {
    if (!tenant.consent) {
        return std::nullopt;
    }
    return tenant.consent->withdrawn_at                 ? wire::ConsentState::kWithdrawn
           : policy::ConsentHolds(*tenant.consent, now) ? wire::ConsentState::kInForce
                                                        : wire::ConsentState::kExpired;
}

struct Cell {
    policy::Eligibility eligibility;
    std::optional<wire::ConsentState> consent;
};

}  // namespace

Outcome<TenantMatrix> ReadTenantMatrix(store::Tx& tx, const MatrixQuery& query) {
    auto tenants = TenantsOfMatrix(tx, query);
    if (!tenants) {
        return Refused(std::move(tenants.error()));
    }
    Page<store::Release> releases = store::ListReleases(tx, query.releases, query.release_page);
    TenantMatrix matrix;
    matrix.now = store::Now(tx);
    matrix.next_rows = std::move(tenants->next);
    matrix.next_columns = std::move(releases.next);
    std::vector<policy::ReleaseId> release_ids;
    std::map<std::string, const store::Release*> by_id;
    for (const store::Release& release : releases.rows) {
        release_ids.push_back(release.id);
        by_id[release.id.Text()] = &release;
    }
    std::map<std::string, std::map<std::string, Cell>> cells;
    std::vector<policy::TenantId> tenant_ids;
    for (const wire::Tenant& tenant : tenants->rows) {
        tenant_ids.push_back(tenant.id);
    }
    for (const store::MatrixFacts& facts : store::LoadMatrixFacts(tx, release_ids, tenant_ids)) {
        const store::Release& release = *by_id.at(facts.release.Text());
        cells[facts.tenant.id.Text()][release.id.Text()] = {
            policy::DecideEligibility(facts.tenant, release.channel, release.status, matrix.now),
            ConsentOfCell(facts.tenant, matrix.now)};
    }
    for (wire::Tenant& tenant : tenants->rows) {
        auto& row = matrix.rows.emplace_back();
        for (const policy::ReleaseId& release : release_ids) {
            Cell& cell = cells[tenant.id.Text()][release.Text()];
            row.cells.push_back(std::move(cell.eligibility));
            row.consents.push_back(cell.consent);
        }
        row.tenant = std::move(tenant);
    }
    const auto drifting = store::ListDriftingReleases(tx, release_ids);
    for (store::Release& release : releases.rows) {
        const bool drifts = std::ranges::find(drifting, release.id) != drifting.end();
        matrix.columns.push_back({std::move(release), drifts});
    }
    return matrix;
}

}  // namespace app
