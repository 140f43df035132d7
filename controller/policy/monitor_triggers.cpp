#include "controller/policy/monitor_triggers.hpp"

#include <algorithm>

#include "controller/policy/number_text.hpp"
#include "platform/base/invariant.hpp"

namespace policy {
namespace {

constexpr double kEndsBelow = 0.8;      // of the limit
constexpr double kLeastRequests = 20;   // fewer have no share
constexpr double kLeastRecorded = 100;  // fewer are no baseline
constexpr double kFailureTolerance = 0.005;
constexpr double kDenialTolerance = 0.2;  // a second
constexpr double kSlowTolerance = 0.05;   // seconds

Judgement JudgeUnknown(MonitorTrigger trigger, double limit) {
    return {trigger, Condition::kInconclusive, false, 0, limit};
}

Judgement JudgeAbove(MonitorTrigger trigger, double value, double limit) {
    const bool firing = value > limit;
    return {trigger, firing ? Condition::kFiring : Condition::kOk, !firing && value <= limit * kEndsBelow, value,
            limit};
}

Judgement JudgeAbove(MonitorTrigger trigger, std::optional<double> value, double limit) {
    return value ? JudgeAbove(trigger, *value, limit) : JudgeUnknown(trigger, limit);
}

/// Without a quota nothing can be used up.
std::optional<double> QuotaShare(std::optional<double> used, std::optional<double> quota) {
    if (!used) {
        return std::nullopt;
    }
    if (!quota) {
        return 0;
    }
    return *quota > 0 ? *used / *quota : (*used > 0 ? 1 : 0);
}

}  // namespace

std::span<const TriggerRow> TriggerTable() {
    using enum MonitorTrigger;
    using enum AlertSeverity;
    static constexpr TriggerRow kRows[] = {
        {kDeniedWarning, kWarning, Consequence::kEvaluation, "a second",
         "403 answers: clients without access, permissions that drifted, or requests sent astray"},
        {kDeniedCritical, kCritical, Consequence::kEvaluation, "a second",
         "403 answers: somebody tries doors, or authorization is set up wrongly"},
        {kFeatureDisabled, kInfo, Consequence::kAlert, "in the window",
         "501 on routes of organizations: somebody uses what is switched off"},
        {kFailuresWarning, kWarning, Consequence::kEvaluation, "of requests", "5xx answers, 501 not counted"},
        {kFailuresCritical, kCritical, Consequence::kEvaluation, "of requests", "5xx answers, 501 not counted"},
        {kFailuresAboveBaseline, kWarning, Consequence::kEvaluation, "of requests",
         "5xx answers (501 not counted) above the recorded baseline's band"},
        {kDenialsAboveBaseline, kWarning, Consequence::kEvaluation, "a second",
         "403 answers above the recorded baseline's band"},
        {kSlowAboveBaseline, kWarning, Consequence::kEvaluation, "s",
         "the 95th percentile of answer times above the recorded baseline's band"},
        {kSpoofing, kCritical, Consequence::kEvaluation, "a second",
         "named callers ask for tenants that are not theirs"},
        {kNotMeasured, kWarning, Consequence::kEvaluation, "",
         "the instance gives no numbers: nothing is known of it, which is not good"},
        {kIsolationUnknown, kWarning, Consequence::kEvaluation, "",
         "the canaries see neither that tenants are kept apart nor that they are not"},
        {kTenantLeak, kCritical, Consequence::kKill, "", "a canary read what belongs to another tenant, and again"},
        {kAuthorisationBypass, kCritical, Consequence::kKill, "", "a canary wrote into another tenant, and again"},
        {kTenantCallsWarning, kWarning, Consequence::kAlert, "of the quota", "calls of the tenant this month"},
        {kTenantCallsCritical, kCritical, Consequence::kAlert, "of the quota", "calls of the tenant this month"},
        {kTenantStorageWarning, kWarning, Consequence::kAlert, "of the quota", "storage of the tenant"},
        {kTenantStorageCritical, kCritical, Consequence::kAlert, "of the quota", "storage of the tenant"},
        {kTenantErrorsWarning, kWarning, Consequence::kAlert, "of requests", "failed requests of the tenant"},
        {kTenantErrorsCritical, kCritical, Consequence::kAlert, "of requests", "failed requests of the tenant"},
        {kTenantSlowWarning, kWarning, Consequence::kAlert, "ms", "answer times of the tenant"},
        {kTenantSlowCritical, kCritical, Consequence::kAlert, "ms", "answer times of the tenant"},
    };
    return kRows;
}

const TriggerRow& RowOf(MonitorTrigger trigger) {
    const TriggerRow& row = TriggerTable()[static_cast<std::size_t>(trigger)];
    PORTCULLIS_INVARIANT(row.trigger == trigger, "the table has its rows in the order of the triggers");
    return row;
}

std::array<Judgement, kOfRates> JudgeRates(const MonitorRates& rates, const MonitorBaseline* baseline) {
    using enum MonitorTrigger;
    const bool measured = rates.coverage == Coverage::kMeasured;
    const auto per_second = [&](double increase) {
        return measured ? std::optional(increase / rates.Seconds()) : std::nullopt;
    };
    const std::optional<double> denied = per_second(rates.denied);
    const std::optional<double> failed =
        measured && rates.requests >= kLeastRequests ? std::optional(rates.failed / rates.requests) : std::nullopt;
    const std::optional<double> slow = measured && rates.requests >= kLeastRequests ? rates.p95_seconds : std::nullopt;
    const MonitorBaseline nothing;
    const bool recorded = baseline != nullptr && baseline->requests >= kLeastRecorded;
    const MonitorBaseline& band = recorded ? *baseline : nothing;
    const bool timed = recorded && band.p95_seconds.has_value();
    const std::optional<double> none;
    return {JudgeAbove(kDeniedWarning, denied, 10),
            JudgeAbove(kDeniedCritical, denied, 50),
            JudgeAbove(kFeatureDisabled, measured ? std::optional(rates.disabled) : none, 0),
            JudgeAbove(kFailuresWarning, failed, 0.01),
            JudgeAbove(kFailuresCritical, failed, 0.05),
            JudgeAbove(kFailuresAboveBaseline, recorded ? failed : none, 2 * band.failed_share + kFailureTolerance),
            JudgeAbove(kDenialsAboveBaseline, recorded ? denied : none, 3 * band.denied_per_second + kDenialTolerance),
            JudgeAbove(kSlowAboveBaseline, timed ? slow : none, 1.5 * band.p95_seconds.value_or(0) + kSlowTolerance),
            JudgeAbove(kSpoofing, per_second(rates.spoofed), 5)};
}

Judgement JudgeMeasured(const MonitorRates& rates, bool asked_long_enough) {
    using enum MonitorTrigger;
    if (rates.coverage == Coverage::kMeasured || rates.coverage == Coverage::kTooFew) {
        return {kNotMeasured, Condition::kOk, rates.coverage == Coverage::kMeasured, 0, 0};
    }
    return {kNotMeasured, asked_long_enough ? Condition::kFiring : Condition::kInconclusive, false, 1, 0};
}

std::array<Judgement, kOfTenants> JudgeTenant(const TenantUsage& usage) {
    using enum MonitorTrigger;
    const std::optional<double> calls = QuotaShare(usage.calls, usage.calls_quota);
    const std::optional<double> storage = QuotaShare(usage.storage, usage.storage_quota);
    return {JudgeAbove(kTenantCallsWarning, calls, 0.80),
            JudgeAbove(kTenantCallsCritical, calls, 0.95),
            JudgeAbove(kTenantStorageWarning, storage, 0.80),
            JudgeAbove(kTenantStorageCritical, storage, 0.95),
            JudgeAbove(kTenantErrorsWarning, usage.error_share, 0.01),
            JudgeAbove(kTenantErrorsCritical, usage.error_share, 0.05),
            JudgeAbove(kTenantSlowWarning, usage.response_ms, 500),
            JudgeAbove(kTenantSlowCritical, usage.response_ms, 2000)};
}

AlertState Damp(const AlertState& before, const Judgement& judgement, Time now, const Damping& damping) {
    const bool firing = judgement.condition == Condition::kFiring;
    switch (before.phase) {
        case AlertPhase::kQuiet:
            if (!firing) {
                return before;
            }
            return {damping.fires_after <= Duration{} ? AlertPhase::kFiring : AlertPhase::kPending, now};
        case AlertPhase::kPending:
            if (!firing) {
                return {AlertPhase::kQuiet, now};  // what was not seen has not lasted
            }
            return now - before.since >= damping.fires_after ? AlertState{AlertPhase::kFiring, now} : before;
        case AlertPhase::kFiring:
            if (!judgement.well_below) {
                return before;
            }
            return {damping.ends_after <= Duration{} ? AlertPhase::kQuiet : AlertPhase::kClearing, now};
        case AlertPhase::kClearing:
            break;
    }
    if (!judgement.well_below) {
        return {AlertPhase::kFiring, now};
    }
    return now - before.since >= damping.ends_after ? AlertState{AlertPhase::kQuiet, now} : before;
}

std::string JudgementText(const Judgement& judgement) {
    const TriggerRow& row = RowOf(judgement.trigger);
    std::string text(row.says);
    if (!row.unit.empty() && judgement.condition != Condition::kInconclusive) {
        text +=
            ": " + NumberText(judgement.value) + " " + std::string(row.unit) + ", limit " + NumberText(judgement.limit);
    }
    return text;
}

}  // namespace policy
