// What another process had in its environment when its program started.
//
// The kernel shows a process before that: between fork and exec with the variables of the one that forked it, and for a
// moment within exec with none at all. Neither says anything about the program, so the reader waits until the program
// has its own. Needs root, the account of the process, or CAP_SYS_PTRACE. Thread safe; errors are values.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platform {

struct ProcessVariables {
    bool readable = false;  // false: the process is gone, another account's, or has no variables of its own yet
    bool starting = false;  // not readable for the last of these reasons: a later look will tell
    std::map<std::string, std::string, std::less<>> values;  // of those asked for; what is not set is not in it

    std::optional<std::string> Value(std::string_view name) const;
};

/// A process that was forked and never starts a program is believed once it is older than `patience`; one that is
/// within exec for longer is `starting`. Longer than that nothing is waited for.
ProcessVariables ReadProcessVariables(pid_t process, const std::vector<std::string_view>& names,
                                      std::chrono::milliseconds patience = std::chrono::seconds(5));

}  // namespace platform
