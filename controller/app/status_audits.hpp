// Reports of a project's own release control, bound to a commit, as evidence for a programme. Errors as
// controller/app/call.hpp says.
#pragma once

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/policy/programmes.hpp"
#include "controller/wire/status_audit_json.hpp"

namespace app {

/// Green or not, it is recorded; the newest one decides whether the programme may be certified.
Outcome<wire::StatusAudit> ImportStatusAudit(store::Tx& tx, const Call& call, const policy::ProgrammeId& programme,
                                             const wire::ImportStatusAudit& command);
Outcome<Page<wire::StatusAudit>> ListStatusAudits(store::Tx& tx, const policy::ProgrammeId& programme,
                                                  const PageQuery& page);

}  // namespace app
