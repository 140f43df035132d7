// The state of the fleet for Prometheus (docs/monitoring.md): what the database knows of it, the same on every
// controller, and the kills that this controller has not entered yet.
//
// Asked of the database by a thread of its own every few seconds, and only while somebody asks for metrics: whoever
// does waits for nothing. What cannot be asked, or was not for too long, is NaN: not known is not zero.
//
// Invariant: no label holds the name of an instance, an operation or a person.
//
// Thread safe.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "controller/app/kill_first.hpp"
#include "controller/fleet/facts/operation_counts.hpp"
#include "controller/fleet/meter.hpp"
#include "controller/fleet/plan/outcome.hpp"
#include "controller/store/database.hpp"
#include "controller/store/fleet_numbers.hpp"
#include "platform/metrics/metrics.hpp"

namespace controller::daemon {

std::vector<platform::MetricDefinition> FleetGaugeDefinitions();

/// What happened to the journal of kills, as app::KillFirst tells it; what went well is not counted.
void CountKillEvent(platform::Metrics& registry, std::string_view event);

class FleetGauges {
public:
    /// The registry has FleetGaugeDefinitions and the meter's. What is given must outlive this, and whoever asks the
    /// registry for its text must have ended before.
    FleetGauges(platform::Metrics& registry, store::Database& database, fleet::Patience patience, fleet::Meter& meter,
                const app::KillFirst& kills);
    ~FleetGauges();
    FleetGauges(const FleetGauges&) = delete;
    FleetGauges& operator=(const FleetGauges&) = delete;

private:
    struct Known {
        std::vector<store::InstanceGroup> groups;
        store::FleetNumbers numbers;
        std::vector<fleet::CountedOperation> operations;
    };

    void Run();
    void Refresh();
    void Publish();
    void PublishInstances(const std::optional<Known>& known);
    void PublishOperations(const std::optional<Known>& known);
    void PublishNumbers(const std::optional<Known>& known);

    platform::Metrics& registry_;
    store::Database& database_;
    const fleet::Patience patience_;
    fleet::Meter& meter_;
    const app::KillFirst& kills_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Known> known_;
    platform::SteadyTime known_at_;
    platform::SteadyTime asked_at_ = platform::SteadyNow();
    platform::SteadyTime next_at_ = platform::SteadyNow();
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace controller::daemon
