// Alerts about one tenant: quotas that run out, errors, slow answers. One alert of a kind is open at a time; it changes
// its severity until what it is about is over.
//
// Thresholds: quotas from 80 % warning, from 95 % critical; error rate above 1 % and 5 %; mean response time above 500
// ms and 2,000 ms. Readings are pure. Errors: as platform::Database. Thread safety: as the transaction.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "platform/sql/page.hpp"
#include "tenancy/quotas.hpp"
#include "tenancy/store/session.hpp"
#include "tenancy/store/usage.hpp"

namespace tenancy::store {

enum class AlertKind : std::uint8_t {
    kQuotaUsers,
    kQuotaCustomers,
    kQuotaStorage,
    kQuotaApiCalls,
    kErrorRate,
    kResponseTime,
};
enum class AlertSeverity : std::uint8_t { kWarning, kCritical };

struct TenantAlert {
    OrgId org;
    std::string id;
    AlertKind kind = AlertKind::kQuotaUsers;
    AlertSeverity severity = AlertSeverity::kWarning;
    std::string message;
    double value = 0;      // percent used; percent of calls that failed; milliseconds
    double threshold = 0;  // that was passed, in the same unit
    Time raised_at;
    Time changed_at;
    std::optional<Time> resolved_at;
};

/// What was measured; without a severity all is well.
struct AlertReading {
    AlertKind kind = AlertKind::kQuotaUsers;
    std::optional<AlertSeverity> severity;
    std::string message;
    double value = 0;
    double threshold = 0;
};

AlertReading ReadQuota(Resource resource, std::int64_t used, std::int64_t limit);
/// All four.
std::vector<AlertReading> ReadQuotas(const TenantQuotas& quotas);

/// Fewer calls than this say nothing about a rate or a mean.
constexpr std::int64_t kFewestCallsToJudge = 20;
/// Of one interval; empty when there were too few calls: then what was raised before stays.
std::vector<AlertReading> ReadTraffic(std::int64_t calls, std::int64_t errors, std::int64_t micros);

enum class AlertOutcome : std::uint8_t { kUnchanged, kRaised, kChanged, kResolved };
struct AlertTransition {
    AlertOutcome outcome = AlertOutcome::kUnchanged;
    TenantAlert alert;  // unless kUnchanged
};
/// Opens, changes or resolves the alert of this kind.
AlertTransition RecordReading(TenantTx& tx, const AlertReading& reading);
/// Those that are not kUnchanged: what subscribers are told.
std::vector<AlertTransition> RecordReadings(TenantTx& tx, const std::vector<AlertReading>& readings);

enum class AlertsShown : std::uint8_t { kOpen, kAll };
/// Critical and newest first; at most 1,000. For all tenants: ForEachTenant.
std::vector<TenantAlert> ListAlerts(TenantTx& tx, AlertsShown shown = AlertsShown::kOpen);

}  // namespace tenancy::store

namespace platform {

template <>
struct EnumNames<tenancy::store::AlertKind> {
    static constexpr std::array<EnumName<tenancy::store::AlertKind>, 6> kNames{{
        {tenancy::store::AlertKind::kQuotaUsers, "quota_users"},
        {tenancy::store::AlertKind::kQuotaCustomers, "quota_customers"},
        {tenancy::store::AlertKind::kQuotaStorage, "quota_storage"},
        {tenancy::store::AlertKind::kQuotaApiCalls, "quota_api_calls"},
        {tenancy::store::AlertKind::kErrorRate, "error_rate"},
        {tenancy::store::AlertKind::kResponseTime, "response_time"},
    }};
};

template <>
struct EnumNames<tenancy::store::AlertSeverity> {
    static constexpr std::array<EnumName<tenancy::store::AlertSeverity>, 2> kNames{{
        {tenancy::store::AlertSeverity::kWarning, "warning"},
        {tenancy::store::AlertSeverity::kCritical, "critical"},
    }};
};

}  // namespace platform
