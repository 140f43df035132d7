// portcullis keys ...

#include "controller/cli/command.hpp"

namespace cli {
namespace {

const std::vector<Column> kKeyFields = {{"key", "/key"}, {"state", "/summary"}, {"handovers", "/handovers"}};

ExitCode KeysShow(Shell& shell, const Arguments&) {
    shell.Out().One(shell.Api().Get("/v1/signing-keys").body, kKeyFields);
    return kExitOk;
}

ExitCode KeysRotate(Shell& shell, const Arguments& arguments) {
    shell.Out().One(shell.Api().Post("/v1/signing-keys:rotate", {{"reason", arguments.Text("reason")}}).body,
                    kKeyFields);
    shell.Out().Note(
        "Instances pin the new key as they hear of it: portcullis keys show. When none is behind, start each "
        "controller again; it then signs verdicts and checkpoints with the new key, too.");
    return kExitOk;
}

}  // namespace

std::vector<Command> KeyCommands() {
    return {
        {"keys show", "Shows which key signs orders, and which instances' number is behind.", {}, KeysShow},
        {"keys rotate",
         "Hands the signing of orders over to the next key (portcullisd next-key makes it).",
         {{"reason", ArgumentKind::kRequired, "Why; kept in the record."}},
         KeysRotate},
    };
}

}  // namespace cli
