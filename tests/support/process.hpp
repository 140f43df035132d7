// A real program under test: started with its own process group, its output collected, ended whatever happens.
//
// The destructor kills the whole group and waits, so a failed test leaves nothing running; the kernel kills the program
// when the test program itself dies. Output is read by two threads into memory and may be looked at while it runs.
// Thread safety: one owner thread; Output, Error and Running may be called from any.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace support {

struct ProcessOptions {
    std::map<std::string, std::string> environment;  // on top of the inherited one
    std::vector<std::string> unset;                  // variables the program must not see
    std::filesystem::path working_dir;               // default: the test's own
    std::string input;                               // standard input, then end of file
};

class Process {
public:
    /// Throws std::runtime_error when the program cannot be started.
    explicit Process(std::vector<std::string> command, const ProcessOptions& options = {});
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t Pid() const;
    bool Running() const;
    void Signal(int number) const;

    /// Exit code, or 128 + signal number; empty at the deadline (the program keeps running).
    std::optional<int> Wait(std::chrono::milliseconds deadline = std::chrono::seconds(30));

    /// What it has written so far.
    std::string Output() const;
    std::string Error() const;
    /// The first line of standard output (or error) that contains `text`, waiting for it; empty at the deadline or
    /// when the program ended without it.
    std::optional<std::string> WaitForLine(std::string_view text,
                                           std::chrono::milliseconds deadline = std::chrono::seconds(30)) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The program is to pay little for passwords (tests/support/quick_passwords.cpp). What one such program has stored,
/// others can check only when they are started so too.
void MakePasswordsQuick(ProcessOptions& options);

struct Finished {
    int exit_code = -1;
    std::string output;
    std::string error;
};

/// Runs to the end; throws std::runtime_error with the output so far when the deadline passes.
Finished RunToEnd(std::vector<std::string> command, const ProcessOptions& options = {},
                  std::chrono::milliseconds deadline = std::chrono::seconds(60));

/// `<build>/bin/<name>`.
std::string BuiltProgram(std::string_view name);

}  // namespace support
