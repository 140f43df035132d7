// portcullis communication ...

#include <utility>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"

namespace cli {
namespace {

const std::vector<Column> kCommunicationColumns = {{"entry", "/n"},
                                                   {"who", "/who"},
                                                   {"what", "/text"},
                                                   {"state", "/state"},
                                                   {"stage", "/stage"},
                                                   {"due at", "/due_at"},
                                                   {"sent at", "/sent_at"},
                                                   {"recorded by", "/recorded_by"},
                                                   {"recorded at", "/recorded_at"},
                                                   {"note", "/note"}};

/// The resource whose plan is meant: the incident or the rollout that is named, one of them.
std::pair<std::string, std::string> OwnerOfPlan(const Arguments& arguments) {
    const auto incident = arguments.Optional("incident");
    const auto rollout = arguments.Optional("rollout");
    if (incident.has_value() == rollout.has_value()) {
        throw Failure(kExitUsage, "it is not said whose plan is meant",
                      "Give --incident or --rollout, one of them, with its id.");
    }
    return incident ? std::pair("incidents", *incident) : std::pair("rollouts", *rollout);
}

std::string PlanPath(const Arguments& arguments) {
    const auto [kind, id] = OwnerOfPlan(arguments);
    return Path({kind, id, "communications"});
}

ExitCode CommunicationPlan(Shell& shell, const Arguments& arguments) {
    Json body = {{"who", arguments.Text("who")}, {"text", arguments.Text("text")}};
    arguments.Into(body, "when");
    arguments.Into(body, "at");
    if (const auto stage = arguments.Optional("stage")) {
        body["stage"] = stage->front() - '0';  // one of the choices
    }
    shell.Out().One(shell.Api().Post(PlanPath(arguments), body).body, kCommunicationColumns);
    return kExitOk;
}

ExitCode CommunicationList(Shell& shell, const Arguments& arguments) {
    shell.Out().List(shell.Api().GetAll(PlanPath(arguments)), kCommunicationColumns);
    return kExitOk;
}

ExitCode CommunicationRecord(Shell& shell, const Arguments& arguments) {
    const auto [kind, id] = OwnerOfPlan(arguments);
    const std::string path = Path({kind, id, "communications", arguments.Text("entry") + ":record"});
    const Json body = {{"outcome", arguments.Text("outcome")}, {"note", arguments.Text("note")}};
    shell.Out().One(shell.Api().Post(path, body).body, kCommunicationColumns);
    return kExitOk;
}

}  // namespace

std::vector<Command> CommunicationCommands() {
    const Argument incident = {"incident", ArgumentKind::kValue, "The incident whose plan it is."};
    const Argument rollout = {"rollout", ArgumentKind::kValue, "The rollout whose plan it is."};
    return {
        {"communication plan",
         "Plans whom to tell of an incident or a rollout; subscribers are sent it when it is due.",
         {incident,
          rollout,
          {"who", ArgumentKind::kRequired, "Whom to tell."},
          {"text", ArgumentKind::kRequired, "What to tell them."},
          {"when", ArgumentKind::kValue, "\"immediately\", or \"within 2h\" of the opening or of the stage."},
          {"at", ArgumentKind::kValue, "Or an instant: 2025-01-14T09:00:00Z."},
          {"stage", ArgumentKind::kValue, "Stage of the rollout that it counts from.", {"0", "1", "2", "3"}}},
         CommunicationPlan},
        {"communication list", "Lists the entries of a plan.", {incident, rollout}, CommunicationList},
        {"communication record",
         "Says that they were told, or that it was not needed.",
         {incident,
          rollout,
          {"entry", ArgumentKind::kPositional, "Number of the entry."},
          {"outcome", ArgumentKind::kValue, "What came of it.", {"told", "not_needed"}, "told"},
          {"note", ArgumentKind::kRequired, "What shows it."}},
         CommunicationRecord},
    };
}

}  // namespace cli
