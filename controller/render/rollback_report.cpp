#include "controller/render/rollback_report.hpp"

#include "controller/render/sheet.hpp"

namespace render {
namespace {

/// "done 2025-02-01 10:05 UTC by Jane Doe, due 2025-02-01 10:30 UTC, late".
std::string StepDetail(const RollbackReportStep& step) {
    std::string text;
    switch (step.state) {
        case StepState::kPending:
            text = "pending";
            break;
        case StepState::kDone:
            text = "done";
            break;
        case StepState::kFailed:
            text = "failed";
            break;
    }
    if (step.done_at) {
        text += " " + MinuteText(*step.done_at);
    }
    if (!step.done_by.empty()) {
        text += " by " + step.done_by;
    }
    if (step.due_at) {
        text += ", due " + MinuteText(*step.due_at);
        if (step.done_at && *step.done_at > *step.due_at) {
            text += ", late";
        }
    }
    return step.evidence.empty() ? text : text + ": " + step.evidence;
}

}  // namespace

std::string RenderRollbackReport(const RollbackReport& report, Format format, const Templates& templates) {
    Sheet sheet(format);
    sheet.Line("RELEASE", report.release.Text());
    sheet.LineIfAny("TITLE_GIVEN", "TITLE", report.title);
    sheet.Line("CLASS", report.classification ? ClassLabel(*report.classification) : "not classified");
    sheet.Line("ID", report.id);
    sheet.Paragraphs("REASON_GIVEN", report.reason);
    sheet.Line("AUTHORITY", report.authority);
    sheet.LineIfAny("APPROVED_GIVEN", "APPROVED_BY", report.approved_by);
    sheet.LineIfAny("INCIDENT_GIVEN", "INCIDENT", report.incident);
    sheet.Line("STARTED", MinuteText(report.started_at) + " by " + report.started_by);
    for (const RollbackReportStep& step : report.steps) {
        Sheet row = sheet.Row("STEP");
        row.Show(step.state == StepState::kDone ? "HOLDS" : "HOLDS_NOT");
        row.Line("KIND", step.kind);
        row.Line("TEXT", step.text);
        row.Line("DETAIL", StepDetail(step));
    }
    if (report.steps.empty()) {
        sheet.Show("NO_STEPS");
    }
    sheet.Line("WATCH", SpanInWords(std::chrono::minutes(report.watch_minutes)) +
                            (report.watch_until ? ", until " + MinuteText(*report.watch_until) : ""));
    sheet.Line("OUTCOME", report.outcome.empty() ? "running" : report.outcome);
    sheet.Show(report.outcome == "succeeded" ? "IS_GO" : report.outcome.empty() ? "IS_DRAFT" : "IS_NO_GO");
    if (report.finished_at) {
        sheet.Row("FINISHED_GIVEN")
            .Line("FINISHED",
                  MinuteText(*report.finished_at) + (report.finished_by.empty() ? "" : " by " + report.finished_by));
    }
    sheet.Paragraphs("OUTCOME_REASON_GIVEN", report.outcome_reason);
    if (report.simulated_clock) {
        sheet.Show("SIMULATED");
    }
    return sheet.Render("rollback", templates);
}

}  // namespace render
