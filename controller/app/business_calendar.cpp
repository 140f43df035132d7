#include "controller/app/business_calendar.hpp"

#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"
#include "controller/store/business_calendar.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/freezes.hpp"

namespace app {
namespace {

wire::BusinessCalendar ViewBusinessCalendar(store::Tx& tx, const store::BusinessCalendar& row) {
    wire::BusinessCalendar view;
    view.zone = row.zone;
    view.weekdays = row.weekdays;
    view.closes_at = row.closes_at;
    view.holidays = row.holidays;
    view.next_close = store::NextBusinessClose(tx, store::Now(tx));
    view.changed_by = row.changed_by;
    view.changed_at = row.changed_at;
    view.version = row.version;
    return view;
}

}  // namespace

Outcome<wire::BusinessCalendar> ShowBusinessCalendar(store::Tx& tx) {
    return ViewBusinessCalendar(tx, store::LoadBusinessCalendar(tx));
}

Outcome<wire::BusinessCalendar> SetBusinessCalendar(store::Tx& tx, const Call& call, std::int64_t version,
                                                    const wire::SetBusinessCalendar& command) {
    const AuditSubject subject{.action = "calendar.set"};
    const store::BusinessCalendar before = store::LoadBusinessCalendar(tx, store::Lock::kForUpdate);
    if (before.version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("business calendar", before.version, version)));
    }
    if (!store::IsTimeZoneKnown(tx, command.zone)) {
        return Refused(Invalid(
            "/zone", "is no time zone that PostgreSQL knows: '" + command.zone + "'. Write Europe/Berlin or UTC"));
    }
    store::BusinessCalendar calendar;
    calendar.zone = command.zone;
    calendar.weekdays = command.weekdays;
    calendar.closes_at = command.closes_at;
    calendar.holidays = command.holidays;
    const store::BusinessCalendar after = store::ChangeBusinessCalendar(tx, calendar, call.actor.id);
    wire::BusinessCalendar view = ViewBusinessCalendar(tx, after);
    wire::AuditDetails details;
    details.Document("before", wire::EncodeBusinessCalendar(ViewBusinessCalendar(tx, before)))
        .Document("after", wire::EncodeBusinessCalendar(view));
    RecordDone(tx, call, subject, "set the business calendar: " + view.zone + ", days end at " + view.closes_at,
               details);
    return view;
}

}  // namespace app
