#include "controller/app/audit_trail.hpp"
#include "controller/app/evidence.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/release_view.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/releases.hpp"
#include "controller/store/risk_acceptances.hpp"

namespace app {

Outcome<wire::RiskAcceptance> AcceptRisk(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                         const wire::AcceptRisk& command) {
    const AuditSubject subject{"risk.accept", release.Text()};
    const auto row = store::LoadRelease(tx, release, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("release", release.Text()));
    }
    policy::RiskAcceptanceAct act;
    act.actor = call.actor;
    act.risk = command.risk;
    act.rationale = command.rationale;
    act.review_date = command.review_date;
    act.now = store::Now(tx);
    if (policy::Findings findings = policy::JudgeAct(act); Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     FromFindings(std::move(findings), "The risk cannot be accepted like that.")));
    }
    const store::RiskAcceptance stored =
        store::InsertRiskAcceptance(tx, {NewRecordId(tx, "rsk"), release, call.actor.id, row->content_hash,
                                         command.risk, command.rationale, *command.review_date});
    wire::AuditDetails details;
    details.Text("risk_acceptance", stored.id.Text())
        .Text("risk", stored.risk)
        .Text("rationale", stored.rationale)
        .Text("review_date", platform::FormatDate(stored.review_date))
        .Text("content_hash", stored.content_hash);
    RecordDone(tx, call, subject,
               "accepted a risk until " + platform::FormatDate(stored.review_date) + ": " + stored.risk, details);
    return ViewRiskAcceptance(stored, store::Now(tx));
}

Outcome<wire::RiskAcceptance> RevokeRiskAcceptance(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                                   const policy::RecordId& acceptance, const std::string& reason) {
    const AuditSubject subject{"risk.revoke", release.Text()};
    if (!store::LoadRelease(tx, release, store::Lock::kForUpdate)) {
        return Refused(NotFound("release", release.Text()));
    }
    const auto row = store::LoadRiskAcceptance(tx, acceptance);
    if (!row || row->release != release) {
        return Refused(NotFound("risk acceptance of " + release.Text(), acceptance.Text()));
    }
    if (row->revocation) {
        return Refused(
            RecordRefusal(tx, call, subject,
                          Conflict(acceptance.Text() + " was taken back by " + row->revocation->by + " already.")));
    }
    const store::RiskAcceptance revoked = store::RevokeRiskAcceptance(tx, acceptance, call.actor.id, reason);
    wire::AuditDetails details;
    details.Text("risk_acceptance", acceptance.Text()).Text("reason", reason);
    RecordDone(tx, call, subject, "took back a risk acceptance: " + reason, details);
    return ViewRiskAcceptance(revoked, store::Now(tx));
}

Outcome<Page<wire::RiskAcceptance>> ListRiskAcceptances(store::Tx& tx, const policy::ReleaseId& release,
                                                        const PageQuery& page) {
    if (!store::LoadRelease(tx, release)) {
        return Refused(NotFound("release", release.Text()));
    }
    const Page<store::RiskAcceptance> rows = store::ListRiskAcceptances(tx, release, page);
    Page<wire::RiskAcceptance> view;
    view.next = rows.next;
    for (const store::RiskAcceptance& row : rows.rows) {
        view.rows.push_back(ViewRiskAcceptance(row, store::Now(tx)));
    }
    return view;
}

}  // namespace app
