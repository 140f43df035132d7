// portcullis kill, switch ..., operation ...

#include <charconv>
#include <iostream>
#include <map>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/operation_watch.hpp"

namespace cli {
namespace {

const std::vector<Column> kListedOperation = {{"operation", "/id"},    {"kind", "/kind"},
                                              {"on", "/enabled"},      {"status", "/status"},
                                              {"at", "/requested_at"}, {"ordered by", "/requested_by"},
                                              {"verdict", "/summary"}};

const std::vector<Column> kReviewColumns = {
    {"kill", "/operation"},      {"killed by", "/killed_by"},       {"opened at", "/opened_at"},
    {"completed", "/completed"}, {"completed by", "/completed_by"}, {"reason", "/reason"}};

std::int64_t BatchSize(const std::string& text) {
    std::int64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc() || end != text.data() + text.size() || size < 1) {
        throw Failure(kExitUsage, "--batch-size '" + text + "' is no number of instances", "Write 1 or more.");
    }
    return size;
}

/// 0s, which is no span elsewhere, is no watch.
void AddWatch(const Arguments& arguments, Json& body) {
    const auto span = arguments.Optional("watch-for");
    if (!span) {
        return;
    }
    if (*span != "0s") {
        arguments.Span("watch-for");
    }
    body["watch_for"] = *span;
}

/// The order's body. That it is to be proven is always said; what else was not asked for is left to the controller.
Json OrderOf(const Arguments& arguments, bool enabled) {
    const std::vector<std::string>& instances = arguments.List("instance");
    if (arguments.Flag("all") != instances.empty()) {
        throw Failure(kExitUsage, "say whom it is for: --all, or --instance NAME for each");
    }
    Json body = {{"enabled", enabled}, {"mode", arguments.Text("mode")}, {"reason", arguments.Text("reason")}};
    if (arguments.Flag("all")) {
        body["scope"] = {{"all", true}};
    } else {
        body["scope"] = {{"instances", instances}};
    }
    if (const auto size = arguments.Optional("batch-size")) {
        body["batch_size"] = BatchSize(*size);
    }
    if (arguments.Flag("stop-on-failure")) {
        body["stop_on_failure"] = true;
    }
    body["verify"] = !arguments.Flag("no-verify");
    AddWatch(arguments, body);
    return body;
}

ExitCode MoveSwitch(Shell& shell, const Arguments& arguments, bool enabled) {
    const Json body = OrderOf(arguments, enabled);
    const Json ordered = shell.Api().Post("/v1/kill-switch/multi-tenant", body).body;
    if (!enabled) {
        shell.Out().Note("A review of this kill is open; complete it with: portcullis switch review " +
                         ordered.value("id", ""));
    }
    return FollowOrder(shell, arguments, ordered);
}

/// The flag that is meant: named, or that of the release; none when neither is given.
std::optional<std::string> FlagOf(Shell& shell, const Arguments& arguments) {
    const auto release = arguments.Optional("release");
    if (!release) {
        return arguments.Optional("flag");
    }
    if (arguments.Optional("flag")) {
        throw Failure(kExitUsage, "--flag and --release mean the same: give one of them");
    }
    const Json exposure = shell.Api().Get(Path({"releases", *release, "exposure"})).body;
    if (!exposure.contains("flag")) {
        throw Failure(kExitUsage, "release " + *release + " has no flag that could be killed");
    }
    return exposure.value("flag", "");
}

ExitCode MoveFlag(Shell& shell, const Arguments& arguments, const std::string& flag, const std::string& verb) {
    Json body = {{"reason", arguments.Text("reason")}};
    if (arguments.Flag("no-verify")) {
        body["verify"] = false;
    }
    AddWatch(arguments, body);
    const Json ordered = shell.Api().Post(Path({"flags", flag, verb}), body).body;
    if (verb == "kill") {
        shell.Out().Note("A review of this kill is open; complete it with: portcullis switch review " +
                         ordered.value("id", ""));
    }
    return FollowOrder(shell, arguments, ordered);
}

ExitCode Kill(Shell& shell, const Arguments& arguments) {
    if (const auto flag = FlagOf(shell, arguments)) {
        if (arguments.Flag("all") || !arguments.List("instance").empty()) {
            throw Failure(kExitUsage, "a flag is killed on every instance: leave --all and --instance out");
        }
        return MoveFlag(shell, arguments, *flag, "kill");
    }
    return MoveSwitch(shell, arguments, false);
}

ExitCode SwitchKilledFlags(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/flags/kills"), {{"flag", "/flag"},
                                                             {"kill", "/operation"},
                                                             {"killed by", "/killed_by"},
                                                             {"killed at", "/killed_at"},
                                                             {"reason", "/reason"}});
    return kExitOk;
}

ExitCode SwitchApprove(Shell& shell, const Arguments& arguments) {
    const auto flag = arguments.Optional("flag");
    const std::string path = flag ? Path({"flags", *flag, "approvals"}) : std::string("/v1/kill-switch/approvals");
    shell.Out().One(
        shell.Api().Post(path, {{"reason", arguments.Text("reason")}}).body,
        {{"approval", "/id"}, {"by", "/approved_by"}, {"expires at", "/expires_at"}, {"reason", "/reason"}});
    return kExitOk;
}

ExitCode SwitchReviews(Shell& shell, const Arguments& arguments) {
    QueryList query;
    if (!arguments.Flag("completed")) {
        query.emplace_back("open", "true");
    }
    shell.Out().List(shell.Api().GetAll("/v1/kill-switch/reviews", query), kReviewColumns);
    return kExitOk;
}

ExitCode SwitchReview(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"kill-switch", "reviews", arguments.Text("operation")});
    CallOptions options;
    options.if_match = shell.Api().Get(path).etag;
    shell.Out().One(shell.Api().Post(path + ":complete", {{"findings", arguments.Text("findings")}}, options).body,
                    kReviewColumns);
    return kExitOk;
}

ExitCode OperationList(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/operations"), kListedOperation);
    return kExitOk;
}

ExitCode OperationShow(Shell& shell, const Arguments& arguments) {
    PrintOperation(shell, shell.Api().Get(Path({"operations", arguments.Text("operation")})).body);
    return kExitOk;
}

ExitCode OperationWatch(Shell& shell, const Arguments& arguments) {
    return WatchOperation(shell, arguments.Text("operation"), WatchOptionsOf(arguments));
}

ExitCode OperationReport(Shell& shell, const Arguments& arguments) {
    static const std::map<std::string, std::string> kTypes = {
        {"md", "text/markdown"}, {"html", "text/html"}, {"json", "application/json"}};
    const std::string format = arguments.Text("format");
    const Answer report = shell.Api().GetText(Path({"operations", arguments.Text("operation"), "report"}),
                                              kTypes.at(format), {{"format", format}});
    if (const auto file = arguments.Optional("out")) {
        WriteOutput(*file, report.text);
        shell.Out().Note("wrote " + *file);
    } else {
        std::cout << report.text;  // to the byte: the hash is over it
    }
    return kExitOk;
}

/// What `kill` and `switch on` take.
std::vector<Argument> OrderArguments() {
    std::vector<Argument> arguments = {
        {"all", ArgumentKind::kFlag, "The whole fleet, those that join later as well."},
        {"instance", ArgumentKind::kList, "Name of an instance, instead of --all."},
        {"reason", ArgumentKind::kRequired, "Why; kept in the record."},
        {"mode",
         ArgumentKind::kValue,
         "hot: every process takes it at once; restart: it is proven by a new process.",
         {"hot", "restart"},
         "hot"},
        {"batch-size", ArgumentKind::kValue, "So many instances at a time; all at once unless given."},
        {"stop-on-failure", ArgumentKind::kFlag, "With --batch-size: no further batch after one that failed."},
        {"watch-for", ArgumentKind::kValue,
         "How long they are looked at once they are verified; 30m unless given, 0s for not at all."},
        {"no-verify", ArgumentKind::kFlag, "Take the instances' word for it, without the checklist."}};
    for (Argument& argument : WatchArguments()) {
        arguments.push_back(std::move(argument));
    }
    return arguments;
}

}  // namespace

std::vector<Command> KillCommands() {
    const Argument operation = {"operation", ArgumentKind::kPositional, "Id of the operation."};
    const Argument reason = {"reason", ArgumentKind::kRequired, "Why; kept in the record."};
    std::vector<Argument> watch = {operation};
    for (Argument& argument : WatchArguments()) {
        if (argument.name != "watch") {
            watch.push_back(std::move(argument));
        }
    }
    std::vector<Argument> kill = OrderArguments();
    kill.push_back({"flag", ArgumentKind::kValue, "Kill this flag of a release, on every instance; not the switch."});
    kill.push_back({"release", ArgumentKind::kValue, "The same for the flag of this release."});
    std::vector<Argument> lift = {
        {"flag", ArgumentKind::kRequired, "The flag that was killed."},
        reason,
        {"watch-for", ArgumentKind::kValue, "How long instances are looked at once they are verified."},
        {"no-verify", ArgumentKind::kFlag, "Take the instances' word for it, without the checklist."}};
    for (Argument& argument : WatchArguments()) {
        lift.push_back(std::move(argument));
    }
    return {
        {"kill", "Switches tenants, or a release's flag, off; needs a reason and nothing else.", kill, Kill},
        {"switch on", "Switches tenants back on, with an approval and completed reviews.", OrderArguments(),
         [](Shell& shell, const Arguments& arguments) { return MoveSwitch(shell, arguments, true); }},
        {"switch lift", "Lifts the kill of a flag, with an approval and completed reviews.", lift,
         [](Shell& shell, const Arguments& arguments) {
             return MoveFlag(shell, arguments, arguments.Text("flag"), "lift");
         }},
        {"switch flags", "Lists the flags that are killed.", {}, SwitchKilledFlags},
        {"switch approve",
         "Approves, as a system owner, that somebody else switches tenants on, or lifts the kill of a flag.",
         {reason, {"flag", ArgumentKind::kValue, "The flag whose kill may be lifted."}},
         SwitchApprove},
        {"switch reviews",
         "Lists the reviews of kills that are open.",
         {{"completed", ArgumentKind::kFlag, "Also those that are completed."}},
         SwitchReviews},
        {"switch review",
         "Completes the review of a kill.",
         {operation, {"findings", ArgumentKind::kRequired, "What was found, and what was done about it."}},
         SwitchReview},
        {"operation list", "Lists operations, newest first.", {}, OperationList},
        {"operation show", "Shows what became of an operation on each instance.", {operation}, OperationShow},
        {"operation watch", "Watches an operation until it is decided.", watch, OperationWatch},
        {"operation report",
         "Writes the evidence of an operation as a report.",
         {operation,
          {"format", ArgumentKind::kValue, "Form of the report.", {"md", "html", "json"}, "md"},
          {"out", ArgumentKind::kValue, "File to write it into; standard output unless given."}},
         OperationReport},
    };
}

}  // namespace cli
