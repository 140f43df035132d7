// portcullis rollout ...

#include <charconv>
#include <utility>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"

namespace cli {
namespace {

const std::vector<Column> kRolloutFields = {{"rollout", "/id"},
                                            {"title", "/title"},
                                            {"state", "/state"},
                                            {"stage", "/stage"},
                                            {"since", "/stage_entered_at"},
                                            {"flag", "/flag"},
                                            {"owner", "/owner"},
                                            {"last updated", "/last_updated"},
                                            {"closed by", "/closed_by"},
                                            {"closed at", "/closed_at"},
                                            {"because", "/close_reason"}};

bool IsForPeople(const Shell& shell) {
    return shell.Out().Form() == OutputForm::kTable || shell.Out().Form() == OutputForm::kMarkdown;
}

void PrintParts(const Shell& shell, const Json& items, const std::vector<Column>& columns) {
    if (!items.empty()) {
        shell.Out().Text("");
        shell.Out().List(items, columns);
    }
}

/// The parts of all stages in one list, each with the number of its stage.
Json OfStages(const Json& rollout, const char* part) {
    Json all = Json::array();
    for (const Json& stage : rollout.value("stages", Json::array())) {
        for (Json item : stage.value(part, Json::array())) {
            item["stage"] = stage.value("stage", 0);
            all.push_back(std::move(item));
        }
    }
    return all;
}

void PrintRollout(const Shell& shell, const Json& rollout) {
    shell.Out().One(rollout, kRolloutFields);
    if (!IsForPeople(shell)) {
        return;
    }
    PrintParts(shell, rollout.value("stages", Json::array()),
               {{"stage", "/stage"},
                {"cap", "/cap"},
                {"soak hours", "/soak_hours"},
                {"organizations", "/organizations"},
                {"release", "/release"},
                {"channel", "/channel"},
                {"programme", "/programme"},
                {"entered at", "/entered_at"},
                {"left at", "/left_at"}});
    PrintParts(shell, OfStages(rollout, "metrics"),
               {{"stage", "/stage"},
                {"metric", "/key"},
                {"", "/comparison"},
                {"limit", "/threshold"},
                {"is", "/value"},
                {"state", "/state"},
                {"measured at", "/measured_at"}});
    PrintParts(shell, OfStages(rollout, "checkpoints"),
               {{"stage", "/stage"},
                {"checkpoint", "/checkpoint"},
                {"title", "/title"},
                {"owner", "/owner"},
                {"due", "/due_at"},
                {"state", "/state"},
                {"by", "/completed_by"}});
    PrintParts(shell, rollout.value("risks", Json::array()),
               {{"risk", "/id"},
                {"severity", "/severity"},
                {"title", "/title"},
                {"owner", "/owner"},
                {"resolved by", "/resolved_by"}});
    PrintParts(shell, rollout.value("evaluations", Json::array()),
               {{"evaluation", "/id"},
                {"stage", "/stage"},
                {"trigger", "/trigger"},
                {"opened by", "/opened_by"},
                {"decision", "/decision"},
                {"by", "/decided_by"}});
}

std::int64_t WholeNumber(const Arguments& arguments, const std::string& name) {
    const std::string& text = arguments.Text(name);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0) {
        throw Failure(kExitUsage, name + " '" + text + "' is no number");
    }
    return number;
}

std::string RolloutPath(const Arguments& arguments) {
    return Path({"rollouts", arguments.Text("rollout")});
}

ExitCode PostRollout(Shell& shell, const Arguments& arguments, const std::string& rest, const Json& body) {
    PrintRollout(shell, shell.Api().Post(RolloutPath(arguments) + rest, body).body);
    return kExitOk;
}

/// Every change goes over the version that was there when the command began.
ExitCode ChangeRollout(Shell& shell, const Arguments& arguments, const std::string& rest, const Json& body) {
    CallOptions options;
    options.if_match = shell.Api().Get(RolloutPath(arguments)).etag;
    PrintRollout(shell, shell.Api().Post(RolloutPath(arguments) + rest, body, options).body);
    return kExitOk;
}

ExitCode RolloutCreate(Shell& shell, const Arguments& arguments) {
    PrintRollout(shell, shell.Api().Post("/v1/rollouts", ReadDocument(arguments.Text("file"))).body);
    return kExitOk;
}

ExitCode RolloutList(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/rollouts"), kRolloutFields);
    return kExitOk;
}

ExitCode RolloutShow(Shell& shell, const Arguments& arguments) {
    PrintRollout(shell, shell.Api().Get(RolloutPath(arguments)).body);
    return kExitOk;
}

ExitCode RolloutPlan(Shell& shell, const Arguments& arguments) {
    CallOptions options;
    options.if_match = shell.Api().Get(RolloutPath(arguments)).etag;
    const std::string path = RolloutPath(arguments) + "/stages/" + std::to_string(WholeNumber(arguments, "stage"));
    PrintRollout(shell, shell.Api().Put(path, ReadDocument(arguments.Text("file")), options).body);
    return kExitOk;
}

ExitCode RolloutGate(Shell& shell, const Arguments& arguments) {
    const Json verdict =
        shell.Api().Get(RolloutPath(arguments) + "/gates/" + std::to_string(WholeNumber(arguments, "stage"))).body;
    const std::string state = verdict.value("state", "indeterminate");
    if (IsForPeople(shell)) {
        shell.Out().Text(verdict.value("rollout", "") + " into stage " + arguments.Text("stage") + ": " + state);
        shell.Out().Findings(verdict.value("findings", Json::array()));
    } else {
        shell.Out().One(verdict);
    }
    if (state == "allow") {
        return kExitOk;
    }
    return state == "deny" ? kExitDenied : state == "pending" ? kExitPending : kExitUnavailable;
}

ExitCode RolloutAdvance(Shell& shell, const Arguments& arguments) {
    return ChangeRollout(shell, arguments, ":advance",
                         {{"to", WholeNumber(arguments, "to")}, {"reason", arguments.Text("reason")}});
}

ExitCode RolloutReverse(Shell& shell, const Arguments& arguments) {
    return PostRollout(shell, arguments, ":reverse", {{"reason", arguments.Text("reason")}});
}

ExitCode RolloutEnd(Shell& shell, const Arguments& arguments) {
    return ChangeRollout(shell, arguments, ":end", {{"reason", arguments.Text("reason")}});
}

ExitCode RolloutCheckpoint(Shell& shell, const Arguments& arguments) {
    return ChangeRollout(shell, arguments, "/checkpoints",
                         {{"checkpoint", WholeNumber(arguments, "checkpoint")}, {"note", arguments.Text("note")}});
}

ExitCode RolloutMeasure(Shell& shell, const Arguments& arguments) {
    Json body = {{"stage", WholeNumber(arguments, "stage")}, {"metric", arguments.Text("metric")}};
    if (const auto value = arguments.Optional("value")) {
        double number = 0;
        const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
        if (error != std::errc() || end != value->data() + value->size()) {
            throw Failure(kExitUsage, "--value '" + *value + "' is no number");
        }
        body["value"] = number;
    }
    arguments.Into(body, "evidence");
    return PostRollout(shell, arguments, "/measurements", body);
}

ExitCode RolloutRisk(Shell& shell, const Arguments& arguments) {
    Json body = {{"title", arguments.Text("title")},
                 {"severity", arguments.Text("severity")},
                 {"owner", arguments.Text("owner")}};
    arguments.Into(body, "mitigation");
    return PostRollout(shell, arguments, "/risks", body);
}

ExitCode RolloutResolveRisk(Shell& shell, const Arguments& arguments) {
    return ChangeRollout(shell, arguments, "/" + Path({"risks", arguments.Text("risk")}).substr(4) + ":resolve",
                         {{"reason", arguments.Text("resolution")}});
}

ExitCode RolloutEvaluate(Shell& shell, const Arguments& arguments) {
    Json body = {{"trigger", arguments.Text("trigger")}};
    if (const auto evidence = arguments.Optional("evidence")) {
        body["evidence"] = {{"note", *evidence}};
    }
    return PostRollout(shell, arguments, "/evaluations", body);
}

ExitCode RolloutDecide(Shell& shell, const Arguments& arguments) {
    return ChangeRollout(shell, arguments,
                         "/" + Path({"evaluations", arguments.Text("evaluation")}).substr(4) + ":decide",
                         {{"decision", arguments.Text("decision")}, {"reason", arguments.Text("reason")}});
}

ExitCode RolloutWithdraw(Shell& shell, const Arguments& arguments) {
    return ChangeRollout(shell, arguments, "/withdrawals",
                         {{"organization", arguments.Text("organization")}, {"reason", arguments.Text("reason")}});
}

}  // namespace

std::vector<Command> RolloutCommands() {
    const Argument rollout = {"rollout", ArgumentKind::kPositional, "Id of the rollout."};
    const Argument reason = {"reason", ArgumentKind::kRequired, "Why."};
    const Argument file = {"file", ArgumentKind::kPositional, "YAML or JSON; - is standard input."};
    const std::vector<std::string> stages = {"0", "1", "2", "3"};
    return {
        {"rollout create", "Plans a staged rollout.", {file}, RolloutCreate},
        {"rollout list", "Lists rollouts.", {}, RolloutList},
        {"rollout show",
         "Shows a rollout with its stages, checkpoints, risks and evaluations.",
         {rollout},
         RolloutShow},
        {"rollout plan",
         "Says whom a stage is for, what counts as its success and what it needs, before it is entered.",
         {rollout, file, {"stage", ArgumentKind::kRequired, "The stage.", stages}},
         RolloutPlan},
        {"rollout gate",
         "Asks whether the rollout may enter a stage; exits 0 only for allow.",
         {rollout, {"stage", ArgumentKind::kRequired, "The stage.", stages}},
         RolloutGate},
        {"rollout advance",
         "Enters the next stage.",
         {rollout, {"to", ArgumentKind::kRequired, "The stage.", stages}, reason},
         RolloutAdvance},
        {"rollout reverse",
         "Takes the capability off all organizations at once, for good.",
         {rollout, reason},
         RolloutReverse},
        {"rollout end", "Ends a rollout; its organizations are taken off.", {rollout, reason}, RolloutEnd},
        {"rollout checkpoint",
         "Completes a checkpoint of the present stage.",
         {rollout,
          {"checkpoint", ArgumentKind::kPositional, "Its number."},
          {"note", ArgumentKind::kRequired, "What was found."}},
         RolloutCheckpoint},
        {"rollout measure",
         "Measures a success metric; without a value the metrics source is asked.",
         {rollout,
          {"stage", ArgumentKind::kRequired, "The stage.", stages},
          {"metric", ArgumentKind::kRequired, "The metric."},
          {"value", ArgumentKind::kValue, "The value, for a metric that has no query."},
          {"evidence", ArgumentKind::kValue, "What shows it."}},
         RolloutMeasure},
        {"rollout risk",
         "Puts a risk on the register.",
         {rollout,
          {"title", ArgumentKind::kRequired, "What may happen."},
          {"severity", ArgumentKind::kRequired, "A high one blocks until it is resolved.", {"low", "medium", "high"}},
          {"owner", ArgumentKind::kRequired, "Who takes care of it."},
          {"mitigation", ArgumentKind::kValue, "What is done about it."}},
         RolloutRisk},
        {"rollout resolve-risk",
         "Resolves a risk.",
         {rollout,
          {"risk", ArgumentKind::kPositional, "Id of the risk."},
          {"resolution", ArgumentKind::kRequired, "How."}},
         RolloutResolveRisk},
        {"rollout evaluate",
         "Asks whether the rollout may go on; it does not until somebody decides.",
         {rollout,
          {"trigger", ArgumentKind::kRequired, "What was noticed."},
          {"evidence", ArgumentKind::kValue, "What shows it."}},
         RolloutEvaluate},
        {"rollout decide",
         "Decides an evaluation.",
         {rollout,
          {"evaluation", ArgumentKind::kPositional, "Id of the evaluation."},
          {"decision", ArgumentKind::kRequired, "hold goes on blocking.", {"continue", "hold", "reverse"}},
          reason},
         RolloutDecide},
        {"rollout withdraw",
         "Takes an organization off the present stage.",
         {rollout, {"organization", ArgumentKind::kRequired, "The organization."}, reason},
         RolloutWithdraw},
    };
}

}  // namespace cli
