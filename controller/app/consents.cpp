#include "controller/app/consents.hpp"

#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/consents.hpp"
#include "controller/store/releases.hpp"
#include "controller/store/tenants.hpp"

namespace app {
namespace {

wire::ConsentView ViewConsent(const store::Tx& tx, wire::Consent consent) {
    const wire::ConsentState state = wire::StateOf(consent, store::Now(tx));
    return {std::move(consent), state};
}

AuditSubject SubjectOfConsent(std::string action, const policy::TenantId& tenant,
                              const std::optional<policy::ReleaseId>& release) {
    return {std::move(action), release ? release->Text() : "", tenant.Text()};
}

wire::AuditDetails ConsentDetails(const wire::Consent& consent) {
    wire::AuditDetails details;
    details.Text("consent", consent.id.Text())
        .Text("given_by", consent.given_by)
        .Text("capacity", consent.capacity)
        .Text("evidence", consent.evidence)
        .Instant("given_at", consent.given_at);
    if (consent.expires_at) {
        details.Instant("expires_at", *consent.expires_at);
    }
    return details;
}

}  // namespace

Outcome<wire::ConsentView> RecordConsent(store::Tx& tx, const Call& call, const policy::TenantId& tenant,
                                         const wire::RecordConsent& command) {
    if (!store::LoadTenant(tx, tenant)) {
        return Refused(NotFound("tenant", tenant.Text()));
    }
    if (command.release && !store::LoadRelease(tx, *command.release)) {
        return Refused(Invalid("/release", "is no release here: '" + command.release->Text() + "'"));
    }
    const AuditSubject subject = SubjectOfConsent("consent.record", tenant, command.release);
    policy::ConsentAct act;
    act.actor = call.actor;
    act.tenant_registered = true;
    act.given_by = command.given_by;
    act.capacity = command.capacity;
    act.evidence = command.evidence;
    act.now = store::Now(tx);
    act.given_at = command.given_at.value_or(act.now);
    act.expires_at = command.expires_at;
    if (auto findings = policy::JudgeAct(act); Blocks(findings)) {
        return Refused(
            RecordRefusal(tx, call, subject, FromFindings(std::move(findings), "The consent cannot be recorded.")));
    }
    wire::Consent consent =
        store::InsertConsent(tx, {NewRecordId(tx, "cns"), tenant, command.release, command.given_by, command.capacity,
                                  command.evidence, act.given_at, command.expires_at, call.actor.id});
    RecordDone(tx, call, subject,
               "recorded the consent of '" + tenant.Text() + "' to " +
                   (command.release ? "release " + command.release->Text() : std::string("the experimental channel")) +
                   ", given by " + command.given_by,
               ConsentDetails(consent));
    return ViewConsent(tx, std::move(consent));
}

Outcome<wire::ConsentView> WithdrawConsent(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                           const wire::WithdrawConsent& command) {
    const auto consent = store::LoadConsent(tx, id, store::Lock::kForUpdate);
    if (!consent) {
        return Refused(NotFound("consent", id.Text()));
    }
    const AuditSubject subject = SubjectOfConsent("consent.withdraw", consent->tenant, consent->release);
    if (consent->withdrawn_at) {
        return Refused(RecordRefusal(
            tx, call, subject,
            Conflict("The consent was withdrawn already, on " + platform::FormatTime(*consent->withdrawn_at) + ".")));
    }
    wire::Consent withdrawn = store::WithdrawConsent(tx, id, call.actor.id, command.reason);
    wire::AuditDetails details = ConsentDetails(withdrawn);
    details.Text("reason", command.reason);
    RecordDone(tx, call, subject, "withdrew the consent of '" + withdrawn.tenant.Text() + "': " + command.reason,
               details);
    return ViewConsent(tx, std::move(withdrawn));
}

Outcome<wire::ConsentView> ShowConsent(store::Tx& tx, const policy::RecordId& id) {
    auto consent = store::LoadConsent(tx, id);
    if (!consent) {
        return Refused(NotFound("consent", id.Text()));
    }
    return ViewConsent(tx, std::move(*consent));
}

Outcome<Page<wire::ConsentView>> ListConsents(store::Tx& tx, const policy::TenantId& tenant, const PageQuery& page) {
    if (!store::LoadTenant(tx, tenant)) {
        return Refused(NotFound("tenant", tenant.Text()));
    }
    auto consents = store::ListConsents(tx, tenant, page);
    Page<wire::ConsentView> views;
    views.next = std::move(consents.next);
    for (wire::Consent& consent : consents.rows) {
        views.rows.push_back(ViewConsent(tx, std::move(consent)));
    }
    return views;
}

}  // namespace app
