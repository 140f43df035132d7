// An incident as it is shown, in events for subscribers and in audit entries. Part of the transaction it is given;
// errors as store::Database.
#pragma once

#include <string>
#include <vector>

#include "controller/app/audit_trail.hpp"
#include "controller/store/incidents.hpp"
#include "controller/wire/record_json.hpp"

namespace app {

/// With everything that happened in it, and its clocks as they stand now.
wire::Incident ViewIncident(store::Tx& tx, const store::Incident& row);
/// The same for many, in as many trips as for one.
std::vector<wire::Incident> ViewIncidents(store::Tx& tx, const std::vector<store::Incident>& rows);

/// The first release and tenant an incident concerns: what its audit entries are found by (ATT-3, ATT-4). All of them
/// are in the details.
AuditSubject IncidentSubjectOf(std::string action, const std::vector<store::IncidentSubject>& subjects);
wire::AuditDetails IncidentDetails(const store::Incident& incident);

/// Writes the event of each breach that this transaction recorded, and names them in the details.
void TellBreaches(store::Tx& tx, const wire::Incident& incident, wire::AuditDetails& details);

}  // namespace app
