// Child processes of the private cluster: initdb, psql and the server, run as its account.
//
// A child starts with a fixed small environment, in `/`, with default signal handling and none of our descriptors: the
// server outlives us for a moment after a crash and must not hold our listening sockets.
// Thread safe. Errors: ClusterError when a program cannot be started; its own failure is an exit code.
#pragma once

#include "platform/postgres/directories.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace platform {

struct ChildSpec {
    std::filesystem::path program;
    std::vector<std::string> arguments;  // without the program itself
    int input = -1;                      // descriptors; -1 is /dev/null
    int output = -1;                     // standard output and error
    int signal_on_parent_death = 0;      // sent when the *thread* that called StartChild ends
    bool own_session = false;            // out of reach of the terminal's Ctrl-C
};

pid_t StartChild(const ChildSpec& spec, const Account& account);

struct ProgramResult {
    int exit_code = 0;  // 128 + signal number when a signal ended it
    bool timed_out = false;
    std::string output;  // standard output and error together
};

/// Runs to the end, or kills it at the deadline.
ProgramResult RunProgram(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                         std::string_view input, const Account& account, std::chrono::milliseconds deadline);

/// Waits until the process has ended; false at the deadline. The process need not be our child.
bool WaitForExit(pid_t pid, std::chrono::milliseconds deadline);

}  // namespace platform
