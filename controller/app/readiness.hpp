// Whether this controller can do its work now: the database takes writes and has the schema this program needs. An
// answer is kept for a moment, so that probes cost nothing and nobody can load the database by asking. One caller looks
// at a time and the others take the answer before: a database that hangs must not collect the threads that ask about
// it. Thread safe.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "controller/store/database.hpp"
#include "platform/base/clock.hpp"

namespace app {

struct ReadinessReport {
    bool ready = false;
    std::string reason;      // why not; for people
    int schema_version = 0;  // 0 when it could not be read
};

class Readiness {
public:
    explicit Readiness(store::Database& database) : database_(database) {}

    ReadinessReport Check();
    /// The schema version this program needs.
    static int NeededSchema();
    /// From now on never ready: the process is going down, and a load balancer should look elsewhere.
    void Drain();

private:
    ReadinessReport Look();

    store::Database& database_;
    std::mutex mutex_;
    bool draining_ = false;
    bool looking_ = false;
    platform::SteadyTime looked_at_{};
    ReadinessReport last_{false, "the database has not been asked yet", 0};
};

}  // namespace app
