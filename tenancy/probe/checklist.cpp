#include "tenancy/probe/checklist.hpp"

#include <utility>

#include "tenancy/probe/counters.hpp"
#include "tenancy/probe/visit.hpp"

namespace tenancy::probe {
namespace {

using wire::ProbeOutcome;
using wire::ProbeStep;

constexpr std::size_t kMostMetricsBytes = std::size_t{4} * 1024 * 1024;

std::vector<ProbeStep> LookFromOutside(const Target& target, const Expectation& expectation,
                                       const ProcessState* process) {
    Visit visit(target);
    std::vector<ProbeStep> steps;
    steps.push_back(RoutesStep(visit, expectation));
    steps.push_back(PageStep(visit, expectation));
    steps.push_back(WebSocketStep(visit, expectation, process));
    return steps;
}

/// The counters of the process at `target.metrics_url`; nothing, with the reason in `check`, when they cannot be read.
std::optional<Counters> ReadMetrics(const Target& target, wire::ProbeCheck& check) {
    check.what = "metrics";
    check.expected = "pulse_http_requests_total";
    if (target.metrics_url.empty()) {
        check.got = "not asked: where the process's metrics are is not known";
        return std::nullopt;
    }
    Target metrics = target;
    metrics.base_url = target.metrics_url;
    Visit visit(metrics);
    Question question;
    question.max_bytes = kMostMetricsBytes;
    const Reply reply = visit.Ask(question);
    check.duration_ms = reply.duration_ms;
    if (!reply.response || reply.response->status != 200) {
        check.got = reply.response ? Described(visit, *reply.response) : reply.problem;
        return std::nullopt;
    }
    const auto counters = ReadCounters(reply.response->body);
    check.got = counters ? std::to_string(counters->requests) + " requests" : "no such counter that can be read";
    check.outcome = counters ? ProbeOutcome::kPassed : ProbeOutcome::kInconclusive;
    return counters;
}

}  // namespace

Expectation Expectation::Of(const wire::VerifyRequest& request) {
    Expectation expectation;
    expectation.kind = request.kind;
    expectation.enabled = request.enabled;
    expectation.mode = request.mode;
    expectation.generation = request.generation;
    expectation.ordered_ago = std::chrono::milliseconds(request.ordered_ms_ago);
    expectation.previous_boot_id = request.previous_boot_id;
    expectation.baseline = request.baseline;
    return expectation;
}

std::vector<ProbeStep> RunChecklist(const Target& target, const Expectation& expectation, const ProcessState& process,
                                    const TenantData& data) {
    std::vector<ProbeStep> steps;
    steps.push_back(ValueStep(target, expectation, process));
    if (expectation.kind == wire::VerifyKind::kMultiTenant && expectation.mode == wire::ApplyMode::kRestart) {
        steps.push_back(RestartStep(target, expectation, process));
    }
    for (ProbeStep& step : LookFromOutside(target, expectation, &process)) {
        steps.push_back(std::move(step));
    }
    steps.push_back(DataStep(target, expectation, data));
    return steps;
}

std::vector<ProbeStep> ProbeFromOutside(const Target& target, const Expectation& expectation) {
    return LookFromOutside(target, expectation, nullptr);
}

Watched Sample(const Target& target) {
    Visit visit(target);
    StepMaker step(wire::ProbeKind::kWatch, target);
    wire::ProbeCheck health = visit.Check({.path = "/api/health"}, {200, {}});
    ProbeOutcome good = health.outcome;
    step.Add(std::move(health));
    if (target.canary.empty()) {
        step.Note(ProbeOutcome::kInconclusive, "canary", "a credential to ask with", "none");
        good = good == ProbeOutcome::kPassed ? ProbeOutcome::kInconclusive : good;
    } else {
        Question question = WithCanary(target, "GET", "/api/alerts/active");
        question.max_bytes = kMostMetricsBytes;
        wire::ProbeCheck reading = visit.Check(question, {200, {}});
        good = good == ProbeOutcome::kFailed || reading.outcome == ProbeOutcome::kPassed ? good : reading.outcome;
        step.Add(std::move(reading));
    }
    wire::ProbeCheck metrics;
    const auto counters = ReadMetrics(target, metrics);
    step.Add(std::move(metrics));
    Watched watched;
    if (counters) {
        watched.sample = wire::WatchSample{counters->requests, counters->errors_5xx, counters->errors_501,
                                           good == ProbeOutcome::kPassed};
    }
    watched.default_org = good;
    watched.step = step.Finish("The default organization answers");
    return watched;
}

wire::Evidence Answer(const wire::VerifyRequest& request, const Target& target, const ProcessState& process,
                      const TenantData& data) {
    wire::Evidence evidence;
    evidence.request = request.request;
    if (request.purpose == wire::VerifyPurpose::kWatch) {
        Watched watched = Sample(target);
        evidence.steps.push_back(std::move(watched.step));
        evidence.sample = watched.sample;
    } else {
        evidence.steps = RunChecklist(target, Expectation::Of(request), process, data);
    }
    evidence.sent_at = platform::SystemNow();
    return evidence;
}

}  // namespace tenancy::probe
