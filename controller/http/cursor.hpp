// Cursors: the last row's key, opaque to callers. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace http {

std::string EncodeCursor(std::string_view key);
/// Empty for what EncodeCursor did not make.
std::optional<std::string> DecodeCursor(std::string_view cursor);

}  // namespace http
