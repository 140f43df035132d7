// The business calendar.

#include "controller/app/business_calendar.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

HttpResponse GetBusinessCalendar(Exchange& exchange) {
    return exchange.Read([](store::Tx& tx) { return app::ShowBusinessCalendar(tx); }, wire::EncodeBusinessCalendar);
}

HttpResponse PutBusinessCalendar(Exchange& exchange) {
    const std::int64_t version = exchange.ExpectedVersion();
    const auto command = exchange.Decode(wire::DecodeSetBusinessCalendar);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::SetBusinessCalendar(tx, exchange.Caller(), version, command); },
        wire::EncodeBusinessCalendar);
}

constexpr Route kCalendarRoutes[] = {
    {.method = Method::kGet,
     .pattern = "/v1/business-calendar",
     .area = "Incidents",
     .summary = "Show the calendar that P4's clock is counted with",
     .answer = {200, "BusinessCalendar"},
     .handler = GetBusinessCalendar},
    {.method = Method::kPut,
     .pattern = "/v1/business-calendar",
     .kind = Kind::kChange,
     .permission = Permission::kSetCalendar,
     .area = "Incidents",
     .summary = "Set the business calendar; clocks that run are not moved",
     .answer = {200, "BusinessCalendar"},
     .body = {BodyKind::kJson, "SetBusinessCalendar", 256 * 1024},
     .handler = PutBusinessCalendar},
};

}  // namespace

std::span<const Route> CalendarRoutes() {
    return kCalendarRoutes;
}

}  // namespace http
