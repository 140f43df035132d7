// The calendar that "next business day" is counted with (INC-1): one row, shared by all controllers of a database.
//
// Zones are PostgreSQL's (store::IsTimeZoneKnown). A change moves no clock that runs already.
// Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"

namespace store {

struct BusinessCalendar {
    std::string zone;
    std::vector<int> weekdays;  // ISO: 1 is Monday; ascending
    std::string closes_at;      // local, "17:00"
    std::string holidays;       // a JSON object: "2025-12-25" to its name
    std::optional<std::string> changed_by;
    std::optional<policy::Time> changed_at;
    std::int64_t version = 1;
};

BusinessCalendar LoadBusinessCalendar(Tx& tx, Lock lock = Lock::kNone);
/// Zone, days, hour and holidays of `calendar`.
BusinessCalendar ChangeBusinessCalendar(Tx& tx, const BusinessCalendar& calendar, const policy::PrincipalId& by);
/// The end of the first business day after the local day of `moment`.
policy::Time NextBusinessClose(Tx& tx, policy::Time moment);

}  // namespace store
