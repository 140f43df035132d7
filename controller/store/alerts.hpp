// Alerts of the monitoring (STG-4), with the state of their damping, so that a restart forgets nothing. PostgreSQL
// keeps one that stands for each trigger, instance and tenant, and lets none be forgotten while it stands. Value types;
// errors as store::Database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/policy/monitor_triggers.hpp"
#include "controller/store/database.hpp"
#include "controller/store/page.hpp"

namespace store {

enum class AlertRowPhase : std::uint8_t { kPending, kFiring, kClearing, kResolved };

struct Alert {
    policy::RecordId id;
    std::string trigger;  // as EnumText(policy::MonitorTrigger); one of a later program is no error
    policy::AlertSeverity severity = policy::AlertSeverity::kInfo;
    std::string instance;
    std::string tenant;  // empty: none
    AlertRowPhase phase = AlertRowPhase::kPending;
    policy::Time phase_since{};  // by the machine's clock
    std::optional<policy::Time> opened_at;
    std::optional<policy::Time> resolved_at;
    double value = 0;
    double limit = 0;
    std::string detail;
    std::string evidence = "{}";  // a JSON object
    std::optional<std::string> operation;
    std::optional<std::string> incident;
};

struct AlertFilter {
    bool standing_only = true;
    std::optional<policy::AlertSeverity> severity;
    std::string instance;  // empty: any
};

struct AlertCounts {
    policy::AlertSeverity severity = policy::AlertSeverity::kInfo;
    std::int64_t standing = 0;
};

void InsertAlert(Tx& tx, const Alert& alert);
/// Phase, numbers, detail, evidence, operation and incident.
void UpdateAlert(Tx& tx, const Alert& alert);
/// One that never fired.
void DeletePendingAlert(Tx& tx, const policy::RecordId& id);
/// Pending ones too: what a process that begins goes on from.
std::vector<Alert> LoadStandingAlerts(Tx& tx);
std::optional<Alert> LoadAlert(Tx& tx, const policy::RecordId& id);
/// Newest first; pending ones are none.
Page<Alert> ListAlerts(Tx& tx, const AlertFilter& filter, const PageQuery& page);
/// Of each severity.
std::vector<AlertCounts> CountAlerts(Tx& tx);
/// Resolved ones that are so old, at most `most`; those that killed stay.
void DropOldAlerts(Tx& tx, policy::Duration age, int most);

}  // namespace store

namespace platform {

template <>
struct EnumNames<store::AlertRowPhase> {
    static constexpr std::array<EnumName<store::AlertRowPhase>, 4> kNames{
        {{store::AlertRowPhase::kPending, "pending"},
         {store::AlertRowPhase::kFiring, "firing"},
         {store::AlertRowPhase::kClearing, "clearing"},
         {store::AlertRowPhase::kResolved, "resolved"}}};
};

}  // namespace platform
