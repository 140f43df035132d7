#include "tenancy/quotas.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace tenancy {
namespace {

constexpr std::int64_t kMebibyte = 1024 * 1024;
constexpr std::int64_t kGibibyte = 1024 * kMebibyte;

/// used * 100 >= limit * percent, without overflow: limits and amounts are below 2^63, their products need not be.
bool ReachesPercent(std::int64_t used, std::int64_t limit, int percent) noexcept {
    // NOLINTNEXTLINE(google-runtime-int): the widest type there is
    __extension__ using Wide = __int128;
    return Wide(used) * 100 >= Wide(limit) * percent;
}

std::string_view PluralOf(Resource resource) noexcept {
    switch (resource) {
        case Resource::kUsers:
            return "users";
        case Resource::kCustomers:
            return "customers";
        case Resource::kStorageBytes:
            return "bytes of storage";
        case Resource::kApiCalls:
            return "API calls a month";
    }
    return "";
}

}  // namespace

std::int64_t Quotas::Limit(Resource resource) const noexcept {
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

void Quotas::SetLimit(Resource resource, std::int64_t limit) noexcept {
    switch (resource) {
        case Resource::kUsers:
            users = limit;
            return;
        case Resource::kCustomers:
            customers = limit;
            return;
        case Resource::kStorageBytes:
            storage_bytes = limit;
            return;
        case Resource::kApiCalls:
            api_calls = limit;
            return;
    }
}

Quotas PlanQuotas(Plan plan) noexcept {
    switch (plan) {
        case Plan::kFree:
            return {5, 100, 100 * kMebibyte, 10'000};
        case Plan::kPro:
            return {50, 10'000, 10 * kGibibyte, 1'000'000};
        case Plan::kEnterprise:
            return {kUnlimited, kUnlimited, 1024 * kGibibyte, kUnlimited};
    }
    return {};
}

QuotaLevel Judge(std::int64_t used, std::int64_t limit) noexcept {
    if (limit == kUnlimited) {
        return QuotaLevel::kOk;
    }
    if (used >= limit) {
        return QuotaLevel::kExceeded;
    }
    if (ReachesPercent(used, limit, kCriticalPercent)) {
        return QuotaLevel::kCritical;
    }
    return ReachesPercent(used, limit, kWarningPercent) ? QuotaLevel::kWarning : QuotaLevel::kOk;
}

std::int64_t PercentUsed(std::int64_t used, std::int64_t limit) noexcept {
    if (limit == kUnlimited) {
        return 0;
    }
    if (limit <= 0) {
        return 100;
    }
    __extension__ using Wide = __int128;
    const Wide percent = Wide(std::max<std::int64_t>(used, 0)) * 100 / limit;
    return static_cast<std::int64_t>(std::min<Wide>(percent, std::numeric_limits<std::int64_t>::max()));
}

std::optional<Refusal> DecideUse(Resource resource, std::int64_t used, std::int64_t amount, std::int64_t limit) {
    if (limit == kUnlimited || amount <= 0) {
        return std::nullopt;
    }
    if (used <= limit && amount <= limit - used) {
        return std::nullopt;
    }
    return Refusal{403,
                   "quota_exceeded",
                   "The plan includes " + std::to_string(limit) + " " + std::string(PluralOf(resource)) + "; " +
                       std::to_string(used) + " are used. Use less, or change the plan.",
                   BodyShape::kPlatform,
                   {}};
}

std::string QuotaMonth(Time now) {
    return platform::FormatDate(platform::DateOf(now)).substr(0, 7);
}

}  // namespace tenancy
