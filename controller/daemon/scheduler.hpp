// What has to happen now and then whatever requests come: forgetting old idempotency keys, signing audit checkpoints,
// going on with drills, recording breaches of response clocks.
//
// Several controllers may share a database. Each round takes one transaction-wide advisory lock; who does not get it
// leaves the round to whoever has it, so every job runs in one place at a time and a controller that dies holds
// nothing. One thread of its own. A round that fails is logged and tried again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "controller/daemon/drill_runner.hpp"
#include "controller/daemon/incident_clock_runner.hpp"
#include "controller/daemon/notification_schedule.hpp"
#include "controller/store/database.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/metrics/metrics.hpp"

namespace controller::daemon {

struct SchedulerOptions {
    std::chrono::microseconds round{1'000'000};
    std::int64_t checkpoint_entries = 1'000;
    std::chrono::microseconds checkpoint_interval{std::chrono::minutes(10)};
    fleet::Patience patience;
    platform::Duration event_retention = std::chrono::days(30);
};

class Scheduler {
public:
    Scheduler(store::Database& database, const platform::SigningKey& key, platform::Metrics& registry,
              SchedulerOptions options);
    /// Ends the current round and the thread.
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

private:
    void Run();
    void Round();
    bool CheckpointIsDue(store::Tx& tx);

    store::Database& database_;
    const platform::SigningKey& key_;
    const SchedulerOptions options_;
    platform::Counter rounds_;
    platform::Counter failures_;
    platform::Counter checkpoints_;
    platform::Gauge leads_;
    DrillRunner drills_;
    IncidentClockRunner incident_clocks_;
    NotificationSchedule notifications_;

    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace controller::daemon
