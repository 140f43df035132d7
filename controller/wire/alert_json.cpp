#include "controller/wire/alert_json.hpp"

#include <cmath>

#include "controller/wire/reading.hpp"

namespace wire {
namespace {

using platform::FormatTime;
using platform::Json;

constexpr platform::Duration kShortestBaseline = std::chrono::minutes(5);
constexpr platform::Duration kLongestBaseline = std::chrono::hours(24 * 30);

}  // namespace

std::string EncodeAlert(const Alert& alert) {
    Json json = {{"id", alert.id},
                 {"trigger", alert.trigger},
                 {"severity", alert.severity},
                 {"consequence", alert.consequence},
                 {"state", alert.state},
                 {"instance", alert.instance},
                 {"opened_at", FormatTime(alert.opened_at)},
                 {"value", alert.value},
                 {"limit", alert.limit},
                 {"detail", alert.detail},
                 {"evidence", Json::parse(alert.evidence)}};
    if (!alert.tenant.empty()) {
        json["tenant"] = alert.tenant;
    }
    PutOptional(json, "resolved_at", alert.resolved_at);
    PutOptional(json, "operation", alert.operation);
    PutOptional(json, "incident", alert.incident);
    return json.dump();
}

std::string EncodeBaseline(const Baseline& baseline) {
    return Json{{"id", baseline.id},
                {"since", FormatTime(baseline.since)},
                {"until", FormatTime(baseline.until)},
                {"reason", baseline.reason},
                {"recorded_by", baseline.recorded_by},
                {"recorded_at", FormatTime(baseline.recorded_at)},
                {"instances", baseline.instances},
                {"requests", baseline.requests}}
        .dump();
}

std::string EncodeMonitoredInstance(const MonitoredInstance& instance) {
    Json json = {{"instance", instance.instance}, {"alerts", instance.alerts}};
    if (instance.last) {
        Json last = {{"ended_at", FormatTime(instance.last->ended_at)},
                     {"seconds", instance.last->seconds},
                     {"requests", instance.last->requests},
                     {"denied", instance.last->denied},
                     {"disabled", instance.last->disabled},
                     {"failed", instance.last->failed}};
        if (instance.last->p95_seconds) {
            last["p95_seconds"] = *instance.last->p95_seconds;
        }
        json["last"] = std::move(last);
    }
    if (instance.canary) {
        Json canary = {{"outcome", instance.canary->outcome},
                       {"confirmed", instance.canary->confirmed},
                       {"detail", instance.canary->detail},
                       {"tried_at", FormatTime(instance.canary->tried_at)}};
        PutOptional(canary, "kept_at", instance.canary->kept_at);
        json["canary"] = std::move(canary);
    }
    return json.dump();
}

Decoded<RecordBaseline> DecodeRecordBaseline(const Document& document) {
    return ReadObject<RecordBaseline>(document, [](platform::ObjectReader& in, RecordBaseline& out) {
        if (const auto text = in.OptionalText("span", {.min = 1, .max = 20})) {
            const auto span = platform::ParseDuration(*text);
            if (!span || *span < kShortestBaseline || *span > kLongestBaseline) {
                in.Error("span", "must be a span from 5m to 30d, such as 1h, not " + platform::QuoteForMessage(*text));
            } else {
                out.span = *span;
            }
        }
        out.reason = ReadProse(in, "reason", {.min = 1, .max = 2000});
    });
}

std::string EncodeAlertEvidence(double value, double limit, const std::string& seen) {
    Json json = {{"value", value}, {"limit", limit}};
    if (!seen.empty()) {
        const auto parsed = platform::ParseJson(seen);
        json["seen"] = parsed ? *parsed : Json::object();
    }
    return json.dump();
}

std::string EncodeEvaluationEvidence(const std::string& alert, const std::string& instance, const std::string& detail) {
    return Json{{"alert", alert}, {"instance", instance}, {"detail", detail}}.dump();
}

std::string EncodeOpenedEvaluation(const std::string& evaluation, const std::string& rollout,
                                   const std::string& trigger, const std::string& evidence) {
    return Json{
        {"evaluation", evaluation}, {"rollout", rollout}, {"trigger", trigger}, {"evidence", Json::parse(evidence)}}
        .dump();
}

std::string EncodeLeakKill(const std::optional<policy::InstanceId>& instance, const std::string& reason) {
    Json scope = instance ? Json{{"instances", Json::array({instance->Text()})}} : Json{{"all", true}};
    return Json{{"enabled", false}, {"scope", std::move(scope)}, {"reason", reason}}.dump();
}

Schemas AlertSchemas() {
    return {
        {"Alert",
         R"({"type":"object","required":["id","trigger","severity","consequence","state","instance","opened_at","value",
               "limit","detail","evidence"],
             "properties":{"id":{"$ref":"Id"},"trigger":{"type":"string"},
               "severity":{"type":"string","enum":["info","warning","critical"]},
               "consequence":{"type":"string","enum":["alert","evaluation","kill"],
                 "description":"what follows when it fires"},
               "state":{"type":"string","enum":["firing","resolved"]},"instance":{"type":"string"},
               "tenant":{"type":"string"},"opened_at":{"$ref":"Instant"},"resolved_at":{"$ref":"Instant"},
               "value":{"type":"number"},"limit":{"type":"number"},"detail":{"type":"string"},
               "evidence":{"type":"object","additionalProperties":true},
               "operation":{"$ref":"Id"},"incident":{"$ref":"Id"}}})",
         ""},
        {"RecordBaseline",
         R"({"type":"object","required":["reason"],
             "properties":{"span":{"type":"string","default":"1h","description":"of the last windows: 5m to 30d"},
               "reason":{"type":"string","minLength":1,"maxLength":2000}}})",
         R"({"span":"1h","reason":"the pilot ran for a week without a complaint"})"},
        {"Baseline",
         R"({"type":"object","required":["id","since","until","reason","recorded_by","recorded_at","instances","requests"],
             "properties":{"id":{"$ref":"Id"},"since":{"$ref":"Instant"},"until":{"$ref":"Instant"},
               "reason":{"type":"string"},"recorded_by":{"$ref":"Id"},"recorded_at":{"$ref":"Instant"},
               "instances":{"type":"integer"},"requests":{"type":"integer"}}})",
         ""},
        {"MonitoredInstance",
         R"({"type":"object","required":["instance","alerts"],
             "properties":{"instance":{"type":"string"},"alerts":{"type":"integer","description":"that stand"},
               "last":{"type":"object","required":["ended_at","seconds","requests","denied","disabled","failed"],
                 "description":"increases of its counters in the newest window",
                 "properties":{"ended_at":{"$ref":"Instant"},"seconds":{"type":"number"},"requests":{"type":"number"},
                   "denied":{"type":"number"},"disabled":{"type":"number"},"failed":{"type":"number"},
                   "p95_seconds":{"type":"number"}}},
               "canary":{"type":"object","required":["outcome","confirmed","detail","tried_at"],
                 "properties":{"outcome":{"type":"string",
                     "enum":["kept","read","written","switched_off","inconclusive"]},
                   "confirmed":{"type":"boolean"},"detail":{"type":"string"},"tried_at":{"$ref":"Instant"},
                   "kept_at":{"$ref":"Instant"}}}}})",
         ""},
    };
}

}  // namespace wire
