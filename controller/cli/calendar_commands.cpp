// portcullis calendar ...

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "platform/base/text.hpp"

namespace cli {
namespace {

constexpr const char* kCalendarPath = "/v1/business-calendar";

const std::vector<Column> kCalendarColumns = {{"zone", "/zone"},
                                              {"business days", "/weekdays"},
                                              {"end at", "/closes_at"},
                                              {"a P4 of now is due by", "/next_close"},
                                              {"changed by", "/changed_by"},
                                              {"changed at", "/changed_at"}};

void PrintCalendar(Shell& shell, const Json& calendar) {
    shell.Out().One(calendar, kCalendarColumns);
    if (shell.Out().Form() == OutputForm::kTable || shell.Out().Form() == OutputForm::kMarkdown) {
        shell.Out().Text("");
        shell.Out().List(calendar.value("holidays", Json::array()), {{"holiday", "/day"}, {"name", "/name"}});
    }
}

ExitCode CalendarShow(Shell& shell, const Arguments&) {
    PrintCalendar(shell, shell.Api().Get(kCalendarPath).body);
    return kExitOk;
}

/// What is not given stays as it is; a holiday is taken out with a minus before its day.
ExitCode CalendarSet(Shell& shell, const Arguments& arguments) {
    const auto now = shell.Api().Get(kCalendarPath);
    Json body = {{"zone", now.body["zone"]},
                 {"weekdays", now.body["weekdays"]},
                 {"closes_at", now.body["closes_at"]},
                 {"holidays", Json::array()}};
    arguments.Into(body, "zone");
    arguments.Into(body, "closes-at", "closes_at");
    if (const auto& days = arguments.List("day"); !days.empty()) {
        body["weekdays"] = days;
    }
    Json holidays = Json::object();
    for (const Json& holiday : now.body["holidays"]) {
        holidays[holiday["day"].get<std::string>()] = holiday["name"];
    }
    for (const std::string& text : arguments.List("holiday")) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals + 1 == text.size()) {
            throw Failure(kExitUsage, "--holiday '" + text + "' names no holiday",
                          "Write --holiday 2025-12-25=Christmas.");
        }
        holidays[text.substr(0, equals)] = text.substr(equals + 1);
    }
    for (const std::string& day : arguments.List("no-holiday")) {
        if (holidays.erase(day) == 0) {
            throw Failure(kExitUsage, "--no-holiday '" + day + "' is no holiday of the calendar",
                          "portcullis calendar show lists them.");
        }
    }
    for (const auto& [day, name] : holidays.items()) {
        body["holidays"].push_back({{"day", day}, {"name", name}});
    }
    CallOptions options;
    options.if_match = now.etag;
    PrintCalendar(shell, shell.Api().Put(kCalendarPath, body, options).body);
    return kExitOk;
}

}  // namespace

std::vector<Command> CalendarCommands() {
    return {
        {"calendar show", "Shows the business calendar that P4's clock is counted with.", {}, CalendarShow},
        {"calendar set",
         "Changes the business calendar; clocks that run are not moved.",
         {{"zone", ArgumentKind::kValue, "Time zone: Europe/Berlin, UTC."},
          {"day", ArgumentKind::kList, "Business day; all of them.", {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}},
          {"closes-at", ArgumentKind::kValue, "Local end of a business day: 17:00."},
          {"holiday", ArgumentKind::kList, "Adds a holiday: 2025-12-25=Christmas."},
          {"no-holiday", ArgumentKind::kList, "Takes a holiday out: 2025-12-25."}},
         CalendarSet},
    };
}

}  // namespace cli
