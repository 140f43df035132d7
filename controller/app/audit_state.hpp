// How far the audit chain reaches and how far it is under a signature, without reading it (AUD-2); recomputing it is
// VerifyAudit. Errors as store::Database.
#pragma once

#include <optional>
#include <vector>

#include "controller/store/audit.hpp"

namespace app {

struct AuditState {
    store::AuditHead head;
    std::optional<store::AuditCheckpoint> signed_up_to;  // the newest checkpoint
};

/// Two rows, however long the chain is.
AuditState ShowAuditState(store::Tx& tx);
/// Every checkpoint, newest first: few rows for each day.
std::vector<store::AuditCheckpoint> ListCheckpoints(store::Tx& tx);

}  // namespace app
