#include "controller/wire/tenant_alerts.hpp"

#include "platform/json/json.hpp"

namespace wire {
namespace {

constexpr platform::DocumentLimits kTenantAlertLimits{.max_bytes = std::size_t{8} * 1024 * 1024,
                                                      .max_nodes = 2'000'000};
constexpr std::size_t kMostTenantAlerts = 100'000;
constexpr double kPercent = 100;

/// What is over says nothing of now.
void TakeTenantAlert(platform::ObjectReader& in, TenantUsages& usages) {
    const std::string tenant = in.Text("tenantId", {.min = 1, .max = 64});
    const std::string kind = in.Text("metric", {.min = 1, .max = 60});
    const double value = in.Number("value");
    if (in.OptionalText("resolvedTime")) {
        return;
    }
    policy::TenantUsage& usage = usages.try_emplace(tenant, QuietTenant()).first->second;
    if (kind == "quota_api_calls") {
        usage.calls = value;
    } else if (kind == "quota_storage") {
        usage.storage = value;
    } else if (kind == "error_rate") {
        usage.error_share = value / kPercent;
    } else if (kind == "response_time") {
        usage.response_ms = value;
    }
}

}  // namespace

policy::TenantUsage QuietTenant() {
    // Quotas in percent, as instances tell them.
    return {.calls = 0,
            .calls_quota = kPercent,
            .storage = 0,
            .storage_quota = kPercent,
            .error_share = 0,
            .response_ms = 0};
}

platform::Expected<TenantUsages, std::string> ReadTenantAlerts(std::string_view text) {
    const auto document = platform::ParseJson(text, kTenantAlertLimits);
    if (!document || !document->is_array() || document->size() > kMostTenantAlerts) {
        return platform::Unexpected<std::string>("what it says of its tenants' use is no list of alerts");
    }
    TenantUsages usages;
    platform::FieldErrors errors;
    for (std::size_t at = 0; at < document->size(); ++at) {
        platform::ObjectReader in((*document)[at], "/" + std::to_string(at), errors);
        TakeTenantAlert(in, usages);
        if (!errors.empty()) {
            return platform::Unexpected<std::string>(
                "an alert about a tenant cannot be read: " + errors.front().pointer + " " + errors.front().message);
        }
    }
    return usages;
}

}  // namespace wire
