#include "controller/render/timeline.hpp"

#include "controller/render/sheet.hpp"

namespace render {

std::string RenderTimeline(const TimelineDocument& document, Format format, const Templates& templates) {
    Sheet sheet(format);
    sheet.Line("RELEASE", document.release.Text());
    sheet.LineIfAny("TITLE_GIVEN", "TITLE", document.title);
    sheet.LineIfAny("STATE_GIVEN", "STATE", document.state);
    if (document.simulated_clock) {
        sheet.Show("SIMULATED");
    }
    if (document.entries.empty()) {
        sheet.Show("NO_ENTRIES");
    }
    for (const TimelineEntry& entry : document.entries) {
        Sheet row = sheet.Row("ENTRY");
        row.Line("AT", MinuteText(entry.at));
        row.Line("ACTOR", entry.actor);
        row.Line("ACTION", entry.action);
        row.Line("TEXT", entry.text);
        if (entry.refused) {
            row.Show("REFUSED");
        }
        if (entry.audit_number > 0) {
            row.Row("AUDITED").Number("AUDIT_NUMBER", entry.audit_number);
        }
        for (const std::string& reason : entry.reasons) {
            row.Row("REASON").Line("REASON_TEXT", reason);
        }
    }
    return sheet.Render("timeline", templates);
}

}  // namespace render
