#include "controller/app/operation_report.hpp"

#include <algorithm>
#include <array>

#include "controller/app/kill_switch.hpp"
#include "controller/app/refusals.hpp"
#include "controller/store/audit.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/operations.hpp"
#include "platform/base/text.hpp"

namespace app {
namespace {

constexpr std::size_t kMostLinesOfAStep = 60;
constexpr std::array<std::string_view, 4> kUnsettled = {"pending", "waiting", "applied", "unreachable"};

/// What is said about an instance may be another a moment later, though nothing is recorded.
bool IsUnsettled(const wire::Operation& operation) {
    return operation.status == "running" ||
           std::ranges::any_of(operation.instances, [&](const wire::OperationInstance& part) {
               return std::ranges::find(kUnsettled, part.outcome) != kUnsettled.end() &&
                      (operation.verify || part.outcome != "applied");
           });
}

std::string WhatWasOrdered(const wire::Operation& operation) {
    if (operation.kind == "flag") {
        return std::string(operation.enabled ? "Flag allowed: " : "Flag killed: ") + operation.flag.value_or("");
    }
    if (operation.kind == "rollback") {
        return "Release rolled back: " + operation.release.value_or("");
    }
    return operation.enabled ? "Tenants switched on" : "Tenants switched off";
}

std::string ModeText(const wire::Operation& operation) {
    std::string text = operation.mode + ", ";
    text += operation.batch_size ? std::to_string(*operation.batch_size) + " at a time" : "all at once";
    return text + (operation.stop_on_failure ? ", stops on failure" : "");
}

std::string TimingText(const wire::OperationTiming& timing) {
    const auto text = [](std::int64_t ms) { return render::TakenText(std::chrono::milliseconds(ms)); };
    return platform::Plural(timing.count, "instance") + "; median " + text(timing.p50) + ", 99th percentile " +
           text(timing.p99) + ", longest " + text(timing.max);
}

std::string WatchText(const wire::OperationWatch& watch) {
    if (watch.window <= platform::Duration{}) {
        return "none";
    }
    return render::SpanInWords(watch.window) + (watch.until ? ", until " + render::MinuteText(*watch.until) : "");
}

/// What became of the watch; empty when there was none.
std::string WatchResult(const wire::Operation& operation) {
    const std::string& state = operation.watch.state;
    if (state == "none") {
        return {};
    }
    if (state == "expected") {
        return "not begun: an instance is watched once it is verified";
    }
    return state == "watching" ? "goes on" : state;
}

render::OperationReportStep ViewStep(const wire::OperationStep& step, render::OperationReportInstance& instance) {
    render::OperationReportStep view;
    view.step = step.step;
    // What an instance said by itself is no judgement of ours.
    view.outcome = step.step == "applied" ? std::string() : step.outcome;
    view.attempt = step.attempt;
    view.at = step.at;
    view.detail = step.detail;
    wire::EvidenceView evidence = wire::ViewEvidence(step.evidence.empty() ? "{}" : step.evidence, kMostLinesOfAStep);
    view.left_out = evidence.left_out;
    for (auto& [name, value] : evidence.facts) {
        view.facts.push_back({std::move(name), std::move(value)});
    }
    // What was answered in full is worth its space where it was not what was expected.
    for (wire::EvidenceView::Check& check : evidence.checks) {
        view.checks.push_back({std::move(check.what), std::move(check.with), std::move(check.expected),
                               std::move(check.got), check.outcome,
                               check.outcome == "passed" ? std::string() : std::move(check.excerpt)});
    }
    if (!evidence.boot_id.empty()) {
        instance.boot_id = evidence.boot_id;
    }
    if (!evidence.boot_before.empty()) {
        instance.boot_before = evidence.boot_before;
    }
    if (evidence.baseline) {
        instance.data_before = *evidence.baseline;
    }
    if (evidence.tenants) {
        instance.data_after = *evidence.tenants;
    }
    if (step.step == "watch") {
        instance.watch = step.outcome + (step.detail.empty() ? "" : ": " + step.detail);
    }
    return view;
}

render::OperationReportInstance ViewPart(const wire::OperationInstance& part) {
    render::OperationReportInstance view;
    view.name = part.instance;
    view.outcome = part.outcome;
    view.why = part.why;
    view.generation = part.generation;
    if (part.applied_ms) {
        view.applied_after = std::chrono::milliseconds(*part.applied_ms);
    }
    if (part.verified_ms) {
        view.verified_after = std::chrono::milliseconds(*part.verified_ms);
    }
    if (part.watching) {
        view.watch = "goes on";
    }
    for (const wire::OperationStep& step : part.steps) {
        view.steps.push_back(ViewStep(step, view));
    }
    view.ordered_at = part.ordered_at;
    if (part.process_before) {
        view.boot_before = part.process_before->boot_id;
        view.began_before = part.process_before->began_at;
    }
    if (part.process_applied) {
        view.boot_id = part.process_applied->boot_id;
        view.began_at = part.process_applied->began_at;
    }
    return view;
}

void ViewGovernance(const wire::OperationRecord& record, render::OperationReport& report) {
    if (record.approval) {
        report.approval = record.approval->id + ", " + record.approval->approved_by + ", " +
                          render::MinuteText(record.approval->approved_at) + ": " + record.approval->reason;
    }
    if (!record.review) {
        return;
    }
    if (record.review->completed_at) {
        report.review = "completed by " + record.review->completed_by.value_or("?") + ", " +
                        render::MinuteText(*record.review->completed_at);
        report.review_findings = record.review->findings.value_or("");
    } else {
        report.review = "open since " + render::MinuteText(record.review->opened_at);
    }
    report.way_back = std::string(record.review->completed_at ? "" : "the completed review of this kill, ") +
                      "an approval by a system owner other than the one who orders it, then the order";
}

}  // namespace

Outcome<wire::OperationRecord> LoadOperationRecord(store::Tx& tx, const fleet::Patience& patience,
                                                   const policy::RecordId& id) {
    auto operation = ShowOperation(tx, patience, id, store::WithEvidence::kYes);
    if (!operation) {
        return Refused(std::move(operation.error()));
    }
    wire::OperationRecord record;
    record.operation = std::move(*operation);
    if (record.operation.approval) {
        if (const auto approval =
                store::LoadSwitchApproval(tx, policy::RecordId::Trusted(*record.operation.approval))) {
            record.approval = wire::SwitchApproval{approval->id.Text(), approval->reason, approval->approved_by.Text(),
                                                   approval->approved_at, approval->expires_at};
        }
    }
    if (auto review = ShowKillReview(tx, id)) {
        record.review = std::move(*review);
    }
    const store::AuditSpan audit = store::FindAuditOf(tx, id.Text(), record.operation.requested_by);
    record.audit_first = audit.first;
    record.audit_last = audit.last;
    record.audit_entries = audit.entries;
    if (IsUnsettled(record.operation)) {
        record.as_of = store::Now(tx);
    }
    record.simulated_clock = store::IsClockSimulated(tx);
    return record;
}

render::OperationReport ViewOperationReport(const wire::OperationRecord& record, const std::string& content_hash) {
    const wire::Operation& operation = record.operation;
    render::OperationReport report;
    report.id = operation.id;
    report.what = WhatWasOrdered(operation);
    report.scope =
        std::string(operation.whole_fleet ? "the whole fleet, those that join later as well; " : "some instances; ") +
        platform::Plural(static_cast<long long>(operation.instances.size()), "instance");
    report.mode = ModeText(operation);
    report.verification =
        operation.verify ? "the operator's checklist, on each instance" : "none: the instances' word is taken";
    report.reason = operation.reason;
    report.ordered_by = operation.requested_by;
    report.ordered_at = operation.requested_at;
    if (operation.journal) {
        report.journal = "given " + render::MinuteText(operation.journal->given_at) + " at " +
                         operation.journal->controller + ", sent before it was entered in the database";
    }
    report.status = operation.status;
    if (operation.halt) {
        report.status += " after batch " + std::to_string(operation.halt->batch) + ": " + operation.halt->why;
    }
    report.open = operation.status == "running";
    report.verdict = operation.summary;
    report.complete = operation.complete && !operation.instances.empty();
    report.total = static_cast<std::int64_t>(operation.instances.size());
    for (const auto& [outcome, count] : operation.counts) {
        if (count > 0 && outcome != "total") {
            report.counts.push_back({outcome, std::to_string(count)});
        }
        if (outcome == "verified" || (outcome == "applied" && !operation.verify)) {
            report.done += count;
        }
    }
    if (operation.applied) {
        report.timings.push_back({"order to applied", TimingText(*operation.applied)});
    }
    if (operation.verified) {
        report.timings.push_back({"order to verified", TimingText(*operation.verified)});
    }
    report.watch = WatchText(operation.watch);
    report.watch_result = WatchResult(operation);
    for (const wire::OperationInstance& part : operation.instances) {
        report.instances.push_back(ViewPart(part));
    }
    ViewGovernance(record, report);
    report.audit_first = record.audit_first;
    report.audit_last = record.audit_last;
    report.audit_entries = record.audit_entries;
    report.as_of = record.as_of;
    report.content_hash = content_hash;
    report.simulated_clock = record.simulated_clock;
    return report;
}

}  // namespace app
