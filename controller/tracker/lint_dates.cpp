#include "controller/tracker/lint_report.hpp"

namespace tracker {
namespace {

/// Impossible and future dates; the latest possible one comes back.
std::optional<platform::Date> LintEach(const std::vector<StatedDate>& dates, const char* what,
                                       std::optional<platform::Date> today, Report& report) {
    std::optional<platform::Date> latest;
    for (const StatedDate& stated : dates) {
        if (!stated.date) {
            report.Contradiction(
                "PKT-5", "date_impossible", stated.line, {},
                {std::string(what) + " is no date: " + Quoted(stated.text) + ".", "Write it as 2025-01-31."});
            continue;
        }
        if (today && *today < *stated.date) {
            report.Contradiction("PKT-5", "date_ahead", stated.line, {},
                                 {std::string(what) + " is " + stated.text + ", which has not come yet.",
                                  "Write the day on which it was done."});
        }
        if (!latest || *latest < *stated.date) {
            latest = stated.date;
        }
    }
    return latest;
}

}  // namespace

void LintDates(const Document& document, std::optional<platform::Date> today, Report& report) {
    const auto date = LintEach(document.dates, "The tracker's date", today, report);
    const auto updated = LintEach(document.last_updated, "The day of the last update", today, report);
    if (document.last_updated.empty()) {
        report.Contradiction("PKT-5", "last_update_missing", 1, {},
                             {"The tracker does not say when it was last updated.", "Add: Last updated: 2025-01-31"});
        return;
    }
    if (document.last_updated.size() > 1) {
        report.Doubt("PKT-5", "last_update_twice", document.last_updated.back().line, {},
                     {"The day of the last update is stated more than once.", "Keep one."});
    }
    if (date && updated && *updated < *date) {
        report.Contradiction("PKT-5", "dates_do_not_fit", document.last_updated.back().line, {},
                             {"The last update, " + platform::FormatDate(*updated) +
                                  ", is before the tracker's date, " + platform::FormatDate(*date) + ".",
                              "Put the wrong one right."});
    }
}

}  // namespace tracker
