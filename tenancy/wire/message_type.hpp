// Which kind a message of the channel is, without reading the rest of it: its decoder does that, and strictly.
// Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenancy::wire {

/// The text of the field "type" of the object; none when there is no such object or field. One of them, when it is
/// there twice: decoders refuse that.
std::optional<std::string> MessageType(std::string_view text);

}  // namespace tenancy::wire
