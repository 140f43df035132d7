// Tells requests that wait for an operation that there is news of the fleet, whichever controller recorded it.
//
// A request that waits holds one of the server's threads, so only some may: the others are answered at once, and kills
// always find a thread. Thread safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "controller/fleet/plan/outcome.hpp"
#include "platform/base/clock.hpp"

namespace app {

class FleetWatch {
public:
    FleetWatch(fleet::Patience patience, int most_waiting) : patience_(patience), most_waiting_(most_waiting) {}

    const fleet::Patience& Patience() const {
        return patience_;
    }

    /// There is news.
    void Tell();
    /// How much news there has been; what Await is given.
    std::uint64_t News();
    /// Until there is more news than `seen`, the moment has come, or Stop. False at once when too many wait.
    bool Await(std::uint64_t seen, platform::SteadyTime until);
    /// Nobody waits from now on: the process is going down.
    void Stop();

private:
    const fleet::Patience patience_;
    const int most_waiting_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t news_ = 0;
    int waiting_ = 0;
    bool stopped_ = false;
};

}  // namespace app
