#include "pulse/daemon/housekeeper.hpp"

#include <algorithm>
#include <exception>

#include "platform/log/log.hpp"

namespace pulse::daemon {

Housekeeper::Housekeeper(std::vector<Chore> chores) {
    for (Chore& chore : chores) {
        chores_.push_back({std::move(chore), platform::SteadyNow()});
    }
    thread_ = std::thread([this] { Loop(); });
}

Housekeeper::~Housekeeper() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Housekeeper::Loop() {
    platform::LogLimiter limiter(std::chrono::seconds(30));
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        platform::SteadyTime next = platform::SteadyNow() + std::chrono::seconds(1);
        for (Planned& planned : chores_) {
            if (planned.due <= platform::SteadyNow() && !stopping_) {
                lock.unlock();
                try {
                    planned.chore.work();
                } catch (const std::exception& error) {
                    platform::LogLimited(limiter, platform::Level::kWarning, "chore.failed",
                                         {{"chore", planned.chore.name}, {"error", std::string_view(error.what())}});
                }
                planned.due = platform::SteadyNow() + planned.chore.every;
                lock.lock();
            }
            next = std::min(next, planned.due);
        }
        changed_.wait_until(lock, next, [this] { return stopping_; });
    }
}

}  // namespace pulse::daemon
