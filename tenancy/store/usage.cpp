#include "tenancy/store/usage.hpp"

#include "platform/sql/tx.hpp"

namespace tenancy::store {
namespace {

using platform::Columns;
using platform::Statement;

constexpr Statement kLoadQuotas{"tenancy_quotas", R"sql(
    SELECT o.plan, q.users, q.customers, q.storage_bytes, q.api_calls,
           (SELECT count(*) FROM tenancy.members m WHERE m.org_id = o.id), coalesce(l.customers, 0),
           coalesce(l.storage_bytes, 0), coalesce(u.api_calls, 0), coalesce(u.api_errors, 0),
           coalesce(u.response_micros, 0)
    FROM tenancy.orgs o
    LEFT JOIN tenancy.quotas q ON q.org_id = o.id
    LEFT JOIN tenancy.usage_levels l ON l.org_id = o.id
    LEFT JOIN tenancy.usage_months u
        ON u.org_id = o.id AND u.month = date_trunc('month', $2::timestamptz AT TIME ZONE 'UTC')::date
    WHERE o.id = $1)sql"};
constexpr Statement kSetQuotas{"tenancy_quotas_set", R"sql(
    INSERT INTO tenancy.quotas (org_id, users, customers, storage_bytes, api_calls, set_by, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (org_id) DO UPDATE SET users = excluded.users, customers = excluded.customers,
        storage_bytes = excluded.storage_bytes, api_calls = excluded.api_calls, set_by = excluded.set_by,
        reason = excluded.reason, set_at = transaction_timestamp())sql"};
constexpr Statement kAddUsage{"tenancy_usage_add", R"sql(
    SELECT org_id, api_calls, api_errors
    FROM tenancy.add_usage($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5))sql"};

TenantQuotas ReadQuotaRow(Columns& in) {
    TenantQuotas quotas;
    quotas.plan = in.Enum<Plan>();
    quotas.overrides.users = in.OptInt();
    quotas.overrides.customers = in.OptInt();
    quotas.overrides.storage_bytes = in.OptInt();
    quotas.overrides.api_calls = in.OptInt();
    quotas.usage.users = in.Int();
    quotas.usage.customers = in.Int();
    quotas.usage.storage_bytes = in.Int();
    quotas.usage.api_calls = in.Int();
    quotas.usage.api_errors = in.Int();
    quotas.usage.response_micros = in.Int();
    quotas.limits = PlanQuotas(quotas.plan);
    for (const auto& name : platform::EnumNames<Resource>::kNames) {
        if (const auto own = quotas.overrides.Of(name.value)) {
            quotas.limits.SetLimit(name.value, *own);
        }
    }
    return quotas;
}

}  // namespace

std::int64_t Usage::Of(Resource resource) const noexcept {
    switch (resource) {
        case Resource::kUsers:
            return users;
        case Resource::kCustomers:
            return customers;
        case Resource::kStorageBytes:
            return storage_bytes;
        case Resource::kApiCalls:
            return api_calls;
    }
    return 0;
}

std::optional<std::int64_t>& QuotaOverrides::Of(Resource resource) noexcept {
    switch (resource) {
        case Resource::kUsers:
            return users;
        case Resource::kCustomers:
            return customers;
        case Resource::kStorageBytes:
            return storage_bytes;
        case Resource::kApiCalls:
            break;
    }
    return api_calls;
}

bool QuotaOverrides::Empty() const noexcept {
    return !users && !customers && !storage_bytes && !api_calls;
}

std::optional<TenantQuotas> LoadQuotas(TenantTx& tx, Time now) {
    return tx.Sql().Find(kLoadQuotas, ReadQuotaRow, OrgOf(tx).Text(), now);
}

void SetQuotas(TenantTx& tx, const QuotaOverrides& overrides, const std::string& set_by, const std::string& reason) {
    tx.Sql().Exec(kSetQuotas, OrgOf(tx).Text(), overrides.users, overrides.customers, overrides.storage_bytes,
                  overrides.api_calls, set_by, reason);
}

std::optional<Refusal> DecideWithin(TenantTx& tx, Resource resource, Time now) {
    const auto quotas = LoadQuotas(tx, now);
    if (!quotas) {
        return NotFound();
    }
    const std::int64_t limit = quotas->limits.Limit(resource);
    const std::int64_t beyond = quotas->usage.Of(resource) - limit;
    // What was written last is what does not fit.
    return limit == kUnlimited || beyond <= 0 ? std::nullopt : DecideUse(resource, limit, beyond, limit);
}

void RequireWithin(TenantTx& tx, Resource resource, Time now) {
    if (auto refusal = DecideWithin(tx, resource, now)) {
        throw QuotaExceeded(std::move(*refusal));
    }
}

std::vector<UsageTotal> AddUsage(platform::Database& database, const std::vector<UsageCount>& counts, Time now) {
    std::vector<std::string> orgs;
    std::vector<std::int64_t> calls;
    std::vector<std::int64_t> errors;
    std::vector<std::int64_t> micros;
    for (const UsageCount& count : counts) {
        orgs.push_back(count.org.Text());
        calls.push_back(count.calls);
        errors.push_back(count.errors);
        micros.push_back(count.micros);
    }
    return database.Write([&](platform::Tx& tx) {
        return tx.All(
            kAddUsage,
            [](Columns& in) {
                UsageTotal total;
                total.org = in.Id<OrgId>();
                total.calls = in.Int();
                total.errors = in.Int();
                return total;
            },
            orgs, calls, errors, micros, now);
    });
}

}  // namespace tenancy::store
