// The text of a compose file: what it says about a variable of a service, and the file with another value for it.
//
// Pure; thread safe. Errors are values, with messages for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"

namespace pulse::agent {

struct ComposeLook {
    bool set = false;
    std::optional<std::string> value;    // empty although set: taken from the environment of docker compose itself
    std::vector<std::string> env_files;  // of the service; what they set, `environment` beats
    bool in_command = false;             // command or entrypoint names the variable
    bool extends = false;                // the service is made from another one, which is not looked into
    bool takes_back = false;             // !reset or !override: what earlier files say may be forgotten
};
platform::Expected<ComposeLook, std::string> LookIntoCompose(std::string_view text, std::string_view service,
                                                             std::string_view name);

/// All other lines stay as they are. An error when that cannot be done line by line: the file is in a form that only a
/// person should change. What comes out was read again and says the same as before but for this value.
platform::Expected<std::string, std::string> ComposeWith(std::string_view text, std::string_view service,
                                                         std::string_view name, std::string_view value);

}  // namespace pulse::agent
