// portcullis fleet ..., kill, switch ..., operation ...

#include <algorithm>
#include <thread>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/files.hpp"

namespace cli {
namespace {

constexpr std::size_t kBarWidth = 24;
constexpr mode_t kOwnerOnly = 0600;
/// A controller that has too many who wait answers at once; then it is asked again after this.
constexpr std::chrono::milliseconds kShortestRound{500};

const std::vector<Column> kInstanceColumns = {{"instance", "/id"},
                                              {"state", "/summary"},
                                              {"in force", "/state/generation"},
                                              {"ordered", "/order/generation"},
                                              {"last seen", "/state/last_seen_at"},
                                              {"program", "/state/program"}};

const std::vector<Column> kInstanceFields = {{"instance", "/id"},
                                             {"state", "/summary"},
                                             {"killable", "/killable"},
                                             {"switched on", "/state/enabled"},
                                             {"generation in force", "/state/generation"},
                                             {"generation ordered", "/order/generation"},
                                             {"ordered by operation", "/order/operation"},
                                             {"boot", "/state/boot_id"},
                                             {"process started at", "/state/process_started_at"},
                                             {"last seen at", "/state/last_seen_at"},
                                             {"connected to", "/state/controller"},
                                             {"program", "/state/program"},
                                             {"orders turned away", "/state/rejected"},
                                             {"problem", "/state/problem"},
                                             {"let in by", "/created_by"},
                                             {"retired at", "/retired_at"}};

const std::vector<Column> kOperationFields = {
    {"operation", "/id"},    {"switched on", "/enabled"}, {"ordered by", "/requested_by"},
    {"at", "/requested_at"}, {"reason", "/reason"},       {"verdict", "/summary"}};

const std::vector<Column> kPartColumns = {
    {"instance", "/instance"}, {"outcome", "/outcome"}, {"generation", "/generation"}, {"why", "/why"}};

const std::vector<Column> kReviewColumns = {
    {"kill", "/operation"},      {"killed by", "/killed_by"},       {"opened at", "/opened_at"},
    {"completed", "/completed"}, {"completed by", "/completed_by"}, {"reason", "/reason"}};

bool ForPeople(const Shell& shell) {
    return shell.Out().Form() == OutputForm::kTable || shell.Out().Form() == OutputForm::kMarkdown;
}

ExitCode FleetList(Shell& shell, const Arguments& arguments) {
    QueryList query;
    if (arguments.Flag("retired")) {
        query.emplace_back("retired", "true");
    }
    const Json instances = shell.Api().GetAll("/v1/instances", query);
    shell.Out().List(instances, kInstanceColumns);
    for (const Json& instance : instances) {
        if (!instance.value("killable", true)) {
            shell.Out().Note(instance.value("id", "") + " is unkillable: in hosted mode the switch decides nothing.");
        }
    }
    return kExitOk;
}

ExitCode FleetShow(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Get(Path({"instances", arguments.Text("instance")})).body, kInstanceFields);
    return kExitOk;
}

ExitCode FleetEnrol(Shell& shell, const Arguments& arguments) {
    Json answer = shell.Api()
                      .Post("/v1/enrolments",
                            {{"instance", arguments.Text("instance")}, {"valid_for", arguments.Text("valid-for")}})
                      .body;
    if (const auto file = arguments.Optional("out")) {
        const auto written = platform::WriteFileAtomically(*file, answer.value("token", "") + "\n", kOwnerOnly);
        if (!written) {
            throw Failure(kExitUsage, written.error().message,
                          "The token is lost; make another enrolment. The one that was made expires by itself.");
        }
        answer.erase("token");
        shell.Out().Note("The token is in " + *file + ", for --enrolment-token-file of the instance.");
    } else {
        shell.Out().Note(
            "The token is shown once. Put it into a file that only the instance reads, and start the "
            "instance with it as --enrolment-token-file.");
    }
    shell.Out().One(answer, {{"instance", "/instance"}, {"token", "/token"}, {"expires at", "/expires_at"}});
    return kExitOk;
}

ExitCode InstanceAct(Shell& shell, const Arguments& arguments, const char* verb) {
    const std::string path = Path({"instances", arguments.Text("instance")}) + ":" + verb;
    shell.Out().One(shell.Api().Post(path, {{"reason", arguments.Text("reason")}}).body, kInstanceFields);
    return kExitOk;
}

/// "[######------]  2 of 4 instances are switched off. ..."
std::string ProgressLine(const Json& operation) {
    const Json counts = operation.value("counts", Json::object());
    const auto total = counts.value("total", std::size_t{0});
    const auto applied = counts.value("applied", std::size_t{0});
    const std::size_t filled = total == 0 ? kBarWidth : kBarWidth * std::min(applied, total) / total;
    return "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '-') + "] " +
           operation.value("summary", "");
}

/// Until no instance is pending, or the time is up.
Json WatchOperation(Shell& shell, const std::string& id, std::chrono::milliseconds timeout) {
    const platform::Deadline deadline(timeout);
    std::string last;
    for (;;) {
        const platform::Stopwatch round;
        Json operation = shell.Api().Get(Path({"operations", id}), {{"wait", "1s"}}).body;
        if (const std::string line = ProgressLine(operation); line != last) {
            shell.Out().Note(line);
            last = line;
        }
        if (operation.value("finished", false) || deadline.Passed()) {
            return operation;
        }
        const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(round.Elapsed());
        if (spent < kShortestRound) {
            std::this_thread::sleep_for(kShortestRound - spent);
        }
    }
}

void PrintOperation(Shell& shell, const Json& operation) {
    shell.Out().One(operation, kOperationFields);
    if (ForPeople(shell)) {
        shell.Out().Text("");
        shell.Out().List(operation.value("instances", Json::array()), kPartColumns);
    }
}

/// Zero only when every instance says itself that it stands as ordered.
ExitCode CodeOfOperation(const Json& operation) {
    if (operation.value("complete", false)) {
        return kExitOk;
    }
    const Json counts = operation.value("counts", Json::object());
    return counts.value("unreachable", 0) + counts.value("pending", 0) > 0 ? kExitUnavailable : kExitDenied;
}

ExitCode MoveSwitch(Shell& shell, const Arguments& arguments, bool enabled) {
    const std::vector<std::string>& instances = arguments.List("instance");
    if (arguments.Flag("all") != instances.empty()) {
        throw Failure(kExitUsage, "say whom it is for: --all, or --instance NAME for each");
    }
    Json scope = Json::object();
    if (arguments.Flag("all")) {
        scope["all"] = true;
    } else {
        scope["instances"] = instances;
    }
    const Json ordered =
        shell.Api()
            .Post("/v1/kill-switch/multi-tenant",
                  {{"enabled", enabled}, {"scope", scope}, {"mode", "hot"}, {"reason", arguments.Text("reason")}})
            .body;
    const std::string id = ordered.value("id", "");
    if (!enabled) {
        shell.Out().Note("A review of this kill is open; complete it with: portcullis switch review " + id);
    }
    if (!arguments.Flag("watch")) {
        PrintOperation(shell, ordered);
        shell.Out().Note(
            "Ordered, not yet known to be applied. See what becomes of it with: portcullis operation show " + id);
        return kExitOk;
    }
    const Json operation = WatchOperation(shell, id, arguments.Span("timeout"));
    PrintOperation(shell, operation);
    return CodeOfOperation(operation);
}

ExitCode SwitchApprove(Shell& shell, const Arguments& arguments) {
    shell.Out().One(
        shell.Api().Post("/v1/kill-switch/approvals", {{"reason", arguments.Text("reason")}}).body,
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
    shell.Out().List(shell.Api().GetAll("/v1/operations"), kOperationFields);
    return kExitOk;
}

ExitCode OperationShow(Shell& shell, const Arguments& arguments) {
    PrintOperation(shell, shell.Api().Get(Path({"operations", arguments.Text("operation")})).body);
    return kExitOk;
}

ExitCode OperationWatch(Shell& shell, const Arguments& arguments) {
    const Json operation = WatchOperation(shell, arguments.Text("operation"), arguments.Span("timeout"));
    PrintOperation(shell, operation);
    return CodeOfOperation(operation);
}

}  // namespace

std::vector<Command> FleetCommands() {
    const Argument instance = {"instance", ArgumentKind::kPositional, "Name of the instance."};
    const Argument operation = {"operation", ArgumentKind::kPositional, "Id of the operation."};
    const Argument reason = {"reason", ArgumentKind::kRequired, "Why; kept in the record."};
    const Argument timeout = {"timeout", ArgumentKind::kValue, "Longest time to watch.", {}, "2m"};
    const std::vector<Argument> order = {
        {"all", ArgumentKind::kFlag, "The whole fleet, those that join later as well."},
        {"instance", ArgumentKind::kList, "Name of an instance, instead of --all."},
        reason,
        {"watch", ArgumentKind::kFlag, "Wait until every instance has answered; exits 0 only when all applied it."},
        timeout};
    return {
        {"fleet list",
         "Lists managed instances, and which of them could not be killed.",
         {{"retired", ArgumentKind::kFlag, "Also those that were retired."}},
         FleetList},
        {"fleet show", "Shows what an instance is to do and what it said last.", {instance}, FleetShow},
        {"fleet enrol",
         "Makes a token that lets one instance in, once.",
         {instance,
          {"valid-for", ArgumentKind::kValue, "How long the token is good, at most 7d.", {}, "1h"},
          {"out", ArgumentKind::kValue, "File to write the token into, for its owner's eyes alone."}},
         FleetEnrol},
        {"fleet revoke",
         "Revokes an instance's credential and ends its connection.",
         {instance, reason},
         [](Shell& shell, const Arguments& arguments) { return InstanceAct(shell, arguments, "revoke"); }},
        {"fleet retire",
         "Takes an instance out of the fleet.",
         {instance, reason},
         [](Shell& shell, const Arguments& arguments) { return InstanceAct(shell, arguments, "retire"); }},
        {"kill", "Switches tenants off; needs a reason and nothing else.", order,
         [](Shell& shell, const Arguments& arguments) { return MoveSwitch(shell, arguments, false); }},
        {"switch on", "Switches tenants back on, with an approval and completed reviews.", order,
         [](Shell& shell, const Arguments& arguments) { return MoveSwitch(shell, arguments, true); }},
        {"switch approve",
         "Approves, as a system owner, that somebody else switches tenants on.",
         {reason},
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
        {"operation watch", "Waits until every instance has answered.", {operation, timeout}, OperationWatch},
    };
}

}  // namespace cli
