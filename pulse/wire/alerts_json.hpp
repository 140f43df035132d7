// A tenant's monitored alerts and the alerts about its usage, as their clients read them, in answers and in live
// messages. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pulse/store/alerts.hpp"
#include "tenancy/refusal.hpp"
#include "tenancy/store/alerts.hpp"

namespace pulse::wire {

/// 400 invalid_request, invalid_type, invalid_level, invalid_resource, ...
tenancy::Decided<store::AlertReport> DecodeAlertReport(std::string_view body);

std::string EncodeAlert(const store::Alert& alert);
std::string EncodeAlerts(const std::vector<store::Alert>& alerts);

/// {"type":"alert","data":{...},"timestamp":"..."}
std::string EncodeAlertMessage(const store::Alert& alert, platform::Time now);
std::string EncodeAlertMessage(const tenancy::store::TenantAlert& alert, platform::Time now);
/// {"type":"alertResolved","data":{"alertIdentifier":"..."},"timestamp":"..."}
std::string EncodeAlertResolvedMessage(std::string_view id, platform::Time now);

/// Alerts about quotas, errors and answers, each with its tenant.
std::string EncodeTenantAlerts(const std::vector<tenancy::store::TenantAlert>& alerts);

/// What a tenant sees of itself: its open and lately resolved alerts, and how much it keeps.
struct TenantState {
    platform::Time now;
    std::vector<store::Alert> open;
    std::vector<store::Alert> resolved;
    std::vector<tenancy::store::TenantAlert> usage_alerts;
    std::int64_t users = 0;
    std::int64_t customers = 0;
    std::int64_t storage_bytes = 0;
    std::int64_t api_calls = 0;
};
/// Says nothing of which organization it is: that is the caller's selection.
std::string EncodeTenantState(const TenantState& state);

}  // namespace pulse::wire
