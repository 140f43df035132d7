// Counts calls in memory and writes them in batches: a call costs some tens of nanoseconds, a batch one round trip.
//
// Count at the end of each call; Flush now and then (every few seconds) and at the end. What could not be written is
// kept for the next time; what a crash takes is at most one interval. CallsThisMonth is what is known of the month: the
// database's total as of the last flush, which has the other programs' calls in it, and what was counted here since.
// A new month begins with the first flush in it.
//
// Thread safe. Flush throws as platform::Database does.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/sql/database.hpp"
#include "tenancy/org_id.hpp"
#include "tenancy/store/usage.hpp"

namespace tenancy::store {

enum class CallResult : std::uint8_t { kOk, kError };  // kError: answered with 5xx

class UsageMeter {
public:
    UsageMeter() = default;
    UsageMeter(const UsageMeter&) = delete;
    UsageMeter& operator=(const UsageMeter&) = delete;

    void Count(const OrgId& org, CallResult result, platform::Duration took);
    std::int64_t CallsThisMonth(const OrgId& org) const;
    /// What the database says, for a tenant that has not been counted yet (a program that has just started).
    void Learn(const OrgId& org, std::int64_t calls_this_month);

    struct Flushed {
        UsageCount interval;  // since the flush before: for ReadTraffic
        std::int64_t calls_this_month = 0;
    };
    /// Tenants without calls are not written and not returned, nor those that are gone.
    std::vector<Flushed> Flush(platform::Database& database, Time now);

private:
    struct Counter {
        UsageCount pending;
        std::int64_t in_flight = 0;  // calls that are being written
        std::int64_t written = 0;    // the database's total of the month
    };
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<OrgId, Counter> counters;
    };
    static constexpr std::size_t kShards = 16;

    Shard& ShardOf(const OrgId& org) {
        return shards_[std::hash<OrgId>{}(org) % kShards];
    }
    const Shard& ShardOf(const OrgId& org) const {
        return shards_[std::hash<OrgId>{}(org) % kShards];
    }
    std::vector<UsageCount> Take();
    void GiveBack(const std::vector<UsageCount>& counts);

    std::array<Shard, kShards> shards_;
    std::mutex flushing_;  // one at a time
    std::string month_;    // of the totals; guarded by flushing_
};

}  // namespace tenancy::store
