#include "platform/settings/manual.hpp"

#include <algorithm>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "platform/settings/value.hpp"

namespace platform {
namespace {

std::string Roff(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\\') {
            escaped += "\\e";
        } else if (c == '-') {
            escaped += "\\-";
        } else {
            escaped += c;
        }
    }
    // A line that begins with one of these would be a request.
    return escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" + escaped : escaped;
}

std::string ShellNames() {
    return Join(std::vector<std::string_view>(kShells.begin(), kShells.end()), " ");
}

std::string ManualName(std::string_view program) {
    std::string name(program);
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
    return name;
}

/// "on|off|status [REASON]" -> on, off, status; empty when the first one is no choice of words.
std::vector<std::string> FirstWordsOf(const CommandWord& command) {
    std::string_view first = command.arguments.substr(0, command.arguments.find(' '));
    while (!first.empty() && (first.front() == '[' || first.front() == '<')) {
        first.remove_prefix(1);
    }
    while (!first.empty() && (first.back() == ']' || first.back() == '>')) {
        first.remove_suffix(1);
    }
    std::vector<std::string> words;
    for (const std::string_view word : Split(first, '|')) {
        const bool is_word =
            !word.empty() && std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
        if (!is_word) {
            return {};
        }
        words.emplace_back(word);
    }
    return words.size() > 1 ? words : std::vector<std::string>();
}

bool NamesFile(const Setting& setting) {
    return setting.type == SettingType::kPath || setting.type == SettingType::kSecretFile;
}

struct CommonOption {
    std::string_view name;
    std::string_view help;
    bool takes_value = false;
};
constexpr std::array<CommonOption, 6> kCommonOptions{
    {{"--config", "Read settings from this YAML file.", true},
     {"--help", "Show the settings.", false},
     {"--help-completion", "Print the completion script of a shell.", true},
     {"--help-man", "Print the page of the manual.", false},
     {"--help-markdown", "Print the settings as a page in Markdown.", false},
     {"--version", "Show the version.", false}}};

std::string OptionWords(const SettingsTable& table) {
    std::vector<std::string> words;
    for (const Setting& setting : table.settings) {
        words.push_back(OptionOf(setting));
    }
    for (const CommonOption& option : kCommonOptions) {
        words.emplace_back(option.name);
    }
    return Join(words, " ");
}

std::string CommandNames(const SettingsTable& table) {
    std::vector<std::string> words;
    for (const CommandWord& command : table.commands) {
        words.emplace_back(command.name);
    }
    return Join(words, " ");
}

/// Options by what comes behind them, as patterns of `case`.
struct OptionPatterns {
    std::string files = "--config";
    std::string others;  // with a value that nobody can guess
    std::vector<std::pair<std::string, std::string>> choices{{"--help-completion", ShellNames()}};
};

OptionPatterns PatternsOf(const SettingsTable& table) {
    OptionPatterns patterns;
    for (const Setting& setting : table.settings) {
        if (NamesFile(setting)) {
            patterns.files += "|" + OptionOf(setting);
        } else if (setting.type == SettingType::kChoice) {
            patterns.choices.emplace_back(OptionOf(setting), Join(setting.choices, " "));
        } else if (setting.type != SettingType::kBoolean) {
            patterns.others += (patterns.others.empty() ? "" : "|") + OptionOf(setting);
        }
    }
    return patterns;
}

/// "pulse-agent" -> "_pulse_agent".
std::string FunctionOf(const SettingsTable& table) {
    std::string name = "_" + std::string(table.program);
    std::ranges::replace(name, '-', '_');
    return name;
}

std::string BashCompletion(const SettingsTable& table) {
    const OptionPatterns patterns = PatternsOf(table);
    const std::string function = FunctionOf(table);
    std::string script = "# Completion of " + std::string(table.program) + " in bash.\n" + function + R"(() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
    COMPREPLY=()
    # bash takes --option=value for three words.
    if [[ "$current" == "=" ]]; then
        current=""
    elif [[ "$previous" == "=" && COMP_CWORD -ge 2 ]]; then
        previous="${COMP_WORDS[COMP_CWORD-2]}"
    fi
    case "$previous" in
        )" + patterns.files +
                         R"()
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
            return ;;
)";
    for (const auto& [option, words] : patterns.choices) {
        script += "        " + option + ") mapfile -t COMPREPLY < <(compgen -W \"" + words +
                  "\" -- \"$current\"); return ;;\n";
    }
    if (!patterns.others.empty()) {
        script += "        " + patterns.others + ") return ;;\n";
    }
    for (const CommandWord& command : table.commands) {
        if (const auto words = FirstWordsOf(command); !words.empty()) {
            script += "        " + std::string(command.name) + ") mapfile -t COMPREPLY < <(compgen -W \"" +
                      Join(words, " ") + "\" -- \"$current\"); return ;;\n";
        }
    }
    script += R"(    esac
    if [[ "$current" == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W ")" +
              OptionWords(table) + R"(" -- "$current")
        return
    fi
    local word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case " )" +
              CommandNames(table) + R"( " in
            *" $word "*) return ;;
        esac
    done
    mapfile -t COMPREPLY < <(compgen -W ")" +
              CommandNames(table) + R"(" -- "$current")
}
complete -F )" +
              function + " " + std::string(table.program) + "\n";
    return script;
}

std::string InQuotes(std::string_view text, std::string_view quote) {
    std::string quoted = "'";
    for (const char c : text) {
        c == '\'' ? quoted.append(quote) : quoted += c;
    }
    return quoted + "'";
}

std::string FirstSentence(std::string_view help) {
    const std::size_t end = help.find(". ");
    return std::string(end == std::string_view::npos ? help : help.substr(0, end + 1));
}

/// "name:help", as _describe wants it.
std::string Described(std::string_view name, std::string_view help) {
    return InQuotes(std::string(name) + ":" + FirstSentence(help), "'\\''") + " ";
}

std::string ZshCompletion(const SettingsTable& table) {
    const OptionPatterns patterns = PatternsOf(table);
    const std::string function = FunctionOf(table);
    std::string script = "#compdef " + std::string(table.program) + "\n" + function + R"(() {
    local previous="${words[CURRENT-1]}" word
    local -a offers
    if [[ -n "$PREFIX" && "$PREFIX" == --*=* ]]; then
        previous="${PREFIX%%=*}"
        compset -P '*='
    fi
    case "$previous" in
        ()" + patterns.files +
                         R"() _files; return ;;
)";
    for (const auto& [option, words] : patterns.choices) {
        script += "        (" + option + ") compadd -- " + words + "; return ;;\n";
    }
    if (!patterns.others.empty()) {
        script += "        (" + patterns.others + ") return ;;\n";
    }
    for (const CommandWord& command : table.commands) {
        if (const auto words = FirstWordsOf(command); !words.empty()) {
            script += "        (" + std::string(command.name) + ") compadd -- " + Join(words, " ") + "; return ;;\n";
        }
    }
    script += R"(    esac
    if [[ "${words[CURRENT]}" == -* ]]; then
        offers=()";
    for (const Setting& setting : table.settings) {
        script += Described(OptionOf(setting), setting.help);
    }
    for (const CommonOption& option : kCommonOptions) {
        script += Described(option.name, option.help);
    }
    script += R"()
        _describe 'option' offers
        return
    fi
    for word in "${words[@]:1:$((CURRENT-2))}"; do
        case "$word" in
            ()";
    std::string names = CommandNames(table);
    std::ranges::replace(names, ' ', '|');
    script += names.empty() ? "''" : names;
    script += R"() return ;;
        esac
    done
    offers=()";
    for (const CommandWord& command : table.commands) {
        script += Described(command.name, command.help);
    }
    script += R"()
    (( $#offers )) && _describe 'command' offers
}
if [[ "$funcstack[1]" == )" +
              function + " ]]; then " + function + " \"$@\"; else compdef " + function + " " +
              std::string(table.program) + "; fi\n";
    return script;
}

std::string FishCompletion(const SettingsTable& table) {
    const std::string begin = "complete -c " + std::string(table.program);
    std::string script = begin + " -f\n";
    const auto describe = [](std::string_view help) { return " -d " + InQuotes(FirstSentence(help), "\\'") + "\n"; };
    for (const CommandWord& command : table.commands) {
        script += begin + " -n __fish_use_subcommand -a " + std::string(command.name) + describe(command.help);
        if (const auto words = FirstWordsOf(command); !words.empty()) {
            // Only as the word right behind the command.
            script += begin + " -n 'test (commandline -opc)[-1] = " + std::string(command.name) + "' -a '" +
                      Join(words, " ") + "'\n";
        }
    }
    for (const Setting& setting : table.settings) {
        const std::string value = NamesFile(setting)                      ? " -r -F"
                                  : setting.type == SettingType::kBoolean ? ""
                                  : setting.type == SettingType::kChoice ? " -x -a '" + Join(setting.choices, " ") + "'"
                                                                         : " -x";
        script += begin + " -l " + std::string(setting.key) + value + describe(setting.help);
    }
    for (const CommonOption& option : kCommonOptions) {
        const std::string_view name = option.name.substr(2);
        const std::string value = name == "help-completion" ? " -x -a '" + ShellNames() + "'"
                                  : option.takes_value      ? " -r -F"
                                                            : "";
        script += begin + " -l " + std::string(name) + value + describe(option.help);
    }
    return script;
}

}  // namespace

std::string ManualPage(const SettingsTable& table) {
    const std::string program(table.program);
    std::string page = ".TH " + ManualName(program) + " 8 \"\" \"" + program + " " + std::string(table.version) +
                       "\" \"System Administration\"\n.SH NAME\n" + Roff(program) + " \\- " + Roff(table.summary) +
                       "\n.SH SYNOPSIS\n.B " + Roff(program) + "\n[\\fIoptions\\fR]" +
                       (table.commands.empty() ? "" : " [\\fIcommand\\fR]") +
                       "\n.SH DESCRIPTION\n"
                       "A setting is given as an option, as an environment variable or as a line of the YAML file that "
                       "\\-\\-config names. An option beats a variable, a variable beats the file, the file beats the "
                       "default. Anything unknown, and any value out of range, keeps the program from starting.\n"
                       ".PP\nSecrets are read from files only, which must not be open to every user of the machine.\n";
    if (!table.commands.empty()) {
        page += ".SH COMMANDS\n";
        for (const CommandWord& command : table.commands) {
            page += ".TP\n.B " + Roff(command.name) +
                    (command.arguments.empty() ? "" : " \\fI" + Roff(command.arguments) + "\\fR") + "\n" +
                    Roff(command.help) + "\n";
        }
    }
    page += ".SH OPTIONS\n";
    std::string_view group = "\n";  // none has this name, so the first one gets a heading
    for (const Setting& setting : table.settings) {
        if (setting.group != group) {
            group = setting.group;
            page += ".SS " + (group.empty() ? "Settings" : Roff(group)) + "\n";
        }
        page += ".TP\n.BR " + Roff(OptionOf(setting)) + " \" \" (" + Roff(VariableOf(table, setting)) + ")\n" +
                Roff(setting.help) + " Value: " + Roff(ExpectedValue(setting)) + ".";
        if (setting.required) {
            page += " Required.";
        } else if (!setting.fallback.empty()) {
            page += " Default: " + Roff(setting.fallback) + ".";
        }
        page += "\n";
    }
    page += ".SS Common\n";
    for (const CommonOption& option : kCommonOptions) {
        page += ".TP\n.B " + Roff(option.name) + "\n" + Roff(option.help) + "\n";
    }
    page +=
        ".SH EXIT STATUS\n0 when it ended as it was asked to; 2 when the settings are wrong; another one as standard "
        "error says.\n";
    return page;
}

std::string CompletionScript(const SettingsTable& table, std::string_view shell) {
    PORTCULLIS_INVARIANT(std::ranges::find(kShells, shell) != kShells.end(), "completion is for one of kShells");
    return shell == "bash" ? BashCompletion(table) : shell == "zsh" ? ZshCompletion(table) : FishCompletion(table);
}

}  // namespace platform
