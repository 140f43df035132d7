// What can wait lets the answers to a kill go first: closed from when a kill was entered until what its instances
// answer is recorded, or until the next kill is under way. Instances that do not answer keep it closed for a second or
// two.
//
// Shared: who waits may outlive the channel. Thread safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace fleet {

class AnswersFirst {
public:
    void Set(bool closed) {
        {
            const std::lock_guard lock(mutex_);
            closed_ = closed;
        }
        if (!closed) {
            opened_.notify_all();
        }
    }
    /// Until it is open, and not for long: nothing depends on it. False: it is closed still.
    bool Await() {
        std::unique_lock lock(mutex_);
        return opened_.wait_for(lock, kMost, [this] { return !closed_; });
    }

private:
    static constexpr std::chrono::milliseconds kMost{100};

    std::mutex mutex_;
    std::condition_variable opened_;
    bool closed_ = false;
};

}  // namespace fleet
