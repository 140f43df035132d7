#include "controller/app/operation_view.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "controller/store/clock.hpp"
#include "controller/store/kill_journal.hpp"

namespace app {
namespace {

using fleet::Step;
using fleet::StepOutcome;

std::int64_t Milliseconds(policy::Duration span) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::max(span, policy::Duration{})).count();
}

const store::OperationStep* StepOf(const store::OperationInstance& part, Step step) {
    const auto found = std::find_if(part.steps.begin(), part.steps.end(), [&](const store::OperationStep& row) {
        return row.step == platform::EnumText(step);
    });
    return found == part.steps.end() ? nullptr : &*found;
}

/// From the order until the last step that it needed had passed; while it is verified.
std::optional<std::int64_t> VerifiedAfter(const fleet::CheckPlan& plan, const store::OperationInstance& part) {
    policy::Duration last{};
    for (const Step step : fleet::DueSteps(plan)) {
        const store::OperationStep* row = StepOf(part, step);
        if (row == nullptr || row->outcome != platform::EnumText(StepOutcome::kPassed)) {
            return std::nullopt;
        }
        last = std::max(last, row->after);
    }
    return plan.verify ? std::optional(Milliseconds(last)) : std::nullopt;
}

/// The nearest rank: of a hundred the 99th.
std::int64_t Percentile(const std::vector<std::int64_t>& sorted, std::size_t percent) {
    return sorted[(sorted.size() * percent + 99) / 100 - 1];
}

std::optional<wire::OperationTiming> TimingOf(std::vector<std::int64_t> spans) {
    if (spans.empty()) {
        return std::nullopt;
    }
    std::sort(spans.begin(), spans.end());
    return wire::OperationTiming{static_cast<std::int64_t>(spans.size()), Percentile(spans, 50), Percentile(spans, 99),
                                 spans.back()};
}

std::optional<wire::OperationProcess> ViewProcess(const std::optional<store::SeenProcess>& seen) {
    return seen ? std::optional(wire::OperationProcess{seen->boot_id, seen->began_at}) : std::nullopt;
}

wire::OperationInstance ViewPart(const fleet::CheckPlan& plan, const fleet::JudgedInstance& judged) {
    const store::OperationInstance& part = judged.part;
    wire::OperationInstance line;
    line.instance = part.instance.id.Text();
    line.batch = part.batch;
    line.generation = part.generation;
    line.outcome = std::string(platform::EnumText(judged.judgement.outcome));
    line.why = judged.judgement.why;
    line.watching = judged.judgement.watching;
    line.ordered_at = part.issued_at;
    line.process_before = ViewProcess(part.process_before);
    line.process_applied = ViewProcess(part.process_applied);
    if (const store::OperationStep* applied = StepOf(part, Step::kApplied)) {
        line.applied_ms = Milliseconds(applied->after);
        line.verified_ms = VerifiedAfter(plan, part);
    }
    for (const store::OperationStep& step : part.steps) {
        line.steps.push_back({step.step, step.outcome, step.detail, step.attempt, step.at, step.evidence});
    }
    return line;
}

/// Of the watches on all instances the one that is worst; one that runs before one that has passed.
wire::OperationWatch WatchOf(const fleet::CheckPlan& plan, const fleet::JudgedOperation& judged, policy::Time now) {
    wire::OperationWatch watch;
    if (!plan.watch) {
        return watch;
    }
    watch.window = judged.operation.watch_for;
    static constexpr std::array<const char*, 5> kFromWorst = {"failed", "inconclusive", "watching", "expected",
                                                              "passed"};
    std::size_t worst = kFromWorst.size();
    policy::Duration left{};
    for (const fleet::JudgedInstance& instance : judged.instances) {
        const store::OperationStep* row = StepOf(instance.part, Step::kWatch);
        const std::string state = row != nullptr                ? row->outcome
                                  : instance.judgement.watching ? "watching"
                                  : instance.judgement.settled  ? ""  // nothing to watch
                                                                : "expected";
        const auto at = std::find(kFromWorst.begin(), kFromWorst.end(), state);
        if (at != kFromWorst.end()) {
            worst = std::min(worst, static_cast<std::size_t>(at - kFromWorst.begin()));
        }
        if (instance.judgement.watching) {
            left = std::max(left, instance.part.watch_left.value_or(policy::Duration{}));
        }
    }
    watch.state = worst < kFromWorst.size() ? kFromWorst.at(worst) : "none";
    if (left > policy::Duration{}) {
        watch.until = now + left;
    }
    return watch;
}

void FillOrdered(wire::OperationSummary& view, const store::Operation& row) {
    view.id = row.id.Text();
    view.kind = row.kind;
    view.release = row.release;
    view.flag = row.flag;
    view.enabled = row.enabled;
    view.mode = row.mode;
    view.whole_fleet = row.whole_fleet;
    view.batch_size = row.batch_size;
    view.stop_on_failure = row.stop_on_failure;
    view.verify = row.verify;
    view.reason = row.reason;
    view.requested_by = row.requested_by;
    view.requested_at = row.requested_at;
    if (row.approval) {
        view.approval = row.approval->Text();
    }
    view.drill = row.drill;
}

void FillVerdict(wire::OperationSummary& view, const fleet::Verdict& verdict,
                 const std::optional<std::string>& halted) {
    const fleet::OperationStatus status = verdict.Status(halted.has_value());
    view.status = std::string(platform::EnumText(status));
    view.finished = status != fleet::OperationStatus::kRunning;
    view.complete = verdict.Complete();
    view.summary = verdict.Summary(halted);
    view.counts.emplace_back("total", verdict.Total());
    for (const auto& name : platform::EnumNames<fleet::InstanceOutcome>::kNames) {
        view.counts.emplace_back(name.text, verdict.Count(name.value));
    }
}

}  // namespace

wire::OperationSummary SummariseOperation(const fleet::CountedOperation& counted) {
    wire::OperationSummary view;
    FillOrdered(view, counted.operation);
    FillVerdict(view, counted.verdict, counted.halted);
    return view;
}

wire::Operation ViewOperation(store::Tx& tx, const fleet::Patience& patience, const store::Operation& row,
                              store::WithEvidence with) {
    const fleet::JudgedOperation judged = fleet::JudgeOperation(tx, row, patience, with);
    const fleet::CheckPlan plan = fleet::CheckPlanOf(row);
    wire::Operation view;
    FillOrdered(view, row);
    if (const auto journalled = row.journal ? store::LoadJournalled(tx, row.id) : std::nullopt) {
        view.journal = wire::OperationJournal{journalled->given_at, journalled->controller, true};
    }
    std::vector<std::int64_t> applied;
    std::vector<std::int64_t> verified;
    for (const fleet::JudgedInstance& instance : judged.instances) {
        wire::OperationInstance line = ViewPart(plan, instance);
        if (line.applied_ms) {
            applied.push_back(*line.applied_ms);
        }
        if (line.verified_ms) {
            verified.push_back(*line.verified_ms);
        }
        view.instances.push_back(std::move(line));
    }
    view.applied = TimingOf(std::move(applied));
    view.verified = TimingOf(std::move(verified));
    std::optional<std::string> halted;
    if (judged.halt) {
        view.halt = wire::OperationHalt{judged.halt->batch, judged.halt->why, judged.halt->instances, judged.halt->at};
        halted = judged.halt->why;
    }
    FillVerdict(view, judged.verdict, halted);
    view.watch = WatchOf(plan, judged, store::Now(tx));
    return view;
}

}  // namespace app
