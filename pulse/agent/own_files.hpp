// Files that belong to somebody else as well: read with a bound, rewritten in one step with owner and permissions kept,
// through symbolic links to where the bytes are. Errors are values, with messages for people. Thread safe.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/expected.hpp"

namespace pulse::agent {

/// Missing is no error.
platform::Expected<std::optional<std::string>, std::string> ReadConfigFile(const std::string& path);
/// Missing folders are made. `mode` is for a file that is not there yet.
platform::Expected<void, std::string> RewriteConfigFile(const std::string& path, std::string_view bytes, mode_t mode);

}  // namespace pulse::agent
