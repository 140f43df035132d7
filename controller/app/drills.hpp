// Drills of the kill switch (KSW-2, KSW-4, KSW-6, KSW-8): ordering one with the approval that covers its restore,
// stopping it, looking at it; and its schedules. Errors, attribution and transactions as controller/app/call.hpp says.
//
// A drill kills, lets the instances be verified, switches back on what it switched off itself, lets that be verified,
// and is recorded as the kill switch drill of releases. Its rows say how far it is: drill_progress.hpp goes on with it.
#pragma once

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/fleet/plan/outcome.hpp"
#include "controller/store/drill_schedules.hpp"
#include "controller/store/drills.hpp"
#include "controller/wire/drill_json.hpp"

namespace app {

Outcome<wire::DrillApproval> ApproveDrill(store::Tx& tx, const Call& call, const wire::NewDrillApproval& command);
Outcome<wire::Drill> OrderDrill(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                const wire::NewDrill& command);
/// The restore is next, whatever is verified by then.
Outcome<wire::Drill> AbortDrill(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                const policy::RecordId& id, const std::string& reason);
Outcome<wire::Drill> ShowDrill(store::Tx& tx, const fleet::Patience& patience, const policy::RecordId& id);
Outcome<Page<wire::Drill>> ListDrills(store::Tx& tx, const fleet::Patience& patience, const PageQuery& page);

Outcome<wire::DrillSchedule> MakeDrillSchedule(store::Tx& tx, const Call& call, const wire::NewDrillSchedule& command);
Outcome<wire::DrillSchedule> ApproveDrillSchedule(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                                  const wire::ApproveDrillSchedule& command);
Outcome<wire::DrillSchedule> CancelDrillSchedule(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                                 std::int64_t version);
Outcome<wire::DrillSchedule> ShowDrillSchedule(store::Tx& tx, const policy::RecordId& id);
Outcome<Page<wire::DrillSchedule>> ListDrillSchedules(store::Tx& tx, bool with_cancelled, const PageQuery& page);

// --- What these share with drill_progress.cpp -------------------------------------------------------------------

/// Reviews of kills that are not completed: ", "-joined; empty when there are none.
std::string OpenKillReviews(store::Tx& tx);
/// The drill and its kill. Everything has been judged.
store::Drill BeginDrill(store::Tx& tx, const Call& call, const store::NewDrill& drill, const std::string& approved_by);
wire::Drill ViewDrill(store::Tx& tx, const fleet::Patience& patience, const store::Drill& row);
/// What an operation of the drill has come to on each instance by now, and whether it still goes on by itself.
struct DrillPhaseState {
    wire::DrillPhases phases;
    bool settled = false;
};
DrillPhaseState ViewDrillPhase(store::Tx& tx, const fleet::Patience& patience, const policy::RecordId& operation);

}  // namespace app
