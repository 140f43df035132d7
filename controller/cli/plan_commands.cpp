// portcullis plan ...

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"

namespace cli {
namespace {

ExitCode PlanSet(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"releases", arguments.Text("release"), "exposure-plan"});
    Json plan = ReadDocument(arguments.Text("file"));
    if (plan.is_object() && plan.contains("exposure_plan")) {
        plan = plan["exposure_plan"];
    }
    const auto found = shell.Api().Find(path);
    CallOptions options;
    // The first plan is a change of the release, so its version is what the change is made for.
    options.if_match = found ? found->etag : shell.Api().Get(Path({"releases", arguments.Text("release")})).etag;
    shell.Out().One(shell.Api().Put(path, plan, options).body,
                    {{"revision", "/revision"}, {"content hash", "/content_hash"}, {"approved", "/approved"}});
    return kExitOk;
}

ExitCode PlanShow(Shell& shell, const Arguments& arguments) {
    const Json plan = shell.Api().Get(Path({"releases", arguments.Text("release"), "exposure-plan"})).body;
    if (shell.Out().Form() == OutputForm::kJson) {
        shell.Out().One(plan);
    } else {
        shell.Out().Text(platform::ToYaml(plan));
    }
    return kExitOk;
}

/// Approves the revision the person has seen: the hash goes along, so a plan changed meanwhile is refused.
ExitCode PlanApprove(Shell& shell, const Arguments& arguments) {
    const Json plan = shell.Api().Get(Path({"releases", arguments.Text("release"), "exposure-plan"})).body;
    const std::string hash = arguments.Optional("content-hash").value_or(plan.value("content_hash", ""));
    Json body = {{"as", arguments.Text("as")}, {"for", "plan"}, {"content_hash", hash}};
    arguments.Into(body, "note");
    shell.Out().One(shell.Api().Post(Path({"releases", arguments.Text("release"), "approvals"}), body).body,
                    kApprovalFields);
    return kExitOk;
}

}  // namespace

std::vector<Command> PlanCommands() {
    const Argument release = {"release", ArgumentKind::kPositional, "Id of the release."};
    return {
        {"plan set",
         "Sets the exposure plan of a release.",
         {release, {"file", ArgumentKind::kRequired, "YAML or JSON file; - is standard input."}},
         PlanSet},
        {"plan show", "Shows the exposure plan and its approval.", {release}, PlanShow},
        {"plan approve",
         "Approves the exposure plan.",
         {release,
          {"as", ArgumentKind::kValue, "Role of the slot.", {"dev_lead"}, "dev_lead"},
          {"content-hash", ArgumentKind::kValue, "Hash of the plan you have read; the current one unless given."},
          {"note", ArgumentKind::kValue, "Kept with the approval."}},
         PlanApprove},
    };
}

}  // namespace cli
