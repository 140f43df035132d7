// What monitoring keeps beside alerts: who evaluates, aggregates of what instances did, baselines, and what canaries
// saw last. Value types; errors as store::Database.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/monitor_triggers.hpp"
#include "controller/store/database.hpp"
#include "controller/store/page.hpp"

namespace store {

/// Increases of an instance's counters in a span that ended then, by the machine's clock.
struct MonitorWindow {
    std::string instance;
    policy::Time ended_at{};
    double seconds = 0;
    double requests = 0;
    double denied = 0;
    double disabled = 0;
    double failed = 0;
    std::optional<double> p95_seconds;
};

struct CanarySighting {
    std::string instance;
    std::string outcome;
    bool confirmed = false;
    std::string detail;
    policy::Time tried_at{};  // by the machine's clock
};

struct Baseline {
    policy::RecordId id;
    policy::Time since{};
    policy::Time until{};
    std::string reason;
    std::string recorded_by;
    policy::Time recorded_at{};
    std::int64_t instances = 0;
    double requests = 0;
};

/// An instance as monitoring knows it: what it did last, what its canaries saw.
struct MonitoredInstance {
    std::string instance;
    std::optional<MonitorWindow> last;
    std::optional<CanarySighting> canary;
    std::optional<policy::Time> kept_at;
    std::int64_t alerts = 0;  // that stand
};

/// The component that acts by itself is a principal as any other actor of a kill is. True when it was not one before.
bool PutComponentPrincipal(Tx& tx, const policy::PrincipalId& id, const std::string& display_name);

/// True while `holder` is the one that evaluates; takes a lease that nobody holds any more.
bool HoldMonitorLease(Tx& tx, const std::string& holder, policy::Duration span);
void ReleaseMonitorLease(Tx& tx, const std::string& holder);

/// What instances do now takes the place of what they did when they were looked at before.
void PutPresentWindows(Tx& tx, const std::vector<MonitorWindow>& windows);
/// For history and baselines.
void AppendWindows(Tx& tx, const std::vector<MonitorWindow>& windows);
void DropOldWindows(Tx& tx, policy::Duration age, int most);

/// The worst of all instances in a span of time that ended then; nothing was told of what is empty.
struct WorstOfSpan {
    policy::Time until{};
    std::optional<double> denied_per_second;
    std::optional<double> failed_share;
    std::optional<double> p95_seconds;
};
/// In spans of `bin`, oldest first, of what is kept of the last `span`; from the first span of which anything is kept
/// to the last, and those between them of which nothing is.
std::vector<WorstOfSpan> LoadWorstOfSpans(Tx& tx, policy::Duration span, policy::Duration bin);

void PutCanarySighting(Tx& tx, const CanarySighting& sighting);

/// Of the windows that ended within `span`; nothing when there were none.
std::optional<Baseline> RecordBaseline(Tx& tx, const policy::RecordId& id, policy::Duration span,
                                       const std::string& reason, const policy::PrincipalId& by);
/// Newest first.
Page<Baseline> ListBaselines(Tx& tx, const PageQuery& page);
/// The newest of all: its id, and what it says of each instance.
struct NewestBaseline {
    std::string id;  // empty: there is none
    std::map<std::string, policy::MonitorBaseline, std::less<>> of;
};
std::string NewestBaselineId(Tx& tx);
NewestBaseline LoadNewestBaseline(Tx& tx);

/// Opens an evaluation of this trigger in the stage of each active rollout that reaches the instance, unless one is
/// open there: its ids and rollouts. An instance that has not said whom it hosts may host anybody. `evidence`: a JSON
/// object.
struct OpenedEvaluation {
    std::string id;
    std::string rollout;
};
std::vector<OpenedEvaluation> OpenRolloutEvaluations(Tx& tx, const policy::RecordId& base, const std::string& instance,
                                                     const std::string& trigger, const std::string& evidence,
                                                     const policy::PrincipalId& by);

/// By name.
Page<MonitoredInstance> ListMonitoredInstances(Tx& tx, const PageQuery& page);

}  // namespace store
