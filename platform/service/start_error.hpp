// Why the program cannot start, for the operator; ends it with a code of its own.
#pragma once

#include <stdexcept>
#include <string>

namespace platform {

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
