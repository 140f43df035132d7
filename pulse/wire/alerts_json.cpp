#include "pulse/wire/alerts_json.hpp"

#include "platform/base/text.hpp"
#include "pulse/wire/field_refusal.hpp"

namespace pulse::wire {
namespace {

using platform::Json;
using store::Alert;
using tenancy::store::TenantAlert;

constexpr platform::TextRule kAlertType{1, 100};
constexpr platform::TextRule kAlertResource{1, 200};
constexpr platform::TextRule kAlertName{0, 200};
constexpr platform::TextRule kAlertMessage{0, 2'000};

Json AlertJson(const Alert& alert) {
    Json json{{"id", alert.id},
              {"type", alert.report.type},
              {"level", platform::EnumText(alert.report.level)},
              {"resourceId", alert.report.resource_id},
              {"resourceName", alert.report.resource_name},
              {"node", alert.report.node},
              {"message", alert.report.message},
              {"value", alert.report.value},
              {"threshold", alert.report.threshold},
              {"startTime", platform::FormatTime(alert.started_at)},
              {"lastSeen", platform::FormatTime(alert.last_seen_at)},
              {"acknowledged", alert.acknowledged_at.has_value()}};
    if (alert.acknowledged_at) {
        json["ackTime"] = platform::FormatTime(*alert.acknowledged_at);
        json["ackUser"] = alert.acknowledged_by;
    }
    if (alert.resolved_at) {
        json["resolvedTime"] = platform::FormatTime(*alert.resolved_at);
    }
    return json;
}

/// As one of a tenant's alerts, beside those of its monitoring.
Json UsageAlertJson(const TenantAlert& alert) {
    Json json{{"id", alert.id},
              {"type", platform::EnumText(alert.kind)},
              {"level", platform::EnumText(alert.severity)},
              {"message", alert.message},
              {"value", alert.value},
              {"threshold", alert.threshold},
              {"startTime", platform::FormatTime(alert.raised_at)},
              {"lastSeen", platform::FormatTime(alert.changed_at)}};
    if (alert.resolved_at) {
        json["resolvedTime"] = platform::FormatTime(*alert.resolved_at);
    }
    return json;
}

template <typename Row, typename Encode>
Json ListOf(const std::vector<Row>& rows, Encode encode) {
    Json list = Json::array();
    for (const Row& row : rows) {
        list.push_back(encode(row));
    }
    return list;
}

std::string Message(std::string_view type, Json data, platform::Time now) {
    return Json{{"type", type}, {"data", std::move(data)}, {"timestamp", platform::FormatTime(now)}}.dump();
}

}  // namespace

tenancy::Decided<store::AlertReport> DecodeAlertReport(std::string_view body) {
    const auto json = ReadObject(body);
    if (!json) {
        return platform::Unexpected<tenancy::Refusal>(tenancy::InvalidRequest());
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*json, "", errors);
    store::AlertReport report;
    report.type = in.Text("type", kAlertType);
    report.level = in.Enum<store::AlertLevel>("level");
    report.resource_id = in.Text("resourceId", kAlertResource);
    report.resource_name = in.OptionalText("resourceName", kAlertName).value_or("");
    report.node = in.OptionalText("node", kAlertName).value_or("");
    report.message = in.OptionalText("message", kAlertMessage).value_or("");
    report.value = in.OptionalNumber("value").value_or(0);
    report.threshold = in.OptionalNumber("threshold").value_or(0);
    if (auto refusal = RefusalOf(errors, {{"type", "invalid_type"},
                                          {"level", "invalid_level"},
                                          {"resourceId", "invalid_resource"},
                                          {"resourceName", "invalid_resource"},
                                          {"node", "invalid_node"},
                                          {"message", "invalid_message"},
                                          {"value", "invalid_value"},
                                          {"threshold", "invalid_value"}})) {
        return platform::Unexpected<tenancy::Refusal>(std::move(*refusal));
    }
    return report;
}

std::string EncodeAlert(const Alert& alert) {
    return AlertJson(alert).dump();
}

std::string EncodeAlerts(const std::vector<Alert>& alerts) {
    return ListOf(alerts, AlertJson).dump();
}

std::string EncodeAlertMessage(const Alert& alert, platform::Time now) {
    return Message("alert", AlertJson(alert), now);
}

std::string EncodeAlertMessage(const TenantAlert& alert, platform::Time now) {
    return Message("alert", UsageAlertJson(alert), now);
}

std::string EncodeAlertResolvedMessage(std::string_view id, platform::Time now) {
    return Message("alertResolved", {{"alertIdentifier", id}}, now);
}

std::string EncodeTenantAlerts(const std::vector<TenantAlert>& alerts) {
    return ListOf(alerts,
                  [](const TenantAlert& alert) {
                      Json json = UsageAlertJson(alert);
                      json["tenantId"] = alert.org.Text();
                      json["metric"] = json["type"];
                      json["severity"] = json["level"];
                      return json;
                  })
        .dump();
}

std::string EncodeTenantState(const TenantState& state) {
    Json open = ListOf(state.open, AlertJson);
    for (const TenantAlert& alert : state.usage_alerts) {
        open.push_back(UsageAlertJson(alert));
    }
    return Json{{"activeAlerts", std::move(open)},
                {"recentlyResolved", ListOf(state.resolved, AlertJson)},
                {"stats",
                 {{"users", state.users},
                  {"customers", state.customers},
                  {"storageBytes", state.storage_bytes},
                  {"apiCalls", state.api_calls}}},
                {"lastUpdate", platform::FormatTime(state.now)}}
        .dump();
}

}  // namespace pulse::wire
