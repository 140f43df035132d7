// Rollback operations: authority by class, steps, watch, outcome (specification, section 7: RBA-1..4, RBK-1..6).
// Errors as controller/app/call.hpp says.
#pragma once

#include <cstdint>
#include <string>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/wire/record_json.hpp"

namespace app {

/// A system owner's approval for a rollback somebody else will start; good for a day and for one rollback.
Outcome<wire::RollbackApproval> ApproveRollback(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                                const std::string& reason);
/// The release is rolled back at once: exposure ends, promotion ends. The plan's steps are then worked off.
Outcome<wire::Rollback> StartRollback(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                      const wire::StartRollback& command);
Outcome<wire::Rollback> FinishRollbackStep(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                           const policy::RecordId& rollback, std::int64_t version, std::int64_t step,
                                           const wire::FinishStep& command);
/// `succeeded` only when every step is done and the watch is over.
Outcome<wire::Rollback> FinishRollback(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                       const policy::RecordId& rollback, std::int64_t version,
                                       const wire::FinishRollback& command);
Outcome<wire::Rollback> ShowRollback(store::Tx& tx, const policy::ReleaseId& release, const policy::RecordId& rollback);
Outcome<Page<wire::Rollback>> ListRollbacks(store::Tx& tx, const policy::ReleaseId& release, const PageQuery& page);

}  // namespace app
