// Alerts that a tenant's monitoring raised: one open alert of a type about a resource, changed by each report of it
// until it is over. Every function works in the tenant of its transaction. What is over is kept for a month.
// Errors: as platform::Database. Thread safety: as the transaction.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "platform/base/time.hpp"
#include "tenancy/store/session.hpp"

namespace pulse::store {

enum class AlertLevel : std::uint8_t { kWarning, kCritical };

/// What somebody saw.
struct AlertReport {
    std::string type;  // "cpu", "disk-health"
    AlertLevel level = AlertLevel::kWarning;
    std::string resource_id;
    std::string resource_name;
    std::string node;
    std::string message;
    double value = 0;
    double threshold = 0;
};

struct Alert {
    std::string id;
    AlertReport report;
    platform::Time started_at;
    platform::Time last_seen_at;
    std::optional<platform::Time> acknowledged_at;
    std::string acknowledged_by;
    std::optional<platform::Time> resolved_at;
};

struct RecordedAlert {
    Alert alert;
    bool raised = false;  // false: it was open already
};
/// `id` is for a new one.
RecordedAlert RecordAlert(tenancy::store::TenantTx& tx, std::string_view id, const AlertReport& report);
/// Critical and newest first; at most 1,000. Fit for OneTrip.
std::vector<Alert> ListOpenAlerts(tenancy::store::TenantTx& tx);
/// Open ones and those that are over, newest first; `limit` 1..1000. Fit for OneTrip.
std::vector<Alert> ListAlertHistory(tenancy::store::TenantTx& tx, int limit);
/// Over since `since`, newest first; at most 100.
std::vector<Alert> ListResolvedAlerts(tenancy::store::TenantTx& tx, platform::Time since);

// Each gives the alert as it is then; nothing when there is no open alert of that id.
std::optional<Alert> AcknowledgeAlert(tenancy::store::TenantTx& tx, std::string_view id, std::string_view actor);
std::optional<Alert> UnacknowledgeAlert(tenancy::store::TenantTx& tx, std::string_view id);
std::optional<Alert> ResolveAlert(tenancy::store::TenantTx& tx, std::string_view id);

}  // namespace pulse::store

namespace platform {

template <>
struct EnumNames<pulse::store::AlertLevel> {
    static constexpr std::array<EnumName<pulse::store::AlertLevel>, 2> kNames{{
        {pulse::store::AlertLevel::kWarning, "warning"},
        {pulse::store::AlertLevel::kCritical, "critical"},
    }};
};

}  // namespace platform
