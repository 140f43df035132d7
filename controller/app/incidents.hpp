// Incidents with their response clocks, rollback evaluations and freeze windows (specification, sections 4 and 7; Pulse
// operational runbook). Errors as controller/app/call.hpp says.
#pragma once

#include <cstdint>
#include <string>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/store/incidents.hpp"
#include "controller/wire/record_json.hpp"

namespace app {

/// Anyone may. A SEV-1 stops every promotion of the releases it concerns in the same transaction (CHN-5).
Outcome<wire::Incident> OpenIncident(store::Tx& tx, const Call& call, const wire::OpenIncident& command);
/// To a later state: acknowledged, contained or resolved. Resolving needs a resolution and evidence.
Outcome<wire::Incident> AdvanceIncident(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                        std::int64_t version, policy::IncidentState to, const std::string& note);
Outcome<wire::Incident> ResolveIncident(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                        std::int64_t version, const wire::ResolveIncident& command);
/// INC-2: lowered only with evidence, and only by those who handle incidents; raised by anyone.
Outcome<wire::Incident> ChangeSeverity(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                       std::int64_t version, const wire::ChangeSeverity& command);
Outcome<wire::Incident> NoteIncident(store::Tx& tx, const Call& call, const policy::RecordId& id, std::int64_t version,
                                     const std::string& note);
Outcome<wire::Incident> ShowIncident(store::Tx& tx, const policy::RecordId& id);
Outcome<Page<wire::Incident>> ListIncidents(store::Tx& tx, const store::IncidentFilter& filter, const PageQuery& page);

Outcome<Page<wire::Evaluation>> ListEvaluations(store::Tx& tx, const policy::ReleaseId& release);
/// A person decides: roll back or continue, with the reason.
Outcome<wire::Evaluation> DecideEvaluation(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                           const policy::RecordId& evaluation, const wire::DecideEvaluation& command);

Outcome<wire::Freeze> AddFreeze(store::Tx& tx, const Call& call, const wire::AddFreeze& command);
Outcome<wire::Freeze> CancelFreeze(store::Tx& tx, const Call& call, const policy::RecordId& id, std::int64_t version,
                                   const std::string& reason);
Outcome<wire::Freeze> ShowFreeze(store::Tx& tx, const policy::RecordId& id);
Outcome<Page<wire::Freeze>> ListFreezes(store::Tx& tx, bool only_ahead, const PageQuery& page);

}  // namespace app
