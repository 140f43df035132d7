#include "tests/support/frozen_server.hpp"

#include <csignal>
#include <sstream>
#include <string>

#include "tests/support/temp_dir.hpp"

namespace support {

// The server first, so that it starts nobody behind our back.
FrozenServer::FrozenServer(pid_t server) : processes_{server} {
    ::kill(server, SIGSTOP);
    const std::string task = "/proc/" + std::to_string(server) + "/task/" + std::to_string(server) + "/children";
    std::istringstream children(ReadFile(task));
    for (pid_t child = 0; children >> child;) {
        processes_.push_back(child);
        ::kill(child, SIGSTOP);
    }
}

void FrozenServer::Thaw() {
    for (const pid_t process : processes_) {
        ::kill(process, SIGCONT);
    }
    processes_.clear();
}

}  // namespace support
