#include "controller/wire/drill_json.hpp"

#include <algorithm>

#include "controller/wire/reading.hpp"

namespace wire {
namespace {

using platform::FormatDuration;
using platform::FormatTime;
using platform::Json;

constexpr std::size_t kMostDrilled = 500;
constexpr std::size_t kMostDrillReleases = 100;
constexpr std::chrono::minutes kShortestPeriod{1};
constexpr std::chrono::hours kLongestPeriod{24 * 90};
constexpr std::chrono::hours kShortestStanding{1};
constexpr std::chrono::hours kLongestStanding{24 * 90};

std::vector<policy::InstanceId> ReadDrilled(platform::ObjectReader& in) {
    std::vector<policy::InstanceId> instances;
    const auto texts = in.TextList("instances", kMostDrilled, {.min = 1, .max = 63});
    for (const std::string& text : texts) {
        const policy::InstanceId id = IdFrom<policy::InstanceId>(in, "instances", text);
        if (std::ranges::find(instances, id) == instances.end()) {
            instances.push_back(id);
        }
    }
    if (in.Has("instances") && texts.empty()) {
        in.Error("instances", "must name at least one");
    }
    return instances;
}

std::string ReadDrillMode(platform::ObjectReader& in) {
    const auto mode = in.OptionalText("mode", {.min = 1, .max = 20}).value_or("hot");
    if (mode != "hot" && mode != "restart") {
        in.Error("mode", "must be hot or restart, not '" + mode + "'");
    }
    return mode;
}

platform::Duration ReadSpan(platform::ObjectReader& in, const char* field, const std::string& text,
                            platform::Duration shortest, platform::Duration longest) {
    const auto span = platform::ParseDuration(text);
    if (!span || *span < shortest || *span > longest) {
        in.Error(field, "must be a span from " + FormatDuration(shortest) + " to " + FormatDuration(longest) +
                            ", not '" + text + "'");
        return longest;
    }
    return *span;
}

void PutData(Json& json, const char* field, const std::optional<TenantData>& data) {
    if (data) {
        json[field] = {{"count", data->count}, {"digest", data->digest}};
    }
}

std::optional<TenantData> DataFrom(const Json& json, const char* field) {
    const auto found = json.is_object() ? json.find(field) : json.end();
    if (found == json.end() || !found->is_object() || !found->value("digest", Json()).is_string() ||
        !found->value("count", Json()).is_number_integer()) {
        return std::nullopt;
    }
    return TenantData{(*found)["count"].get<std::int64_t>(), (*found)["digest"].get<std::string>()};
}

Json PhaseToJson(const DrillPhase& phase) {
    Json json{{"outcome", phase.outcome}, {"why", phase.why}};
    if (phase.applied_ms) {
        json["applied_ms"] = *phase.applied_ms;
    }
    if (phase.verified_ms) {
        json["verified_ms"] = *phase.verified_ms;
    }
    PutData(json, "data_before", phase.before);
    PutData(json, "data", phase.data);
    return json;
}

const DrillPhase* FindPhase(const DrillPhases& phases, const std::string& instance) {
    const auto found = std::ranges::find(phases, instance, [](const auto& entry) { return entry.first; });
    return found == phases.end() ? nullptr : &found->second;
}

Json PartsToJson(const Drill& drill) {
    Json parts = Json::array();
    for (const std::string& instance : drill.instances) {
        Json part{{"instance", instance}};
        const DrillPhase* killed = FindPhase(drill.killed, instance);
        const DrillPhase* restored = FindPhase(drill.restored, instance);
        if (killed != nullptr) {
            part["kill"] = PhaseToJson(*killed);
        }
        if (restored != nullptr) {
            part["restore"] = PhaseToJson(*restored);
        }
        if (killed != nullptr && restored != nullptr && killed->before && killed->data && restored->data) {
            part["data_kept"] =
                killed->before->count <= killed->data->count && killed->data->count <= restored->data->count;
            part["data_unchanged"] =
                killed->before->digest == killed->data->digest && killed->before->digest == restored->data->digest;
        }
        parts.push_back(std::move(part));
    }
    return parts;
}

/// {"p50":..,"p99":..,"max":..} of the instances that got so far; nothing when none did.
void PutTimings(Json& json, const char* field, const DrillPhases& phases,
                std::optional<std::int64_t> DrillPhase::*which) {
    std::vector<std::int64_t> spans;
    for (const auto& [instance, phase] : phases) {
        if (phase.*which) {
            spans.push_back(*(phase.*which));
        }
    }
    if (spans.empty()) {
        return;
    }
    std::ranges::sort(spans);
    const auto at = [&](std::size_t percent) { return spans[(spans.size() * percent + 99) / 100 - 1]; };
    json[field] = {{"p50", at(50)}, {"p99", at(99)}, {"max", spans.back()}};
}

Json TimingsToJson(const DrillPhases& phases) {
    Json json = Json::object();
    PutTimings(json, "applied_ms", phases, &DrillPhase::applied_ms);
    PutTimings(json, "verified_ms", phases, &DrillPhase::verified_ms);
    return json;
}

Json DrillToJson(const Drill& drill) {
    Json json{{"id", drill.id},
              {"state", drill.state},
              {"mode", drill.mode},
              {"reason", drill.reason},
              {"ordered_by", drill.ordered_by},
              {"ordered_at", FormatTime(drill.ordered_at)},
              {"approval", drill.approval},
              {"approved_by", drill.approved_by},
              {"finished", drill.finished_at.has_value()},
              {"summary", drill.summary},
              {"releases", drill.releases},
              {"timings", {{"kill", TimingsToJson(drill.killed)}, {"restore", TimingsToJson(drill.restored)}}},
              {"instances", PartsToJson(drill)}};
    PutOptional(json, "schedule", drill.schedule);
    PutOptional(json, "kill", drill.kill);
    PutOptional(json, "restore", drill.restore);
    PutOptional(json, "aborted_by", drill.aborted_by);
    PutOptional(json, "abort_reason", drill.abort_reason);
    PutOptional(json, "not_restored", drill.not_restored);
    PutOptional(json, "finished_at", drill.finished_at);
    return json;
}

Json DrillApprovalToJson(const DrillApproval& approval) {
    Json json{{"id", approval.id},
              {"instances", approval.instances},
              {"reason", approval.reason},
              {"approved_by", approval.approved_by},
              {"approved_at", FormatTime(approval.approved_at)},
              {"expires_at", FormatTime(approval.expires_at)}};
    PutOptional(json, "schedule", approval.schedule);
    return json;
}

}  // namespace

Decoded<NewDrill> DecodeNewDrill(const Document& document) {
    return ReadObject<NewDrill>(document, [](platform::ObjectReader& in, NewDrill& out) {
        out.instances = ReadDrilled(in);
        out.mode = ReadDrillMode(in);
        out.reason = ReadProse(in, "reason", {.min = 0, .max = 2000});
        for (const std::string& text : in.OptionalTextList("releases", kMostDrillReleases, {.min = 1, .max = 200})) {
            out.releases.push_back(IdFrom<policy::ReleaseId>(in, "releases", text));
        }
    });
}

Decoded<NewDrillApproval> DecodeNewDrillApproval(const Document& document) {
    return ReadObject<NewDrillApproval>(document, [](platform::ObjectReader& in, NewDrillApproval& out) {
        out.instances = ReadDrilled(in);
        out.reason = ReadProse(in, "reason");
    });
}

Decoded<NewDrillSchedule> DecodeNewDrillSchedule(const Document& document) {
    return ReadObject<NewDrillSchedule>(document, [](platform::ObjectReader& in, NewDrillSchedule& out) {
        out.instances = ReadDrilled(in);
        out.mode = ReadDrillMode(in);
        out.every = ReadSpan(in, "every", in.Text("every", {.min = 2, .max = 20}), kShortestPeriod, kLongestPeriod);
        out.reason = ReadProse(in, "reason", {.min = 0, .max = 2000});
        out.first_at = in.OptionalInstant("first_at");
    });
}

Decoded<ApproveDrillSchedule> DecodeApproveDrillSchedule(const Document& document) {
    return ReadObject<ApproveDrillSchedule>(document, [](platform::ObjectReader& in, ApproveDrillSchedule& out) {
        out.reason = ReadProse(in, "reason");
        if (const auto text = in.OptionalText("valid_for", {.min = 2, .max = 20})) {
            out.valid_for = ReadSpan(in, "valid_for", *text, kShortestStanding, kLongestStanding);
        }
    });
}

std::string EncodeDrill(const Drill& drill) {
    return DrillToJson(drill).dump();
}

std::string EncodeDrillApproval(const DrillApproval& approval) {
    return DrillApprovalToJson(approval).dump();
}

std::string EncodeDrillSchedule(const DrillSchedule& schedule) {
    Json json{{"id", schedule.id},
              {"instances", schedule.instances},
              {"mode", schedule.mode},
              {"every", FormatDuration(schedule.every)},
              {"reason", schedule.reason},
              {"created_by", schedule.created_by},
              {"created_at", FormatTime(schedule.created_at)},
              {"next_at", FormatTime(schedule.next_at)},
              {"approved", schedule.approved},
              {"problem", schedule.problem}};
    if (schedule.approval) {
        json["approval"] = DrillApprovalToJson(*schedule.approval);
    }
    PutOptional(json, "last_drill", schedule.last_drill);
    PutOptional(json, "cancelled_by", schedule.cancelled_by);
    PutOptional(json, "cancelled_at", schedule.cancelled_at);
    return json.dump();
}

std::string EncodeDrillPhases(const DrillPhases& phases) {
    Json json = Json::object();
    for (const auto& [instance, phase] : phases) {
        json[instance] = PhaseToJson(phase);
    }
    return json.dump();
}

DrillPhases DecodeDrillPhases(const std::string& json) {
    DrillPhases phases;
    const Json document = Json::parse(json);
    for (const auto& [instance, value] : document.items()) {
        DrillPhase phase;
        phase.outcome = value.value("outcome", "");
        phase.why = value.value("why", "");
        if (value.contains("applied_ms")) {
            phase.applied_ms = value["applied_ms"].get<std::int64_t>();
        }
        if (value.contains("verified_ms")) {
            phase.verified_ms = value["verified_ms"].get<std::int64_t>();
        }
        phase.before = DataFrom(value, "data_before");
        phase.data = DataFrom(value, "data");
        phases.emplace_back(instance, std::move(phase));
    }
    return phases;
}

std::string EncodeDrillEvidence(const Drill& drill) {
    return platform::CanonicalJson(Json{{"text", drill.summary}, {"drill", DrillToJson(drill)}});
}

std::optional<TenantData> TenantDataOf(const std::string& evidence, const char* field) {
    return evidence.empty() ? std::nullopt : DataFrom(Json::parse(evidence), field);
}

}  // namespace wire
