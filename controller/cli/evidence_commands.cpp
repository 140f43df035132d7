// portcullis evidence ..., risk ..., hard-stop ...

#include <iostream>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/run_command.hpp"

namespace cli {
namespace {

const std::vector<Column> kCheckColumns = {
    {"id", "/id"},           {"control", "/control"}, {"key", "/key"},
    {"outcome", "/outcome"}, {"tier", "/tier"},       {"counts now", "/current"},
    {"by", "/recorded_by"},  {"at", "/recorded_at"},  {"resolved", "/resolution/by"}};

Json EvidenceBody(const Arguments& arguments) {
    Json body = {{"control", arguments.Text("control")}, {"tier", arguments.Text("tier")}};
    arguments.Into(body, "key");
    arguments.Into(body, "reason");
    return body;
}

/// The test of the packet that this command is, by its number or by its text.
std::int64_t TestItem(const Json& packet, const Arguments& arguments) {
    std::string command;
    for (const std::string& argument : arguments.List("command")) {
        command += (command.empty() ? "" : " ") + argument;
    }
    std::string tests;
    for (const Json& item : packet.value("items", Json::array())) {
        if (item.value("section", "") != "tests") {
            continue;
        }
        const std::string number = std::to_string(item.value("item", 0));
        const std::string text = item.value("text", "");
        if (arguments.Optional("item") ? *arguments.Optional("item") == number : text == command) {
            return item.value("item", 0);
        }
        tests += "\n  " + number + ": " + text;
    }
    throw Failure(kExitUsage, "the packet has no test " + arguments.Optional("item").value_or("'" + command + "'"),
                  "Name one with --item:" + tests);
}

ExitCode RunForPacket(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"programmes", arguments.Text("programme"), "packets", arguments.Text("packet")});
    // Asked first: a run of an hour must not end in "no such packet".
    const std::int64_t item = TestItem(shell.Api().Get(path).body, arguments);
    const CommandRun run = RunCommand(arguments.List("command"), arguments.Span("limit"),
                                      shell.Out().Form() == OutputForm::kTable ? Echo::kYes : Echo::kNo);
    const Json recorded = shell.Api()
                              .Post(path + "/runs", {{"item", item},
                                                     {"argv", run.argv},
                                                     {"exit_code", run.exit_code},
                                                     {"started_at", platform::FormatTime(run.started_at)},
                                                     {"duration_ms", run.duration.count()},
                                                     {"timed_out", run.timed_out},
                                                     {"output_bytes", run.output_bytes},
                                                     {"output_sha256", run.output_sha256},
                                                     {"excerpt", run.excerpt}})
                              .body;
    if (!recorded.is_object() || !recorded.value("passed", Json()).is_boolean()) {
        throw Failure(kExitUnavailable, "the answer does not say that the run was recorded");
    }
    const bool passed = recorded["passed"].get<bool>();
    shell.Out().Note("recorded " + recorded.value("id", "?") + ": " + (passed ? "passed" : "does not count") +
                     ", exit code " + std::to_string(run.exit_code) + (run.timed_out ? ", timed out" : "") + ", " +
                     std::to_string(run.output_bytes) + " bytes");
    shell.Out().One(recorded, {{"run", "/id"},
                               {"item", "/item"},
                               {"counts", "/passed"},
                               {"exit code", "/exit_code"},
                               {"timed out", "/timed_out"},
                               {"output bytes", "/output_bytes"},
                               {"output SHA-256", "/output_sha256"}});
    if (passed) {
        return kExitOk;
    }
    return run.exit_code == 0 && !run.timed_out ? kExitUnavailable : kExitDenied;
}

ExitCode EvidenceRun(Shell& shell, const Arguments& arguments) {
    if (arguments.Optional("programme") || arguments.Optional("packet")) {
        return RunForPacket(shell, arguments);
    }
    const std::string path = Path({"releases", arguments.Text("release"), "checks"});
    // Asked first: a run of an hour must not end in "no such release".
    shell.Api().Get(Path({"releases", arguments.Text("release")}));
    const CommandRun run = RunCommand(arguments.List("command"), arguments.Span("limit"),
                                      shell.Out().Form() == OutputForm::kTable ? Echo::kYes : Echo::kNo);
    Json body = EvidenceBody(arguments);
    std::string outcome = run.exit_code == 0 && !run.timed_out ? "passed" : "failed";
    if (outcome == "passed" && run.output_bytes == 0) {
        outcome = "inconclusive";
        body["reason"] = "the command printed nothing, so nothing shows what it did";
    }
    body["outcome"] = outcome;
    body["evidence"] = {{"command",
                         {{"argv", run.argv},
                          {"exit_code", run.exit_code},
                          {"started_at", platform::FormatTime(run.started_at)},
                          {"duration_ms", run.duration.count()},
                          {"timed_out", run.timed_out},
                          {"output_bytes", run.output_bytes},
                          {"output_sha256", run.output_sha256},
                          {"excerpt", run.excerpt}}}};
    if (const auto url = arguments.Optional("evidence-url")) {
        body["evidence"]["url"] = *url;
    }
    const Json check = shell.Api().Post(path, body).body;
    if (check.value("outcome", Json()) != outcome) {
        throw Failure(kExitUnavailable, "the answer does not say that the evidence was recorded");
    }
    shell.Out().Note("recorded " + check.value("id", "?") + ": " + outcome + ", exit code " +
                     std::to_string(run.exit_code) + (run.timed_out ? ", timed out" : "") + ", " +
                     std::to_string(run.output_bytes) + " bytes");
    shell.Out().One(check, {{"id", "/id"},
                            {"control", "/control"},
                            {"outcome", "/outcome"},
                            {"exit code", "/evidence/command/exit_code"},
                            {"timed out", "/evidence/command/timed_out"},
                            {"output bytes", "/evidence/command/output_bytes"},
                            {"output SHA-256", "/evidence/command/output_sha256"}});
    if (outcome == "passed") {
        return kExitOk;
    }
    return outcome == "inconclusive" ? kExitUnavailable : kExitDenied;
}

/// The report of another project's release control; green or not, it is recorded.
ExitCode EvidenceImport(Shell& shell, const Arguments& arguments) {
    const Json audit =
        shell.Api()
            .Post(Path({"programmes", arguments.Text("programme"), "status-audits"}),
                  {{"commit", arguments.Text("commit")}, {"report", ReadDocument(arguments.Text("file"))}})
            .body;
    shell.Out().One(audit, {{"id", "/id"},
                            {"commit", "/commit"},
                            {"green", "/green"},
                            {"release ready", "/release_ready"},
                            {"gates that do not hold", "/failing_gates"},
                            {"blockers", "/blockers"},
                            {"errors", "/errors"},
                            {"report SHA-256", "/document_sha256"}});
    if (!audit.is_object() || !audit.value("green", Json()).is_boolean()) {
        throw Failure(kExitUnavailable, "the answer does not say that the report was recorded");
    }
    return audit["green"].get<bool>() ? kExitOk : kExitDenied;
}

ExitCode EvidenceRecord(Shell& shell, const Arguments& arguments) {
    Json body = EvidenceBody(arguments);
    body["outcome"] = arguments.Text("outcome");
    arguments.Into(body, "performed-at", "performed_at");
    Json evidence = Json::object();
    arguments.Into(evidence, "evidence", "text");
    arguments.Into(evidence, "evidence-url", "url");
    body["evidence"] = evidence;
    shell.Out().One(shell.Api().Post(Path({"releases", arguments.Text("release"), "checks"}), body).body,
                    {{"id", "/id"}, {"control", "/control"}, {"outcome", "/outcome"}, {"tier", "/tier"}});
    return kExitOk;
}

ExitCode EvidenceList(Shell& shell, const Arguments& arguments) {
    QueryList query;
    if (const auto control = arguments.Optional("control")) {
        query.emplace_back("control", *control);
    }
    shell.Out().List(shell.Api().GetAll(Path({"releases", arguments.Text("release"), "checks"}), query), kCheckColumns);
    return kExitOk;
}

ExitCode EvidenceShow(Shell& shell, const Arguments& arguments) {
    shell.Out().One(
        shell.Api().Get(Path({"releases", arguments.Text("release"), "checks", arguments.Text("check")})).body);
    return kExitOk;
}

ExitCode EvidenceResolve(Shell& shell, const Arguments& arguments) {
    shell.Out().One(
        shell.Api()
            .Post(Path({"releases", arguments.Text("release"), "checks", arguments.Text("check") + ":resolve"}),
                  {{"resolution", arguments.Text("resolution")}, {"evidence", arguments.Text("evidence")}})
            .body,
        kCheckColumns);
    return kExitOk;
}

ExitCode RiskAccept(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api()
                        .Post(Path({"releases", arguments.Text("release"), "risk-acceptances"}),
                              {{"risk", arguments.Text("risk")},
                               {"rationale", arguments.Text("rationale")},
                               {"review_date", arguments.Text("review-date")}})
                        .body);
    return kExitOk;
}

ExitCode RiskList(Shell& shell, const Arguments& arguments) {
    shell.Out().List(shell.Api().GetAll(Path({"releases", arguments.Text("release"), "risk-acceptances"})),
                     {{"id", "/id"},
                      {"risk", "/risk"},
                      {"rationale", "/rationale"},
                      {"by", "/principal"},
                      {"review", "/review_date"},
                      {"state", "/state"}});
    return kExitOk;
}

ExitCode RiskRevoke(Shell& shell, const Arguments& arguments) {
    shell.Out().One(
        shell.Api()
            .Post(Path({"releases", arguments.Text("release"), "risk-acceptances", arguments.Text("risk") + ":revoke"}),
                  {{"reason", arguments.Text("reason")}})
            .body);
    return kExitOk;
}

ExitCode HardStopRaise(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api()
                        .Post(Path({"releases", arguments.Text("release"), "hard-stops"}),
                              {{"rule", arguments.Text("rule")}, {"reason", arguments.Text("reason")}})
                        .body);
    return kExitOk;
}

ExitCode HardStopResolve(Shell& shell, const Arguments& arguments) {
    const std::string stop = arguments.Text("stop");
    shell.Out().One(shell.Api()
                        .Post(Path({"releases", arguments.Text("release"), "hard-stops", stop + ":resolve"}),
                              {{"cites", stop},
                               {"resolution", arguments.Text("resolution")},
                               {"evidence", arguments.Text("evidence")}})
                        .body);
    return kExitOk;
}

ExitCode HardStopList(Shell& shell, const Arguments& arguments) {
    const Json stops = shell.Api().Get(Path({"releases", arguments.Text("release"), "hard-stops"})).body;
    if (shell.Out().Form() == OutputForm::kJson || shell.Out().Form() == OutputForm::kYaml) {
        shell.Out().One(stops);
        return kExitOk;
    }
    const Json raised = stops.value("items", Json::array());
    const Json derived = stops.value("derived", Json::array());
    if (!raised.empty() || derived.empty()) {
        shell.Out().List(raised, {{"id", "/id"},
                                  {"rule", "/rule"},
                                  {"state", "/state"},
                                  {"reason", "/reason"},
                                  {"raised by", "/raised_by"},
                                  {"resolved by", "/resolution/by"}});
    }
    if (!derived.empty()) {
        shell.Out().List(derived, {{"from the facts", "/rule"}, {"what", "/message"}, {"what to do", "/remedy"}});
    }
    return kExitOk;
}

}  // namespace

std::vector<Command> EvidenceCommands() {
    const Argument release = {"release", ArgumentKind::kPositional, "Id of the release."};
    const Argument on_release = {"release", ArgumentKind::kRequired, "Id of the release."};
    const Argument control = {"control", ArgumentKind::kRequired,
                              "What it is evidence for: tests, regressions, kill-switch-drill, DSV-1, OBS-4, ..."};
    const Argument key = {"key", ArgumentKind::kValue, "Key of the exit criterion."};
    const Argument reason = {"reason", ArgumentKind::kValue, "Why; needed for not_applicable."};
    const Argument url = {"evidence-url", ArgumentKind::kValue, "Where the full evidence is kept."};
    const std::vector<std::string> tiers = {"documented", "test", "rehearsal", "managed_runtime",
                                            "production_observed"};
    const Argument why = {"reason", ArgumentKind::kRequired, "Why; kept in the record."};
    return {
        {"evidence run",
         "Runs a command and records its exit code, duration, output size and digest; exits 0 only when it passed.",
         {{"release", ArgumentKind::kValue, "Id of the release; with --control."},
          {"control", ArgumentKind::kValue, "What it is evidence for: tests, DSV-1, ..."},
          {"programme", ArgumentKind::kValue, "Id of the programme; with --packet, instead of a release."},
          {"packet", ArgumentKind::kValue, "Number of the packet whose test it is."},
          {"item", ArgumentKind::kValue, "Number of the packet's test; the one with this text unless given."},
          key,
          {"tier", ArgumentKind::kValue, "Tier of the evidence.", tiers, "test"},
          {"limit", ArgumentKind::kValue, "Longest time the command may run.", {}, "1h"},
          url,
          {"command", ArgumentKind::kRest, "The command and its arguments, after --."}},
         EvidenceRun},
        {"evidence import",
         "Records what status_audit.py --check printed for a commit; exits 0 only when it is green.",
         {{"file", ArgumentKind::kPositional, "The report, JSON; - is standard input."},
          {"programme", ArgumentKind::kRequired, "Id of the programme it is evidence for."},
          {"commit", ArgumentKind::kRequired, "Hash of the commit that was looked at."}},
         EvidenceImport},
        {"evidence record",
         "Records a judgement with its evidence.",
         {on_release,
          control,
          key,
          {"outcome",
           ArgumentKind::kRequired,
           "What was found.",
           {"passed", "failed", "not_applicable", "inconclusive"}},
          {"tier", ArgumentKind::kValue, "Tier of the evidence.", tiers, "documented"},
          reason,
          {"evidence", ArgumentKind::kValue, "What was seen, and by which means."},
          url,
          {"performed-at", ArgumentKind::kValue, "When it was done; now unless given."}},
         EvidenceRecord},
        {"evidence list",
         "Lists the evidence of a release.",
         {release, {"control", ArgumentKind::kValue, "Only for this control."}},
         EvidenceList},
        {"evidence show",
         "Shows one item with its full evidence.",
         {release, {"check", ArgumentKind::kPositional, "Id of the item."}},
         EvidenceShow},
        {"evidence resolve",
         "Closes a failed item with a written resolution.",
         {release,
          {"check", ArgumentKind::kPositional, "Id of the failed item."},
          {"resolution", ArgumentKind::kRequired, "Why it no longer stands."},
          {"evidence", ArgumentKind::kRequired, "What shows it."}},
         EvidenceResolve},
        {"risk accept",
         "Accepts a risk of a release, until its review date.",
         {release,
          {"risk", ArgumentKind::kRequired, "The risk."},
          {"rationale", ArgumentKind::kRequired, "Why it is accepted."},
          {"review-date", ArgumentKind::kRequired, "Day it lapses: 2025-06-30."}},
         RiskAccept},
        {"risk list", "Lists the risk acceptances of a release.", {release}, RiskList},
        {"risk revoke",
         "Takes a risk acceptance back.",
         {release, {"risk", ArgumentKind::kPositional, "Id of the acceptance."}, why},
         RiskRevoke},
        {"hard-stop raise",
         "Raises a hard stop; anyone may.",
         {release, {"rule", ArgumentKind::kRequired, "HST-1 to HST-7."}, why},
         HardStopRaise},
        {"hard-stop resolve",
         "Closes a raised hard stop; needs evidence and another person.",
         {release,
          {"stop", ArgumentKind::kPositional, "Id of the hard stop."},
          {"resolution", ArgumentKind::kRequired, "How it was resolved."},
          {"evidence", ArgumentKind::kRequired, "What shows it."}},
         HardStopResolve},
        {"hard-stop list", "Lists hard stops, raised and derived.", {release}, HardStopList},
    };
}

}  // namespace cli
