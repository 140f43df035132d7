// What a plain (unquoted) YAML scalar means: YAML 1.2's core schema. Shared by the reader, which resolves, and the
// writer, which must quote every text that would resolve to something else. Pure and thread safe.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/expected.hpp"
#include "platform/json/json.hpp"

namespace platform {

/// Null, a boolean, a number, or the text itself; a message for people when it is a number out of range, .inf or .nan.
Expected<Json, std::string> ResolvePlainScalar(std::string_view text);

}  // namespace platform
