#include "controller/app/audit_trail.hpp"

#include <utility>

#include "controller/store/audit.hpp"
#include "controller/store/clock.hpp"
#include "platform/crypto/crypto.hpp"

namespace app {
namespace {

wire::AuditEntry MakeEntry(const Call& call, const AuditSubject& subject) {
    wire::AuditEntry entry;
    entry.actor = call.actor.id.Text();
    entry.actor_kind = call.actor.kind;
    entry.action = subject.action;
    entry.release = subject.release;
    entry.tenant = subject.tenant;
    entry.request_id = call.request_id;
    return entry;
}

wire::AuditEntry MakeDoneEntry(const Call& call, const AuditSubject& subject, std::string summary,
                               const wire::AuditDetails& details) {
    wire::AuditEntry entry = MakeEntry(call, subject);
    entry.summary = std::move(summary);
    entry.details = details.Encode();
    return entry;
}

}  // namespace

void RecordDone(store::Tx& tx, const Call& call, const AuditSubject& subject, std::string summary,
                const wire::AuditDetails& details) {
    store::AppendAuditAtCommit(tx, MakeDoneEntry(call, subject, std::move(summary), details));
}

void RecordDone(store::Tx& tx, const Call& call, const AuditSubject& subject, std::string summary,
                const wire::AuditDetails& details, const store::NewOutboxEvent& event) {
    store::AppendAuditAtCommit(tx, MakeDoneEntry(call, subject, std::move(summary), details), event);
}

Refusal RecordRefusal(store::Tx& tx, const Call& call, const AuditSubject& subject, Refusal refusal) {
    wire::AuditEntry entry = MakeEntry(call, subject);
    entry.outcome = wire::AuditOutcome::kRefused;
    entry.summary = "refused: " + refusal.detail;
    wire::AuditDetails details;
    details.Text("code", refusal.code);
    if (!refusal.findings.empty()) {
        details.Findings("findings", refusal.findings);
    }
    std::vector<std::string> errors;
    for (const platform::FieldError& error : refusal.errors) {
        errors.push_back(error.pointer + ": " + error.message);
    }
    if (!errors.empty()) {
        details.Texts("errors", errors);
    }
    entry.details = details.Encode();
    store::AppendAuditAtCommit(tx, std::move(entry));
    return refusal;
}

policy::RecordId NewRecordId(const store::Tx& tx, std::string_view prefix) {
    const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(store::Now(tx).time_since_epoch());
    return policy::RecordId::Trusted(std::string(prefix) + "_" + platform::MakeUlid(since_epoch.count()));
}

}  // namespace app
