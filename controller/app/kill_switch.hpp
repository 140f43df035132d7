// The kill switch of the fleet (KSW-3, KSW-7, KSW-8): ordering it, the approval and the reviews that the way back on
// needs, and what became of an order. Errors, attribution and transactions as controller/app/call.hpp says.
//
// A kill needs a reason and a named actor, nothing else, and opens a review. Switching on needs an approval by a system
// owner other than the one who orders it, which it spends, and that the reviews of all kills are completed.
#pragma once

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/fleet/plan/outcome.hpp"
#include "controller/store/kill_journal.hpp"
#include "controller/store/operations.hpp"
#include "controller/wire/fleet_json.hpp"

namespace app {

Outcome<wire::Operation> OrderSwitch(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                     const wire::SwitchOrder& command);
/// The same without looking at what has become of it, which takes a while for a large fleet. A kill that comes from the
/// journal (kill_first.hpp) brings its id and what was sent already. Of the instances it names, those that are not of
/// the fleet are left out then, and named in the audit log: it is not refused any more.
Outcome<policy::RecordId> EnterSwitch(store::Tx& tx, const Call& call, const wire::SwitchOrder& command,
                                      const store::JournalledKill* journalled = nullptr);
Outcome<wire::SwitchApproval> ApproveSwitchingOn(store::Tx& tx, const Call& call, const std::string& reason);

Outcome<Page<wire::KillReview>> ListKillReviews(store::Tx& tx, bool open_only, const PageQuery& page);
Outcome<wire::KillReview> ShowKillReview(store::Tx& tx, const policy::RecordId& operation);
Outcome<wire::KillReview> CompleteKillReview(store::Tx& tx, const Call& call, const policy::RecordId& operation,
                                             std::int64_t version, const wire::CompleteReview& command);

Outcome<wire::Operation> ShowOperation(store::Tx& tx, const fleet::Patience& patience, const policy::RecordId& id,
                                       store::WithEvidence with = store::WithEvidence::kYes);
/// What they have come to on the whole; ShowOperation says on which instance.
Outcome<Page<wire::OperationSummary>> ListOperations(store::Tx& tx, const fleet::Patience& patience,
                                                     const PageQuery& page);

}  // namespace app
