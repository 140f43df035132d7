// portcullis incident ..., freeze ...

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"

namespace cli {
namespace {

const std::vector<Column> kIncidentColumns = {{"incident", "/id"},
                                              {"severity", "/severity"},
                                              {"state", "/state"},
                                              {"opened at", "/opened_at"},
                                              {"acknowledge by", "/acknowledge_by"},
                                              {"contain by", "/contain_by"},
                                              {"breaches", "/breaches"},
                                              {"title", "/title"}};

const std::vector<Column> kFreezeColumns = {{"freeze", "/id"},     {"scope", "/scope"},     {"channel", "/channel"},
                                            {"tenant", "/tenant"}, {"in force", "/active"}, {"zone", "/zone"},
                                            {"starts", "/starts"}, {"ends", "/ends"},       {"again", "/recurrence"},
                                            {"reason", "/reason"}};

ExitCode IncidentOpen(Shell& shell, const Arguments& arguments) {
    Json body = {{"title", arguments.Text("title")}, {"severity", arguments.Text("severity")}};
    arguments.Into(body, "description");
    Json concerns = Json::object();
    for (const char* kind : {"release", "tenant", "instance", "rollout"}) {
        if (const auto& ids = arguments.List(kind); !ids.empty()) {
            concerns[std::string(kind) + "s"] = ids;
        }
    }
    body["concerns"] = concerns;
    shell.Out().One(shell.Api().Post("/v1/incidents", body).body, kIncidentColumns);
    return kExitOk;
}

ExitCode IncidentList(Shell& shell, const Arguments& arguments) {
    QueryList query;
    for (const char* filter : {"state", "severity", "release", "tenant", "instance", "rollout"}) {
        if (const auto value = arguments.Optional(filter)) {
            query.emplace_back(filter, *value);
        }
    }
    for (const char* filter : {"open", "breached"}) {
        if (arguments.Flag(filter)) {
            query.emplace_back(filter, "true");
        }
    }
    shell.Out().List(shell.Api().GetAll("/v1/incidents", query), kIncidentColumns);
    return kExitOk;
}

ExitCode IncidentShow(Shell& shell, const Arguments& arguments) {
    const Json incident = shell.Api().Get(Path({"incidents", arguments.Text("incident")})).body;
    shell.Out().One(incident, kIncidentColumns);
    if (shell.Out().Form() == OutputForm::kTable || shell.Out().Form() == OutputForm::kMarkdown) {
        shell.Out().Text("");
        shell.Out().List(incident.value("events", Json::array()),
                         {{"at", "/at"}, {"who", "/actor"}, {"what", "/kind"}, {"detail", "/detail"}});
    }
    return kExitOk;
}

/// Every change of an incident goes over the version that was there when the command began.
ExitCode ChangeIncident(Shell& shell, const Arguments& arguments, const char* verb, const Json& body) {
    const std::string path = Path({"incidents", arguments.Text("incident")});
    CallOptions options;
    options.if_match = shell.Api().Get(path).etag;
    shell.Out().One(shell.Api().Post(path + "/" + verb, body, options).body, kIncidentColumns);
    return kExitOk;
}

ExitCode IncidentAcknowledge(Shell& shell, const Arguments& arguments) {
    Json body = Json::object();
    arguments.Into(body, "note");
    return ChangeIncident(shell, arguments, "acknowledge", body);
}

ExitCode IncidentContain(Shell& shell, const Arguments& arguments) {
    Json body = Json::object();
    arguments.Into(body, "note");
    return ChangeIncident(shell, arguments, "contain", body);
}

ExitCode IncidentResolve(Shell& shell, const Arguments& arguments) {
    return ChangeIncident(shell, arguments, "resolve",
                          {{"resolution", arguments.Text("resolution")}, {"evidence", arguments.Text("evidence")}});
}

ExitCode IncidentSeverity(Shell& shell, const Arguments& arguments) {
    Json body = {{"severity", arguments.Text("severity")}, {"reason", arguments.Text("reason")}};
    arguments.Into(body, "evidence");
    return ChangeIncident(shell, arguments, "severity", body);
}

ExitCode IncidentNote(Shell& shell, const Arguments& arguments) {
    return ChangeIncident(shell, arguments, "notes", {{"note", arguments.Text("note")}});
}

ExitCode FreezeAdd(Shell& shell, const Arguments& arguments) {
    Json body = {{"scope", arguments.Text("scope")},
                 {"zone", arguments.Text("zone")},
                 {"starts", arguments.Text("starts")},
                 {"ends", arguments.Text("ends")},
                 {"reason", arguments.Text("reason")}};
    for (const char* field : {"channel", "tenant", "recurrence", "until"}) {
        arguments.Into(body, field);
    }
    shell.Out().One(shell.Api().Post("/v1/freezes", body).body, kFreezeColumns);
    return kExitOk;
}

ExitCode FreezeList(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/freezes"), kFreezeColumns);
    return kExitOk;
}

ExitCode FreezeCancel(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"freezes", arguments.Text("freeze")});
    CallOptions options;
    options.if_match = shell.Api().Get(path).etag;
    shell.Out().One(shell.Api().Post(path + ":cancel", {{"reason", arguments.Text("reason")}}, options).body,
                    kFreezeColumns);
    return kExitOk;
}

}  // namespace

std::vector<Command> IncidentCommands() {
    const Argument incident = {"incident", ArgumentKind::kPositional, "Id of the incident."};
    const Argument reason = {"reason", ArgumentKind::kRequired, "Why; kept in the record."};
    const Argument note = {"note", ArgumentKind::kValue, "Kept with it."};
    return {
        {"incident open",
         "Opens an incident; anyone may.",
         {{"title", ArgumentKind::kRequired, "What is wrong."},
          {"severity", ArgumentKind::kRequired, "SEV-1 to SEV-4, or P1 to P4."},
          {"description", ArgumentKind::kValue, "More about it."},
          {"release", ArgumentKind::kList, "Release it concerns."},
          {"tenant", ArgumentKind::kList, "Tenant it concerns."},
          {"instance", ArgumentKind::kList, "Instance it concerns."},
          {"rollout", ArgumentKind::kList, "Rollout it concerns."}},
         IncidentOpen},
        {"incident list",
         "Lists incidents with their response clocks.",
         {{"state", ArgumentKind::kValue, "Only in this state.", {"open", "acknowledged", "contained", "resolved"}},
          {"severity", ArgumentKind::kValue, "Only of this severity."},
          {"release", ArgumentKind::kValue, "Only those of this release."},
          {"tenant", ArgumentKind::kValue, "Only those of this tenant."},
          {"instance", ArgumentKind::kValue, "Only those of this instance."},
          {"rollout", ArgumentKind::kValue, "Only those of this rollout."},
          {"open", ArgumentKind::kFlag, "Only those that are not resolved."},
          {"breached", ArgumentKind::kFlag, "Only those with a breach of a response clock on record."}},
         IncidentList},
        {"incident show", "Shows an incident with everything that happened.", {incident}, IncidentShow},
        {"incident acknowledge", "Says that somebody works on it.", {incident, note}, IncidentAcknowledge},
        {"incident contain", "Says that it does no more harm.", {incident, note}, IncidentContain},
        {"incident resolve",
         "Ends an incident, with evidence.",
         {incident,
          {"resolution", ArgumentKind::kRequired, "How it was resolved."},
          {"evidence", ArgumentKind::kRequired, "What shows it."}},
         IncidentResolve},
        {"incident severity",
         "Changes the severity; lowering it needs evidence.",
         {incident,
          {"severity", ArgumentKind::kRequired, "SEV-1 to SEV-4, or P1 to P4."},
          reason,
          {"evidence", ArgumentKind::kValue, "What shows that it is less severe."}},
         IncidentSeverity},
        {"incident note", "Adds a note.", {incident, {"note", ArgumentKind::kRequired, "The note."}}, IncidentNote},
        {"freeze add",
         "Adds a freeze window: no promotion while it is in force.",
         {{"scope", ArgumentKind::kRequired, "What is frozen.", {"global", "channel", "tenant"}},
          {"channel", ArgumentKind::kValue, "Channel, for scope channel.", kChannels},
          {"tenant", ArgumentKind::kValue, "Tenant, for scope tenant."},
          {"zone", ArgumentKind::kValue, "Time zone of the times.", {}, "UTC"},
          {"starts", ArgumentKind::kRequired, "Local time: 2025-12-20T18:00:00."},
          {"ends", ArgumentKind::kRequired, "Local time: 2026-01-05T08:00:00."},
          {"recurrence", ArgumentKind::kValue, "Whether it comes again.", {"none", "weekly", "yearly"}},
          {"until", ArgumentKind::kValue, "Last day it comes again: 2026-12-31."},
          reason},
         FreezeAdd},
        {"freeze list", "Lists freeze windows.", {}, FreezeList},
        {"freeze cancel",
         "Cancels a freeze window.",
         {{"freeze", ArgumentKind::kPositional, "Id of the freeze."}, reason},
         FreezeCancel},
    };
}

}  // namespace cli
