// Incident response clocks (Pulse operational runbook, incident severity and response). Pure; thread safe.
#pragma once

#include <optional>

#include "controller/policy/types.hpp"

namespace policy {

/// Monday to Friday, 09:00 to 17:00 in a fixed offset; P4's "next business day" ends at that day's close.
struct BusinessCalendar {
    int utc_offset_minutes = 0;
    int closes_at_hour = 17;
};

struct ResponseClock {
    Time acknowledge_by{};
    std::optional<Time> contain_by;  // P1 and P2
};

ResponseClock DueTimes(Severity severity, Time opened_at, const BusinessCalendar& calendar);

struct ResponseBreaches {
    bool acknowledge = false;
    bool contain = false;
};

/// A clock still running past its time is a breach already.
ResponseBreaches DecideBreaches(Severity severity, Time opened_at, std::optional<Time> acknowledged_at,
                                std::optional<Time> contained_at, Time now, const BusinessCalendar& calendar);

}  // namespace policy
