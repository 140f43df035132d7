// The text of an environment file: what a variable in it means to the program that reads the file, and the file with
// another value for it. Readers differ, so does the meaning.
//
// Pure; thread safe. Nothing here touches a disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pulse::agent {

enum class EnvReader : std::uint8_t {
    kSystemd,  // EnvironmentFile=: quotes and \ at line ends are read, `export` is not
    kCompose,  // env_file: quotes, `export` and comments behind a value are read
    kPlain     // not known: what readers could understand differently is remarked upon
};

struct EnvLook {
    std::optional<std::string> value;  // what the reader takes; empty: the variable is not set here
    std::vector<int> lines;            // where it is set, from 1
    std::vector<std::string> remarks;  // what is odd about these lines, for people
};
EnvLook LookIntoEnv(std::string_view text, std::string_view name, EnvReader reader);

/// With `name` set to `value` in every line that sets it, or in a new last line. All other lines stay as they are, byte
/// by byte. `value` needs no quotes. Look again before it is written: in a file whose last line is not finished a new
/// line would be part of it.
std::string EnvWith(std::string_view text, std::string_view name, std::string_view value, EnvReader reader);

}  // namespace pulse::agent
