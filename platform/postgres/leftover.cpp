#include "platform/postgres/leftover.hpp"

#include "platform/postgres/child.hpp"
#include "platform/postgres/error.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fstream>
#include <system_error>
#include <vector>

namespace platform {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPidLine = 0;
constexpr std::size_t kStatusLine = 7;  // as PostgreSQL's own pg_ctl reads it

std::optional<pid_t> ParsePid(std::string_view text) {
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
    if (error != std::errc() || end == text.data() || pid <= 1) {
        return std::nullopt;
    }
    return pid;
}

// Every process of a server has the cluster as its working directory.
bool WorksIn(pid_t pid, const fs::path& pg) {
    std::error_code failed;
    const fs::path link = fs::read_symlink("/proc/" + std::to_string(pid) + "/cwd", failed);
    return !failed && link == pg;
}

bool AnyProcessWorksIn(const fs::path& pg) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator("/proc", failed)) {
        const auto pid = ParsePid(entry.path().filename().string());
        if (pid && WorksIn(*pid, pg)) {
            return true;
        }
    }
    return false;
}

bool Alive(pid_t pid) {
    return ::kill(pid, 0) == 0 || errno == EPERM;
}

}  // namespace

std::optional<ServerState> ReadServerState(const fs::path& pg) {
    std::ifstream file(pg / "postmaster.pid");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    if (lines.empty()) {
        return std::nullopt;
    }
    const auto pid = ParsePid(lines[kPidLine]);
    if (!pid) {
        return std::nullopt;
    }
    ServerState state{*pid, ""};
    if (lines.size() > kStatusLine) {
        state.status = lines[kStatusLine].substr(0, lines[kStatusLine].find(' '));
    }
    return state;
}

void StopLeftoverServer(const fs::path& pg, std::chrono::milliseconds deadline,
                        const std::function<void(std::string_view)>& on_event) {
    const auto state = ReadServerState(pg);
    if (!state) {
        return;
    }
    const fs::path cluster = fs::canonical(pg);
    if (WorksIn(state->pid, cluster)) {
        on_event("stopping the server (process " + std::to_string(state->pid) + ") that an earlier run left behind");
        for (const int signal : {SIGINT, SIGQUIT}) {  // fast, then immediate
            ::kill(state->pid, signal);
            if (WaitForExit(state->pid, deadline)) {
                return;
            }
        }
        throw ClusterError("the server that an earlier run left behind (process " + std::to_string(state->pid) +
                           ") does not end; stop it with: kill -QUIT " + std::to_string(state->pid));
    }
    // The server itself refuses to start over a file whose process lives, whatever that process is. The check for
    // its old workers comes first: removing the file under them would let two servers write the same tables.
    if (Alive(state->pid) && !AnyProcessWorksIn(cluster)) {
        on_event("removing an old postmaster.pid: process " + std::to_string(state->pid) + " is something else now");
        std::error_code ignored;  // gone already is as good
        fs::remove(pg / "postmaster.pid", ignored);
    }
}

}  // namespace platform
