#include "controller/fleet/report_recorder.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "controller/fleet/facts/operation_facts.hpp"
#include "controller/store/audit.hpp"

namespace fleet {
namespace {

constexpr std::chrono::seconds kLongestHold{5};
/// While a fleet answers: many at once cost the database less than one by one.
constexpr std::chrono::milliseconds kGatherStep{2};
constexpr int kGatherSteps = 5;
constexpr std::size_t kWorthTwo = 200;  // reports

store::InstanceReport ReportOf(const policy::InstanceId& instance, const tenancy::wire::Report& said) {
    store::InstanceReport report;
    report.instance = instance;
    report.boot_id = said.boot_id;
    report.started_at = said.process_started_at;
    report.program = said.program;
    report.agent = said.agent;
    report.hosted = said.hosted;
    report.enabled = said.enabled;
    report.generation = said.generation;
    report.rejected = said.rejected;
    report.problem = said.problem;
    report.sent_at = said.sent_at;
    if (said.answer && said.answer->outcome != "applied") {
        report.refused_generation = said.answer->generation;
        report.refusal = said.answer->outcome;
        report.refusal_reason = said.answer->reason;
    }
    return report;
}

/// One entry for each operation and step, whoever they are about: a fleet that answers at once makes a few.
void RecordStepsInAudit(store::Tx& tx, const std::string& controller, const std::vector<store::RecordedStep>& steps) {
    std::map<std::pair<policy::RecordId, std::string>, std::vector<std::string>> by_step;
    for (const store::RecordedStep& step : steps) {
        by_step[{step.operation, step.step}].push_back(step.instance.Text());
    }
    for (const auto& [key, instances] : by_step) {
        wire::AuditDetails details;
        details.Text("operation", key.first.Text()).Texts("instances", instances).Text("received_by", controller);
        wire::AuditEntry entry;
        entry.actor = "portcullisd";
        entry.actor_kind = policy::PrincipalKind::kComponent;
        entry.action = "kill_switch." + key.second;
        entry.summary = std::to_string(instances.size()) + (instances.size() == 1 ? " instance" : " instances") +
                        " reported on " + key.first.Text() + ": " + key.second;
        entry.details = details.Encode();
        store::AppendAuditAtCommit(tx, std::move(entry));
    }
}

void CountApplied(Meter& meter, const std::vector<store::RecordedStep>& steps) {
    std::map<policy::RecordId, std::size_t> applied;
    for (const store::RecordedStep& step : steps) {
        applied[step.operation] += step.step == platform::EnumText(Step::kApplied) ? 1 : 0;
    }
    for (const auto& [operation, instances] : applied) {
        meter.Reached(operation, Milestone::kApplied, instances);
    }
}

/// Taken from `batch`, which is in the order of the instances: all reports of one stay together. Nothing when it is not
/// worth a transaction of its own, or when somebody's connection ended: that is recorded before what they said since.
ReportBatch SecondHalf(ReportBatch& batch) {
    ReportBatch second;
    if (batch.gone.empty() && batch.reports.size() >= kWorthTwo) {
        auto cut = batch.reports.begin() + static_cast<std::ptrdiff_t>(batch.reports.size() / 2);
        cut = std::find_if(cut, batch.reports.end(),
                           [before = std::prev(cut)->instance](const auto& one) { return one.instance != before; });
        second.reports.assign(std::make_move_iterator(cut), std::make_move_iterator(batch.reports.end()));
        batch.reports.erase(cut, batch.reports.end());
    }
    return second;
}

}  // namespace

ReportRecorder::ReportRecorder(const PartContext& context) : Part(context) {
    Context().links.OnRelease([this] { Wake(); });
}

ReportRecorder::~ReportRecorder() {
    Context().links.OnRelease({});
}

void ReportRecorder::OnReport(const policy::InstanceId& instance, const tenancy::wire::Report& said) {
    if (said.answer && said.answer->outcome != "applied") {
        if (said.answer->outcome != "pending") {
            Context().meter.TurnedAway(said.answer->outcome);
        }
        Log("fleet.order_refused", instance, said.answer->outcome + ": " + said.answer->reason);
    }
    store::InstanceReport report = ReportOf(instance, said);
    // What an agent speaks for is started anew by others as they like.
    report.beside = said.agent ? std::nullopt : Context().links.AwaitedBeside(instance);
    if (const auto both = said.agent ? std::nullopt : Context().links.TwoProcesses(instance)) {
        if (std::exchange(two_processes_[instance], *both) != *both) {
            Log("fleet.two_processes", instance, *both);
        }
        report.problem = std::string(kTwoProcesses) + ": " + *both + " take turns with one credential." +
                         (report.problem.empty() ? "" : " ") + report.problem;
    }
    reports_.Add(std::move(report));
    WakeUnlessHeld();
}

void ReportRecorder::OnGone(const policy::InstanceId& instance) {
    reports_.AddGone(instance);
    WakeUnlessHeld();
}

/// A fleet that answers a kill before that is entered wakes nobody a thousand times for nothing: the release does.
void ReportRecorder::WakeUnlessHeld() {
    if (!Context().links.Held()) {
        Wake();
    }
}

void ReportRecorder::OnTick() {
    for (;;) {
        const bool overdue = HeldForLong();
        const auto must_wait = [&] { return !overdue && Context().links.Held(); };
        if (must_wait()) {
            return;
        }
        ReportBatch batch = reports_.Take();
        if (batch.Empty()) {
            Context().links.Recorded();
            return;
        }
        // Asked again after they were taken: an answer to a kill comes after it was held.
        if (must_wait()) {
            reports_.PutBack(std::move(batch));
            return;
        }
        RecordAtOnce(std::move(batch));
        GatherAnswers();
    }
}

/// No longer than somebody is awaited: the last of a fleet waits for nobody.
void ReportRecorder::GatherAnswers() {
    for (int step = 0; step < kGatherSteps && Context().links.AnswersAwaited(); ++step) {
        Pause(kGatherStep);
    }
}

/// Of many the halves beside each other: a transaction takes one processor of the database, and nobody is in both.
void ReportRecorder::RecordAtOnce(ReportBatch batch) {
    ReportBatch second = SecondHalf(batch);
    if (second.Empty()) {
        return RecordBatch(std::move(batch));
    }
    std::exception_ptr lost;
    {
        const std::jthread beside([&] {
            try {
                RecordBatch(std::move(second));
            } catch (...) {
                lost = std::current_exception();
            }
        });
        RecordBatch(std::move(batch));
    }
    if (lost) {
        std::rethrow_exception(lost);
    }
}

void ReportRecorder::RecordBatch(ReportBatch batch) {
    try {
        Record(batch);
    } catch (const store::Unavailable&) {
        reports_.PutBack(std::move(batch));
        throw;
    } catch (const std::exception& error) {
        Context().on_error(error.what());
        RecordEach(std::move(batch));
    }
}

/// One kill after another must not make instances look silent. What is recorded too early is told by the instance's
/// next report again.
bool ReportRecorder::HeldForLong() {
    const auto now = platform::SteadyNow();
    if (!Context().links.Held()) {
        held_since_ = std::nullopt;
        return false;
    }
    if (!held_since_) {
        held_since_ = now;
    }
    if (now - *held_since_ < kLongestHold) {
        return false;
    }
    held_since_ = now;
    return true;
}

/// One of them cannot be recorded: that must not keep the others from it.
void ReportRecorder::RecordEach(ReportBatch batch) {
    while (!batch.Empty()) {
        ReportBatch one;
        one.gone.swap(batch.gone);
        if (one.gone.empty()) {
            const policy::InstanceId instance = batch.reports.back().instance;
            const auto own = std::ranges::find(batch.reports, instance, &store::InstanceReport::instance);
            one.reports.assign(own, batch.reports.end());  // in the order they were said, one instance behind another
            batch.reports.erase(own, batch.reports.end());
        }
        try {
            Record(one);
        } catch (const store::Unavailable&) {
            reports_.PutBack(std::move(one));
            reports_.PutBack(std::move(batch));
            throw;
        } catch (const std::exception& error) {
            if (!one.reports.empty()) {
                Log("fleet.report_not_recorded", one.reports.front().instance, error.what());
            }
        }
    }
}

void ReportRecorder::Record(const ReportBatch& batch) {
    const std::string& controller = Context().controller;
    std::vector<store::RecordedStep> steps;
    Context().database.Write([&](store::Tx& tx) {
        steps.clear();
        if (!batch.gone.empty()) {
            store::RecordDisconnected(tx, controller, batch.gone);
        }
        if (!batch.reports.empty()) {
            steps = store::RecordReports(tx, controller, batch.reports);
            RecordStepsInAudit(tx, controller, steps);
        }
    });
    CountApplied(Context().meter, steps);
}

}  // namespace fleet
