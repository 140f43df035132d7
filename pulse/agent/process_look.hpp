// The process beside the agent, as the kernel shows it: which one it is, when it started, and what its environment said
// then. This is what counts; what is written in files is what the next one will be.
//
// A start is told by its age, which the kernel counts from the machine's start, so that a clock that is set changes
// nothing. Needs to read /proc/<pid>/environ: root, the process's own account, or CAP_SYS_PTRACE. No state; thread
// safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"
#include "tenancy/model.hpp"

namespace pulse::agent {

/// How the process is found.
struct ProcessRule {
    std::string pid_file;
    std::string program;               // its file, as /proc/<pid>/exe shows it, or its name alone
    int port = 0;                      // on which it listens, TCP, in this network namespace
    std::vector<std::string> command;  // that prints its id: systemctl show, docker inspect
};

struct ProcessFacts {
    pid_t pid = 0;
    std::string boot_id;  // another one for each start: of machine start, process id and time of start
    std::chrono::milliseconds age{0};
    bool readable = false;  // its environment
    bool starting = false;  // not readable yet, for its program is only just being started
    std::optional<std::string> value;
    bool hosted = false;

    /// What its switch is, as far as its environment says.
    std::optional<bool> Enabled() const;
};

/// The one process that the rule finds; an error when there is none, more than one, or it cannot be found out.
platform::Expected<ProcessFacts, std::string> LookAtProcess(const ProcessRule& rule);

}  // namespace pulse::agent
