// portcullis audit ..., rule ...: what an auditor uses; verification works offline, with the public key alone.

#include <fstream>
#include <iostream>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/wire/audit_chain.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace cli {
namespace {

QueryList AuditFilters(const Arguments& arguments) {
    QueryList query;
    for (const char* filter : {"actor", "action", "release", "tenant", "outcome", "since", "until"}) {
        if (const auto value = arguments.Optional(filter)) {
            query.emplace_back(filter, *value);
        }
    }
    return query;
}

ExitCode AuditList(Shell& shell, const Arguments& arguments) {
    shell.Out().List(shell.Api().GetAll("/v1/audit", AuditFilters(arguments)), {{"seq", "/seq"},
                                                                                {"at", "/at"},
                                                                                {"who", "/actor"},
                                                                                {"what", "/action"},
                                                                                {"outcome", "/outcome"},
                                                                                {"release", "/release"},
                                                                                {"tenant", "/tenant"}});
    return kExitOk;
}

ExitCode AuditExport(Shell& shell, const Arguments& arguments) {
    QueryList query;
    for (const char* filter : {"from", "to", "release"}) {
        if (const auto value = arguments.Optional(filter)) {
            query.emplace_back(filter, *value);
        }
    }
    const Answer answer = shell.Api().GetText("/v1/audit/export", "application/jsonl", query);
    if (const auto file = arguments.Optional("file")) {
        WriteOutput(*file, answer.text);
        shell.Out().Note("wrote " + *file + ", " + std::to_string(answer.text.size()) + " bytes");
    } else {
        shell.Out().Text(answer.text);
    }
    return kExitOk;
}

ExitCode AuditVerify(Shell& shell, const Arguments& arguments) {
    const platform::VerifyingKeys keys = ReadPublicKeys(arguments.Text("key"));
    wire::AuditReport report;
    if (arguments.Text("file") == "-") {
        report = wire::VerifyAuditExport(std::cin, keys);
    } else {
        std::ifstream in(arguments.Text("file"), std::ios::binary);
        if (!in) {
            throw Failure(kExitUsage, "cannot read " + arguments.Text("file"));
        }
        report = wire::VerifyAuditExport(in, keys);
    }
    Json problems = Json::array();
    for (const wire::AuditProblem& problem : report.problems) {
        std::cerr << "  line " << problem.line << ": " << platform::EscapeForLog(problem.message) << '\n';
        problems.push_back({{"kind", std::string(platform::EnumText(problem.kind))},
                            {"seq", problem.seq},
                            {"line", problem.line},
                            {"message", problem.message}});
    }
    Json result = {{"valid", report.valid},     {"entries", report.entries},
                   {"first", report.first_seq}, {"last", report.last_seq},
                   {"head", report.head},       {"checkpoints", report.checkpoints},
                   {"problems", problems},      {"problem_count", report.problem_count}};
    if (!report.release.empty()) {
        result["release"] = report.release;
    }
    shell.Out().One(result, {{"valid", "/valid"},
                             {"entries", "/entries"},
                             {"first", "/first"},
                             {"last", "/last"},
                             {"head", "/head"},
                             {"checkpoints", "/checkpoints"},
                             {"problems", "/problem_count"}});
    return report.valid ? kExitOk : kExitDenied;
}

ExitCode AuditKey(Shell& shell, const Arguments& arguments) {
    QueryList query;
    if (arguments.Flag("all")) {
        query.emplace_back("all", "true");
    }
    shell.Out().Text(shell.Api().GetText("/v1/keys/audit", "application/x-pem-file", query).text);
    return kExitOk;
}

ExitCode RuleList(Shell& shell, const Arguments&) {
    const Answer answer = shell.Api().Get("/v1/rules");  // the whole catalogue is one document
    shell.Out().List(answer.body.at("items"), {{"rule", "/id"},
                                               {"hard stop", "/hard_stop"},
                                               {"needed for", "/needed_for"},
                                               {"what", "/title"},
                                               {"where", "/reference"}});
    return kExitOk;
}

ExitCode RuleShow(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Get(Path({"rules", arguments.Text("rule")})).body);
    return kExitOk;
}

}  // namespace

std::vector<Command> AuditCommands() {
    return {
        {"audit list",
         "Lists audit entries.",
         {{"actor", ArgumentKind::kValue, "Only by this principal."},
          {"action", ArgumentKind::kValue, "Only this action: release.promote."},
          {"release", ArgumentKind::kValue, "Only about this release."},
          {"tenant", ArgumentKind::kValue, "Only about this tenant."},
          {"outcome", ArgumentKind::kValue, "Only with this outcome.", {"done", "refused"}},
          {"since", ArgumentKind::kValue, "Only at or after this instant."},
          {"until", ArgumentKind::kValue, "Only before this instant."}},
         AuditList},
        {"audit export",
         "Exports the audit chain with signed checkpoints, as JSON Lines.",
         {{"from", ArgumentKind::kValue, "First entry's number."},
          {"to", ArgumentKind::kValue, "Last entry's number."},
          {"release", ArgumentKind::kValue, "Only the slice of this release."},
          {"file", ArgumentKind::kValue, "Write it to this file."}},
         AuditExport},
        {"audit verify",
         "Checks an export offline; exits 0 only when nothing was changed, removed, reordered or cut off.",
         {{"file", ArgumentKind::kPositional, "The export; - is standard input."},
          {"key", ArgumentKind::kRequired, "Public key of the controller (PEM)."}},
         AuditVerify},
        {"audit key",
         "Prints the controller's public key.",
         {{"all", ArgumentKind::kFlag, "Earlier keys of this controller too, the current one first."}},
         AuditKey},
        {"rule list", "Lists the rule catalogue.", {}, RuleList},
        {"rule show", "Shows one rule.", {{"rule", ArgumentKind::kPositional, "Id of the rule: HST-4."}}, RuleShow},
    };
}

}  // namespace cli
