// Reports of imagined operations.

#include "tests/unit/render/samples.hpp"

namespace render_test {
namespace {

using render::OperationReportInstance;
using render::OperationReportStep;

constexpr const char* kDigest = "12 records, sha256 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";

OperationReportStep Passed(const std::string& name, const std::string& detail, const std::string& at) {
    OperationReportStep step;
    step.step = name;
    step.outcome = "passed";
    step.at = At(at);
    step.detail = detail;
    return step;
}

OperationReportStep Recorded(const std::string& boot) {
    OperationReportStep step;
    step.step = "applied";
    step.at = At("2025-03-20T09:12:01Z");
    step.facts = {{"boot_id", boot}, {"enabled", "no"}, {"generation", "7"}};
    return step;
}

OperationReportInstance Verified(const std::string& name) {
    OperationReportInstance part;
    part.name = name;
    part.outcome = "verified";
    part.generation = 7;
    part.applied_after = std::chrono::milliseconds(18);
    part.verified_after = std::chrono::milliseconds(412);
    part.boot_before = "boot_01A";
    part.boot_id = "boot_01A";
    part.data_before = part.data_after = kDigest;
    part.watch = "passed: 30 looks, 0 of 812 requests failed";
    OperationReportStep probes = Passed("probes", "20 of 20 answered as expected", "2025-03-20T09:12:02Z");
    probes.checks = {{"GET /api/state", "canary", "200", "200", "passed", ""},
                     {"GET /api/orgs", "canary", "501 feature_disabled", "501 feature_disabled", "passed",
                      R"({"error":"feature_disabled"})"}};
    probes.left_out = 18;
    part.steps = {Recorded("boot_01A"), Passed("value", "false in the process", "2025-03-20T09:12:01Z"), probes,
                  Passed("data", "unchanged", "2025-03-20T09:12:02Z")};
    return part;
}

}  // namespace

render::OperationReport SampleOperation() {
    render::OperationReport report;
    report.id = "op_01HX";
    report.what = "Tenants switched off";
    report.scope = "the whole fleet, 4 instances";
    report.mode = "hot, all at once";
    report.verification = "the operator's checklist, by each instance";
    report.reason = "Isolation of tenants is in doubt.\nCall 4711.";
    report.ordered_by = "otto.operator";
    report.ordered_at = At("2025-03-20T09:12:00.5Z");
    report.journal = "given 2025-03-20 09:12 UTC at controller-1, before it was entered in the database";
    report.status = "done";
    report.as_of = At("2025-03-20T09:50:00Z");
    report.verdict =
        "1 of 4 instances are verified to be switched off. Not: pulse-eu-2 (unreachable), pulse-eu-3 (failed), "
        "pulse-hosted (unkillable).";
    report.done = 1;
    report.total = 4;
    report.counts = {{"verified", "1"}, {"failed", "1"}, {"unreachable", "1"}, {"unkillable", "1"}};
    report.timings = {{"from the order to applied", "p50 18 ms, p99 25 ms, longest 25 ms"}};
    report.watch = "30 minutes, until 2025-03-20 09:42 UTC";
    report.watch_result = "passed on 1 of 1 instances";
    OperationReportInstance failed = Verified("pulse-eu-3");
    failed.outcome = "failed";
    failed.why = "probes failed: GET /api/orgs answered 200 instead of 501";
    failed.verified_after.reset();
    failed.watch.clear();
    failed.steps[2].outcome = "failed";
    failed.steps[2].attempt = 4;
    failed.steps[2].checks[1].got = "200";
    failed.steps[2].checks[1].outcome = "failed";
    OperationReportInstance gone;
    gone.name = "pulse-eu-2";
    gone.outcome = "unreachable";
    gone.why = "last heard 3 minutes before the order";
    gone.generation = 9;
    OperationReportInstance hosted;
    hosted.name = "pulse-hosted";
    hosted.outcome = "unkillable";
    hosted.generation = 3;
    report.instances = {Verified("pulse-eu-1"), gone, failed, hosted};
    report.review = "open since 2025-03-20 09:12 UTC";
    report.way_back = "the completed review, an approval by a system owner other than who orders it, then the order";
    report.audit_first = 41;
    report.audit_last = 48;
    report.audit_entries = 5;
    report.content_hash = std::string(64, 'c');
    return report;
}

render::OperationReport CompleteOperation() {
    render::OperationReport report = SampleOperation();
    report.what = "Tenants switched on";
    report.verdict = "2 of 2 instances are verified to be switched on.";
    report.mode = "restart, 1 at a time, stops on failure";
    report.done = report.total = 2;
    report.complete = true;
    report.counts = {{"verified", "2"}};
    report.instances = {Verified("pulse-eu-1"), Verified("pulse-eu-2")};
    for (OperationReportInstance& part : report.instances) {
        part.ordered_at = At("2025-03-20T09:12:00.5Z");
        part.began_before = At("2025-03-11T06:00:00Z");
        part.boot_id = "boot_01B";
        part.began_at = At("2025-03-20T09:12:01.9Z");
    }
    report.approval = "sam.owner, 2025-03-20 10:00 UTC: fixed in 1.4.2";
    report.as_of.reset();
    report.journal.clear();
    report.review.clear();
    report.way_back.clear();
    report.simulated_clock = true;
    return report;
}

render::OperationReport HostileOperation() {
    const std::string text = HostileText();
    render::OperationReport report = SampleOperation();
    report.id = report.what = report.scope = report.mode = report.verification = report.reason = text;
    report.ordered_by = report.journal = report.status = report.verdict = report.watch = report.watch_result = text;
    report.approval = report.review = report.review_findings = report.way_back = report.content_hash = text;
    report.counts = report.timings = {{text, text}};
    for (OperationReportInstance& part : report.instances) {
        part.name = part.why = part.boot_before = part.boot_id = part.data_before = part.data_after = part.watch = text;
        for (OperationReportStep& step : part.steps) {
            step.step = step.detail = text;
            step.facts = {{text, text}};
            step.checks = {{text, text, text, text, text, text}};
        }
    }
    report.instances[0].outcome = text;
    return report;
}

}  // namespace render_test
