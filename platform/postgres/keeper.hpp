// Runs the server as a child and starts it again when it dies.
//
// A thread of its own does so for as long as the server runs: the kernel ties "signal the child when its parent dies"
// to the thread that made the child, so that thread must live as long as this process does.
// Thread safety: Start and Stop belong to one owner thread, the rest may be called from any.
#pragma once

#include "platform/postgres/child.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include <sys/types.h>

namespace platform {

class ServerKeeper {
public:
    ServerKeeper(ChildSpec spec, Account account, std::function<void(std::string_view)> on_event);
    ~ServerKeeper();
    ServerKeeper(const ServerKeeper&) = delete;
    ServerKeeper& operator=(const ServerKeeper&) = delete;

    void Start();
    /// Fast shutdown, at `deadline` an immediate one, and at another `deadline` the end by force.
    void Stop(std::chrono::milliseconds deadline);

    std::optional<pid_t> Pid() const;
    /// How often the server has ended by itself; with the text of why it last did or could not be started.
    int Endings() const;
    std::string LastEnding() const;
    /// Waits for a change of Endings or for the time given.
    void WaitForEnding(int seen, std::chrono::milliseconds at_most) const;

private:
    void Keep();
    bool RunOnce();

    const ChildSpec spec_;
    const Account account_;
    const std::function<void(std::string_view)> on_event_;

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::optional<pid_t> pid_;
    int endings_ = 0;
    std::string last_ending_;
    bool stopping_ = false;

    std::thread thread_;
};

}  // namespace platform
