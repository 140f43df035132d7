// Communication plans: whom an incident or a rollout is to be told of, what and by when; and that entries of all plans,
// rollbacks' too, are sent when their time comes. Errors, attribution and transactions as controller/app/call.hpp says.
#pragma once

#include <cstdint>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/store/communications.hpp"
#include "controller/store/database.hpp"

namespace app {

/// Adds an entry to the plan of an incident or a rollout. Of an incident that is resolved too: word may be owed still.
Outcome<wire::Communication> PlanCommunication(store::Tx& tx, const Call& call, const store::PlanSubject& subject,
                                               const wire::PlanCommunication& command);
Outcome<Page<wire::Communication>> ListCommunications(store::Tx& tx, const store::PlanSubject& subject,
                                                      const PageQuery& page);
Outcome<wire::Communication> ShowCommunication(store::Tx& tx, const store::PlanSubject& subject, std::int64_t n);
/// That they were told, or that it was not needed; once, by a person. What is on record before its time is not sent.
Outcome<wire::Communication> RecordCommunication(store::Tx& tx, const Call& call, const store::PlanSubject& subject,
                                                 std::int64_t n, const wire::RecordCommunication& command);

/// Runs in the schedules, as the component portcullisd: sends what is due of all plans, each entry once: an event for
/// subscribers ("communication.due") and an audit entry. That somebody was told remains for a person to record. How
/// many were sent; a bounded number.
int SendDueMessages(store::Tx& tx);

}  // namespace app
