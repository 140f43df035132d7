// Why the program cannot start, for the operator; ends it with a code of its own.
#pragma once

#include <stdexcept>
#include <string>

namespace platform {

/// The call, a file or a setting is wrong: the code that a shell's user expects for it.
inline constexpr int kStartUsage = 2;

class StartError : public std::runtime_error {
public:
    StartError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
    int Code() const {
        return code_;
    }

private:
    int code_;
};

}  // namespace platform
