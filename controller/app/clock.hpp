// The clock that all rules use, and moving it forward on a database that was made with a simulated one. Errors,
// attribution and transactions as controller/app/call.hpp says.
#pragma once

#include "controller/app/call.hpp"
#include "controller/wire/clock_json.hpp"

namespace app {

Outcome<wire::ClockReading> ShowClock(store::Tx& tx);
/// Forward only, and only on a simulated clock.
Outcome<wire::ClockReading> AdvanceClock(store::Tx& tx, const Call& call, const wire::AdvanceClock& command);

}  // namespace app
