// How operations write the audit log: once, as their last statement, for what was done and for what was refused
// (AUD-1, ATT-1..4). Part of the transaction it is given; errors as store::AppendAudit.
#pragma once

#include <string>
#include <string_view>

#include "controller/app/call.hpp"
#include "controller/policy/types.hpp"
#include "controller/store/outbox.hpp"
#include "controller/wire/audit_entry.hpp"

namespace app {

/// What an entry is about. `release` and `tenant` are empty when it concerns none.
struct AuditSubject {
    std::string action;  // "release.promote"
    std::string release = {};
    std::string tenant = {};
};

void RecordDone(store::Tx& tx, const Call& call, const AuditSubject& subject, std::string summary,
                const wire::AuditDetails& details = {});

/// With an event for subscribers.
void RecordDone(store::Tx& tx, const Call& call, const AuditSubject& subject, std::string summary,
                const wire::AuditDetails& details, const store::NewOutboxEvent& event);

/// Appends the refused entry, with every finding and error, and hands the refusal back to be returned:
/// `return Refused(RecordRefusal(tx, call, subject, std::move(refusal)));`
Refusal RecordRefusal(store::Tx& tx, const Call& call, const AuditSubject& subject, Refusal refusal);

/// An id of this transaction's time: `NewRecordId(tx, "apr")` is `apr_01J...`, sortable by when it was made.
policy::RecordId NewRecordId(const store::Tx& tx, std::string_view prefix);

}  // namespace app
