// A server that a previous controller left behind, because it was killed.
//
// Only ever acts on a process whose working directory is the cluster: a process id in an old file may long belong to
// something else. Errors: ClusterError when a leftover cannot be ended.
#pragma once

#include "platform/postgres/directories.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace platform {

/// What the server says about itself in postmaster.pid.
struct ServerState {
    pid_t pid = 0;
    std::string status;  // "starting", "ready", "stopping", ...; empty while not yet written
};
std::optional<ServerState> ReadServerState(const std::filesystem::path& pg);

/// Asks a leftover server to shut down and waits for it, with force after `deadline`. Removes a postmaster.pid whose
/// process id was given to an unrelated process, but only when no process of the old server is left either.
void StopLeftoverServer(const std::filesystem::path& pg, std::chrono::milliseconds deadline,
                        const std::function<void(std::string_view)>& on_event);

}  // namespace platform
