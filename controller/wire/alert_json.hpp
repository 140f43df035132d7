// Alerts, baselines and what is known of instances by monitoring, as the API shows them; and the order of a kill that a
// leak gives. Value types; the functions are pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/policy/types.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct Alert {
    std::string id;
    std::string trigger;
    std::string severity;
    std::string consequence;  // alert, evaluation, kill
    std::string state;        // firing, resolved
    std::string instance;
    std::string tenant;  // empty: none
    platform::Time opened_at{};
    std::optional<platform::Time> resolved_at;
    double value = 0;
    double limit = 0;
    std::string detail;
    std::string evidence;  // a JSON object
    std::optional<std::string> operation;
    std::optional<std::string> incident;
};

struct RecordBaseline {
    platform::Duration span = std::chrono::hours(1);
    std::string reason;
};

struct Baseline {
    std::string id;
    platform::Time since{};
    platform::Time until{};
    std::string reason;
    std::string recorded_by;
    platform::Time recorded_at{};
    std::int64_t instances = 0;
    std::int64_t requests = 0;
};

struct MonitoredWindow {
    platform::Time ended_at{};
    double seconds = 0;
    double requests = 0;
    double denied = 0;
    double disabled = 0;
    double failed = 0;
    std::optional<double> p95_seconds;
};

struct MonitoredCanary {
    std::string outcome;  // kept, read, written, switched_off, inconclusive
    bool confirmed = false;
    std::string detail;
    platform::Time tried_at{};
    std::optional<platform::Time> kept_at;
};

struct MonitoredInstance {
    std::string instance;
    std::int64_t alerts = 0;
    std::optional<MonitoredWindow> last;
    std::optional<MonitoredCanary> canary;
};

std::string EncodeAlert(const Alert& alert);
std::string EncodeBaseline(const Baseline& baseline);
std::string EncodeMonitoredInstance(const MonitoredInstance& instance);
Decoded<RecordBaseline> DecodeRecordBaseline(const Document& document);

/// What an alert is based on: its value and limit, or what a canary saw (`seen`, a JSON object; empty: none).
std::string EncodeAlertEvidence(double value, double limit, const std::string& seen);

/// What an evaluation of a rollout's stage is opened with, and the event about it.
std::string EncodeEvaluationEvidence(const std::string& alert, const std::string& instance, const std::string& detail);
std::string EncodeOpenedEvaluation(const std::string& evaluation, const std::string& rollout,
                                   const std::string& trigger, const std::string& evidence);

/// The body of an order that switches off: of one instance, or of all.
std::string EncodeLeakKill(const std::optional<policy::InstanceId>& instance, const std::string& reason);

Schemas AlertSchemas();

}  // namespace wire
