#include "tenancy/store/usage_meter.hpp"

#include <algorithm>
#include <utility>

namespace tenancy::store {

void UsageMeter::Count(const OrgId& org, CallResult result, platform::Duration took) {
    Shard& shard = ShardOf(org);
    const std::lock_guard lock(shard.mutex);
    auto found = shard.counters.find(org);
    if (found == shard.counters.end()) {
        found = shard.counters.emplace(org, Counter()).first;
        found->second.pending.org = org;
    }
    UsageCount& pending = found->second.pending;
    ++pending.calls;
    pending.errors += result == CallResult::kError ? 1 : 0;
    pending.micros += took.count();
}

std::int64_t UsageMeter::CallsThisMonth(const OrgId& org) const {
    const Shard& shard = ShardOf(org);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.counters.find(org);
    if (found == shard.counters.end()) {
        return 0;
    }
    const Counter& counter = found->second;
    return counter.written + counter.in_flight + counter.pending.calls;
}

void UsageMeter::Learn(const OrgId& org, std::int64_t calls_this_month) {
    Shard& shard = ShardOf(org);
    const std::lock_guard lock(shard.mutex);
    Counter& counter = shard.counters[org];
    counter.pending.org = org;
    // A flush may have brought a newer total meanwhile; totals of a month only grow.
    counter.written = std::max(counter.written, calls_this_month);
}

std::vector<UsageCount> UsageMeter::Take() {
    std::vector<UsageCount> counts;
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        for (auto& [org, counter] : shard.counters) {
            if (counter.pending.calls > 0) {
                counts.push_back(counter.pending);
                counter.in_flight = counter.pending.calls;
                counter.pending = UsageCount{org, 0, 0, 0};
            }
        }
    }
    return counts;
}

void UsageMeter::GiveBack(const std::vector<UsageCount>& counts) {
    for (const UsageCount& count : counts) {
        Shard& shard = ShardOf(count.org);
        const std::lock_guard lock(shard.mutex);
        Counter& counter = shard.counters[count.org];
        counter.in_flight = 0;
        counter.pending.org = count.org;
        counter.pending.calls += count.calls;
        counter.pending.errors += count.errors;
        counter.pending.micros += count.micros;
    }
}

std::vector<UsageMeter::Flushed> UsageMeter::Flush(platform::Database& database, Time now) {
    const std::lock_guard flushing(flushing_);
    const std::vector<UsageCount> counts = Take();
    std::vector<UsageTotal> totals;
    try {
        if (!counts.empty()) {
            totals = AddUsage(database, counts, now);
        }
    } catch (...) {
        GiveBack(counts);
        throw;
    }
    std::unordered_map<OrgId, UsageTotal> by_org;
    for (UsageTotal& total : totals) {
        by_org.emplace(total.org, total);
    }
    const std::string month = QuotaMonth(now);
    const std::string month_before = std::exchange(month_, month);
    if (!month_before.empty() && month != month_before) {
        for (Shard& shard : shards_) {
            const std::lock_guard lock(shard.mutex);
            for (auto& [org, counter] : shard.counters) {
                counter.written = 0;
            }
        }
    }
    std::vector<Flushed> flushed;
    for (const UsageCount& count : counts) {
        Shard& shard = ShardOf(count.org);
        const std::lock_guard lock(shard.mutex);
        const auto total = by_org.find(count.org);
        if (total == by_org.end()) {
            // The tenant is gone. Its counter goes, too, unless a call came meanwhile.
            if (shard.counters[count.org].pending.calls == 0) {
                shard.counters.erase(count.org);
            }
            continue;
        }
        Counter& counter = shard.counters[count.org];
        counter.in_flight = 0;
        counter.written = total->second.calls;
        flushed.push_back({count, total->second.calls});
    }
    return flushed;
}

}  // namespace tenancy::store
