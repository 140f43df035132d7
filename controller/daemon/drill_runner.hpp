// Goes on with drills and orders those that are due, once a round, by whoever runs the schedules of the database.
//
// Each drill has a transaction of its own: one that cannot go on holds up no other. What failed is logged and tried
// again in the next round. One thread.
#pragma once

#include "controller/app/drill_progress.hpp"
#include "controller/fleet/plan/outcome.hpp"
#include "controller/store/database.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"

namespace controller::daemon {

class DrillRunner {
public:
    DrillRunner(store::Database& database, fleet::Patience patience, platform::Metrics& registry);

    void Round();

private:
    void Continue(const policy::RecordId& drill);
    void OrderDue();
    void Count(const app::EndedDrill& ended);

    store::Database& database_;
    const fleet::Patience patience_;
    platform::Metrics& registry_;
    platform::Gauge running_;
    platform::Gauge unapproved_;
    platform::Gauge last_passed_;
    platform::Counter skipped_;
    platform::LogLimiter limiter_{std::chrono::seconds(10)};
};

}  // namespace controller::daemon
