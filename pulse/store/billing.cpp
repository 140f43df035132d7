#include "pulse/store/billing.hpp"

#include "platform/sql/tx.hpp"

namespace pulse::store {
namespace {

// Row-level security chooses the row.
constexpr platform::Statement kFindBilling{"pulse_find_billing", "SELECT document FROM pulse.billing_states"};
constexpr platform::Statement kPutBilling{
    "pulse_put_billing",
    "INSERT INTO pulse.billing_states (org_id, document, updated_by) VALUES ($1, $2, $3) ON CONFLICT (org_id) DO "
    "UPDATE SET document = $2, updated_by = $3, updated_at = transaction_timestamp()"};

}  // namespace

std::optional<std::string> FindBillingState(tenancy::store::TenantTx& tx) {
    return tx.Sql().Find(kFindBilling, [](platform::Columns& columns) { return columns.Text(); });
}

void PutBillingState(tenancy::store::TenantTx& tx, std::string_view document, std::string_view actor) {
    tx.Sql().Exec(kPutBilling, tenancy::store::OrgOf(tx).Text(), document, actor);
}

}  // namespace pulse::store
