#include "pulse/wire/billing_json.hpp"

#include <algorithm>
#include <array>

#include "platform/json/json.hpp"

namespace pulse::wire {
namespace {

using platform::Json;

constexpr std::array<std::string_view, 7> kSubscriptionStates{"",        "active",    "grace",   "trial",
                                                              "expired", "suspended", "canceled"};

/// Absent and null count as empty; false for another type.
bool TakeText(const Json& document, const char* field, std::string& value) {
    const auto found = document.find(field);
    if (found == document.end() || found->is_null()) {
        return true;
    }
    if (!found->is_string()) {
        return false;
    }
    value = found->get<std::string>();
    return true;
}

bool TakeSeconds(const Json& document, const char* field, std::optional<std::int64_t>& value) {
    const auto found = document.find(field);
    if (found == document.end() || found->is_null()) {
        return true;
    }
    if (!found->is_number_integer()) {
        return false;
    }
    value = found->get<std::int64_t>();
    return true;
}

bool TakeCapabilities(const Json& document, std::vector<std::string>& capabilities) {
    const auto found = document.find("capabilities");
    if (found == document.end() || found->is_null()) {
        return true;
    }
    if (!found->is_array()) {
        return false;
    }
    for (const Json& one : *found) {
        if (!one.is_string()) {
            return false;
        }
        capabilities.push_back(one.get<std::string>());
    }
    return true;
}

bool TakeLimits(const Json& document, std::map<std::string, std::int64_t>& limits) {
    const auto found = document.find("limits");
    if (found == document.end() || found->is_null()) {
        return true;
    }
    if (!found->is_object()) {
        return false;
    }
    for (const auto& [name, limit] : found->items()) {
        if (!limit.is_number_integer()) {
            return false;
        }
        limits[name] = limit.get<std::int64_t>();
    }
    return true;
}

Json LimitsJson(const BillingState& state) {
    Json limits = Json::object();
    for (const auto& [name, limit] : state.limits) {
        limits[name] = limit;
    }
    return limits;
}

}  // namespace

bool IsSubscriptionState(std::string_view text) {
    return std::ranges::find(kSubscriptionStates, text) != kSubscriptionStates.end();
}

std::optional<BillingState> DecodeBillingState(std::string_view text) {
    const auto document = platform::ParseJson(text);
    if (!document || !document->is_object()) {
        return std::nullopt;
    }
    BillingState state;
    if (!TakeCapabilities(*document, state.capabilities) || !TakeLimits(*document, state.limits) ||
        !TakeText(*document, "plan_version", state.plan_version) ||
        !TakeText(*document, "subscription_state", state.subscription_state) ||
        !TakeSeconds(*document, "trial_started_at", state.trial_started_at) ||
        !TakeSeconds(*document, "trial_ends_at", state.trial_ends_at)) {
        return std::nullopt;
    }
    return state;
}

std::string EncodeBillingState(const BillingState& state) {
    Json document{{"capabilities", state.capabilities},
                  {"limits", LimitsJson(state)},
                  {"plan_version", state.plan_version},
                  {"subscription_state", state.subscription_state}};
    if (state.trial_started_at) {
        document["trial_started_at"] = *state.trial_started_at;
    }
    if (state.trial_ends_at) {
        document["trial_ends_at"] = *state.trial_ends_at;
    }
    return document.dump();
}

std::string EncodeRuntimeCapabilities(const BillingState& state, const RuntimeCapabilities& runtime) {
    Json limits = Json::array();
    for (const auto& [name, limit] : state.limits) {
        limits.push_back({{"key", name}, {"limit", limit}});
    }
    return Json{{"capabilities", state.capabilities},
                {"limits", limits},
                {"subscription_state", state.subscription_state},
                {"hosted_mode", runtime.hosted},
                {"runtime", {{"build", runtime.build}}}}
        .dump();
}

}  // namespace pulse::wire
