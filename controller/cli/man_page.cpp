// The man page, made from the command table.

#include "controller/cli/command.hpp"
#include "platform/base/text.hpp"

namespace cli {
namespace {

std::string Roff(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\\' || c == '-') {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

}  // namespace

std::string ManPage(std::span<const Command> commands) {
    std::string page =
        ".TH PORTCULLIS 1 \"\" \"portcullis " PORTCULLIS_VERSION
        "\" \"User Commands\"\n"
        ".SH NAME\nportcullis \\- release governance: submit, gate, decide, promote\n"
        ".SH SYNOPSIS\n.B portcullis\n[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]\n"
        ".SH DESCRIPTION\nTalks to a Portcullis controller. Results go to standard output, progress and hints to "
        "standard error.\n.SH COMMANDS\n";
    for (const Command& command : commands) {
        page += ".TP\n.B " + Roff(command.path);
        for (const Argument& argument : command.arguments) {
            if (argument.kind == ArgumentKind::kPositional) {
                page += " \\fI" + Roff(argument.name) + "\\fR";
            }
        }
        page += "\n" + Roff(command.help) + "\n";
        for (const Argument& argument : command.arguments) {
            if (argument.kind == ArgumentKind::kPositional) {
                continue;
            }
            const std::string name =
                argument.kind == ArgumentKind::kRest ? "-- " + argument.name : "--" + argument.name;
            page += ".RS\n.TP\n.B " + Roff(name) + "\n" + Roff(argument.help);
            if (!argument.choices.empty()) {
                page += " One of " + Roff(platform::Join(argument.choices, ", ")) + ".";
            }
            if (!argument.fallback.empty()) {
                page += " Default: " + Roff(argument.fallback) + ".";
            }
            page += "\n.RE\n";
        }
    }
    for (const Command& command : BuiltInCommands()) {
        page += ".TP\n.B " + Roff(command.path) + "\n" + Roff(command.help) + "\n";
    }
    page += ".SH OPTIONS\nThey may stand before the command and behind it.\n";
    for (const GlobalOption& option : kGlobalOptions) {
        page +=
            ".TP\n.B " +
            Roff((option.shorthand == nullptr ? "" : "-" + std::string(option.shorthand) + ", ") + "--" + option.name) +
            "\n" + Roff(option.help) + "\n";
    }
    page +=
        ".SH EXIT STATUS\n.TP\n0\ndone, or allowed\n.TP\n1\ndenied by the rules\n.TP\n2\nwrong call or input\n"
        ".TP\n3\nonly time, approvals or evidence are missing\n.TP\n4\ncould not be decided; treat it as stop\n"
        ".TP\n5\nnot named, or a role is missing\n.TP\n6\nconflict with another change\n.TP\n70\ninternal error\n"
        ".SH ENVIRONMENT\n.TP\nPORTCULLIS_URL, PORTCULLIS_TOKEN, PORTCULLIS_TOKEN_FILE, PORTCULLIS_PROFILE, "
        "PORTCULLIS_CONFIG\nWhere the controller is and who asks. No variable changes a denial into success.\n";
    return page;
}

}  // namespace cli
