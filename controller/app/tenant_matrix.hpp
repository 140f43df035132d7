// Tenants x releases: who receives what, and why, for some of both. Four statements, however many there are of either.
// Reads only; errors as store::Database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/policy/eligibility.hpp"
#include "controller/store/releases.hpp"
#include "controller/store/tenants.hpp"
#include "controller/wire/consent_json.hpp"

namespace app {

struct MatrixQuery {
    store::TenantFilter tenants;
    PageQuery tenant_page;
    /// This one alone; the filter and the page of tenants do not matter then.
    std::optional<policy::TenantId> tenant;
    store::ReleaseFilter releases;
    PageQuery release_page;
};

struct MatrixColumn {
    store::Release release;
    bool drifts = false;  // instances differ from what they are to expose (CHX-7)
};

struct MatrixRow {
    wire::Tenant tenant;
    std::vector<policy::Eligibility> cells;  // one for each column, in their order
    /// The newest consent that covers the column; nothing when none is on record.
    std::vector<std::optional<wire::ConsentState>> consents;
};

struct TenantMatrix {
    policy::Time now{};
    std::vector<MatrixColumn> columns;
    std::optional<std::string> next_columns;  // id of a release to continue after
    std::vector<MatrixRow> rows;
    std::optional<std::string> next_rows;  // id of a tenant
};

/// Not found: `query.tenant`.
Outcome<TenantMatrix> ReadTenantMatrix(store::Tx& tx, const MatrixQuery& query);

}  // namespace app
