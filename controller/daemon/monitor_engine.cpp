#include "controller/daemon/monitor_engine.hpp"

#include <algorithm>
#include <set>

#include "controller/wire/alert_json.hpp"

namespace controller::daemon {
namespace {

using policy::AlertPhase;
using policy::AlertState;
using policy::Condition;
using policy::Judgement;
using policy::MonitorTrigger;
using store::AlertRowPhase;
using tenancy::probe::Isolation;

constexpr int kUnknownUntilDoubt = 2;  // canaries in a row that saw nothing

AlertRowPhase RowPhaseOf(AlertPhase phase) {
    switch (phase) {
        case AlertPhase::kPending:
            return AlertRowPhase::kPending;
        case AlertPhase::kFiring:
            return AlertRowPhase::kFiring;
        case AlertPhase::kClearing:
            return AlertRowPhase::kClearing;
        case AlertPhase::kQuiet:
            break;
    }
    return AlertRowPhase::kResolved;
}

AlertPhase PhaseOf(AlertRowPhase phase) {
    switch (phase) {
        case AlertRowPhase::kPending:
            return AlertPhase::kPending;
        case AlertRowPhase::kFiring:
            return AlertPhase::kFiring;
        case AlertRowPhase::kClearing:
            return AlertPhase::kClearing;
        case AlertRowPhase::kResolved:
            break;
    }
    return AlertPhase::kQuiet;
}

store::Alert NewAlertRow(MonitorTrigger trigger, const std::string& instance, const std::string& tenant) {
    store::Alert row;
    row.trigger = std::string(platform::EnumText(trigger));
    row.severity = policy::RowOf(trigger).severity;
    row.instance = instance;
    row.tenant = tenant;
    return row;
}

bool IsLeakTrigger(MonitorTrigger trigger) {
    return trigger == MonitorTrigger::kTenantLeak || trigger == MonitorTrigger::kAuthorisationBypass;
}

}  // namespace

void MonitorEngine::SetTargets(const std::vector<MonitoredTarget>& targets, platform::Time now) {
    std::map<std::string, const MonitoredTarget*, std::less<>> named;
    for (const MonitoredTarget& target : targets) {
        named.emplace(target.instance.Text(), &target);
    }
    for (auto& [name, instance] : instances_) {
        const auto found = named.find(name);
        const bool measured = found != named.end() && found->second->HasMetrics();
        const bool tried = found != named.end() && found->second->canary;
        if (measured && !instance.has_metrics) {
            instance.asked_since = now;
        }
        instance.has_metrics = measured;
        instance.has_canary = tried;
        if (!tried) {
            instance.isolation.reset();
            instance.unknown_in_a_row = 0;
        }
    }
    for (const auto& [name, target] : named) {
        auto [at, added] = instances_.try_emplace(name);
        if (added) {
            at->second.has_metrics = target->HasMetrics();
            at->second.has_canary = target->canary.has_value();
            at->second.asked_since = now;
        }
    }
    for (auto at = instances_.begin(); at != instances_.end();) {
        Instance& instance = at->second;
        if (named.contains(at->first)) {
            ++at;
            continue;
        }
        // What stands is written as over before it is forgotten.
        for (auto& [key, track] : instance.tracks) {
            if (track.state.phase != AlertPhase::kQuiet) {
                track.row.detail += "; not monitored any more";
                Turn(track, {AlertPhase::kQuiet, now});
            }
        }
        std::erase_if(instance.tracks, [](const auto& each) { return !each.second.written; });
        at = instance.tracks.empty() ? instances_.erase(at) : std::next(at);
    }
}

void MonitorEngine::SetBaselines(std::map<std::string, policy::MonitorBaseline, std::less<>> baselines) {
    baselines_ = std::move(baselines);
}

void MonitorEngine::Restore(const std::vector<store::Alert>& standing) {
    for (auto& [name, instance] : instances_) {
        std::erase_if(instance.tracks, [](const auto& each) {
            return !IsLeakTrigger(each.first.first) || each.second.state.phase != AlertPhase::kFiring ||
                   !each.second.changed;
        });
        for (auto& [key, track] : instance.tracks) {
            track.written.reset();
        }
    }
    for (const store::Alert& row : standing) {
        const auto trigger = platform::ParseEnum<MonitorTrigger>(row.trigger);
        if (!trigger) {
            continue;  // of a later program
        }
        Track& track = instances_[row.instance].tracks[{*trigger, row.tenant}];
        track.written = row.phase;
        if (track.changed) {
            track.row.id = row.id;
            track.row.incident = row.incident;
            track.row.operation = row.operation ? row.operation : track.row.operation;
            continue;
        }
        track.state = {PhaseOf(row.phase), row.phase_since};
        track.row = row;
    }
}

void MonitorEngine::TakeReading(const std::string& instance, const policy::MonitorReading& reading) {
    if (const auto found = instances_.find(instance); found != instances_.end()) {
        found->second.series.Append(reading, options_.series.window);
        found->second.failure.clear();
    }
}

void MonitorEngine::NoteFailure(const std::string& instance, std::string why) {
    if (const auto found = instances_.find(instance); found != instances_.end()) {
        found->second.failure = std::move(why);
    }
}

void MonitorEngine::TakeTenants(const std::string& instance, wire::TenantUsages tenants, platform::Time now) {
    if (const auto found = instances_.find(instance); found != instances_.end()) {
        found->second.tenants = std::move(tenants);
        found->second.tenants_at = now;
    }
}

void MonitorEngine::TakeCanary(const CanaryResult& result, platform::Time now) {
    const auto found = instances_.find(result.instance.Text());
    if (found == instances_.end()) {
        return;
    }
    Instance& instance = found->second;
    instance.isolation = result.seen.is;
    instance.isolation_detail = result.seen.detail;
    instance.unknown_in_a_row = result.seen.is == Isolation::kNotKnown ? instance.unknown_in_a_row + 1 : 0;
    if (!result.confirmed) {
        return;
    }
    const MonitorTrigger trigger =
        result.seen.is == Isolation::kWritten ? MonitorTrigger::kAuthorisationBypass : MonitorTrigger::kTenantLeak;
    Track& track = instance.tracks[{trigger, ""}];
    if (track.state.phase == AlertPhase::kQuiet) {
        track = {};
        track.row = NewAlertRow(trigger, found->first, "");
    }
    track.row.value = 1;
    track.row.detail = std::string(policy::RowOf(trigger).says) + ": " + result.seen.detail;
    track.row.evidence = wire::EncodeAlertEvidence(1, 0, result.seen.evidence);
    if (!result.operation.empty() && !track.row.operation) {
        track.row.operation = result.operation;
    } else if (!result.operation.empty()) {
        track.row.detail += "; switched off again by " + result.operation;
    }
    Turn(track, {AlertPhase::kFiring, now});
}

void MonitorEngine::Turn(Track& track, AlertState state) {
    track.state = state;
    track.row.phase = RowPhaseOf(state.phase);
    track.row.phase_since = state.since;
    track.changed = true;
}

Judgement MonitorEngine::JudgeIsolation(const Instance& instance) const {
    Judgement judgement{MonitorTrigger::kIsolationUnknown, Condition::kInconclusive, false, 0, 0};
    judgement.value = instance.unknown_in_a_row;
    if (instance.unknown_in_a_row >= kUnknownUntilDoubt) {
        judgement.condition = Condition::kFiring;
    } else if (instance.isolation && *instance.isolation != Isolation::kNotKnown) {
        judgement.condition = Condition::kOk;
        judgement.well_below = true;
    }
    return judgement;
}

void MonitorEngine::Apply(const std::string& name, Instance& instance, const Judgement& judgement,
                          const std::string& more, platform::Time now, const std::string& tenant) {
    const TrackKey key{judgement.trigger, tenant};
    const auto found = instance.tracks.find(key);
    const AlertState before = found == instance.tracks.end() ? AlertState() : found->second.state;
    const AlertState after = policy::Damp(before, judgement, now, options_.damping);
    if (after == before) {
        return;
    }
    Track& track = found == instance.tracks.end() ? instance.tracks[key] : found->second;
    if (before.phase == AlertPhase::kQuiet) {
        if (track.written && track.changed) {
            return;  // that the one before is over is not on record yet
        }
        track = {};
        track.row = NewAlertRow(judgement.trigger, name, tenant);
    }
    if (judgement.condition == Condition::kFiring) {
        track.row.value = judgement.value;
        track.row.limit = judgement.limit;
        track.row.detail = policy::JudgementText(judgement) + (more.empty() ? "" : ": " + more);
        track.row.evidence = wire::EncodeAlertEvidence(judgement.value, judgement.limit, "");
    }
    Turn(track, after);
}

void MonitorEngine::JudgeTenants(const std::string& name, Instance& instance, platform::Time now) {
    // What it said too long ago raises nothing and ends nothing.
    if (!instance.tenants_at || now - *instance.tenants_at > options_.series.newest_within) {
        return;
    }
    std::set<std::string> named;
    for (const auto& [tenant, usage] : instance.tenants) {
        named.insert(tenant);
    }
    for (const auto& [key, track] : instance.tracks) {
        if (!key.second.empty()) {
            named.insert(key.second);
        }
    }
    for (const std::string& tenant : named) {
        const auto usage = instance.tenants.find(tenant);
        for (const Judgement& judgement :
             policy::JudgeTenant(usage == instance.tenants.end() ? wire::QuietTenant() : usage->second)) {
            Apply(name, instance, judgement, tenant, now, tenant);
        }
    }
}

void MonitorEngine::Evaluate(platform::Time now) {
    for (auto& [name, instance] : instances_) {
        if (instance.has_metrics) {
            const policy::MonitorRates rates = instance.series.Over(options_.series, now);
            const auto baseline = baselines_.find(name);
            for (const Judgement& judgement :
                 policy::JudgeRates(rates, baseline == baselines_.end() ? nullptr : &baseline->second)) {
                Apply(name, instance, judgement, "", now);
            }
            const bool long_enough = now - instance.asked_since > options_.series.newest_within;
            Apply(name, instance, policy::JudgeMeasured(rates, long_enough), instance.failure, now);
        }
        JudgeTenants(name, instance, now);
        if (instance.has_canary) {
            Apply(name, instance, JudgeIsolation(instance), instance.isolation_detail, now);
            const bool kept = instance.isolation == Isolation::kKept;
            for (const MonitorTrigger trigger : {MonitorTrigger::kTenantLeak, MonitorTrigger::kAuthorisationBypass}) {
                Apply(name, instance, {trigger, kept ? Condition::kOk : Condition::kInconclusive, kept, 0, 0}, "", now);
            }
        }
        std::erase_if(instance.tracks, [](const auto& each) {
            return each.second.state.phase == AlertPhase::kQuiet && !each.second.written;
        });
    }
}

std::vector<AlertChange> MonitorEngine::Changes(std::size_t most) const {
    std::vector<AlertChange> changes;
    for (const auto& [name, instance] : instances_) {
        for (const auto& [key, track] : instance.tracks) {
            if (track.changed && changes.size() < most) {
                changes.push_back(
                    {track.written, track.row, IsLeakTrigger(key.first) && track.row.phase == AlertRowPhase::kFiring});
            }
        }
    }
    return changes;
}

void MonitorEngine::Written(const store::Alert& alert) {
    const auto instance = instances_.find(alert.instance);
    const auto trigger = platform::ParseEnum<MonitorTrigger>(alert.trigger);
    if (instance == instances_.end() || !trigger) {
        return;
    }
    auto& tracks = instance->second.tracks;
    const auto found = tracks.find({*trigger, alert.tenant});
    if (found == tracks.end()) {
        return;
    }
    if (alert.phase == AlertRowPhase::kResolved) {
        tracks.erase(found);
        return;
    }
    Track& track = found->second;
    track.row.id = alert.id;
    track.row.incident = alert.incident;
    track.written = alert.phase;
    track.changed = track.row.phase != alert.phase;
}

std::vector<store::MonitorWindow> MonitorEngine::Windows(platform::Time now) const {
    std::vector<store::MonitorWindow> windows;
    for (const auto& [name, instance] : instances_) {
        const policy::MonitorRates rates = instance.series.Over(options_.series, now);
        if (instance.has_metrics && rates.coverage == policy::Coverage::kMeasured) {
            windows.push_back({name, now, rates.Seconds(), rates.requests, rates.denied, rates.disabled, rates.failed,
                               rates.p95_seconds});
        }
    }
    return windows;
}

std::size_t MonitorEngine::Measured(platform::Time now) const {
    return static_cast<std::size_t>(std::ranges::count_if(instances_, [&](const auto& each) {
        return each.second.has_metrics &&
               each.second.series.Over(options_.series, now).coverage == policy::Coverage::kMeasured;
    }));
}

}  // namespace controller::daemon
