// Runs one program for `evidence run`: argv without a shell, both output streams together, every byte hashed and
// counted, a bounded excerpt kept, a time limit that ends the whole process group. Not thread safe (uses fork).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "platform/base/time.hpp"

namespace cli {

struct CommandRun {
    std::vector<std::string> argv;
    int exit_code = -1;  // 128 + signal when a signal ended it; 127 when it could not be started
    bool timed_out = false;
    platform::Time started_at{};
    std::chrono::milliseconds duration{0};
    std::int64_t output_bytes = 0;
    std::string output_sha256;
    std::string excerpt;  // first and last lines, valid UTF-8, at most 4000 characters
};

/// `echo`: also copies the output to stderr as it comes.
enum class Echo { kYes, kNo };
CommandRun RunCommand(const std::vector<std::string>& argv, std::chrono::milliseconds limit, Echo echo);

}  // namespace cli
