#include "platform/base/text.hpp"
#include "platform/settings/settings.hpp"
#include "platform/settings/value.hpp"

namespace platform {
namespace {

constexpr std::size_t kPageWidth = 100;

/// `text` in lines that begin with `indent` spaces.
std::string Wrapped(std::string_view text, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    for (const std::string_view word : Split(text, ' ')) {
        if (word.empty()) {
            continue;
        }
        const std::size_t width = CountCodePoints(word);
        if (column == 0 || column + 1 + width > kPageWidth) {
            out += column == 0 ? "" : "\n";
            out += std::string(indent, ' ');
            column = indent;
        } else {
            out += ' ';
            ++column;
        }
        out += word;
        column += width;
    }
    return out + "\n";
}

std::string ValueName(const Setting& setting) {
    switch (setting.type) {
        case SettingType::kText:
            return " <text>";
        case SettingType::kInteger:
            return " <number>";
        case SettingType::kDuration:
            return " <duration>";
        case SettingType::kBoolean:
            return "[=true|false]";
        case SettingType::kChoice: {
            return " <" + Join(setting.choices, "|") + ">";
        }
        case SettingType::kPath:
        case SettingType::kSecretFile:
            return " <path>";
    }
    return " <value>";
}

std::string DefaultText(const Setting& setting) {
    if (setting.required) {
        return "required";
    }
    return setting.fallback.empty() ? "no default" : "default " + std::string(setting.fallback);
}

std::string MarkdownCell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? "\\|" : std::string(1, c);
    }
    return out;
}

std::string CodeCell(std::string_view text) {
    return text.empty() ? "" : "`" + MarkdownCell(text) + "`";
}

std::string UsageLine(const SettingsTable& table) {
    return std::string(table.program) + " [options]" + (table.commands.empty() ? "" : " [command]");
}

std::string CommandText(const CommandWord& command) {
    return std::string(command.name) + (command.arguments.empty() ? "" : " " + std::string(command.arguments));
}

std::string PrecedenceText(const SettingsTable& table) {
    return "A setting is given as an option (--key value), as an environment variable (" + std::string(table.prefix) +
           "KEY) or as a line of the YAML file that --config names (key: value). An option beats a variable, a "
           "variable "
           "beats the file, the file beats the default. An empty variable counts as not given. Anything unknown, and "
           "any value out of range, keeps the program from starting.";
}

std::string ConfigText(const SettingsTable& table) {
    std::string text = "Read settings from this YAML file. Variable: " + std::string(table.prefix) +
                       std::string(kConfigVariable) + ".";
    if (!table.usual_config_file.empty()) {
        text += " When neither is given, " + std::string(table.usual_config_file) + " is read if it is there.";
    }
    return text;
}

}  // namespace

std::string HelpPage(const SettingsTable& table) {
    std::string out =
        Wrapped(std::string(table.program) + " " + std::string(table.version) + ": " + std::string(table.summary), 0);
    out += "\nUsage: " + UsageLine(table) + "\n";
    if (!table.commands.empty()) {
        out += "\nCommands:\n";
        for (const CommandWord& command : table.commands) {
            out += "  " + CommandText(command) + "\n" + Wrapped(command.help, 6);
        }
    }
    out += "\n" + Wrapped(PrecedenceText(table), 0);
    std::string_view group = "\n";  // none has this name, so the first one gets a heading
    for (const Setting& setting : table.settings) {
        if (setting.group != group) {
            group = setting.group;
            out += "\n" + (group.empty() ? "Settings" : std::string(group)) + ":\n";
        }
        out += "  " + OptionOf(setting) + ValueName(setting) + "\n" + Wrapped(setting.help, 6);
        const bool bounded = !setting.min.empty() || !setting.max.empty() || !setting.unit.empty();
        out += Wrapped(
            (bounded ? ExpectedValue(setting) + "; " : "") + DefaultText(setting) + "; " + VariableOf(table, setting),
            6);
    }
    out += "\nOther options:\n";
    out += "  --config <path>\n" + Wrapped(ConfigText(table), 6);
    out += "  -h, --help\n      Show this page.\n";
    out += "  --help-markdown\n      Show it as a page of the manual, in Markdown.\n";
    out += "  --help-man\n      Show it as a page for man.\n";
    out += "  --help-completion <bash|zsh|fish>\n      Show the completion script of a shell.\n";
    out += "  --version\n      Show the version.\n";
    return out;
}

std::string MarkdownPage(const SettingsTable& table) {
    std::string out = "# Settings of " + std::string(table.program) + "\n\n" + std::string(table.summary) + "\n\n";
    out += Wrapped(PrecedenceText(table), 0);
    out += "\n" + Wrapped(
                      "Secrets are read from files only, which must not be open to every user of the machine: a "
                      "command line can be seen by all of them, and an environment is inherited by every child.",
                      0);
    if (!table.commands.empty()) {
        out += "\n## Commands\n\n| Command | What it does |\n|---|---|\n";
        for (const CommandWord& command : table.commands) {
            out += "| " + CodeCell(CommandText(command)) + " | " + MarkdownCell(command.help) + " |\n";
        }
    }
    std::string_view group = "\n";
    for (const Setting& setting : table.settings) {
        if (setting.group != group) {
            group = setting.group;
            out += "\n## " + (group.empty() ? "Settings" : std::string(group)) +
                   "\n\n| Option | Variable | Value | Default | Meaning |\n|---|---|---|---|---|\n";
        }
        out += "| " + CodeCell(OptionOf(setting)) + " | " + CodeCell(VariableOf(table, setting)) + " | " +
               MarkdownCell(ExpectedValue(setting)) + " | " +
               (setting.required ? "required" : CodeCell(setting.fallback)) + " | " + MarkdownCell(setting.help) +
               " |\n";
    }
    out +=
        "\n## Other options\n\n| Option | Meaning |\n|---|---|\n| `--config` | " + MarkdownCell(ConfigText(table)) +
        " |\n| `--help` | Show the settings. |\n| `--help-markdown` | Print this page. |\n| `--help-man` | Print it as "
        "a page for man. |\n| "
        "`--help-completion` | Print the completion script of a shell: bash, zsh or fish. |\n| `--version` | Show the "
        "version. |\n";
    return out;
}

std::string ProblemsPage(const SettingsTable& table, const std::vector<std::string>& problems) {
    std::string out = std::string(table.program) + ": " + Plural(static_cast<long long>(problems.size()), "problem") +
                      " with the settings:\n";
    for (const std::string& problem : problems) {
        out += "  " + problem + "\n";
    }
    return out + "All settings: " + std::string(table.program) + " --help\n";
}

}  // namespace platform
