// Runs a command of the operator's: words, no shell; with a deadline, its output kept up to a bound, its exit code
// judged by the caller.
//
// It has the agent's environment without the variables that decide the switch and without the agent's own settings:
// what it starts must not get its switch from here. At the deadline its whole process group is ended. What it left
// running behind it is not touched, and not waited for. Thread safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"

namespace pulse::agent {

struct CommandResult {
    int exit_code = 0;  // 128 + signal number when a signal ended it
    bool started = true;
    bool timed_out = false;
    std::string output;  // standard output and error, its end; when it could not be started: why
    std::chrono::milliseconds duration{0};

    bool Succeeded() const {
        return started && !timed_out && exit_code == 0;
    }
};

CommandResult RunCommand(const std::vector<std::string>& words, std::chrono::milliseconds deadline);

/// "`systemctl restart pulse` ended with 1: Unit pulse.service not found.": for people.
std::string DescribeCommand(const std::vector<std::string>& words, const CommandResult& result);

/// A command as it stands in a setting: words between blanks, or a JSON list of texts for words that hold blanks.
platform::Expected<std::vector<std::string>, std::string> CommandWords(std::string_view text);

}  // namespace pulse::agent
