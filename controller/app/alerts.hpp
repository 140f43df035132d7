// Alerts, baselines and monitored instances (STG-4): what the API shows, and what monitoring writes down, as the
// component portcullisd. Errors, attribution and transactions as controller/app/call.hpp says.
#pragma once

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/store/alerts.hpp"
#include "controller/store/monitoring.hpp"
#include "controller/wire/alert_json.hpp"

namespace app {

Outcome<Page<wire::Alert>> ListAlerts(store::Tx& tx, const store::AlertFilter& filter, const PageQuery& page);
Outcome<wire::Alert> ShowAlert(store::Tx& tx, const policy::RecordId& id);
Outcome<Page<wire::MonitoredInstance>> ListMonitoredInstances(store::Tx& tx, const PageQuery& page);

/// A person says that what was measured lately is well.
Outcome<wire::Baseline> RecordBaseline(store::Tx& tx, const Call& call, const wire::RecordBaseline& command);
Outcome<Page<wire::Baseline>> ListBaselines(store::Tx& tx, const PageQuery& page);

/// The component portcullisd is a principal, so that what it does by itself has a named actor (ATT-2).
void PutComponent(store::Tx& tx);

/// What became of an alert since it was written down last (`before`: none, it was not). Firing and resolved ones get an
/// audit entry and an event. A new one gets its id here.
void WriteAlert(store::Tx& tx, std::optional<store::AlertRowPhase> before, store::Alert& alert);

/// The same for a confirmed leak or bypass: an incident (SEV-1) is opened with it, once.
void WriteLeak(store::Tx& tx, std::optional<store::AlertRowPhase> before, store::Alert& alert);

}  // namespace app
