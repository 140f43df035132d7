#include "platform/service/signals.hpp"

#include <csignal>
#include <cstdlib>

namespace platform {
namespace {

constexpr int kWakeUp = SIGUSR2;  // from our own destructor to our own thread

sigset_t HandledSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, kWakeUp);
    return set;
}

}  // namespace

void Signals::Block() {
    const sigset_t set = HandledSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // A file that may not grow is an error of that write, as a full disk is, and not the end of the program.
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
}

Signals::Signals() : thread_([this] { Listen(); }) {}

Signals::~Signals() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    pthread_kill(thread_.native_handle(), kWakeUp);
    thread_.join();
}

std::string_view Signals::WaitForFirst() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return first_ != 0 || woken_; });
    if (first_ == 0) {
        woken_ = false;
        return {};
    }
    return first_ == SIGTERM ? "SIGTERM" : "SIGINT";
}

void Signals::WakeUp() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
}

bool Signals::Asked() {
    const std::lock_guard lock(mutex_);
    return first_ != 0;
}

void Signals::Listen() {
    const sigset_t set = HandledSignals();
    for (;;) {
        int number = 0;
        if (sigwait(&set, &number) != 0) {
            continue;
        }
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return;
        }
        if (number == kWakeUp) {
            continue;
        }
        if (first_ != 0) {
            // The database server is told by the kernel that we are gone, and shuts down by itself.
            std::_Exit(128 + number);
        }
        first_ = number;
        changed_.notify_all();
    }
}

}  // namespace platform
