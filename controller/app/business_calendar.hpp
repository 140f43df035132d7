// The business calendar that P4's clock is counted with (INC-1). Errors as controller/app/call.hpp says.
#pragma once

#include "controller/app/call.hpp"
#include "controller/store/database.hpp"
#include "controller/wire/calendar_json.hpp"

namespace app {

Outcome<wire::BusinessCalendar> ShowBusinessCalendar(store::Tx& tx);
/// Moves no clock that runs already.
Outcome<wire::BusinessCalendar> SetBusinessCalendar(store::Tx& tx, const Call& call, std::int64_t version,
                                                    const wire::SetBusinessCalendar& command);

}  // namespace app
