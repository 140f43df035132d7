// portcullis release ..., approve, approval ..., promote, archive ..., clock ...

#include <algorithm>
#include <iostream>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/wire/archive.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace cli {
namespace {

const std::vector<Column> kReleaseColumns = {
    {"release", "/id"},          {"class", "/classification"}, {"channel", "/channel"},    {"status", "/status"},
    {"stay left", "/stay/left"}, {"next", "/next/to"},         {"verdict", "/next/state"}, {"title", "/title"}};

const std::vector<Column> kReleaseFields = {{"release", "/id"},
                                            {"title", "/title"},
                                            {"class", "/classification"},
                                            {"channel", "/channel"},
                                            {"status", "/status"},
                                            {"revision", "/revision"},
                                            {"content hash", "/content_hash"},
                                            {"in channel since", "/channel_entered_at"},
                                            {"stay since", "/stay/since"},
                                            {"stay needed", "/stay/required"},
                                            {"stay ends", "/stay/ends_at"},
                                            {"stay left", "/stay/left"},
                                            {"next channel", "/next/to"},
                                            {"next verdict", "/next/state"},
                                            {"findings", "/next/findings_count"},
                                            {"plan revision", "/plan_revision"},
                                            {"submitted by", "/created_by"},
                                            {"submitted at", "/created_at"}};

ExitCode ReleaseList(Shell& shell, const Arguments& arguments) {
    QueryList query;
    for (const char* filter : {"channel", "class", "status", "q"}) {
        if (const auto value = arguments.Optional(filter)) {
            query.emplace_back(filter, *value);
        }
    }
    shell.Out().List(shell.Api().GetAll("/v1/releases", query), kReleaseColumns);
    return kExitOk;
}

ExitCode ReleaseShow(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Get(Path({"releases", arguments.Text("release")})).body, kReleaseFields);
    return kExitOk;
}

ExitCode ReleaseManifest(Shell& shell, const Arguments& arguments) {
    const Json manifest = shell.Api().Get(Path({"releases", arguments.Text("release"), "manifest"})).body;
    if (shell.Out().Form() == OutputForm::kJson) {
        shell.Out().One(manifest);
    } else {
        shell.Out().Text(platform::ToYaml(manifest));
    }
    return kExitOk;
}

ExitCode ReleaseDiff(Shell& shell, const Arguments& arguments) {
    QueryList query;
    if (const auto against = arguments.Optional("against")) {
        query.emplace_back("against", *against);
    }
    const Json diff =
        shell.Api()
            .Get(Path({"releases", arguments.Text("release"), "revisions", arguments.Text("revision"), "diff"}), query)
            .body;
    if (shell.Out().Form() == OutputForm::kJson || shell.Out().Form() == OutputForm::kYaml) {
        shell.Out().One(diff);
    } else {
        shell.Out().List(diff.value("changes", Json::array()), kChangeColumns);
    }
    return kExitOk;
}

ExitCode ReleaseRevisions(Shell& shell, const Arguments& arguments) {
    shell.Out().List(shell.Api().GetAll(Path({"releases", arguments.Text("release"), "revisions"})),
                     {{"revision", "/revision"},
                      {"class", "/classification"},
                      {"content hash", "/content_hash"},
                      {"by", "/created_by"},
                      {"at", "/created_at"}});
    return kExitOk;
}

ExitCode ReleaseWithdraw(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"releases", arguments.Text("release")});
    CallOptions options;
    options.if_match = shell.Api().Get(path).etag;
    const Answer answer = shell.Api().Post(path + ":withdraw", {{"reason", arguments.Text("reason")}}, options);
    shell.Out().One(answer.body, kReleaseFields);
    return kExitOk;
}

ExitCode ReleaseTimeline(Shell& shell, const Arguments& arguments) {
    shell.Out().List(
        shell.Api().GetAll(Path({"releases", arguments.Text("release"), "timeline"})),
        {{"at", "/at"}, {"who", "/actor"}, {"what", "/action"}, {"outcome", "/outcome"}, {"summary", "/summary"}});
    return kExitOk;
}

ExitCode ReleaseExposure(Shell& shell, const Arguments& arguments) {
    QueryList query;
    if (const auto channel = arguments.Optional("channel")) {
        query.emplace_back("channel", *channel);
    }
    const Json exposure = shell.Api().Get(Path({"releases", arguments.Text("release"), "exposure"}), query).body;
    if (shell.Out().Form() == OutputForm::kJson || shell.Out().Form() == OutputForm::kYaml) {
        shell.Out().One(exposure);
    } else {
        shell.Out().List(exposure.value("items", Json::array()), {{"tenant", "/tenant"},
                                                                  {"kind", "/kind"},
                                                                  {"receives it", "/included"},
                                                                  {"code", "/code"},
                                                                  {"why", "/reason"}});
        for (const Json& item : exposure.value("items", Json::array())) {
            if (!item.value("hosted", true)) {
                shell.Out().Note(
                    item.value("tenant", "") +
                    " is to have the flag, and no instance says that it hosts it: it is on nowhere for it.");
            }
        }
        if (const Json instances = exposure.value("instances", Json::array()); !instances.empty()) {
            shell.Out().Text("\n");
            shell.Out().List(instances, {{"instance", "/instance"},
                                         {"managed", "/managed"},
                                         {"hosts", "/hosts"},
                                         {"ordered on for", "/ordered"},
                                         {"is on for", "/on"},
                                         {"seen on for", "/seen/on"},
                                         {"differs", "/drift"}});
            for (const Json& instance : instances) {
                if (!instance.value("managed", true)) {
                    shell.Out().Note(instance.value("instance", "") +
                                     " is not managed: it runs an unmodified Pulse, which has no flags, so this one is "
                                     "never on there.");
                }
            }
        }
    }
    return kExitOk;
}

// --- approvals -------------------------------------------------------------------------------------------------------

ExitCode Approve(Shell& shell, const Arguments& arguments) {
    Json body = {{"as", arguments.Text("as")}, {"for", arguments.Text("for")}};
    arguments.Into(body, "note");
    arguments.Into(body, "content-hash", "content_hash");
    shell.Out().One(shell.Api().Post(Path({"releases", arguments.Text("release"), "approvals"}), body).body,
                    kApprovalFields);
    return kExitOk;
}

ExitCode ApprovalList(Shell& shell, const Arguments& arguments) {
    const Json approvals = shell.Api().Get(Path({"releases", arguments.Text("release"), "approvals"})).body;
    if (shell.Out().Form() == OutputForm::kJson || shell.Out().Form() == OutputForm::kYaml) {
        shell.Out().One(approvals);
        return kExitOk;
    }
    shell.Out().List(approvals.value("items", Json::array()), {{"id", "/id"},
                                                               {"for", "/scope"},
                                                               {"as", "/role"},
                                                               {"by", "/principal"},
                                                               {"state", "/state"},
                                                               {"at", "/created_at"},
                                                               {"note", "/note"}});
    shell.Out().List(approvals.value("required", Json::array()),
                     {{"needed for", "/scope"}, {"as", "/role"}, {"given by", "/principal"}});
    return kExitOk;
}

ExitCode ApprovalRevoke(Shell& shell, const Arguments& arguments) {
    shell.Out().One(
        shell.Api()
            .Post(Path({"releases", arguments.Text("release"), "approvals", arguments.Text("approval") + ":revoke"}),
                  {{"reason", arguments.Text("reason")}})
            .body);
    return kExitOk;
}

// --- archive ---------------------------------------------------------------------------------------------------------

ExitCode ArchiveExport(Shell& shell, const Arguments& arguments) {
    const Answer answer =
        shell.Api().GetText(Path({"releases", arguments.Text("release"), "archive"}), "application/x-tar");
    WriteOutput(arguments.Text("file"), answer.text);
    shell.Out().Note("wrote " + arguments.Text("file") + ", " + std::to_string(answer.text.size()) + " bytes");
    return kExitOk;
}

ExitCode ArchiveVerify(Shell& shell, const Arguments& arguments) {
    const platform::VerifyingKeys keys = ReadPublicKeys(arguments.Text("key"));
    const wire::ArchiveReport report =
        wire::VerifyArchive(ReadInput(arguments.Text("file"), wire::kLargestArchive), keys);
    Json problems = Json::array();
    for (const wire::ArchiveProblem& problem : report.problems) {
        const std::string text = (problem.path.empty() ? "" : problem.path + ": ") + problem.message;
        std::cerr << "  " << platform::EscapeForLog(text) << '\n';
        problems.push_back(text);
    }
    Json result = {
        {"valid", report.valid}, {"release", report.release}, {"files", report.files.size()}, {"problems", problems}};
    shell.Out().One(result, {{"valid", "/valid"}, {"release", "/release"}, {"files", "/files"}});
    return report.valid ? kExitOk : kExitDenied;
}

// --- clock -----------------------------------------------------------------------------------------------------------

ExitCode ClockShow(Shell& shell, const Arguments&) {
    shell.Out().One(shell.Api().Get("/v1/clock").body);
    return kExitOk;
}

ExitCode ClockAdvance(Shell& shell, const Arguments& arguments) {
    Json body = Json::object();
    arguments.Into(body, "by");
    arguments.Into(body, "to");
    shell.Out().One(shell.Api().Post("/v1/clock/advance", body).body);
    return kExitOk;
}

const Argument kRelease = {"release", ArgumentKind::kPositional, "Id of the release."};
const Argument kReason = {"reason", ArgumentKind::kRequired, "Why; kept in the record."};

}  // namespace

std::vector<Command> ReleaseCommands() {
    return {
        {"release list",
         "Lists releases with channel, time left and the next gate's verdict.",
         {{"channel", ArgumentKind::kValue, "Only in this channel.", {"dev", "experimental", "candidate", "stable"}},
          {"class", ArgumentKind::kValue, "Only of this class.", {"ui_only", "workflow", "capability", "mechanism"}},
          {"status", ArgumentKind::kValue, "Only with this status."},
          {"q", ArgumentKind::kValue, "Only with this text in id or title."}},
         ReleaseList},
        {"release show", "Shows one release.", {kRelease}, ReleaseShow},
        {"release manifest", "Prints the current manifest.", {kRelease}, ReleaseManifest},
        {"release revisions", "Lists the revisions of the manifest.", {kRelease}, ReleaseRevisions},
        {"release diff",
         "Shows what a revision changed.",
         {kRelease,
          {"revision", ArgumentKind::kPositional, "Number of the revision."},
          {"against", ArgumentKind::kValue, "Compare with this revision instead of the one before."}},
         ReleaseDiff},
        {"release withdraw", "Withdraws a release for good.", {kRelease, kReason}, ReleaseWithdraw},
        {"release timeline", "Lists everything that happened to a release.", {kRelease}, ReleaseTimeline},
        {"release exposure",
         "Lists which tenants receive a release, with the reason for each.",
         {kRelease,
          {"channel",
           ArgumentKind::kValue,
           "As if the release were in this channel.",
           {"dev", "experimental", "candidate", "stable"}}},
         ReleaseExposure},
        {"approve",
         "Gives an approval as a role you hold.",
         {kRelease,
          {"as", ArgumentKind::kRequired, "Role of the slot.", kApproverRoles},
          {"for",
           ArgumentKind::kValue,
           "What is approved.",
           {"class", "class_floor", "plan", "experimental", "candidate", "stable"},
           "class"},
          {"note", ArgumentKind::kValue, "Kept with the approval."},
          {"content-hash", ArgumentKind::kValue, "Refuse when this is not the content's hash any more."}},
         Approve},
        {"approval list", "Lists approvals given and still needed.", {kRelease}, ApprovalList},
        {"approval revoke",
         "Takes an approval back.",
         {kRelease, {"approval", ArgumentKind::kPositional, "Id of the approval."}, kReason},
         ApprovalRevoke},
        {"archive export",
         "Writes a release's archive bundle.",
         {kRelease, {"file", ArgumentKind::kRequired, "Where to write the bundle (.tar)."}},
         ArchiveExport},
        {"archive verify",
         "Checks an archive bundle offline.",
         {{"file", ArgumentKind::kPositional, "The bundle."},
          {"key", ArgumentKind::kRequired, "Public key of the controller (PEM)."}},
         ArchiveVerify},
        {"clock show", "Shows the time that rules use.", {}, ClockShow},
        {"clock advance",
         "Moves a simulated clock forward.",
         {{"by", ArgumentKind::kValue, "A span: 7d."}, {"to", ArgumentKind::kValue, "An instant."}},
         ClockAdvance},
    };
}

}  // namespace cli
