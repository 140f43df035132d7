#include "pulse/app/tenant_usage.hpp"

#include <utility>

#include "platform/base/invariant.hpp"
#include "tenancy/quotas.hpp"
#include "tenancy/scope.hpp"
#include "tenancy/store/alerts.hpp"
#include "tenancy/store/session.hpp"
#include "tenancy/store/usage.hpp"

namespace pulse::app {

using tenancy::OrgId;
using tenancy::Resource;
using tenancy::store::CallResult;

std::int64_t TenantUsage::LoadLimit(const OrgId& org, platform::Time now) {
    const auto scope = tenancy::TenantScope::PlatformAct(org, "usage", "counting the calls of the month");
    PORTCULLIS_INVARIANT(scope.has_value(), "an act names who acts and why");
    const auto quotas = tenancy::store::OneTrip(
        database_, *scope, [&](tenancy::store::TenantTx& tx) { return tenancy::store::LoadQuotas(tx, now); });
    if (!quotas) {
        return tenancy::kUnlimited;  // it is gone; what it asks for finds nothing
    }
    meter_.Learn(org, quotas->usage.api_calls);
    return quotas->limits.api_calls;
}

std::optional<tenancy::Refusal> TenantUsage::Begin(const OrgId& org, Limit limit, platform::Time now) {
    if (org.IsDefault()) {
        return std::nullopt;
    }
    Shard& shard = ShardOf(org);
    std::unique_lock lock(shard.mutex);
    if (limit == Limit::kEnforce && !shard.quotas[org].limit) {
        lock.unlock();
        const std::int64_t loaded = LoadLimit(org, now);
        lock.lock();
        shard.quotas[org].limit = loaded;
    }
    Quota& quota = shard.quotas[org];
    if (limit == Limit::kEnforce && *quota.limit != tenancy::kUnlimited) {
        const std::int64_t used = meter_.CallsThisMonth(org) + quota.running;
        if (auto refusal = tenancy::DecideUse(Resource::kApiCalls, used, 1, *quota.limit)) {
            return refusal;
        }
    }
    ++quota.running;
    return std::nullopt;
}

void TenantUsage::Finish(const OrgId& org, int status, platform::Duration took) {
    // 501 says that something is switched off: no failure.
    const bool failed = status >= 500 && status != 501;
    if (org.IsDefault()) {
        meter_.Count(org, failed ? CallResult::kError : CallResult::kOk, took);
        return;
    }
    Shard& shard = ShardOf(org);
    const std::lock_guard lock(shard.mutex);
    meter_.Count(org, failed ? CallResult::kError : CallResult::kOk, took);
    const auto found = shard.quotas.find(org);
    if (found != shard.quotas.end() && found->second.running > 0) {
        --found->second.running;
    }
}

void TenantUsage::Forget(const OrgId& org) {
    Shard& shard = ShardOf(org);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.quotas.find(org);
    if (found == shard.quotas.end()) {
        return;
    }
    if (found->second.running == 0) {
        shard.quotas.erase(found);
    } else {
        found->second.limit.reset();
    }
}

void TenantUsage::ForgetAll() {
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        std::erase_if(shard.quotas, [](const auto& entry) { return entry.second.running == 0; });
        for (auto& [org, quota] : shard.quotas) {
            quota.limit.reset();
        }
    }
}

void TenantUsage::Flush(platform::Time now) {
    const auto flushed = meter_.Flush(database_, now);
    const std::lock_guard lock(traffic_mutex_);
    for (const auto& tenant : flushed) {
        tenancy::store::UsageCount& traffic = traffic_[tenant.interval.org];
        traffic.org = tenant.interval.org;
        traffic.calls += tenant.interval.calls;
        traffic.errors += tenant.interval.errors;
        traffic.micros += tenant.interval.micros;
        touched_.insert(tenant.interval.org);
    }
}

std::vector<OrgId> TenantUsage::TakeTouched() {
    const std::lock_guard lock(traffic_mutex_);
    const auto touched = std::exchange(touched_, {});
    return {touched.begin(), touched.end()};
}

void TenantUsage::Touch(const OrgId& org) {
    const std::lock_guard lock(traffic_mutex_);
    touched_.insert(org);
}

std::optional<tenancy::store::UsageCount> TenantUsage::TakeTraffic(const OrgId& org) {
    const std::lock_guard lock(traffic_mutex_);
    const auto found = traffic_.find(org);
    if (found == traffic_.end() || found->second.calls < tenancy::store::kFewestCallsToJudge) {
        return std::nullopt;
    }
    const auto traffic = found->second;
    traffic_.erase(found);
    return traffic;
}

}  // namespace pulse::app
