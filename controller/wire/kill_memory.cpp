#include "controller/wire/kill_memory.hpp"

#include <utility>

#include "controller/wire/reading.hpp"
#include "platform/json/number.hpp"

namespace wire {
namespace {

using platform::Json;

constexpr std::size_t kMostMemoryText = 64 * 1024 * 1024;
constexpr std::size_t kMostRemembered = 200'000;
constexpr platform::TextRule kShortText{0, 1000};

RememberedCaller ReadRememberedCaller(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    RememberedCaller caller;
    caller.token_hash = in.Text("token_hash", kShortText);
    caller.principal = ReadId<policy::PrincipalId>(in, "principal");
    caller.kind = in.Enum<policy::PrincipalKind>("kind");
    caller.display_name = in.Text("display_name", kShortText);
    caller.token_id = in.Text("token_id", kShortText);
    for (const std::string& role : in.TextList("roles", 100, kShortText)) {
        if (const auto known = platform::ParseEnum<policy::Role>(role)) {
            caller.roles.push_back(*known);
        }
    }
    caller.until = in.OptionalInstant("until");
    caller.seen = in.Instant("seen");
    in.Finish();
    return caller;
}

RememberedInstance ReadRememberedInstance(const Json& json, const std::string& pointer, platform::FieldErrors& errors) {
    platform::ObjectReader in(json, pointer, errors);
    RememberedInstance instance;
    instance.credential_hash = in.Text("credential_hash", kShortText);
    instance.instance = ReadId<policy::InstanceId>(in, "instance");
    instance.pinned_key = in.Text("pinned_key", kShortText);
    in.Finish();
    return instance;
}

template <typename Memory, typename Read>
platform::Expected<Memory, platform::FieldErrors> DecodeMemory(std::string_view text, Read&& read) {
    const auto json =
        platform::ParseJson(text, {.max_bytes = kMostMemoryText, .max_depth = 4, .max_nodes = 12 * kMostRemembered});
    if (!json) {
        return platform::Unexpected<platform::FieldErrors>(json.error());
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*json, "", errors);
    Memory memory;
    read(in, memory, errors);
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<platform::FieldErrors>(std::move(errors));
    }
    return memory;
}

std::string MemoryText(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string EncodeCallerMemory(const CallerMemory& memory) {
    Json callers = Json::array();
    for (const RememberedCaller& caller : memory.callers) {
        Json roles = Json::array();
        for (const policy::Role role : caller.roles) {
            roles.push_back(platform::EnumText(role));
        }
        Json one{{"token_hash", caller.token_hash},
                 {"principal", caller.principal.Text()},
                 {"kind", platform::EnumText(caller.kind)},
                 {"display_name", caller.display_name},
                 {"token_id", caller.token_id},
                 {"roles", std::move(roles)},
                 {"seen", platform::FormatTime(caller.seen)}};
        PutOptional(one, "until", caller.until);
        callers.push_back(std::move(one));
    }
    return MemoryText(Json{{"clock_ahead_us", memory.clock_ahead_us}, {"callers", std::move(callers)}});
}

platform::Expected<CallerMemory, platform::FieldErrors> DecodeCallerMemory(std::string_view text) {
    return DecodeMemory<CallerMemory>(
        text, [](platform::ObjectReader& in, CallerMemory& memory, platform::FieldErrors& errors) {
            memory.clock_ahead_us = in.Integer("clock_ahead_us", -platform::kLargestInteger, platform::kLargestInteger);
            if (const Json* callers = in.Array("callers", kMostRemembered)) {
                for (std::size_t i = 0; i < callers->size(); ++i) {
                    memory.callers.push_back(
                        ReadRememberedCaller((*callers)[i], in.PointerTo("callers") + "/" + std::to_string(i), errors));
                }
            }
        });
}

std::string EncodeInstanceMemory(const InstanceMemory& memory) {
    Json instances = Json::array();
    for (const RememberedInstance& instance : memory.instances) {
        instances.push_back({{"credential_hash", instance.credential_hash},
                             {"instance", instance.instance.Text()},
                             {"pinned_key", instance.pinned_key}});
    }
    return MemoryText(Json{{"confirmed", platform::FormatTime(memory.confirmed)}, {"instances", std::move(instances)}});
}

platform::Expected<InstanceMemory, platform::FieldErrors> DecodeInstanceMemory(std::string_view text) {
    return DecodeMemory<InstanceMemory>(
        text, [](platform::ObjectReader& in, InstanceMemory& memory, platform::FieldErrors& errors) {
            memory.confirmed = in.Instant("confirmed");
            if (const Json* instances = in.Array("instances", kMostRemembered)) {
                for (std::size_t i = 0; i < instances->size(); ++i) {
                    memory.instances.push_back(ReadRememberedInstance(
                        (*instances)[i], in.PointerTo("instances") + "/" + std::to_string(i), errors));
                }
            }
        });
}

}  // namespace wire
