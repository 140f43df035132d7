// The calls of each tenant: counted in memory, written in batches, and refused when the month's are used up.
//
// A call is let in by Begin and ended by Finish. Calls that have begun count at once, so the quota is exact under any
// concurrency: a tenant with 100 calls left gets 100 answers, however many come at the same moment. The first call to a
// tenant after a start reads its numbers from the database. The default organization is counted and has no quota.
//
// Refused calls are not counted: who is turned away uses nothing up.
// Errors: platform::Unavailable from Begin (the numbers are not known yet) and Flush, which keeps what it could not
// write. Thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "platform/base/time.hpp"
#include "platform/sql/database.hpp"
#include "tenancy/org_id.hpp"
#include "tenancy/refusal.hpp"
#include "tenancy/store/usage_meter.hpp"

namespace pulse::app {

class TenantUsage {
public:
    explicit TenantUsage(platform::Database& database) : database_(database) {}
    TenantUsage(const TenantUsage&) = delete;
    TenantUsage& operator=(const TenantUsage&) = delete;

    /// kCountOnly: what has to work for a tenant that has used everything up, such as looking at its quotas.
    enum class Limit : std::uint8_t { kEnforce, kCountOnly };
    /// 403 quota_exceeded, and then no Finish.
    std::optional<tenancy::Refusal> Begin(const tenancy::OrgId& org, Limit limit, platform::Time now);
    void Finish(const tenancy::OrgId& org, int status, platform::Duration took);

    /// Of the month so far, those that are not written yet included.
    std::int64_t CallsThisMonth(const tenancy::OrgId& org) const {
        return meter_.CallsThisMonth(org);
    }
    /// Its quota or its plan has changed, or it is gone: the numbers are read again.
    void Forget(const tenancy::OrgId& org);
    void ForgetAll();

    void Flush(platform::Time now);

    /// Tenants that were called since the last TakeTouched, as far as it is written: whose alerts may have changed.
    std::vector<tenancy::OrgId> TakeTouched();
    /// It is not done with yet.
    void Touch(const tenancy::OrgId& org);
    /// What the tenant did since this gave something last; nothing while that is too little to be judged by.
    std::optional<tenancy::store::UsageCount> TakeTraffic(const tenancy::OrgId& org);

private:
    struct Quota {
        std::optional<std::int64_t> limit;  // nothing: not read yet
        std::int64_t running = 0;           // calls between Begin and Finish
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<tenancy::OrgId, Quota> quotas;
    };
    static constexpr std::size_t kShards = 16;

    Shard& ShardOf(const tenancy::OrgId& org) {
        return shards_[std::hash<tenancy::OrgId>{}(org) % kShards];
    }
    std::int64_t LoadLimit(const tenancy::OrgId& org, platform::Time now);

    platform::Database& database_;
    tenancy::store::UsageMeter meter_;
    std::array<Shard, kShards> shards_;
    std::mutex traffic_mutex_;
    std::unordered_map<tenancy::OrgId, tenancy::store::UsageCount> traffic_;
    std::unordered_set<tenancy::OrgId> touched_;
};

}  // namespace pulse::app
