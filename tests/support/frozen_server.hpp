// A PostgreSQL that hangs: the server and all its sessions are stopped (SIGSTOP). The kernel goes on taking connections
// for it, and nobody answers.
//
// It goes on with the end of this object at the latest. One thread.
#pragma once

#include <vector>

#include <sys/types.h>

namespace support {

class FrozenServer {
public:
    /// `server`: the process that has started the others.
    explicit FrozenServer(pid_t server);
    ~FrozenServer() {
        Thaw();
    }
    FrozenServer(const FrozenServer&) = delete;
    FrozenServer& operator=(const FrozenServer&) = delete;

    void Thaw();

private:
    std::vector<pid_t> processes_;
};

}  // namespace support
