#include "controller/wire/kill_entry.hpp"

#include <utility>

#include "controller/wire/reading.hpp"
#include "platform/json/canonical_text.hpp"
#include "platform/json/number.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr std::size_t kMostEntryBytes = 128 * 1024 * 1024;
constexpr std::size_t kMostTargets = 1'000'000;
constexpr std::size_t kUsualTarget = 96;  // bytes
constexpr platform::TextRule kEntryText{0, 1000};
constexpr platform::TextRule kOrderText{1, 4 * 1024 * 1024};

KillTarget ReadTarget(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    KillTarget target;
    target.instance = ReadId<policy::InstanceId>(in, "instance");
    target.generation = in.Integer("generation", 1, platform::kLargestInteger);
    target.base = in.Integer("base", 0, platform::kLargestInteger);
    in.Finish();
    return target;
}

}  // namespace

std::string KillOrderText(const Document& order) {
    return platform::CanonicalJson(order.Root());
}

// The targets are written out: nothing is sent before the journal has them, and a fleet has thousands.
std::string EncodeKillEntry(const KillEntry& entry) {
    Json roles = Json::array();
    for (const policy::Role role : entry.roles) {
        roles.push_back(platform::EnumText(role));
    }
    Json json{{"operation", entry.operation.Text()},
              {"controller", entry.controller},
              {"given_at", platform::FormatTime(entry.given_at)},
              {"machine_time", platform::FormatTime(entry.machine_time)},
              {"actor", entry.actor.Text()},
              {"actor_kind", platform::EnumText(entry.actor_kind)},
              {"display_name", entry.display_name},
              {"roles", std::move(roles)},
              {"token_id", entry.token_id},
              {"request_id", entry.request_id},
              {"order", entry.order}};
    if (!entry.machine_start.empty()) {
        json["machine_start"] = entry.machine_start;
        json["machine_age_ms"] = entry.machine_age.count();
    }
    std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    text.reserve(text.size() + entry.targets.size() * kUsualTarget);
    text.back() = ',';
    text += R"("targets":[)";
    std::string_view between;
    for (const KillTarget& target : entry.targets) {
        text += between;
        text += R"({"base":)";
        text += std::to_string(target.base);
        text += R"(,"generation":)";
        text += std::to_string(target.generation);
        text += R"(,"instance":)";
        platform::AppendCanonicalText(text, target.instance.Text());
        text += '}';
        between = ",";
    }
    return text += "]}";
}

platform::Expected<KillEntry, platform::FieldErrors> DecodeKillEntry(std::string_view text) {
    const auto json =
        platform::ParseJson(text, {.max_bytes = kMostEntryBytes, .max_depth = 4, .max_nodes = 4 * kMostTargets});
    if (!json) {
        return platform::Unexpected<platform::FieldErrors>(json.error());
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*json, "", errors);
    KillEntry entry;
    entry.operation = ReadId<policy::RecordId>(in, "operation");
    entry.controller = in.Text("controller", kEntryText);
    entry.given_at = in.Instant("given_at");
    entry.machine_time = in.Instant("machine_time");
    entry.machine_start = in.OptionalText("machine_start", kEntryText).value_or("");
    entry.machine_age =
        std::chrono::milliseconds(in.OptionalInteger("machine_age_ms", 0, platform::kLargestInteger).value_or(0));
    entry.actor = ReadId<policy::PrincipalId>(in, "actor");
    entry.actor_kind = in.Enum<policy::PrincipalKind>("actor_kind");
    entry.display_name = in.Text("display_name", kEntryText);
    for (const std::string& role : in.TextList("roles", 100, kEntryText)) {
        if (const auto known = platform::ParseEnum<policy::Role>(role)) {
            entry.roles.push_back(*known);
        }
    }
    entry.token_id = in.Text("token_id", kEntryText);
    entry.request_id = in.Text("request_id", kEntryText);
    entry.order = in.Text("order", kOrderText);
    if (const Json* targets = in.Array("targets", kMostTargets)) {
        for (std::size_t i = 0; i < targets->size(); ++i) {
            entry.targets.push_back(
                ReadTarget((*targets)[i], in.PointerTo("targets") + "/" + std::to_string(i), errors));
        }
    }
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<platform::FieldErrors>(std::move(errors));
    }
    return entry;
}

}  // namespace wire
