// The messages of an open WebSocket: {"type":...,"data":...}. Pure; thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/time.hpp"
#include "tenancy/org_id.hpp"

namespace pulse::wire {

/// What a client says. Others are ignored, as is what is no message at all.
enum class ClientMessage : std::uint8_t { kOther, kPing, kRequestData };
ClientMessage ReadClientMessage(std::string_view text);

std::string EncodeWelcome(const tenancy::OrgId& org);
std::string EncodePing(platform::Time now);
std::string EncodePong(platform::Time now);

/// The whole state as `initialState` or `rawData`; `state` is a JSON object.
std::string EncodeInitialState(std::string_view state);
std::string EncodeRawData(std::string_view state);

/// Instead of a message of `bytes` that its reader cannot take.
struct TooLarge {
    std::string_view supersedes;  // its type
    std::size_t bytes = 0;
    std::size_t max_bytes = 0;
    std::size_t resources = 0;
};
std::string EncodeStateTooLarge(const TooLarge& message);

/// A state taken apart, to tell what changed.
struct LiveState {
    std::vector<std::pair<std::string, std::string>> fields;  // top level, sorted by name; values as JSON
    std::size_t resources = 0;                                // open alerts
};
/// Of what the service itself encoded; InvariantViolation when it is no object.
LiveState ReadLiveState(std::string_view state);
/// `rawData` with the fields that differ, whole; null for those that are gone. Nothing when only the time of looking
/// does.
std::optional<std::string> EncodeChanges(const LiveState& before, const LiveState& after);

}  // namespace pulse::wire
