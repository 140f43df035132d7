// Incident response clocks (Pulse operational runbook, incident severity and response). Pure; thread safe.
#pragma once

#include <optional>

#include "controller/policy/types.hpp"

namespace policy {

/// INC-1: by when an incident is acknowledged and contained. `next_business_close` is the end of the first business day
/// after the day it was opened, by the installation's calendar; only P4 is counted with it.
Time DueTime(Severity severity, Time opened_at, Time next_business_close);

struct ResponseBreaches {
    bool acknowledge = false;
    bool contain = false;
};

/// A clock still running past its time is a breach already.
ResponseBreaches DecideBreaches(Time respond_by, std::optional<Time> acknowledged_at, std::optional<Time> contained_at,
                                Time now);

}  // namespace policy
