// What goes on by itself with drills: the next step of those that run, and those that are due on a schedule.
//
// Level-triggered: everything follows from rows. Any controller may call these at any time; a drill is taken by one
// transaction at a time, and its two operations exist once. A controller that dies in between leaves a drill that the
// next round of any other goes on with: no instance stays off because somebody crashed.
//
// As operations (controller/app/call.hpp): inside store::Database::Write, and may run again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/app/drills.hpp"

namespace app {

/// Longest time a drill waits for verification in one direction, by the machine's clock. Then it goes on: nobody's
/// tenants are kept out for a drill's sake.
inline constexpr platform::Duration kLongestDrillPhase = std::chrono::minutes(15);

/// A drill that has just ended.
struct EndedDrill {
    std::string outcome;
    wire::Drill drill;
};

/// The next step of this drill, if one is due. A value when that ended it.
std::optional<EndedDrill> ContinueDrill(store::Tx& tx, const fleet::Patience& patience, const policy::RecordId& id);

/// How long a drill that is due waits for what is over by itself, before it is left out this time (never longer than
/// its period), and how long for an instance that is not connected, before it is ordered all the same: after a
/// controller's start each comes back within its own pause.
inline constexpr platform::Duration kLongestDrillDelay = std::chrono::hours(1);
inline constexpr platform::Duration kLongestWaitForInstances = std::chrono::minutes(2);

enum class DueDrill : std::uint8_t { kNone, kOrdered, kSkipped, kWaits };
/// Orders the drill that has been due for longest, lets it wait, or puts on record why not.
DueDrill RunDueDrill(store::Tx& tx, const fleet::Patience& patience);

}  // namespace app
