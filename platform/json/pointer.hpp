// JSON pointers (RFC 6901) for error messages. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>

namespace platform {

/// `pointer` with one more step: '~' and '/' in the name are escaped.
std::string PointerStep(std::string pointer, std::string_view name);
std::string PointerStep(std::string pointer, std::size_t index);

}  // namespace platform
