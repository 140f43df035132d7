#include "controller/app/fleet_watch.hpp"

namespace app {

void FleetWatch::Tell() {
    {
        const std::lock_guard lock(mutex_);
        ++news_;
    }
    changed_.notify_all();
}

std::uint64_t FleetWatch::News() {
    const std::lock_guard lock(mutex_);
    return news_;
}

bool FleetWatch::Await(std::uint64_t seen, platform::SteadyTime until) {
    std::unique_lock lock(mutex_);
    if (stopped_ || waiting_ >= most_waiting_) {
        return false;
    }
    ++waiting_;
    changed_.wait_until(lock, until, [&] { return stopped_ || news_ != seen; });
    --waiting_;
    return !stopped_;
}

void FleetWatch::Stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
}

}  // namespace app
