// What a plan includes, how near a tenant is to its end, and the refusal of what would go beyond.
//
// Thresholds: warning from 80 %, critical from 95 %, exceeded when nothing is left. An amount that does not fit into
// what is left is refused whole (403 quota_exceeded): a quota is never passed, not even by the last request.
// Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "platform/base/enum_text.hpp"
#include "tenancy/model.hpp"
#include "tenancy/refusal.hpp"

namespace tenancy {

enum class Resource : std::uint8_t { kUsers, kCustomers, kStorageBytes, kApiCalls };
enum class QuotaLevel : std::uint8_t { kOk, kWarning, kCritical, kExceeded };

constexpr int kWarningPercent = 80;
constexpr int kCriticalPercent = 95;
static_assert(kWarningPercent < kCriticalPercent && kCriticalPercent < 100);

constexpr std::int64_t kUnlimited = -1;

struct Quotas {
    std::int64_t users = 0;
    std::int64_t customers = 0;
    std::int64_t storage_bytes = 0;
    std::int64_t api_calls = 0;  // a calendar month, UTC

    std::int64_t Limit(Resource resource) const noexcept;
    void SetLimit(Resource resource, std::int64_t limit) noexcept;

    friend bool operator==(const Quotas&, const Quotas&) = default;
};

/// What the plan includes; a tenant may have its own numbers instead.
Quotas PlanQuotas(Plan plan) noexcept;

/// Amounts are never negative; a limit is kUnlimited or not negative.
QuotaLevel Judge(std::int64_t used, std::int64_t limit) noexcept;
/// Whole percent, rounded down; 0 when unlimited, 100 and more when nothing is left.
std::int64_t PercentUsed(std::int64_t used, std::int64_t limit) noexcept;

/// 403 quota_exceeded, shape A, when `amount` more does not fit.
std::optional<Refusal> DecideUse(Resource resource, std::int64_t used, std::int64_t amount, std::int64_t limit);

/// 2025-01: the month API calls are counted in.
std::string QuotaMonth(Time now);

}  // namespace tenancy

namespace platform {

template <>
struct EnumNames<tenancy::Resource> {
    static constexpr std::array<EnumName<tenancy::Resource>, 4> kNames{{
        {tenancy::Resource::kUsers, "users"},
        {tenancy::Resource::kCustomers, "customers"},
        {tenancy::Resource::kStorageBytes, "storage_bytes"},
        {tenancy::Resource::kApiCalls, "api_calls"},
    }};
};

template <>
struct EnumNames<tenancy::QuotaLevel> {
    static constexpr std::array<EnumName<tenancy::QuotaLevel>, 4> kNames{{
        {tenancy::QuotaLevel::kOk, "ok"},
        {tenancy::QuotaLevel::kWarning, "warning"},
        {tenancy::QuotaLevel::kCritical, "critical"},
        {tenancy::QuotaLevel::kExceeded, "exceeded"},
    }};
};

}  // namespace platform
