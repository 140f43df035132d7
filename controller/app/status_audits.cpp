#include "controller/app/status_audits.hpp"

#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"
#include "controller/store/programmes.hpp"
#include "controller/store/status_audits.hpp"

namespace app {

Outcome<wire::StatusAudit> ImportStatusAudit(store::Tx& tx, const Call& call, const policy::ProgrammeId& programme,
                                             const wire::ImportStatusAudit& command) {
    const AuditSubject subject{"programme.status_audit"};
    const auto found = store::LoadProgramme(tx, programme, store::Lock::kForUpdate);
    if (!found) {
        return Refused(NotFound("programme", programme.Text()));
    }
    if (found->certified_at) {
        return Refused(RecordRefusal(tx, call, subject, Conflict("The programme is certified already.")));
    }
    const wire::StatusAudit audit =
        store::InsertStatusAudit(tx, NewRecordId(tx, "sta"), programme, command, call.actor.id);
    wire::AuditDetails details;
    details.Text("programme", programme.Text())
        .Text("commit", audit.commit)
        .Text("document_sha256", audit.document_sha256)
        .Flag("green", audit.green)
        .Texts("failing_gates", audit.failing_gates)
        .Texts("blockers", audit.blockers);
    RecordDone(tx, call, subject,
               "recorded the status audit of commit " + audit.commit + ": " + (audit.green ? "green" : "not green"),
               details);
    return audit;
}

Outcome<Page<wire::StatusAudit>> ListStatusAudits(store::Tx& tx, const policy::ProgrammeId& programme,
                                                  const PageQuery& page) {
    if (!store::LoadProgramme(tx, programme)) {
        return Refused(NotFound("programme", programme.Text()));
    }
    return store::ListStatusAudits(tx, programme, page);
}

}  // namespace app
