// Operations on what people and components put on record about a release: evidence, approvals, risk acceptances, hard
// stops (specification, sections 3, 6, 8 and 9). Errors as controller/app/call.hpp says.
#pragma once

#include <string>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/store/checks.hpp"
#include "controller/wire/evidence_json.hpp"

namespace app {

/// Evidence is about the change as it is now; a later change of it needs evidence of its own.
Outcome<wire::Check> RecordCheck(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                 const wire::RecordCheck& command);
/// Closes a failed item, once, by a person other than the one who recorded the pass it stands against.
Outcome<wire::Check> ResolveCheck(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                  const policy::RecordId& check, const wire::ResolveCommand& command);
Outcome<wire::Check> ShowCheck(store::Tx& tx, const policy::ReleaseId& release, const policy::RecordId& check);
Outcome<Page<wire::Check>> ListChecks(store::Tx& tx, const policy::ReleaseId& release, const store::CheckFilter& filter,
                                      const PageQuery& page);

/// SOD-1..5; binds to the content hash of the manifest, or of the plan for scope plan.
Outcome<wire::Approval> GiveApproval(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                     const wire::GiveApproval& command);
Outcome<wire::Approval> RevokeApproval(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                       const policy::RecordId& approval, const std::string& reason);
/// All given, and the slots the next transition needs.
Outcome<wire::ApprovalBoard> ListApprovals(store::Tx& tx, const policy::ReleaseId& release);

Outcome<wire::RiskAcceptance> AcceptRisk(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                         const wire::AcceptRisk& command);
Outcome<wire::RiskAcceptance> RevokeRiskAcceptance(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                                   const policy::RecordId& acceptance, const std::string& reason);
Outcome<Page<wire::RiskAcceptance>> ListRiskAcceptances(store::Tx& tx, const policy::ReleaseId& release,
                                                        const PageQuery& page);

Outcome<wire::HardStop> RaiseHardStop(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                      const wire::RaiseHardStop& command);
Outcome<wire::HardStop> ResolveHardStop(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                        const policy::RecordId& stop, const wire::ResolveCommand& command);
/// Raised ones, and those the facts give now.
Outcome<wire::HardStopBoard> ListHardStops(store::Tx& tx, const policy::ReleaseId& release);

}  // namespace app
