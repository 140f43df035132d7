// portcullis rollback ...

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"

namespace cli {
namespace {

const std::vector<Column> kRollbackFields = {{"rollback", "/id"},
                                             {"release", "/release"},
                                             {"state", "/state"},
                                             {"authority", "/authority"},
                                             {"started by", "/started_by"},
                                             {"started at", "/started_at"},
                                             {"watch until", "/watch_until"},
                                             {"outcome", "/outcome"}};

void PrintRollback(const Shell& shell, const Json& rollback) {
    if (shell.Out().Form() == OutputForm::kJson || shell.Out().Form() == OutputForm::kYaml) {
        shell.Out().One(rollback);
        return;
    }
    shell.Out().One(rollback, kRollbackFields);
    shell.Out().Text("");
    shell.Out().List(rollback.value("steps", Json::array()), {{"step", "/n"},
                                                              {"kind", "/kind"},
                                                              {"state", "/state"},
                                                              {"due", "/due_at"},
                                                              {"what", "/text"},
                                                              {"by", "/done_by"}});
}

Answer LoadRollback(Shell& shell, const Arguments& arguments, std::string& path) {
    path = Path({"releases", arguments.Text("release"), "rollbacks", arguments.Text("rollback")});
    return shell.Api().Get(path);
}

ExitCode RollbackStart(Shell& shell, const Arguments& arguments) {
    Json body = {{"reason", arguments.Text("reason")}};
    arguments.Into(body, "incident");
    arguments.Into(body, "watch");
    PrintRollback(shell, shell.Api().Post(Path({"releases", arguments.Text("release"), "rollbacks"}), body).body);
    return kExitOk;
}

ExitCode RollbackApprove(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api()
                        .Post(Path({"releases", arguments.Text("release"), "rollback-approvals"}),
                              {{"reason", arguments.Text("reason")}})
                        .body);
    return kExitOk;
}

ExitCode RollbackStep(Shell& shell, const Arguments& arguments) {
    std::string path;
    CallOptions options;
    options.if_match = LoadRollback(shell, arguments, path).etag;
    const Answer answer =
        shell.Api().Post(path + "/steps/" + platform::PercentEncode(arguments.Text("step")),
                         {{"state", arguments.Text("state")}, {"evidence", arguments.Text("evidence")}}, options);
    PrintRollback(shell, answer.body);
    return kExitOk;
}

ExitCode RollbackFinish(Shell& shell, const Arguments& arguments) {
    std::string path;
    CallOptions options;
    options.if_match = LoadRollback(shell, arguments, path).etag;
    const Answer answer = shell.Api().Post(
        path + ":finish", {{"outcome", arguments.Text("outcome")}, {"reason", arguments.Text("reason")}}, options);
    PrintRollback(shell, answer.body);
    return arguments.Text("outcome") == "succeeded" ? kExitOk : kExitDenied;
}

ExitCode RollbackShow(Shell& shell, const Arguments& arguments) {
    std::string path;
    PrintRollback(shell, LoadRollback(shell, arguments, path).body);
    return kExitOk;
}

ExitCode RollbackList(Shell& shell, const Arguments& arguments) {
    shell.Out().List(shell.Api().GetAll(Path({"releases", arguments.Text("release"), "rollbacks"})), kRollbackFields);
    return kExitOk;
}

ExitCode EvaluationList(Shell& shell, const Arguments& arguments) {
    shell.Out().List(shell.Api().GetAll(Path({"releases", arguments.Text("release"), "rollback-evaluations"})),
                     {{"evaluation", "/id"},
                      {"incident", "/incident"},
                      {"opened at", "/opened_at"},
                      {"decision", "/decision"},
                      {"by", "/decided_by"},
                      {"reason", "/reason"}});
    return kExitOk;
}

ExitCode EvaluationDecide(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api()
                        .Post(Path({"releases", arguments.Text("release"), "rollback-evaluations",
                                    arguments.Text("evaluation") + ":decide"}),
                              {{"decision", arguments.Text("decision")}, {"reason", arguments.Text("reason")}})
                        .body);
    return kExitOk;
}

}  // namespace

std::vector<Command> RollbackCommands() {
    const Argument release = {"release", ArgumentKind::kPositional, "Id of the release."};
    const Argument rollback = {"rollback", ArgumentKind::kPositional, "Id of the rollback."};
    const Argument reason = {"reason", ArgumentKind::kRequired, "Why; kept in the record."};
    return {
        {"rollback start",
         "Starts the rollback of a release, when its class lets you.",
         {release,
          reason,
          {"incident", ArgumentKind::kValue, "Incident it belongs to."},
          {"watch", ArgumentKind::kValue, "How long to watch afterwards; 30m unless given."}},
         RollbackStart},
        {"rollback approve", "Approves a rollback that somebody else will start.", {release, reason}, RollbackApprove},
        {"rollback step",
         "Records what became of a step.",
         {release,
          rollback,
          {"step", ArgumentKind::kPositional, "Number of the step."},
          {"state", ArgumentKind::kRequired, "What became of it.", {"done", "failed"}},
          {"evidence", ArgumentKind::kRequired, "What shows it."}},
         RollbackStep},
        {"rollback finish",
         "Ends a rollback; exits 0 only for succeeded.",
         {release, rollback, {"outcome", ArgumentKind::kRequired, "How it ended.", {"succeeded", "failed"}}, reason},
         RollbackFinish},
        {"rollback show", "Shows a rollback with its steps.", {release, rollback}, RollbackShow},
        {"rollback list", "Lists the rollbacks of a release.", {release}, RollbackList},
        {"rollback evaluations",
         "Lists the rollback evaluations that SEV-1 incidents opened.",
         {release},
         EvaluationList},
        {"rollback evaluate",
         "Decides a rollback evaluation.",
         {release,
          {"evaluation", ArgumentKind::kPositional, "Id of the evaluation."},
          {"decision", ArgumentKind::kRequired, "The decision.", {"roll_back", "continue"}},
          reason},
         EvaluationDecide},
    };
}

}  // namespace cli
