// The look that the simulated instances of bench_fleet take at themselves: the real checklist (tenancy/probe) over HTTP
// and WebSocket, of one real pulsed that all of them share, by a few threads.
//
// The threads run at a low priority: on a real fleet each instance looks at itself on a machine of its own, here it
// must not take the processor from the controller that is measured. Of what an instance is asked the newest counts.
// What is inside an instance is its own: its switch, its generation, its boot; the records of tenants are said to be
// always the same. Thread safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tenancy/probe/checklist.hpp"

namespace bench {

/// What every simulated instance says of its tenants' records, always.
tenancy::wire::TenantDigest SimulatedTenants();

class FleetProber {
public:
    struct Look {
        tenancy::wire::VerifyRequest request;
        std::function<tenancy::probe::ProcessState()> state;  // when it is its turn
        std::function<void(const tenancy::wire::Evidence&)> reply;
    };

    FleetProber(tenancy::probe::Target target, std::size_t threads);
    /// Those that run come to their end, those that wait do not begin.
    ~FleetProber();
    FleetProber(const FleetProber&) = delete;
    FleetProber& operator=(const FleetProber&) = delete;

    void Ask(const std::string& instance, Look look);
    /// Forgets what waits for these, and returns when none of theirs runs.
    void Leave(const std::vector<std::string>& instances);

    /// How long each look took, in milliseconds.
    std::vector<double> TakeTimes();

private:
    void Run();

    const tenancy::probe::Target target_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Look> waiting_;
    std::deque<std::string> order_;  // of those that wait
    std::map<std::string, int> running_;
    std::vector<double> times_;
    bool over_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace bench
