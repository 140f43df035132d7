// What monitoring knows of its instances, and what follows from it (STG-4): readings and canaries' results in, changes
// of alerts out. Does no I/O and has no clock; one thread.
//
// An alert is a track: the state of its damping, and what the database has of it. A change is handed out until it was
// written (Written), so nothing is lost while the database is away; what a process before had is taken over (Restore).
// A confirmed leak fires at once; it ends only when canaries saw for a while that tenants are kept apart, not because
// tenants were switched off.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/daemon/canary_runner.hpp"
#include "controller/daemon/monitoring_file.hpp"
#include "controller/policy/monitor_triggers.hpp"
#include "controller/store/alerts.hpp"
#include "controller/store/monitoring.hpp"
#include "controller/wire/tenant_alerts.hpp"

namespace controller::daemon {

struct EngineOptions {
    policy::SeriesOptions series;
    policy::Damping damping;
};

struct AlertChange {
    std::optional<store::AlertRowPhase> before;  // as it is on record; none: it is not
    store::Alert alert;
    bool leak = false;  // an incident goes with it
};

class MonitorEngine {
public:
    explicit MonitorEngine(EngineOptions options) : options_(options) {}

    /// From now on these and no others; alerts of others end.
    void SetTargets(const std::vector<MonitoredTarget>& targets, platform::Time now);
    void SetBaselines(std::map<std::string, policy::MonitorBaseline, std::less<>> baselines);
    /// Forgets all tracks but leaks that are not on record yet, and takes over these.
    void Restore(const std::vector<store::Alert>& standing);

    void TakeReading(const std::string& instance, const policy::MonitorReading& reading);
    /// It was asked and gave nothing that could be read: `why` is for people.
    void NoteFailure(const std::string& instance, std::string why);
    /// What it says of its tenants' use; of tenants that are not named all is well.
    void TakeTenants(const std::string& instance, wire::TenantUsages tenants, platform::Time now);
    void TakeCanary(const CanaryResult& result, platform::Time now);

    /// Judges all of them.
    void Evaluate(platform::Time now);
    /// What is not on record as it is now, at most `most`.
    std::vector<AlertChange> Changes(std::size_t most) const;
    /// It is on record like this.
    void Written(const store::Alert& alert);

    std::vector<store::MonitorWindow> Windows(platform::Time now) const;
    std::size_t Measured(platform::Time now) const;
    std::size_t Instances() const {
        return instances_.size();
    }

private:
    using TrackKey = std::pair<policy::MonitorTrigger, std::string>;  // and the tenant
    struct Track {
        policy::AlertState state;
        store::Alert row;
        std::optional<store::AlertRowPhase> written;
        bool changed = false;
    };
    struct Instance {
        bool has_metrics = false;
        bool has_canary = false;
        platform::Time asked_since{};
        policy::MonitorSeries series;
        std::string failure;
        wire::TenantUsages tenants;
        std::optional<platform::Time> tenants_at;            // when it said so last; none: it never did
        std::optional<tenancy::probe::Isolation> isolation;  // as canaries saw it last
        int unknown_in_a_row = 0;
        std::string isolation_detail;
        std::map<TrackKey, Track> tracks;  // that are not quiet, or not yet written as quiet
    };

    void Apply(const std::string& name, Instance& instance, const policy::Judgement& judgement, const std::string& more,
               platform::Time now, const std::string& tenant = {});
    void JudgeTenants(const std::string& name, Instance& instance, platform::Time now);
    void Turn(Track& track, policy::AlertState state);
    policy::Judgement JudgeIsolation(const Instance& instance) const;

    const EngineOptions options_;
    std::map<std::string, Instance, std::less<>> instances_;
    std::map<std::string, policy::MonitorBaseline, std::less<>> baselines_;
};

}  // namespace controller::daemon
