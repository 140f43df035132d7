// What somebody has a licence for: the document of the licence file and of a hosted tenant's billing state.
// Pure; thread safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pulse::wire {

struct BillingState {
    std::vector<std::string> capabilities;
    std::map<std::string, std::int64_t> limits;
    std::string plan_version;
    std::string subscription_state;                // active, grace, trial, expired, suspended, canceled; empty: none
    std::optional<std::int64_t> trial_started_at;  // unix seconds
    std::optional<std::int64_t> trial_ends_at;
};

/// Nothing when it is no JSON object, or a field we need has another type. Unknown fields are ignored.
std::optional<BillingState> DecodeBillingState(std::string_view text);
std::string EncodeBillingState(const BillingState& state);

/// True for the states a subscription can be in, and for none.
bool IsSubscriptionState(std::string_view text);

struct RuntimeCapabilities {
    bool hosted = false;
    std::string_view build;  // "release"
};
/// The answer of /api/license/runtime-capabilities.
std::string EncodeRuntimeCapabilities(const BillingState& state, const RuntimeCapabilities& runtime);

}  // namespace pulse::wire
