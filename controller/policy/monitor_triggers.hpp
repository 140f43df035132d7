// The thresholds of the runbooks (STG-4; Pulse runbook, section 5; tenant operations runbook, alert thresholds), judged
// over what was measured, and the damping of what they say.
//
// A judgement has three outcomes: ok, firing, inconclusive. What was not measured, or too little of it, is
// inconclusive: it neither raises an alert nor ends one. An alert fires when its condition held for a while without a
// gap, and ends when the value has been well below the limit for a while without a gap: what flaps stays one alert.
// Pure functions and value types; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "controller/policy/monitor_series.hpp"
#include "controller/policy/types.hpp"

namespace policy {

enum class MonitorTrigger : std::uint8_t {
    kDeniedWarning,          // 403 a second, over five minutes
    kDeniedCritical,         //
    kFeatureDisabled,        // 501 on routes of organizations
    kFailuresWarning,        // share of 5xx but 501
    kFailuresCritical,       //
    kFailuresAboveBaseline,  // against what was recorded when all was well
    kDenialsAboveBaseline,   //
    kSlowAboveBaseline,      // 95th percentile of answers
    kSpoofing,               // named callers asking for tenants of others, a second
    kNotMeasured,            // an instance that is to be measured, and is not
    kIsolationUnknown,       // canaries that see neither refusal nor leak
    kTenantLeak,             // a canary read what belongs to another tenant, twice
    kAuthorisationBypass,    // or wrote there
    kTenantCallsWarning,     // share of the quota
    kTenantCallsCritical,    //
    kTenantStorageWarning,   //
    kTenantStorageCritical,  //
    kTenantErrorsWarning,    // share of its requests
    kTenantErrorsCritical,   //
    kTenantSlowWarning,      // milliseconds
    kTenantSlowCritical      //
};

enum class AlertSeverity : std::uint8_t { kInfo, kWarning, kCritical };

/// What follows from a trigger that fires. kEvaluation: an active stage of a rollout that reaches the instance gets an
/// evaluation, which a person decides. kKill: the switch goes off at once.
enum class Consequence : std::uint8_t { kAlert, kEvaluation, kKill };

struct TriggerRow {
    MonitorTrigger trigger;
    AlertSeverity severity;
    Consequence consequence;
    std::string_view unit;  // of value and limit
    std::string_view says;  // for people
};
std::span<const TriggerRow> TriggerTable();
const TriggerRow& RowOf(MonitorTrigger trigger);

enum class Condition : std::uint8_t { kOk, kFiring, kInconclusive };

struct Judgement {
    MonitorTrigger trigger = MonitorTrigger::kDeniedWarning;
    Condition condition = Condition::kInconclusive;
    bool well_below = false;  // ok, and far enough from the limit for an alert to end
    double value = 0;
    double limit = 0;
};

/// How an instance did when somebody said that this is well.
struct MonitorBaseline {
    double requests = 0;
    double failed_share = 0;
    double denied_per_second = 0;
    std::optional<double> p95_seconds;
};

/// What is judged of one instance from its counters; kOfRates of them, in the order of the table.
constexpr std::size_t kOfRates = 9;
std::array<Judgement, kOfRates> JudgeRates(const MonitorRates& rates, const MonitorBaseline* baseline);
/// Firing when nothing is measured though it has been asked for as long as that takes; what was never asked is not
/// known.
Judgement JudgeMeasured(const MonitorRates& rates, bool asked_long_enough);

/// What a tenant used and may use; what is not known is inconclusive.
struct TenantUsage {
    std::optional<double> calls;
    std::optional<double> calls_quota;  // none: unlimited, when the usage is known
    std::optional<double> storage;
    std::optional<double> storage_quota;
    std::optional<double> error_share;
    std::optional<double> response_ms;
};
constexpr std::size_t kOfTenants = 8;
std::array<Judgement, kOfTenants> JudgeTenant(const TenantUsage& usage);

enum class AlertPhase : std::uint8_t { kQuiet, kPending, kFiring, kClearing };

struct AlertState {
    AlertPhase phase = AlertPhase::kQuiet;
    Time since{};  // of this phase
    friend bool operator==(const AlertState&, const AlertState&) = default;
};

struct Damping {
    Duration fires_after = std::chrono::seconds(30);
    Duration ends_after = std::chrono::minutes(5);
};

AlertState Damp(const AlertState& before, const Judgement& judgement, Time now, const Damping& damping);

/// "12.3 a second, more than 10": for alerts and evidence.
std::string JudgementText(const Judgement& judgement);

}  // namespace policy

namespace platform {

template <>
struct EnumNames<policy::MonitorTrigger> {
    using T = policy::MonitorTrigger;
    static constexpr std::array<EnumName<T>, 21> kNames{{{T::kDeniedWarning, "denied_warning"},
                                                         {T::kDeniedCritical, "denied_critical"},
                                                         {T::kFeatureDisabled, "feature_disabled"},
                                                         {T::kFailuresWarning, "failures_warning"},
                                                         {T::kFailuresCritical, "failures_critical"},
                                                         {T::kFailuresAboveBaseline, "failures_above_baseline"},
                                                         {T::kDenialsAboveBaseline, "denials_above_baseline"},
                                                         {T::kSlowAboveBaseline, "slow_above_baseline"},
                                                         {T::kSpoofing, "spoofing"},
                                                         {T::kNotMeasured, "not_measured"},
                                                         {T::kIsolationUnknown, "isolation_unknown"},
                                                         {T::kTenantLeak, "tenant_leak"},
                                                         {T::kAuthorisationBypass, "authorisation_bypass"},
                                                         {T::kTenantCallsWarning, "tenant_calls_warning"},
                                                         {T::kTenantCallsCritical, "tenant_calls_critical"},
                                                         {T::kTenantStorageWarning, "tenant_storage_warning"},
                                                         {T::kTenantStorageCritical, "tenant_storage_critical"},
                                                         {T::kTenantErrorsWarning, "tenant_errors_warning"},
                                                         {T::kTenantErrorsCritical, "tenant_errors_critical"},
                                                         {T::kTenantSlowWarning, "tenant_slow_warning"},
                                                         {T::kTenantSlowCritical, "tenant_slow_critical"}}};
};
template <>
struct EnumNames<policy::AlertSeverity> {
    static constexpr std::array<EnumName<policy::AlertSeverity>, 3> kNames{
        {{policy::AlertSeverity::kInfo, "info"},
         {policy::AlertSeverity::kWarning, "warning"},
         {policy::AlertSeverity::kCritical, "critical"}}};
};
template <>
struct EnumNames<policy::Consequence> {
    static constexpr std::array<EnumName<policy::Consequence>, 3> kNames{
        {{policy::Consequence::kAlert, "alert"},
         {policy::Consequence::kEvaluation, "evaluation"},
         {policy::Consequence::kKill, "kill"}}};
};
template <>
struct EnumNames<policy::Condition> {
    static constexpr std::array<EnumName<policy::Condition>, 3> kNames{
        {{policy::Condition::kOk, "ok"},
         {policy::Condition::kFiring, "firing"},
         {policy::Condition::kInconclusive, "inconclusive"}}};
};
template <>
struct EnumNames<policy::AlertPhase> {
    static constexpr std::array<EnumName<policy::AlertPhase>, 4> kNames{{{policy::AlertPhase::kQuiet, "quiet"},
                                                                         {policy::AlertPhase::kPending, "pending"},
                                                                         {policy::AlertPhase::kFiring, "firing"},
                                                                         {policy::AlertPhase::kClearing, "clearing"}}};
};

}  // namespace platform
