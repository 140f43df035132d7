#include "pulse/wire/live_json.hpp"

#include "platform/base/invariant.hpp"
#include "platform/json/json.hpp"

namespace pulse::wire {
namespace {

using platform::Json;

constexpr std::string_view kLookedAt = "lastUpdate";
constexpr std::string_view kResources = "activeAlerts";
constexpr std::string_view kHydrateFrom = "/api/state";
constexpr platform::DocumentLimits kClientLimits{
    .max_bytes = std::size_t{64} * 1024, .max_depth = 16, .max_nodes = 4'096};

std::int64_t UnixSeconds(platform::Time time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// Around data that is JSON already: a state is encoded once and never parsed again for its readers.
std::string Enveloped(std::string_view type, std::string_view data) {
    std::string message;
    message.reserve(type.size() + data.size() + 20);
    message.append(R"({"type":")").append(type).append(R"(","data":)").append(data).append("}");
    return message;
}

void AppendField(std::string& object, std::string_view name, std::string_view value) {
    object.append(object.size() > 1 ? "," : "").append(Json(name).dump()).append(":").append(value);
}

}  // namespace

ClientMessage ReadClientMessage(std::string_view text) {
    const auto json = platform::ParseJson(text, kClientLimits);
    if (!json || !json->is_object()) {
        return ClientMessage::kOther;
    }
    const auto type = json->find("type");
    if (type == json->end() || !type->is_string()) {
        return ClientMessage::kOther;
    }
    if (*type == "ping") {
        return ClientMessage::kPing;
    }
    return *type == "requestData" ? ClientMessage::kRequestData : ClientMessage::kOther;
}

std::string EncodeWelcome(const tenancy::OrgId& org) {
    return Json{{"type", "welcome"}, {"data", {{"message", "Connected to Pulse WebSocket"}, {"orgId", org.Text()}}}}
        .dump();
}

std::string EncodePing(platform::Time now) {
    return Json{{"type", "ping"}, {"data", {{"timestamp", UnixSeconds(now)}}}}.dump();
}

std::string EncodePong(platform::Time now) {
    return Json{{"type", "pong"}, {"data", {{"timestamp", UnixSeconds(now)}}}}.dump();
}

std::string EncodeInitialState(std::string_view state) {
    return Enveloped("initialState", state);
}

std::string EncodeRawData(std::string_view state) {
    return Enveloped("rawData", state);
}

std::string EncodeStateTooLarge(const TooLarge& message) {
    return Json{{"type", "stateTooLarge"},
                {"data",
                 {{"supersedes", message.supersedes},
                  {"bytes", message.bytes},
                  {"maxBytes", message.max_bytes},
                  {"resourceCount", message.resources},
                  {"hydrateFrom", kHydrateFrom}}}}
        .dump();
}

LiveState ReadLiveState(std::string_view state) {
    const Json json = Json::parse(state, nullptr, false);
    PORTCULLIS_INVARIANT(json.is_object(), "a state is a JSON object");
    LiveState read;
    for (const auto& [name, value] : json.items()) {
        read.fields.emplace_back(name, value.dump());
        if (name == kResources) {
            read.resources = value.size();
        }
    }
    return read;
}

std::optional<std::string> EncodeChanges(const LiveState& before, const LiveState& after) {
    std::string changes = "{";
    std::string looked_at;
    auto old = before.fields.begin();
    const auto end = before.fields.end();
    for (const auto& [name, value] : after.fields) {
        for (; old != end && old->first < name; ++old) {
            AppendField(changes, old->first, "null");
        }
        const bool there = old != end && old->first == name;
        if (name == kLookedAt) {
            looked_at = value;
        } else if (!there || old->second != value) {
            AppendField(changes, name, value);
        }
        old += there ? 1 : 0;
    }
    for (; old != end; ++old) {
        AppendField(changes, old->first, "null");
    }
    if (changes.size() == 1) {
        return std::nullopt;
    }
    if (!looked_at.empty()) {
        AppendField(changes, kLookedAt, looked_at);
    }
    return EncodeRawData(changes + "}");
}

}  // namespace pulse::wire
