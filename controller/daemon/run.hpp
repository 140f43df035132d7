// portcullisd run: makes everything, serves, and takes it down again in the opposite order.
#pragma once

#include <stdexcept>

#include "platform/settings/settings.hpp"

namespace controller::daemon {

/// Why the program cannot start, for the operator; ends it with `code`.
class StartError : public std::runtime_error {
public:
    StartError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
    int Code() const {
        return code_;
    }

private:
    int code_;
};

/// Returns the exit code when a signal has ended it.
int Run(const platform::Settings& settings);
/// portcullisd migrate up|down|status [VERSION]
int Migrate(const platform::Settings& settings, const std::vector<std::string>& arguments);

}  // namespace controller::daemon
