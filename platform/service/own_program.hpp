// The program this process runs, so that it can start it again in its own place: same process id, same arguments, same
// environment, nothing else of what it was.
//
// Made first thing in main: the file is remembered by its path, so that a newer version that was put in its place is
// what starts. StartAgain is for a process that has taken down everything: its other threads end with the call. Every
// descriptor but the three standard ones is closed. Signals that are waiting stay waiting.
// Errors are values, with messages for people. One thread.
#pragma once

#include <string>

#include "platform/base/expected.hpp"

namespace platform {

class OwnProgram {
public:
    /// `argv` must outlive it, as main's does.
    explicit OwnProgram(char** argv);

    /// Whether it could be started now.
    Expected<void, std::string> Check() const;
    /// Comes back only with the reason why it could not be.
    std::string StartAgain() const;

private:
    char** argv_;
    std::string path_;
};

}  // namespace platform
