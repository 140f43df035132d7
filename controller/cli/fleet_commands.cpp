// portcullis fleet ...

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "platform/base/files.hpp"

namespace cli {
namespace {

constexpr mode_t kOwnerOnly = 0600;

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
                                             {"says: unmodified Pulse, no flags", "/state/agent"},
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

bool IsLetIn(Shell& shell, const std::string& instance) {
    const auto there = shell.Api().Find(Path({"instances", instance}));
    return there && there->body.value("has_credential", false);
}

ExitCode FleetEnrol(Shell& shell, const Arguments& arguments) {
    const bool taken = IsLetIn(shell, arguments.Text("instance"));
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
    if (taken) {
        shell.Out().Note("There is an instance " + arguments.Text("instance") +
                         " already. Who comes with this token takes its place: a process that has the name now is out "
                         "of the fleet from then on, keeps doing what it was told last, and no kill reaches it. Give "
                         "another instance another name.");
    }
    return kExitOk;
}

ExitCode InstanceAct(Shell& shell, const Arguments& arguments, const char* verb) {
    const std::string path = Path({"instances", arguments.Text("instance")}) + ":" + verb;
    shell.Out().One(shell.Api().Post(path, {{"reason", arguments.Text("reason")}}).body, kInstanceFields);
    return kExitOk;
}

}  // namespace

std::vector<Command> FleetCommands() {
    const Argument instance = {"instance", ArgumentKind::kPositional, "Name of the instance."};
    const Argument reason = {"reason", ArgumentKind::kRequired, "Why; kept in the record."};
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
        {"fleet rotate-credential",
         "Asks an instance to make itself a new credential; the old one is good until that has been used.",
         {instance, reason},
         [](Shell& shell, const Arguments& arguments) { return InstanceAct(shell, arguments, "rotate-credential"); }},
        {"fleet retire",
         "Takes an instance out of the fleet.",
         {instance, reason},
         [](Shell& shell, const Arguments& arguments) { return InstanceAct(shell, arguments, "retire"); }},
    };
}

}  // namespace cli
