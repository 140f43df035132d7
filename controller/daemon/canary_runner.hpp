// Tries, again and again, whether instances keep two tenants apart (tenancy/probe/isolation.hpp). What looks like a
// leak is tried once more at once, with another mark: only what is seen twice is confirmed, and is told at once, on the
// thread that saw it, before anything is written down. What was seen is taken by its owner.
//
// A few tries at a time on threads of its own; each instance once in the interval. Thread safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "controller/daemon/monitoring_file.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/time.hpp"

namespace controller::daemon {

struct CanaryResult {
    policy::InstanceId instance;
    tenancy::probe::IsolationSeen seen;  // of a confirmed leak: the second try
    bool confirmed = false;              // read or written, twice
    std::string operation;               // the kill that followed; empty: none
    std::string first_evidence;          // of the first of two
    platform::Time tried_at{};
};

class CanaryRunner {
public:
    /// `on_confirmed` gives the kill that follows, if any. Neither throws.
    CanaryRunner(std::chrono::milliseconds interval, std::function<std::string(const CanaryResult&)> on_confirmed,
                 std::function<void()> on_result);
    ~CanaryRunner();
    CanaryRunner(const CanaryRunner&) = delete;
    CanaryRunner& operator=(const CanaryRunner&) = delete;

    /// From now on these and no others; tries that have begun end as they were. None: nothing is tried.
    void Replace(const std::vector<MonitoredTarget>& targets);
    std::vector<CanaryResult> Take();

private:
    struct Watched {
        MonitoredCanary canary;
        platform::SteadyTime due;
        bool running = false;
    };

    void Loop();
    CanaryResult Try(const policy::InstanceId& instance, const MonitoredCanary& canary) const;

    const std::chrono::milliseconds interval_;
    const std::function<std::string(const CanaryResult&)> on_confirmed_;
    const std::function<void()> on_result_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<policy::InstanceId, Watched> watched_;
    std::vector<CanaryResult> results_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace controller::daemon
