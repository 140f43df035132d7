// What each tenant uses and may use.
//
// Levels (customers, bytes) follow from the rows in PostgreSQL itself and include what this transaction has written:
// write first, then RequireWithin in the same transaction, and the quota is exact under any concurrency (the level's
// row is locked by then; a refusal rolls back). Users are the organization's members: lock it first. API calls are
// counted in memory (tenancy/store/usage_meter.hpp).
//
// Errors: as platform::Database. Thread safety: as the transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tenancy/quotas.hpp"
#include "tenancy/store/session.hpp"

namespace tenancy::store {

struct Usage {
    std::int64_t users = 0;
    std::int64_t customers = 0;
    std::int64_t storage_bytes = 0;
    std::int64_t api_calls = 0;  // of the month
    std::int64_t api_errors = 0;
    std::int64_t response_micros = 0;  // all calls together

    std::int64_t Of(Resource resource) const noexcept;
};

/// An own number of this tenant, instead of its plan's.
struct QuotaOverrides {
    std::optional<std::int64_t> users;
    std::optional<std::int64_t> customers;
    std::optional<std::int64_t> storage_bytes;
    std::optional<std::int64_t> api_calls;

    std::optional<std::int64_t>& Of(Resource resource) noexcept;
    bool Empty() const noexcept;

    friend bool operator==(const QuotaOverrides&, const QuotaOverrides&) = default;
};

struct TenantQuotas {
    Plan plan = Plan::kFree;
    QuotaOverrides overrides;
    Quotas limits;  // what holds: the plan's numbers, with the tenant's own before them
    Usage usage;    // of the month of `now`
};

/// Nothing when the tenant is gone. One round trip: fit for OneTrip.
std::optional<TenantQuotas> LoadQuotas(TenantTx& tx, Time now);
/// Replaces all overrides of the tenant; empty ones go back to the plan.
void SetQuotas(TenantTx& tx, const QuotaOverrides& overrides, const std::string& set_by, const std::string& reason);

/// After the writing: 403 when what is there now is more than the quota. The caller rolls back by throwing.
std::optional<Refusal> DecideWithin(TenantTx& tx, Resource resource, Time now);
/// Thrown by RequireWithin out of a transaction's body, which rolls it back.
class QuotaExceeded : public std::runtime_error {
public:
    explicit QuotaExceeded(Refusal refusal) : std::runtime_error(refusal.message), refusal_(std::move(refusal)) {}
    const Refusal& Why() const noexcept {
        return refusal_;
    }

private:
    Refusal refusal_;
};
void RequireWithin(TenantTx& tx, Resource resource, Time now);

/// What programs counted since they last wrote, for many tenants at once.
struct UsageCount {
    OrgId org;
    std::int64_t calls = 0;
    std::int64_t errors = 0;
    std::int64_t micros = 0;
};
struct UsageTotal {
    OrgId org;
    std::int64_t calls = 0;  // this month, all programs
    std::int64_t errors = 0;
};
/// Adds only; a tenant that is gone is passed over and has no total.
std::vector<UsageTotal> AddUsage(platform::Database& database, const std::vector<UsageCount>& counts, Time now);

}  // namespace tenancy::store
