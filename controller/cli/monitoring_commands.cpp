// portcullis alerts, portcullis monitoring ...

#include "controller/cli/command.hpp"

namespace cli {
namespace {

const std::vector<Column> kAlertColumns = {
    {"alert", "/id"},    {"severity", "/severity"}, {"trigger", "/trigger"}, {"instance", "/instance"},
    {"state", "/state"}, {"since", "/opened_at"},   {"what", "/detail"}};
const std::vector<Column> kOneAlertColumns = {{"alert", "/id"},
                                              {"severity", "/severity"},
                                              {"trigger", "/trigger"},
                                              {"instance", "/instance"},
                                              {"state", "/state"},
                                              {"since", "/opened_at"},
                                              {"ended at", "/resolved_at"},
                                              {"what", "/detail"},
                                              {"follows", "/consequence"},
                                              {"kill", "/operation"},
                                              {"incident", "/incident"},
                                              {"evidence", "/evidence"}};
const std::vector<Column> kMonitoredColumns = {{"instance", "/instance"},         {"alerts", "/alerts"},
                                               {"measured at", "/last/ended_at"}, {"requests", "/last/requests"},
                                               {"denied", "/last/denied"},        {"failed", "/last/failed"},
                                               {"p95 s", "/last/p95_seconds"},    {"isolation", "/canary/outcome"},
                                               {"tried at", "/canary/tried_at"}};
const std::vector<Column> kBaselineColumns = {
    {"baseline", "/id"},       {"since", "/since"},    {"until", "/until"},  {"instances", "/instances"},
    {"requests", "/requests"}, {"by", "/recorded_by"}, {"reason", "/reason"}};

ExitCode Alerts(Shell& shell, const Arguments& arguments) {
    QueryList query;
    if (arguments.Flag("all")) {
        query.emplace_back("standing", "false");
    }
    for (const char* filter : {"severity", "instance"}) {
        if (const auto value = arguments.Optional(filter)) {
            query.emplace_back(filter, *value);
        }
    }
    shell.Out().List(shell.Api().GetAll("/v1/alerts", query), kAlertColumns);
    return kExitOk;
}

ExitCode AlertShow(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Get(Path({"alerts", arguments.Text("alert")})).body, kOneAlertColumns);
    return kExitOk;
}

ExitCode MonitoringList(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/monitoring/instances"), kMonitoredColumns);
    return kExitOk;
}

ExitCode BaselineRecord(Shell& shell, const Arguments& arguments) {
    Json body = {{"reason", arguments.Text("reason")}};
    arguments.Into(body, "span");
    shell.Out().One(shell.Api().Post("/v1/monitoring/baselines", body).body, kBaselineColumns);
    return kExitOk;
}

ExitCode BaselineList(Shell& shell, const Arguments&) {
    shell.Out().List(shell.Api().GetAll("/v1/monitoring/baselines"), kBaselineColumns);
    return kExitOk;
}

}  // namespace

std::vector<Command> MonitoringCommands() {
    return {
        {"alerts",
         "Lists alerts that stand, newest first.",
         {{"all", ArgumentKind::kFlag, "Also those that are over."},
          {"severity", ArgumentKind::kValue, "Only of this severity.", {"info", "warning", "critical"}},
          {"instance", ArgumentKind::kValue, "Only of this instance."}},
         Alerts},
        {"alert show",
         "Shows an alert with its evidence.",
         {{"alert", ArgumentKind::kPositional, "Id of the alert."}},
         AlertShow},
        {"monitoring list", "Lists monitored instances: what each did, what its canaries saw.", {}, MonitoringList},
        {"monitoring baseline",
         "Says that what was measured lately is well; bands are held against it.",
         {{"reason", ArgumentKind::kRequired, "Why it is."},
          {"span", ArgumentKind::kValue, "Of the last windows: 1h without, from 5m to 30d."}},
         BaselineRecord},
        {"monitoring baselines", "Lists baselines, newest first.", {}, BaselineList},
    };
}

}  // namespace cli
