// Records breaches of response clocks, once a round, by whoever runs the schedules of the database, and shows how many
// incidents are open. One thread; what is thrown goes to the caller.
#pragma once

#include "controller/store/database.hpp"
#include "controller/store/incidents.hpp"
#include "platform/metrics/metrics.hpp"

namespace controller::daemon {

class IncidentClockRunner {
public:
    IncidentClockRunner(store::Database& database, platform::Metrics& registry);

    /// When this controller runs the schedules.
    void RecordBreaches();
    /// On every controller: whichever is asked says the same.
    void Count();

private:
    void Show(const store::IncidentCounts& counts);

    store::Database& database_;
    platform::Metrics& registry_;
};

}  // namespace controller::daemon
