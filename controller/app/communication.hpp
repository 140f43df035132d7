// Entries of communication plans are sent when their time comes. Runs in the schedules, as the component portcullisd.
// Errors as controller/app/call.hpp says.
#pragma once

#include "controller/store/database.hpp"

namespace app {

/// Sends what is due of running rollbacks, each entry once: an event for subscribers ("communication.due") and an audit
/// entry. That somebody was told remains a step that a person records. How many were sent; a bounded number.
int SendDueMessages(store::Tx& tx);

}  // namespace app
