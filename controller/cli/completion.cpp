// Shell completion for bash, zsh and fish, made from the command table. Each script finds out which command the words
// so far name, then offers what may come next: commands, options, the choices of an option, files where one is wanted.

#include <algorithm>
#include <set>

#include "controller/cli/command.hpp"
#include "platform/base/text.hpp"

namespace cli {
namespace {

/// Options, and positional arguments, that name a file.
bool TakesFile(std::string_view argument) {
    return argument == "file" || argument == "key" || argument == "save" || argument == "token-file" ||
           argument == "what-if";
}

bool IsOption(const Argument& argument) {
    return argument.kind != ArgumentKind::kPositional && argument.kind != ArgumentKind::kRest;
}

/// For every path and every beginning of a path: what may come next, and what it is for.
using NextWords = std::map<std::string, std::map<std::string, std::string>>;

NextWords NextWordsOf(std::span<const Command> commands) {
    NextWords next;
    const auto add = [&](const Command& command) {
        std::string prefix;
        for (const std::string_view word : platform::Split(command.path, ' ')) {
            auto& help = next[prefix][std::string(word)];
            prefix += (prefix.empty() ? "" : " ") + std::string(word);
            help = prefix == command.path ? command.help : GroupHelp(prefix);
        }
        auto& own = next[command.path];
        for (const Argument& argument : command.arguments) {
            if (IsOption(argument)) {
                own["--" + argument.name] = argument.help;
            }
        }
    };
    for (const Command& command : commands) {
        add(command);
    }
    for (const Command& command : BuiltInCommands()) {
        add(command);
    }
    for (const char* shell : {"bash", "zsh", "fish"}) {
        next["completion"][shell] = "";
    }
    return next;
}

std::string Words(const std::map<std::string, std::string>& words) {
    std::vector<std::string> names;
    for (const auto& entry : words) {
        names.push_back(entry.first);
    }
    return platform::Join(names, " ");
}

/// "gate --to" -> its choices.
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

std::string GlobalWords() {
    std::vector<std::string> words;
    for (const GlobalOption& option : kGlobalOptions) {
        words.push_back("--" + std::string(option.name));
    }
    return platform::Join(words, " ");
}

/// `"release"|"release show"|...`
std::string PathPattern(const NextWords& next) {
    std::vector<std::string> paths;
    for (const auto& entry : next) {
        if (!entry.first.empty()) {
            paths.push_back('"' + entry.first + '"');
        }
    }
    return platform::Join(paths, "|");
}

constexpr std::string_view kFileOptions = R"(*" -f"|*" --file"|*" --key"|*" --save"|*" --token-file"|*" --what-if")";

std::string BashScript(std::span<const Command> commands) {
    const NextWords next = NextWordsOf(commands);
    std::string script = R"(_portcullis() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
    local path="" word candidate words=""
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        candidate="${path:+$path }$word"
        case "$candidate" in
            )" + PathPattern(next) +
                         R"() path="$candidate" ;;
        esac
    done
    case "$path $previous" in
)";
    for (const auto& [option, words] : OptionChoices(commands)) {
        script += "        \"" + option + "\") words=\"" + words + "\" ;;\n";
    }
    script += "        " + std::string(kFileOptions) + R"()
            COMPREPLY=($(compgen -f -- "$current")); return ;;
        *" -o"|*" --output") words="table json yaml markdown" ;;
        *) case "$path" in
)";
    for (const auto& [path, words] : next) {
        script += "            \"" + path + "\") words=\"" + Words(words) + "\" ;;\n";
    }
    script += R"(        esac ;;
    esac
    if [[ "$current" == -* ]]; then words="$words )" +
              GlobalWords() + R"("; fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _portcullis portcullis
)";
    return script;
}

/// Within single quotes, which bash's words never need: zsh and fish show what a word is for.
std::string SingleQuoted(std::string_view text, std::string_view quote) {
    std::string quoted = "'";
    for (const char c : text) {
        c == '\'' ? quoted.append(quote) : quoted += c;
    }
    return quoted + "'";
}

// In zsh the shell's own `path` is $PATH, so the place has another name here.
std::string ZshScript(std::span<const Command> commands) {
    const NextWords next = NextWordsOf(commands);
    std::string script = R"(#compdef portcullis
_portcullis() {
    local at="" candidate previous="${words[CURRENT-1]}" i
    local -a offers
    for (( i = 2; i < CURRENT; i++ )); do
        candidate="${at:+$at }${words[i]}"
        case "$candidate" in
            ()" + PathPattern(next) +
                         R"() at="$candidate" ;;
        esac
    done
    case "$at $previous" in
)";
    for (const auto& [option, words] : OptionChoices(commands)) {
        script += "        (\"" + option + "\") compadd -- " + words + "; return ;;\n";
    }
    script += "        (" + std::string(kFileOptions) + R"() _files; return ;;
        (*" -o"|*" --output") compadd -- table json yaml markdown; return ;;
    esac
    case "$at" in
)";
    for (const auto& [path, words] : next) {
        script += "        (\"" + path + "\") offers=(";
        for (const auto& [word, help] : words) {
            script += SingleQuoted(help.empty() ? word : word + ":" + help, "'\\''") + " ";
        }
        script += ") ;;\n";
    }
    script += R"(    esac
    if [[ "${words[CURRENT]}" == -* ]]; then
        compadd -- ${${(M)offers:#--*}%%:*} )" +
              GlobalWords() + R"(
        return
    fi
    offers=(${offers:#--*})
    if (( $#offers )); then _describe 'command' offers; else _files; fi
}
if [[ "$funcstack[1]" == _portcullis ]]; then _portcullis "$@"; else compdef _portcullis portcullis; fi
)";
    return script;
}

std::string FishScript(std::span<const Command> commands) {
    const NextWords next = NextWordsOf(commands);
    std::string paths;
    for (const auto& entry : next) {
        paths += entry.first.empty() ? "" : " '" + entry.first + "'";
    }
    std::string script = R"(function __portcullis_at
    set -l at ""
    for word in (commandline -opc)[2..-1]
        set -l candidate (string trim -- "$at $word")
        if contains -- "$candidate")" +
                         paths + R"(
            set at $candidate
        end
    end
    test "$at" = "$argv[1]"
end
complete -c portcullis -f
)";
    const auto add = [&](const std::string& at, const std::string& what, std::string_view help) {
        script += "complete -c portcullis" + (at.empty() ? "" : " -n " + SingleQuoted(at, "\\'")) + " " + what +
                  (help.empty() ? "" : " -d " + SingleQuoted(help, "\\'")) + "\n";
    };
    const auto value = [](std::string_view name, const std::string& choices) {
        return TakesFile(name)   ? std::string(" -r -F")
               : choices.empty() ? std::string(" -x")
                                 : " -x -a '" + choices + "'";
    };
    for (const auto& [path, words] : next) {
        for (const auto& [word, help] : words) {
            if (!word.starts_with("--")) {
                add("__portcullis_at \"" + path + "\"", "-a " + word, help);
            }
        }
    }
    for (const Command& command : commands) {
        for (const Argument& argument : command.arguments) {
            const std::string at = "__portcullis_at \"" + command.path + "\"";
            if (IsOption(argument)) {
                add(at,
                    (argument.name == "file" ? "-s f -l " : "-l ") + argument.name +
                        (argument.kind == ArgumentKind::kFlag
                             ? ""
                             : value(argument.name, platform::Join(argument.choices, " "))),
                    argument.help);
            } else if (TakesFile(argument.name)) {
                add(at, "-F", "");
            }
        }
    }
    for (const GlobalOption& option : kGlobalOptions) {
        const std::string name = option.name;
        add("",
            (option.shorthand == nullptr ? "-l " : "-s " + std::string(option.shorthand) + " -l ") + name +
                (option.takes_value ? value(name, name == "output" ? "table json yaml markdown" : "") : ""),
            option.help);
    }
    return script;
}

}  // namespace

std::vector<Command> BuiltInCommands() {
    return {{"completion", "Prints a completion script for bash, zsh or fish.", {}, nullptr},
            {"help", "Explains a command: help gate.", {}, nullptr},
            {"man", "Prints the man page.", {}, nullptr}};
}

std::string CompletionScript(const std::string& shell, std::span<const Command> commands) {
    return shell == "fish" ? FishScript(commands) : shell == "zsh" ? ZshScript(commands) : BashScript(commands);
}

}  // namespace cli
