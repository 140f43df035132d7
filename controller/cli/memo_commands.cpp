// portcullis memo ...

#include <iostream>
#include <map>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"

namespace cli {
namespace {

/// The form of a memo follows --format, else the output form.
std::string MemoFormat(const Shell& shell, const Arguments& arguments) {
    if (const auto format = arguments.Optional("format")) {
        return *format;
    }
    switch (shell.Out().Form()) {
        case OutputForm::kJson:
        case OutputForm::kYaml:
            return "json";
        case OutputForm::kMarkdown:
            return "md";
        case OutputForm::kTable:
            break;
    }
    return "txt";
}

ExitCode PrintMemo(Shell& shell, const Arguments& arguments, const std::string& path, QueryList query) {
    const std::string format = MemoFormat(shell, arguments);
    query.emplace_back("format", format);
    static const std::map<std::string, std::string> kTypes = {{"md", "text/markdown"},
                                                              {"html", "text/html"},
                                                              {"txt", "text/plain"},
                                                              {"json", "application/json"},
                                                              {"pdf", "application/pdf"}};
    const Answer memo = shell.Api().GetText(path, kTypes.at(format), query);
    if (const auto file = arguments.Optional("file")) {
        WriteOutput(*file, memo.text);
        shell.Out().Note("wrote " + *file);
    } else if (format == "json") {
        shell.Out().One(memo.body);
    } else {
        shell.Out().Text(memo.text);
    }
    return kExitOk;
}

ExitCode MemoDraft(Shell& shell, const Arguments& arguments) {
    return PrintMemo(shell, arguments, Path({"releases", arguments.Text("release"), "memos", "draft"}),
                     {{"for", arguments.Text("for")}});
}

ExitCode MemoShow(Shell& shell, const Arguments& arguments) {
    return PrintMemo(shell, arguments, Path({"releases", arguments.Text("release"), "memos", arguments.Text("number")}),
                     {});
}

Json AcceptedRisks(const Arguments& arguments) {
    Json risks = Json::array();
    for (const std::string& risk : arguments.List("risk")) {
        const std::size_t separator = risk.find(": ");
        if (separator == std::string::npos) {
            throw Failure(kExitUsage, "--risk '" + risk + "' has no rationale", "Write: --risk 'what: why accepted'");
        }
        risks.push_back({{"risk", risk.substr(0, separator)}, {"rationale", risk.substr(separator + 2)}});
    }
    return risks;
}

ExitCode MemoDecide(Shell& shell, const Arguments& arguments) {
    Json body = {{"for", arguments.Text("for")}, {"decision", arguments.Text("decision")}};
    arguments.Into(body, "notes");
    arguments.Into(body, "rationale");
    arguments.Into(body, "remediation");
    if (const Json risks = AcceptedRisks(arguments); !risks.empty()) {
        body["risks"] = risks;
    }
    shell.Out().One(shell.Api().Post(Path({"releases", arguments.Text("release"), "memos"}), body).body,
                    {{"memo", "/number"},
                     {"for", "/target"},
                     {"decision", "/decision"},
                     {"content hash", "/content_hash"},
                     {"decided by", "/decided_by"},
                     {"decided at", "/decided_at"}});
    return kExitOk;
}

/// Signs what the person has seen: the hash goes along.
ExitCode MemoSign(Shell& shell, const Arguments& arguments) {
    const std::string path = Path({"releases", arguments.Text("release"), "memos", arguments.Text("number")});
    std::string hash = arguments.Optional("content-hash").value_or("");
    if (hash.empty()) {
        hash = shell.Api().Get(path).body.value("content_hash", "");
    }
    shell.Out().One(
        shell.Api().Post(path + "/signatures", {{"as", arguments.Text("as")}, {"content_hash", hash}}).body);
    return kExitOk;
}

ExitCode MemoList(Shell& shell, const Arguments& arguments) {
    shell.Out().List(shell.Api().GetAll(Path({"releases", arguments.Text("release"), "memos"})),
                     {{"memo", "/number"},
                      {"for", "/target"},
                      {"decision", "/decision"},
                      {"decided by", "/decided_by"},
                      {"decided at", "/decided_at"},
                      {"signed", "/signed"}});
    return kExitOk;
}

ExitCode MemoLint(Shell& shell, const Arguments& arguments) {
    CallOptions options;
    options.content_type = "text/markdown";
    if (const auto release = arguments.Optional("release")) {
        options.query.emplace_back("release", *release);
    }
    const Answer answer = shell.Api().PostText("/v1/memos/lint", ReadInput(arguments.Text("file")), options);
    const Json findings = answer.body.value("findings", Json::array());
    if (shell.Out().Form() == OutputForm::kJson || shell.Out().Form() == OutputForm::kYaml) {
        shell.Out().One(answer.body);
    } else if (findings.empty()) {
        shell.Out().Note("no contradiction found");
    } else {
        shell.Out().Findings(findings);
    }
    bool contradicted = !answer.body.is_object() || !answer.body.contains("findings");
    for (const Json& finding : findings) {
        contradicted = contradicted || finding.value("severity", "") != "doubt";
    }
    return contradicted ? kExitDenied : kExitOk;
}

}  // namespace

std::vector<Command> MemoCommands() {
    const Argument release = {"release", ArgumentKind::kPositional, "Id of the release."};
    const Argument number = {"number", ArgumentKind::kPositional, "Number of the memo."};
    const Argument target = {
        "for", ArgumentKind::kValue, "Channel the memo is about.", {"candidate", "stable"}, "stable"};
    const Argument format = {"format", ArgumentKind::kValue, "Form of the memo.", {"md", "html", "txt", "json", "pdf"}};
    const Argument file = {"file", ArgumentKind::kValue, "Write it to this file."};
    return {
        {"memo draft", "Shows the memo that the facts give now.", {release, target, format, file}, MemoDraft},
        {"memo decide",
         "Decides GO or NO-GO; the memo is kept for good.",
         {release,
          target,
          {"decision", ArgumentKind::kRequired, "The decision.", {"GO", "NO-GO"}},
          {"notes", ArgumentKind::kValue, "Anything that should be known."},
          {"risk", ArgumentKind::kList, "An accepted risk: 'what: why accepted'."},
          {"rationale", ArgumentKind::kValue, "Why; needed for NO-GO."},
          {"remediation", ArgumentKind::kValue, "What will be done; needed for NO-GO."}},
         MemoDecide},
        {"memo sign",
         "Signs a decided memo as a role you hold.",
         {release,
          number,
          {"as", ArgumentKind::kRequired, "Role of the signature.", {"system_owner", "dev_lead"}},
          {"content-hash", ArgumentKind::kValue, "Hash of the memo you have read; the memo's own unless given."}},
         MemoSign},
        {"memo show", "Shows a decided memo.", {release, number, format, file}, MemoShow},
        {"memo list", "Lists the memos of a release.", {release}, MemoList},
        {"memo lint",
         "Reads a hand-written memo and lists every contradiction; exits 0 only when there is none.",
         {{"file", ArgumentKind::kPositional, "The memo; - is standard input."},
          {"release", ArgumentKind::kValue, "Compare with this release instead of the one it names."}},
         MemoLint},
    };
}

}  // namespace cli
