#include "controller/render/operation_report.hpp"

#include <algorithm>
#include <array>

#include "controller/render/sheet.hpp"
#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

constexpr std::array<std::string_view, 9> kWorstFirst = {
    "unreachable", "unkillable", "failed", "superseded", "pending", "waiting", "applied", "not_managed", "verified"};

std::ptrdiff_t WorryRank(std::string_view outcome) {
    return std::ranges::find(kWorstFirst, outcome) - kWorstFirst.begin();
}

std::string SecondText(policy::Time time) {
    std::string text = platform::FormatTime(std::chrono::floor<std::chrono::seconds>(time)).substr(0, 19);
    std::ranges::replace(text, 'T', ' ');
    return text + " UTC";
}

std::string TakenOrNone(const std::optional<std::chrono::milliseconds>& span) {
    return span ? TakenText(*span) : "-";
}

std::string OrDash(const std::string& text) {
    return text.empty() ? "-" : text;
}

/// What the reader has to know of an instance that is not proven, without looking anything up.
std::string_view Consequence(std::string_view outcome) {
    if (outcome == "unreachable") {
        return "NOT REACHED: nothing is known of it, so it does not stand as ordered. It gets the order when it is "
               "back.";
    }
    if (outcome == "unkillable") {
        return "THE SWITCH DECIDES NOTHING THERE: it runs in hosted mode. Stop it by other means.";
    }
    if (outcome == "failed") {
        return "FAILED: it does not stand as ordered, or does not show that it does.";
    }
    return "REPLACED by a newer order before this one was in force.";
}

std::string ProcessText(const std::string& boot_id, const std::optional<policy::Time>& began_at) {
    if (boot_id.empty()) {
        return "not known";
    }
    return boot_id + (began_at ? ", began " + SecondText(*began_at) : "");
}

/// The process that has the order in force, beside the one before it and the order.
std::string ProcessNowText(const OperationReportInstance& instance) {
    if (instance.boot_id.empty()) {
        return "none has said that the order is in force";
    }
    std::string text = ProcessText(instance.boot_id, instance.began_at);
    if (instance.boot_id == instance.boot_before) {
        return instance.boot_id + ", the process from before the order";
    }
    if (instance.began_at && instance.ordered_at) {
        const auto span =
            std::chrono::duration_cast<std::chrono::milliseconds>(*instance.began_at - *instance.ordered_at);
        text += ", " + TakenText(std::chrono::abs(span)) + (span.count() < 0 ? " before" : " after") + " the order";
    }
    return text;
}

void FillStep(Sheet row, const OperationReportStep& step) {
    const bool holds = step.outcome.empty() || step.outcome == "passed";
    row.Show(holds ? "HOLDS" : "HOLDS_NOT");
    row.Line("STEP_NAME", step.step);
    std::string outcome = step.outcome.empty() ? "recorded" : step.outcome;
    if (step.attempt > 1) {
        outcome += ", attempt " + std::to_string(step.attempt);
    }
    row.Line("STEP_OUTCOME", outcome);
    row.Line("STEP_AT", SecondText(step.at));
    row.LineIfAny("DETAIL_GIVEN", "DETAIL", step.detail);
    for (const ReportFact& fact : step.facts) {
        Sheet line = row.Row("FACT");
        line.Line("FACT_NAME", fact.name);
        line.Line("FACT_VALUE", fact.value);
    }
    for (const ReportCheck& check : step.checks) {
        Sheet line = row.Row("CHECK");
        line.Line("CHECK_WHAT", check.what);
        line.LineIfAny("CHECK_WITH_GIVEN", "CHECK_WITH", check.with);
        line.Line("CHECK_EXPECTED", check.expected);
        line.Line("CHECK_GOT", check.got);
        line.Line("CHECK_OUTCOME", check.outcome);
        line.LineIfAny("EXCERPT_GIVEN", "EXCERPT", check.excerpt);
    }
    if (step.left_out > 0) {
        row.Row("LEFT_OUT").Number("LEFT_OUT_COUNT", step.left_out);
    }
}

void FillInstance(Sheet& sheet, const OperationReportInstance& instance) {
    Sheet line = sheet.Row("INSTANCE");
    line.Line("INSTANCE_NAME", instance.name);
    line.Line("OUTCOME", platform::ToUpperAscii(instance.outcome));
    line.Line("APPLIED_AFTER", TakenOrNone(instance.applied_after));
    line.Line("VERIFIED_AFTER", TakenOrNone(instance.verified_after));
    line.Line("BOOT_BEFORE", OrDash(instance.boot_before));
    line.Line("BOOT_ID", OrDash(instance.boot_id));
    Sheet part = sheet.Row("PART");
    part.Line("INSTANCE_NAME", instance.name);
    part.Line("OUTCOME", instance.outcome);
    part.LineIfAny("WHY_GIVEN", "WHY", instance.why);
    if (instance.generation > 0) {
        part.Row("ORDERED").Number("GENERATION", instance.generation);
    }
    part.Line("PROCESS_BEFORE", ProcessText(instance.boot_before, instance.began_before));
    part.Line("PROCESS_NOW", ProcessNowText(instance));
    part.Line("DATA_BEFORE", instance.data_before.empty() ? "not known" : instance.data_before);
    part.Line("DATA_AFTER", instance.data_after.empty() ? "not known" : instance.data_after);
    part.LineIfAny("PART_WATCH_GIVEN", "PART_WATCH", instance.watch);
    if (instance.steps.empty()) {
        part.Show("NO_STEPS");
    }
    for (const OperationReportStep& step : instance.steps) {
        FillStep(part.Row("STEP"), step);
    }
}

void FillHead(Sheet& sheet, const OperationReport& report) {
    sheet.Line("WHAT", report.what);
    sheet.Line("ID", report.id);
    sheet.Number("DONE", report.done);
    sheet.Number("TOTAL", report.total);
    sheet.Line("VERDICT", report.verdict);
    sheet.Show(report.complete ? "IS_GO" : report.open ? "IS_DRAFT" : "IS_NO_GO");
    if (report.open) {
        sheet.Show("OPEN");
    }
    if (report.as_of) {
        sheet.Row("AS_OF_GIVEN").Line("AS_OF", SecondText(*report.as_of));
    }
    sheet.Line("ORDERED_BY", report.ordered_by);
    sheet.Line("ORDERED_AT", SecondText(report.ordered_at));
    sheet.Paragraphs("REASON_GIVEN", report.reason);
    sheet.Line("SCOPE", report.scope);
    sheet.Line("MODE", report.mode);
    sheet.Line("VERIFICATION", report.verification);
    sheet.LineIfAny("JOURNAL_GIVEN", "JOURNAL", report.journal);
    sheet.Line("STATUS", report.status);
    for (const ReportFact& count : report.counts) {
        Sheet row = sheet.Row("COUNT");
        row.Line("COUNT_OUTCOME", count.name);
        row.Line("COUNT_VALUE", count.value);
    }
    for (const ReportFact& timing : report.timings) {
        Sheet row = sheet.Row("TIMING");
        row.Line("TIMING_NAME", timing.name);
        row.Line("TIMING_VALUE", timing.value);
    }
    if (report.simulated_clock) {
        sheet.Show("SIMULATED");
    }
}

}  // namespace

std::string TakenText(std::chrono::milliseconds span) {
    const auto count = std::max<std::chrono::milliseconds::rep>(0, span.count());
    if (count < 1000) {
        return std::to_string(count) + " ms";
    }
    if (count < 60'000) {
        return std::to_string(count / 1000) + "." + std::to_string(count % 1000 / 100) + " s";
    }
    return std::to_string(count / 60'000) + " min " + std::to_string(count % 60'000 / 1000) + " s";
}

bool IsAlarming(std::string_view outcome) {
    return WorryRank(outcome) < WorryRank("pending");
}

std::string RenderOperationReport(const OperationReport& report, Format format, const Templates& templates) {
    PORTCULLIS_INVARIANT(format != Format::kText, "a report of an operation is Markdown or HTML");
    Sheet sheet(format);
    FillHead(sheet, report);
    std::vector<const OperationReportInstance*> instances;
    for (const OperationReportInstance& instance : report.instances) {
        instances.push_back(&instance);
    }
    std::ranges::stable_sort(instances, {}, [](const auto* instance) { return WorryRank(instance->outcome); });
    for (const OperationReportInstance* instance : instances) {
        if (IsAlarming(instance->outcome)) {
            Sheet row = sheet.Row("ALARM");
            row.Line("INSTANCE_NAME", instance->name);
            row.Line("OUTCOME", instance->outcome);
            row.Line("CONSEQUENCE", Consequence(instance->outcome));
            row.LineIfAny("WHY_GIVEN", "WHY", instance->why);
        }
        FillInstance(sheet, *instance);
    }
    if (std::ranges::any_of(instances, [](const auto* instance) { return IsAlarming(instance->outcome); })) {
        sheet.Show("ALARMS");
    }
    if (instances.empty()) {
        sheet.Show("NO_INSTANCES");
    }
    sheet.Line("WATCH", report.watch);
    sheet.LineIfAny("WATCH_RESULT_GIVEN", "WATCH_RESULT", report.watch_result);
    sheet.LineIfAny("APPROVAL_GIVEN", "APPROVAL", report.approval);
    sheet.LineIfAny("REVIEW_GIVEN", "REVIEW", report.review);
    sheet.Paragraphs("FINDINGS_GIVEN", report.review_findings);
    sheet.LineIfAny("WAY_BACK_GIVEN", "WAY_BACK", report.way_back);
    if (report.audit_entries > 0) {
        Sheet audit = sheet.Row("AUDIT");
        audit.Number("AUDIT_FIRST", report.audit_first);
        audit.Number("AUDIT_LAST", report.audit_last);
        audit.Line("AUDIT_ENTRIES", platform::Plural(report.audit_entries, "entry", "entries"));
    } else {
        sheet.Show("NO_AUDIT");
    }
    sheet.Line("CONTENT_HASH", report.content_hash);
    return sheet.Render("operation", templates);
}

}  // namespace render
