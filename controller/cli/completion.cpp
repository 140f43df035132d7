// Shell completion and the man page, made from the command table.

#include <algorithm>
#include <set>

#include "controller/cli/command.hpp"
#include "platform/base/text.hpp"

namespace cli {
namespace {

const std::vector<std::string> kGlobalOptions = {"--url",   "--token-file",   "--profile", "--output",
                                                 "--quiet", "--call-timeout", "--help",    "--version"};

/// For every path and every beginning of a path: what may come next.
std::map<std::string, std::set<std::string>> NextWords(std::span<const Command> commands) {
    std::map<std::string, std::set<std::string>> next;
    for (const Command& command : commands) {
        std::string prefix;
        for (const std::string_view word : platform::Split(command.path, ' ')) {
            next[prefix].insert(std::string(word));
            prefix += (prefix.empty() ? "" : " ") + std::string(word);
        }
        for (const Argument& argument : command.arguments) {
            if (argument.kind != ArgumentKind::kPositional && argument.kind != ArgumentKind::kRest) {
                next[prefix].insert("--" + argument.name);
            }
        }
    }
    next[""].insert({"completion", "help", "man"});
    next["completion"] = {"bash", "zsh", "fish"};
    return next;
}

std::string Words(const std::set<std::string>& words) {
    return platform::Join(std::vector<std::string>(words.begin(), words.end()), " ");
}

/// "--to" -> its choices, per command path.
std::map<std::string, std::string> OptionChoices(std::span<const Command> commands) {
    std::map<std::string, std::string> choices;
    for (const Command& command : commands) {
        for (const Argument& argument : command.arguments) {
            if (!argument.choices.empty()) {
                choices[command.path + " --" + argument.name] = platform::Join(argument.choices, " ");
            }
        }
    }
    return choices;
}

std::string BashBody(std::span<const Command> commands) {
    std::string script =
        "_portcullis() {\n"
        "    local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
        "    local path=\"\" word candidate words=\"\"\n"
        "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
        "        candidate=\"${path:+$path }$word\"\n"
        "        case \"$candidate\" in\n            ";
    const auto next = NextWords(commands);
    std::vector<std::string> paths;
    for (const auto& [path, words] : next) {
        if (!path.empty()) {
            paths.push_back("\"" + path + "\"");
        }
    }
    script += platform::Join(paths, "|") +
              ") path=\"$candidate\" ;;\n"
              "        esac\n"
              "    done\n"
              "    case \"$path $previous\" in\n";
    for (const auto& [option, words] : OptionChoices(commands)) {
        script += "        \"" + option + "\") words=\"" + words + "\" ;;\n";
    }
    script +=
        "        *\" --file\"|*\" --key\"|*\" --save\"|*\" --token-file\"|*\" --what-if\")\n"
        "            COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n"
        "        *\" -o\"|*\" --output\") words=\"table json yaml markdown\" ;;\n"
        "        *) case \"$path\" in\n";
    for (const auto& [path, words] : next) {
        script += "            \"" + path + "\") words=\"" + Words(words) + "\" ;;\n";
    }
    script += "        esac ;;\n    esac\n    if [[ \"$current\" == -* ]]; then words=\"$words " +
              platform::Join(kGlobalOptions, " ") +
              "\"; fi\n    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n";
    return script;
}

std::string FishScript(std::span<const Command> commands) {
    std::string script = "complete -c portcullis -f\n";
    for (const auto& [path, words] : NextWords(commands)) {
        for (const std::string& word : words) {
            std::string condition = "__fish_use_subcommand";
            if (!path.empty()) {
                condition.clear();
                for (const std::string_view part : platform::Split(path, ' ')) {
                    condition +=
                        (condition.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + std::string(part));
                }
            }
            const bool option = word.starts_with("--");
            script += "complete -c portcullis -n '" + condition + "' " +
                      (option ? "-l " + word.substr(2) + " -r" : "-a " + word) + "\n";
        }
    }
    return script;
}

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

std::string CompletionScript(const std::string& shell, std::span<const Command> commands) {
    if (shell == "fish") {
        return FishScript(commands);
    }
    if (shell == "zsh") {
        return "#compdef portcullis\nautoload -U +X bashcompinit && bashcompinit\n" + BashBody(commands) +
               "complete -o default -F _portcullis portcullis\n";
    }
    return BashBody(commands) + "complete -F _portcullis portcullis\n";
}

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
    page +=
        ".SH EXIT STATUS\n.TP\n0\ndone, or allowed\n.TP\n1\ndenied by the rules\n.TP\n2\nwrong call or input\n"
        ".TP\n3\nonly time, approvals or evidence are missing\n.TP\n4\ncould not be decided; treat it as stop\n"
        ".TP\n5\nnot named, or a role is missing\n.TP\n6\nconflict with another change\n.TP\n70\ninternal error\n"
        ".SH ENVIRONMENT\n.TP\nPORTCULLIS_URL, PORTCULLIS_TOKEN, PORTCULLIS_TOKEN_FILE, PORTCULLIS_PROFILE, "
        "PORTCULLIS_CONFIG\nWhere the controller is and who asks. No variable changes a denial into success.\n";
    return page;
}

}  // namespace cli
