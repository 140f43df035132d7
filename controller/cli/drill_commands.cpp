// portcullis drill ...

#include <thread>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "platform/base/clock.hpp"

namespace cli {
namespace {

/// A controller that has too many who wait answers at once; then it is asked again after this.
constexpr std::chrono::milliseconds kShortestDrillRound{500};

const std::vector<Column> kDrillFields = {{"drill", "/id"},
                                          {"state", "/state"},
                                          {"mode", "/mode"},
                                          {"ordered by", "/ordered_by"},
                                          {"at", "/ordered_at"},
                                          {"restore approved by", "/approved_by"},
                                          {"schedule", "/schedule"},
                                          {"reason", "/reason"},
                                          {"kill", "/kill"},
                                          {"restore", "/restore"},
                                          {"not restored", "/not_restored"},
                                          {"slowest kill verified (ms)", "/timings/kill/verified_ms/max"},
                                          {"slowest restore verified (ms)", "/timings/restore/verified_ms/max"},
                                          {"came to", "/summary"}};

const std::vector<Column> kDrillColumns = {{"drill", "/id"},          {"state", "/state"},
                                           {"at", "/ordered_at"},     {"ordered by", "/ordered_by"},
                                           {"schedule", "/schedule"}, {"came to", "/summary"}};

const std::vector<Column> kDrillPartColumns = {{"instance", "/instance"},
                                               {"kill", "/kill/outcome"},
                                               {"applied (ms)", "/kill/applied_ms"},
                                               {"verified (ms)", "/kill/verified_ms"},
                                               {"restore", "/restore/outcome"},
                                               {"applied (ms) ", "/restore/applied_ms"},
                                               {"verified (ms) ", "/restore/verified_ms"},
                                               {"data kept", "/data_kept"}};

const std::vector<Column> kDrillApprovalFields = {{"approval", "/id"},
                                                  {"by", "/approved_by"},
                                                  {"instances", "/instances"},
                                                  {"expires at", "/expires_at"},
                                                  {"reason", "/reason"}};

const std::vector<Column> kDrillScheduleFields = {{"schedule", "/id"},
                                                  {"instances", "/instances"},
                                                  {"mode", "/mode"},
                                                  {"every", "/every"},
                                                  {"next at", "/next_at"},
                                                  {"made by", "/created_by"},
                                                  {"approved", "/approved"},
                                                  {"approved by", "/approval/approved_by"},
                                                  {"approved until", "/approval/expires_at"},
                                                  {"last drill", "/last_drill"},
                                                  {"problem", "/problem"},
                                                  {"ended at", "/cancelled_at"}};

void PrintDrill(Shell& shell, const Json& drill) {
    shell.Out().One(drill, kDrillFields);
    if (shell.Out().Form() == OutputForm::kTable || shell.Out().Form() == OutputForm::kMarkdown) {
        shell.Out().Text("");
        shell.Out().List(drill.value("instances", Json::array()), kDrillPartColumns);
    }
}

ExitCode CodeOfDrill(const Json& drill) {
    if (!drill.value("finished", false)) {
        return kExitPending;
    }
    return drill.value("state", "") == "passed" ? kExitOk : kExitDenied;
}

ExitCode WatchDrill(Shell& shell, const std::string& id, std::chrono::milliseconds timeout) {
    const platform::Deadline deadline(timeout);
    std::string last;
    for (;;) {
        const platform::Stopwatch round;
        const Json drill = shell.Api().Get(Path({"drills", id}), {{"wait", "1s"}}).body;
        if (const std::string line = drill.value("state", "") + ": " + drill.value("summary", ""); line != last) {
            shell.Out().Note(line);
            last = line;
        }
        if (drill.value("finished", false) || deadline.Passed()) {
            PrintDrill(shell, drill);
            return CodeOfDrill(drill);
        }
        const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(round.Elapsed());
        if (spent < kShortestDrillRound) {
            std::this_thread::sleep_for(kShortestDrillRound - spent);
        }
    }
}

Json DrillBody(const Arguments& arguments) {
    if (arguments.List("instance").empty()) {
        throw Failure(kExitUsage, "say which instances: --instance NAME for each");
    }
    return {{"instances", arguments.List("instance")}, {"reason", arguments.Text("reason")}};
}

ExitCode DrillApprove(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Post("/v1/drill-approvals", DrillBody(arguments)).body, kDrillApprovalFields);
    shell.Out().Note("Somebody else may now order one drill on these instances: portcullis drill run");
    return kExitOk;
}

ExitCode DrillRun(Shell& shell, const Arguments& arguments) {
    Json body = DrillBody(arguments);
    arguments.Into(body, "mode");
    if (!arguments.List("release").empty()) {
        body["releases"] = arguments.List("release");
    }
    const Json drill = shell.Api().Post("/v1/drills", body).body;
    const std::string id = drill.value("id", "");
    if (!arguments.Flag("watch")) {
        PrintDrill(shell, drill);
        shell.Out().Note("It goes on by itself. See what becomes of it with: portcullis drill show " + id);
        return kExitOk;
    }
    return WatchDrill(shell, id, arguments.Span("timeout"));
}

ExitCode DrillAbort(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"drills", arguments.Text("drill")}) + ":abort";
    PrintDrill(shell, shell.Api().Post(path, {{"reason", arguments.Text("reason")}}).body);
    return kExitOk;
}

ExitCode DrillSchedule(Shell& shell, const Arguments& arguments) {
    Json body = DrillBody(arguments);
    arguments.Into(body, "mode");
    arguments.Into(body, "every");
    arguments.Into(body, "first-at", "first_at");
    const Json schedule = shell.Api().Post("/v1/drill-schedules", body).body;
    shell.Out().One(schedule, kDrillScheduleFields);
    shell.Out().Note("No drill is ordered before a system owner approves it: portcullis drill schedule-approve " +
                     schedule.value("id", ""));
    return kExitOk;
}

ExitCode DrillSchedules(Shell& shell, const Arguments& arguments) {
    QueryList query;
    if (arguments.Flag("ended")) {
        query.emplace_back("cancelled", "true");
    }
    shell.Out().List(shell.Api().GetAll("/v1/drill-schedules", query), kDrillScheduleFields);
    return kExitOk;
}

ExitCode DrillScheduleApprove(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"drill-schedules", arguments.Text("schedule")}) + ":approve";
    shell.Out().One(
        shell.Api().Post(path, {{"reason", arguments.Text("reason")}, {"valid_for", arguments.Text("valid-for")}}).body,
        kDrillScheduleFields);
    return kExitOk;
}

ExitCode DrillScheduleEnd(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"drill-schedules", arguments.Text("schedule")});
    CallOptions options;
    options.if_match = shell.Api().Get(path).etag;
    shell.Out().One(shell.Api().Delete(path, options).body, kDrillScheduleFields);
    return kExitOk;
}

}  // namespace

std::vector<Command> DrillCommands() {
    const Argument drill = {"drill", ArgumentKind::kPositional, "Id of the drill."};
    const Argument schedule = {"schedule", ArgumentKind::kPositional, "Id of the drill schedule."};
    const Argument instance = {"instance", ArgumentKind::kList, "Name of an instance; give it again for more."};
    const Argument mode = {"mode", ArgumentKind::kValue, "How the instances switch.", {"hot", "restart"}, "hot"};
    const Argument reason = {"reason", ArgumentKind::kRequired, "Why; kept in the record."};
    const Argument timeout = {"timeout", ArgumentKind::kValue, "Longest time to watch.", {}, "10m"};
    return {
        {"drill approve",
         "Approves, as a system owner, that one drill by somebody else switches these instances back on.",
         {instance, reason},
         DrillApprove},
        {"drill run",
         "Kills these instances, verifies, switches them back on, verifies, and measures how long it takes.",
         {instance,
          mode,
          reason,
          {"release", ArgumentKind::kList, "Whose evidence it is to be; every active release when left out."},
          {"watch", ArgumentKind::kFlag, "Wait until it has ended; exits 0 only when it passed."},
          timeout},
         DrillRun},
        {"drill list",
         "Lists drills, newest first.",
         {},
         [](Shell& shell, const Arguments&) {
             shell.Out().List(shell.Api().GetAll("/v1/drills"), kDrillColumns);
             return kExitOk;
         }},
        {"drill show",
         "Shows what a drill has come to on each instance.",
         {drill},
         [](Shell& shell, const Arguments& arguments) {
             PrintDrill(shell, shell.Api().Get(Path({"drills", arguments.Text("drill")})).body);
             return kExitOk;
         }},
        {"drill watch",
         "Waits until a drill has ended.",
         {drill, timeout},
         [](Shell& shell, const Arguments& arguments) {
             return WatchDrill(shell, arguments.Text("drill"), arguments.Span("timeout"));
         }},
        {"drill abort", "Stops a drill; its instances are switched back on at once.", {drill, reason}, DrillAbort},
        {"drill schedule",
         "Schedules drills on these instances.",
         {instance,
          mode,
          {"every", ArgumentKind::kRequired, "Period, from 1m to 90d."},
          {"first-at", ArgumentKind::kValue, "When the first is due; one period from now when left out."},
          reason},
         DrillSchedule},
        {"drill schedules",
         "Lists drill schedules, and why a drill that was due was not ordered.",
         {{"ended", ArgumentKind::kFlag, "Also those that were ended."}},
         DrillSchedules},
        {"drill schedule-approve",
         "Approves, as a system owner, that the drills of a schedule switch back on.",
         {schedule, reason, {"valid-for", ArgumentKind::kValue, "How long, at most 90d.", {}, "90d"}},
         DrillScheduleApprove},
        {"drill schedule-end", "Ends a drill schedule; it stays on record.", {schedule}, DrillScheduleEnd},
    };
}

}  // namespace cli
