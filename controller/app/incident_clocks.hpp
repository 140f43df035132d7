// What becomes of response clocks that nobody stopped (INC-1). Runs in the schedules, as the component portcullisd.
// Errors as controller/app/call.hpp says.
#pragma once

#include "controller/store/database.hpp"

namespace app {

/// Records the breaches of clocks that ran out, each once, with its audit entry and its event; of a bounded number of
/// incidents, and how many these were.
int RecordDueBreaches(store::Tx& tx);

}  // namespace app
