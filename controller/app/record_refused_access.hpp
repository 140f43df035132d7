// Refusals that no operation wrote into the audit log itself: a role that is missing, and what PostgreSQL refused (its
// transaction is gone). One Write transaction of its own; errors as store::Database.
#pragma once

#include "controller/app/audit_trail.hpp"
#include "controller/app/call.hpp"
#include "controller/app/services.hpp"

namespace app {

/// Appends the refused entry and hands the refusal back.
Refusal RecordRefusedAccess(const Services& services, const Call& call, const AuditSubject& subject, Refusal refusal);

}  // namespace app
