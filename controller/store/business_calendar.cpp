#include "controller/store/business_calendar.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define CALENDAR_COLUMNS                                                                                          \
    " c.zone, array_to_string(c.weekdays, ','), to_char(c.closes_at, 'HH24:MI'), c.holidays::text, c.changed_by," \
    " c.changed_at, c.version FROM business_calendar c "

constexpr Statement kLoadCalendar{"calendar_load", "SELECT" CALENDAR_COLUMNS};
constexpr Statement kLockCalendar{"calendar_lock", "SELECT" CALENDAR_COLUMNS "FOR NO KEY UPDATE"};
constexpr Statement kChangeCalendar{"calendar_change", R"sql(
    UPDATE business_calendar SET zone = $1, weekdays = $2::smallint[], closes_at = $3::time, holidays = $4::jsonb,
        changed_by = $5)sql"};
constexpr Statement kNextBusinessClose{"calendar_next_close", "SELECT next_business_close($1::timestamptz)"};

#undef CALENDAR_COLUMNS

BusinessCalendar ReadCalendar(Columns& in) {
    BusinessCalendar calendar;
    calendar.zone = in.Text();
    for (const char digit : in.Text()) {
        if (digit != ',') {
            calendar.weekdays.push_back(digit - '0');
        }
    }
    calendar.closes_at = in.Text();
    calendar.holidays = in.Text();
    calendar.changed_by = in.OptText();
    calendar.changed_at = in.OptInstant();
    calendar.version = in.Int();
    return calendar;
}

}  // namespace

BusinessCalendar LoadBusinessCalendar(Tx& tx, Lock lock) {
    return tx.One(lock == Lock::kForUpdate ? kLockCalendar : kLoadCalendar, ReadCalendar);
}

BusinessCalendar ChangeBusinessCalendar(Tx& tx, const BusinessCalendar& calendar, const policy::PrincipalId& by) {
    tx.Exec(kChangeCalendar, calendar.zone, calendar.weekdays, calendar.closes_at, calendar.holidays, by);
    return LoadBusinessCalendar(tx);
}

policy::Time NextBusinessClose(Tx& tx, policy::Time moment) {
    return tx.One(
        kNextBusinessClose, [](Columns& in) { return in.Instant(); }, moment);
}

}  // namespace store
