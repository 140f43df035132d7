// portcullis gate, promote, verify-verdict: what a pipeline calls. Only `allow` and a promotion that happened end with
// 0.

#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/known_keys.hpp"
#include "controller/wire/signed_verdict.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"

namespace cli {
namespace {

std::string VerdictState(const Json& verdict) {
    const auto state = verdict.is_object() ? verdict.find("state") : verdict.end();
    return verdict.is_object() && state != verdict.end() && state->is_string() ? state->get<std::string>() : "";
}

/// An unknown state is not a yes.
ExitCode ExitCodeOfState(const std::string& state) {
    if (state == "allow") {
        return kExitOk;
    }
    if (state == "deny") {
        return kExitDenied;
    }
    return state == "pending" ? kExitPending : kExitUnavailable;
}

void PrintVerdict(const Shell& shell, const Json& verdict) {
    if (shell.Out().Form() == OutputForm::kJson || shell.Out().Form() == OutputForm::kYaml) {
        shell.Out().One(verdict);
        return;
    }
    shell.Out().One(verdict, {{"release", "/release"},
                              {"from", "/from"},
                              {"to", "/to"},
                              {"verdict", "/state"},
                              {"not before", "/earliest"},
                              {"evaluated at", "/evaluated_at"}});
    const Json findings = verdict.value("findings", Json::array());
    if (!findings.empty()) {
        std::cout << '\n';
        shell.Out().Findings(findings);
    }
}

/// Nothing but the verdict on this very question counts: no page of a proxy, no verdict on something else.
bool IsVerdictAbout(const Json& verdict, const Arguments& arguments) {
    static const std::set<std::string> kStates = {"allow", "deny", "pending", "indeterminate"};
    return kStates.contains(VerdictState(verdict)) && verdict.value("release", Json()) == arguments.Text("release") &&
           verdict.value("to", Json()) == arguments.Text("to") &&
           verdict.value("what_if", Json(false)) == Json(arguments.Optional("what-if").has_value()) &&
           verdict.value("findings", Json()).is_array();
}

std::string GatePath(const Arguments& arguments) {
    return Path({"releases", arguments.Text("release"), "gates", arguments.Text("to")});
}

Answer AskGate(Shell& shell, const Arguments& arguments, const QueryList& query) {
    return shell.Api().TryGet(GatePath(arguments), query);
}

struct GateAnswer {
    Json verdict;
    std::string unavailable;  // why there is none
};

GateAnswer AskOnce(Shell& shell, const Arguments& arguments) {
    GateAnswer gate;
    try {
        Answer answer = AskGate(shell, arguments, {});
        if (answer.status == 200 && IsVerdictAbout(answer.body, arguments)) {
            gate.verdict = std::move(answer.body);
        } else if (answer.status == 200 || ExitCodeOf(answer) == kExitUnavailable) {
            gate.unavailable = "the answer (status " + std::to_string(answer.status) + ") holds no verdict";
        } else {
            FailWith(answer);
        }
    } catch (const Failure& failure) {
        if (failure.Code() != kExitUnavailable) {
            throw;
        }
        gate.unavailable = failure.what()[0] != '\0' ? failure.what() : "the controller could not decide";
    }
    return gate;
}

/// Asks until the verdict is one that waiting cannot change, or the time is up.
GateAnswer AskUntilDecided(Shell& shell, const Arguments& arguments) {
    const platform::Deadline deadline(arguments.Span("timeout"));
    const auto interval = arguments.Span("interval");
    const platform::Stopwatch waited;
    std::string last;
    for (;;) {
        GateAnswer gate = AskOnce(shell, arguments);
        const std::string state = VerdictState(gate.verdict);
        if (state == "allow" || state == "deny" || !arguments.Flag("wait") || deadline.Passed()) {
            return gate;
        }
        std::string progress = gate.unavailable;
        if (progress.empty()) {
            const Json findings = gate.verdict.value("findings", Json::array());
            const auto waiting = std::count_if(findings.begin(), findings.end(), [](const Json& finding) {
                return finding.is_object() && finding.value("kind", "") != "doubt";
            });
            progress = state + ", " + std::to_string(waiting) + " open";
            if (gate.verdict.contains("earliest") && gate.verdict["earliest"].is_string()) {
                progress += ", not before " + gate.verdict["earliest"].get<std::string>();
            }
        }
        if (progress != last) {
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(waited.Elapsed());
            shell.Out().Note("waiting (" + platform::FormatDuration(seconds) + "): " + progress);
            last = progress;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.Remaining());
        std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(interval, left));
    }
}

// So that what was saved can be verified without the server, and without --key. Only a service: what counts is saved.
KeyNoted NoteControllersKey(Shell& shell) {
    try {
        return NoteKey(shell.Api().GetText("/v1/keys/audit", "application/x-pem-file").text);
    } catch (const Failure&) {
        return KeyNoted::kNowhere;
    }
}

std::string Told(KeyNoted noted) {
    switch (noted) {
        case KeyNoted::kNew:
            return "noted the controller's public key in " + KnownKeysPath();
        case KeyNoted::kDiffers:
            return "the controller's public key is not among those in " + KnownKeysPath() +
                   ": was it changed on purpose? Then put it there; portcullis audit key prints it";
        case KeyNoted::kNowhere:
            return "the controller's public key could not be noted; verify-verdict will need --key";
        case KeyNoted::kKnown:
            break;
    }
    return {};
}

ExitCode Gate(Shell& shell, const Arguments& arguments) {
    GateAnswer gate;
    if (const auto what_if = arguments.Optional("what-if")) {
        gate.verdict =
            shell.Api()
                .Post(Path({"releases", arguments.Text("release"), "gates", arguments.Text("to") + ":evaluate"}),
                      ReadDocument(*what_if))
                .body;
    } else {
        gate = AskUntilDecided(shell, arguments);
    }
    if (!gate.verdict.is_null() && !IsVerdictAbout(gate.verdict, arguments)) {
        gate = {Json(), "the answer holds no verdict on this question"};
    }
    if (gate.verdict.is_null()) {
        throw Failure(kExitUnavailable, "no verdict: " + gate.unavailable, "Without a verdict the answer is stop.");
    }
    const ExitCode code = ExitCodeOfState(VerdictState(gate.verdict));
    if (const auto file = arguments.Optional("save")) {
        const Answer document = AskGate(shell, arguments, {{"signed", "true"}});
        if (document.status != 200) {
            FailWith(document);
        }
        WriteOutput(*file, document.text);
        shell.Out().Note("saved the signed verdict in " + *file);
        if (const std::string told = Told(NoteControllersKey(shell)); !told.empty()) {
            shell.Out().Note(told);
        }
        if (VerdictState(document.body) != VerdictState(gate.verdict)) {
            throw Failure(kExitUnavailable, "the verdict changed while it was saved", "Ask again.");
        }
    }
    const std::string format = arguments.Text("format");
    if (format == "plain") {
        PrintVerdict(shell, gate.verdict);
    } else {
        static const std::map<std::string, std::string> kTypes = {{"junit", "application/xml"},
                                                                  {"markdown", "text/markdown"},
                                                                  {"sarif", "application/sarif+json"},
                                                                  {"github", "text/plain"}};
        shell.Out().Text(shell.Api().GetText(GatePath(arguments), kTypes.at(format), {{"format", format}}).text);
    }
    return code;
}

ExitCode Promote(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"releases", arguments.Text("release")});
    CallOptions options;
    options.if_match = shell.Api().Get(path).etag;
    const Answer answer = shell.Api().Post(path + "/promotions", {{"to", arguments.Text("to")}}, options);
    if (answer.body.value("to", Json()) != arguments.Text("to") || answer.body.value("id", Json()).is_null()) {
        throw Failure(kExitUnavailable, "the answer does not say that the release was promoted",
                      "See portcullis release show " + arguments.Text("release") + ".");
    }
    shell.Out().One(answer.body, {{"promotion", "/id"},
                                  {"release", "/release"},
                                  {"from", "/from"},
                                  {"to", "/to"},
                                  {"by", "/promoted_by"},
                                  {"at", "/promoted_at"},
                                  {"memo", "/memo"}});
    return kExitOk;
}

/// Of a document that is genuine and in time but does not allow.
ExitCode ExitCodeOfVerdict(const wire::SignedVerdictReport& report) {
    const ExitCode code =
        report.verdict ? ExitCodeOfState(std::string(platform::EnumText(report.verdict->state))) : kExitUnavailable;
    return code == kExitOk ? kExitUnavailable : code;
}

ExitCode VerifyVerdict(Shell& shell, const Arguments& arguments) {
    const std::string document = ReadInput(arguments.Text("file"));
    const std::string key = ReadKeys(arguments.Optional("key").value_or(""));
    platform::Time at = platform::SystemNow();
    if (const auto text = arguments.Optional("at")) {
        const auto given = platform::ParseTime(*text);
        if (!given) {
            throw Failure(kExitUsage, "--at '" + *text + "' is no instant", "Write 2025-01-29T09:00:00Z.");
        }
        at = *given;
    }
    const wire::SignedVerdictReport report = wire::VerifySignedVerdict(document, key, at);
    Json result = {{"outcome", std::string(platform::EnumText(report.outcome))}, {"message", report.message}};
    if (report.verdict) {
        result["release"] = report.verdict->release;
        result["to"] = std::string(platform::EnumText(report.verdict->to));
        result["state"] = std::string(platform::EnumText(report.verdict->state));
        result["simulated_clock"] = report.verdict->simulated_clock;
    }
    if (report.expires_at) {
        result["expires_at"] = platform::FormatTime(*report.expires_at);
    }
    shell.Out().One(result);
    switch (report.outcome) {
        case wire::SignedVerdictOutcome::kValid:
            return kExitOk;
        case wire::SignedVerdictOutcome::kNotAllow:
            return ExitCodeOfVerdict(report);
        case wire::SignedVerdictOutcome::kMalformed:
            return kExitUsage;
        case wire::SignedVerdictOutcome::kWrongKey:
        case wire::SignedVerdictOutcome::kBadSignature:
        case wire::SignedVerdictOutcome::kWhatIf:
        case wire::SignedVerdictOutcome::kNotYetValid:
        case wire::SignedVerdictOutcome::kExpired:
            return kExitUnavailable;
    }
    return kExitInternal;
}

}  // namespace

std::vector<Command> GateCommands() {
    const Argument release = {"release", ArgumentKind::kPositional, "Id of the release."};
    const Argument to = {"to", ArgumentKind::kRequired, "Channel the release would enter.", kChannels};
    return {
        {"gate",
         "Asks whether a release may enter a channel; exits 0 only for allow.",
         {release,
          to,
          {"wait", ArgumentKind::kFlag, "Ask again until it is allowed or denied."},
          {"timeout", ArgumentKind::kValue, "Longest time to wait.", {}, "30m"},
          {"interval", ArgumentKind::kValue, "Time between two questions.", {}, "10s"},
          {"format",
           ArgumentKind::kValue,
           "Form of the report.",
           {"plain", "junit", "markdown", "sarif", "github"},
           "plain"},
          {"save", ArgumentKind::kValue, "Also save the signed verdict in this file."},
          {"what-if", ArgumentKind::kValue, "File with assumptions: answers what would be; changes nothing."}},
         Gate},
        {"promote", "Moves a release into the next channel, or says why not.", {release, to}, Promote},
        {"verify-verdict",
         "Checks a saved verdict offline; exits 0 only for a valid, unexpired allow.",
         {{"file", ArgumentKind::kPositional, "The saved verdict."},
          {"key", ArgumentKind::kValue, "Public key of the controller (PEM); the noted one unless given."},
          {"at", ArgumentKind::kValue, "Judge as of this instant; now unless given."}},
         VerifyVerdict},
    };
}

}  // namespace cli
