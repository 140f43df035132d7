// Reports of a project's own release control, as evidence for a programme; append-only. While the newest one of a
// programme is not green, PostgreSQL lets nobody certify it. Value types; errors as store::Database.
#pragma once

#include "controller/policy/programmes.hpp"
#include "controller/store/database.hpp"
#include "controller/store/page.hpp"
#include "controller/wire/status_audit_json.hpp"

namespace store {

wire::StatusAudit InsertStatusAudit(Tx& tx, const policy::RecordId& id, const policy::ProgrammeId& programme,
                                    const wire::ImportStatusAudit& audit, const policy::PrincipalId& by);
/// Oldest first.
Page<wire::StatusAudit> ListStatusAudits(Tx& tx, const policy::ProgrammeId& programme, const PageQuery& page);
/// All of them, in the order in which they were recorded.
std::vector<wire::StatusAudit> AllStatusAudits(Tx& tx, const policy::ProgrammeId& programme);
std::optional<wire::StatusAudit> LastStatusAudit(Tx& tx, const policy::ProgrammeId& programme);

}  // namespace store
