// Instants, spans and calendar dates, and their text forms (RFC 3339, UTC, microseconds as PostgreSQL keeps them).
//
// Nothing here reads a clock: the current time is always a parameter. See platform/base/clock.hpp for the one place
// that does. Value types; thread safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace platform {

using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;
using Date = std::chrono::year_month_day;
using Days = std::chrono::days;

/// `2025-01-29T09:00:00Z`, with a fraction only when there is one.
std::string FormatTime(Time time);
/// `2025-01-29`.
std::string FormatDate(Date date);
/// `7d`, `6d 4h`, `15m`, `30s`: the two largest non-zero units, for messages.
std::string FormatDuration(Duration span);

/// RFC 3339 with an offset or Z; leap seconds and missing zones are refused. Years 1970..9999.
std::optional<Time> ParseTime(std::string_view text);
/// `YYYY-MM-DD`, a real calendar day.
std::optional<Date> ParseDate(std::string_view text);
/// `30s`, `15m`, `48h`, `7d`, `2w`; one unit, a positive whole number, at most 10 years.
std::optional<Duration> ParseDuration(std::string_view text);

inline Time StartOfDay(Date date) {
    return std::chrono::sys_days(date);
}
inline Date DateOf(Time time) {
    return Date(std::chrono::floor<std::chrono::days>(time));
}

}  // namespace platform
