// How a command ends that did not succeed: one exit code and what to tell the person. Thrown by everything below main.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "controller/cli/exit_codes.hpp"

namespace cli {

class Failure : public std::runtime_error {
public:
    Failure(ExitCode code, const std::string& message, std::string hint = {})
        : std::runtime_error(message), code_(code), hint_(std::move(hint)) {}

    ExitCode Code() const {
        return code_;
    }
    const std::string& Hint() const {
        return hint_;
    }

private:
    ExitCode code_;
    std::string hint_;
};

}  // namespace cli
