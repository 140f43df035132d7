#include "platform/postgres/keeper.hpp"

#include "platform/base/clock.hpp"
#include "platform/postgres/error.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

#include <sys/wait.h>

namespace platform {

namespace {

constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kLongestPause{2'000};
// A server that ran this long was sound: the next ending is a new event, not a loop.
constexpr std::chrono::seconds kSoundRun{10};

std::string EndingText(const siginfo_t& info) {
    if (info.si_code == CLD_EXITED) {
        return "exit code " + std::to_string(info.si_status);
    }
    return "signal " + std::to_string(info.si_status);
}

}  // namespace

ServerKeeper::ServerKeeper(ChildSpec spec, Account account, std::function<void(std::string_view)> on_event)
    : spec_(std::move(spec)), account_(std::move(account)), on_event_(std::move(on_event)) {}

ServerKeeper::~ServerKeeper() {
    Stop(std::chrono::seconds(10));
}

void ServerKeeper::Start() {
    thread_ = std::thread([this] { Keep(); });
}

void ServerKeeper::Stop(std::chrono::milliseconds deadline) {
    if (!thread_.joinable()) {
        return;
    }
    {
        std::unique_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
        for (const int signal : {SIGINT, SIGQUIT, SIGKILL}) {
            if (pid_) {
                ::kill(*pid_, signal);  // cannot hit a stranger: RunOnce reaps under this mutex
                changed_.wait_for(lock, deadline, [this] { return !pid_; });
            }
        }
    }
    thread_.join();
}

std::optional<pid_t> ServerKeeper::Pid() const {
    const std::lock_guard lock(mutex_);
    return pid_;
}

int ServerKeeper::Endings() const {
    const std::lock_guard lock(mutex_);
    return endings_;
}

std::string ServerKeeper::LastEnding() const {
    const std::lock_guard lock(mutex_);
    return last_ending_;
}

void ServerKeeper::WaitForEnding(int seen, std::chrono::milliseconds at_most) const {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, at_most, [&] { return endings_ != seen; });
}

void ServerKeeper::Keep() {
    auto pause = kFirstPause;
    for (;;) {
        const Stopwatch run;
        if (!RunOnce()) {
            return;
        }
        pause = run.Elapsed() > kSoundRun ? kFirstPause : std::min(pause * 2, kLongestPause);
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, pause, [this] { return stopping_; })) {
            return;
        }
    }
}

// False when the ending was asked for.
bool ServerKeeper::RunOnce() {
    std::string ending;
    {
        std::unique_lock lock(mutex_);
        if (stopping_) {
            return false;
        }
        try {
            pid_ = StartChild(spec_, account_);
        } catch (const ClusterError& error) {
            ending = error.what();
        }
    }
    if (const auto pid = Pid()) {
        // Look first, reap later: until the pid is forgotten under the mutex it must stay ours, so that Stop cannot
        // signal a stranger that got the same number.
        siginfo_t info{};
        while (::waitid(P_PID, static_cast<id_t>(*pid), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
        }
        ending = EndingText(info);
        const std::lock_guard lock(mutex_);
        while (::waitpid(*pid, nullptr, 0) < 0 && errno == EINTR) {
        }
        pid_.reset();
    }
    bool stopping = false;
    {
        const std::lock_guard lock(mutex_);
        stopping = stopping_;
        if (!stopping) {
            ++endings_;
            last_ending_ = ending;
        }
    }
    changed_.notify_all();
    if (!stopping) {
        on_event_("the server ended (" + ending + ")");
    }
    return !stopping;
}

}  // namespace platform
