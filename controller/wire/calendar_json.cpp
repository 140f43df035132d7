#include "controller/wire/calendar_json.hpp"

#include <algorithm>
#include <array>

#include "controller/wire/reading.hpp"

namespace wire {
namespace {

using platform::FormatTime;
using platform::Json;

constexpr std::array<const char*, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::size_t kMostHolidays = 1000;

bool IsHour(const std::string& text) {
    return text.size() == 5 && platform::ParseTime("2000-01-01T" + text + ":00Z").has_value();
}

std::vector<int> ReadWeekdays(platform::ObjectReader& in) {
    std::vector<int> days;
    for (const std::string& text : in.TextList("weekdays", kWeekdays.size(), {.min = 3, .max = 3})) {
        const auto found = std::ranges::find(kWeekdays, text);
        if (found == kWeekdays.end()) {
            in.Error("weekdays", "holds '" + text + "'; days are mon, tue, wed, thu, fri, sat, sun");
            continue;
        }
        days.push_back(static_cast<int>(found - kWeekdays.begin()) + 1);
    }
    std::ranges::sort(days);
    days.erase(std::ranges::unique(days).begin(), days.end());
    if (days.empty()) {
        in.Error("weekdays", "must name at least one day");
    }
    return days;
}

void ReadHolidays(platform::ObjectReader& in, SetBusinessCalendar& out, platform::FieldErrors& errors) {
    Json holidays = Json::object();
    if (const Json* list = in.OptionalArray("holidays", kMostHolidays)) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            platform::ObjectReader item((*list)[i], in.PointerTo("holidays") + "/" + std::to_string(i), errors);
            const auto day = item.OptionalDate("day");
            if (!day && !item.Has("day")) {
                item.Error("day", "is missing");
            }
            const std::string name = item.Text("name", {.min = 1, .max = 100});
            item.Finish();
            if (day) {
                holidays[platform::FormatDate(*day)] = name;
            }
        }
    }
    out.holidays = holidays.dump();
}

}  // namespace

std::string EncodeBusinessCalendar(const BusinessCalendar& calendar) {
    Json weekdays = Json::array();
    for (const int day : calendar.weekdays) {
        weekdays.push_back(kWeekdays.at(static_cast<std::size_t>(day - 1)));
    }
    Json holidays = Json::array();
    const Json names = Json::parse(calendar.holidays);
    for (const auto& [day, name] : names.items()) {
        holidays.push_back({{"day", day}, {"name", name}});
    }
    Json json = {{"zone", calendar.zone},
                 {"weekdays", std::move(weekdays)},
                 {"closes_at", calendar.closes_at},
                 {"holidays", std::move(holidays)},
                 {"next_close", FormatTime(calendar.next_close)}};
    PutOptional(json, "changed_by", calendar.changed_by);
    PutOptional(json, "changed_at", calendar.changed_at);
    return json.dump();
}

Decoded<SetBusinessCalendar> DecodeSetBusinessCalendar(const Document& document) {
    platform::FieldErrors errors;
    SetBusinessCalendar out;
    platform::ObjectReader in(document.Root(), "", errors);
    out.zone = in.Text("zone", {.min = 1, .max = 60});
    out.weekdays = ReadWeekdays(in);
    out.closes_at = in.Text("closes_at", {.min = 5, .max = 5});
    if (!out.closes_at.empty() && !IsHour(out.closes_at)) {
        in.Error("closes_at", "must be an hour such as 17:00, not '" + out.closes_at + "'");
    }
    ReadHolidays(in, out, errors);
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<platform::FieldErrors>(std::move(errors));
    }
    return out;
}

Schemas CalendarSchemas() {
    return {
        {"BusinessCalendar",
         R"({"type":"object","required":["zone","weekdays","closes_at","holidays","next_close"],
             "properties":{"zone":{"type":"string"},
               "weekdays":{"type":"array","items":{"type":"string","enum":["mon","tue","wed","thu","fri","sat","sun"]}},
               "closes_at":{"type":"string"},
               "holidays":{"type":"array","items":{"type":"object","required":["day","name"],
                 "properties":{"day":{"$ref":"Day"},"name":{"type":"string"}}}},
               "next_close":{"$ref":"Instant"},"changed_by":{"$ref":"Id"},"changed_at":{"$ref":"Instant"}}})",
         ""},
        {"SetBusinessCalendar",
         R"({"type":"object","required":["zone","weekdays","closes_at"],
             "properties":{"zone":{"type":"string","minLength":1,"maxLength":60},
               "weekdays":{"type":"array","minItems":1,
                 "items":{"type":"string","enum":["mon","tue","wed","thu","fri","sat","sun"]}},
               "closes_at":{"type":"string","minLength":5,"maxLength":5},
               "holidays":{"type":"array","items":{"type":"object","required":["day","name"],
                 "properties":{"day":{"$ref":"Day"},"name":{"type":"string","minLength":1,"maxLength":100}}}}}})",
         R"({"zone":"Europe/Berlin","weekdays":["mon","tue","wed","thu","fri"],"closes_at":"17:00",
             "holidays":[{"day":"2025-12-25","name":"Christmas Day"}]})"},
    };
}

}  // namespace wire
