// The only file that knows CLI11.
#include "platform/settings/command_line.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

#include "platform/base/text.hpp"
#include "platform/settings/manual.hpp"
#include "platform/settings/value.hpp"

namespace platform {
namespace {

std::vector<std::string> KnownOptions(const SettingsTable& table) {
    std::vector<std::string> known = {std::string(kConfigOption), "--help",   "--help-completion", "--help-man",
                                      "--help-markdown",          "--version"};
    for (const Setting& setting : table.settings) {
        known.push_back(OptionOf(setting));
    }
    return known;
}

std::string UnknownOption(const SettingsTable& table, const std::string& name) {
    std::string problem = EscapeForLog(name) + ": unknown option";
    if (const std::optional<std::string> meant = NearMiss(name, KnownOptions(table))) {
        return problem + "; did you mean '" + *meant + "'?";
    }
    return problem + "; see " + std::string(table.program) + " --help for those there are";
}

/// What the parser did not know: options, and words.
void SortTheRest(const SettingsTable& table, const std::vector<std::string>& rest, CommandLine& line) {
    bool after_unknown_option = false;
    for (const std::string& token : rest) {
        if (token.size() > 1 && token.front() == '-') {
            const std::size_t equals = token.find('=');
            line.problems.push_back(UnknownOption(table, token.substr(0, equals)));
            after_unknown_option = equals == std::string::npos;
        } else if (after_unknown_option) {
            after_unknown_option = false;  // most likely its value; complaining about it too would only confuse
        } else {
            line.words.push_back(token);
        }
    }
}

}  // namespace

CommandLine ReadCommandLine(const SettingsTable& table, const std::vector<std::string>& arguments) {
    CLI::App app;
    app.set_help_flag();  // ours is made from the table
    app.allow_extras();   // so that it goes on and finds all problems
    CommandLine line;
    app.add_flag("-h,--help", line.help);
    app.add_flag("--help-man", line.help_man);
    app.add_flag("--help-markdown", line.help_markdown);
    app.add_flag("--version", line.version);

    // The text is read from the option itself; a missing value must not end the parsing, so it may be left out here.
    const auto add_option = [&app](const std::string& name) {
        return app.add_option(name, [](const CLI::results_t&) { return true; })
            ->expected(0, 1)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    };
    CLI::Option* const completion = add_option("--help-completion");
    CLI::Option* const config = add_option(std::string(kConfigOption));
    std::map<std::string, CLI::Option*> options;
    std::map<std::string, std::string> flags;
    for (const Setting& setting : table.settings) {
        const std::string key(setting.key);
        if (setting.type == SettingType::kBoolean) {
            options[key] =
                app.add_flag(OptionOf(setting), flags[key])->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
        } else {
            options[key] = add_option(OptionOf(setting));
        }
    }

    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& error) {
        line.problems.push_back(EscapeForLog(error.what()));
        return line;
    }
    for (const auto& [key, option] : options) {
        if (option->count() > 0) {
            line.values[key] = option->results().empty() ? "" : option->results().back();
        }
    }
    if (completion->count() > 0) {
        line.help_completion = completion->results().empty() ? "" : completion->results().back();
        if (std::ranges::find(kShells, line.help_completion) == kShells.end()) {
            line.problems.push_back("--help-completion: needs the name of a shell: bash, zsh or fish");
            line.help_completion.clear();
        }
    }
    if (config->count() > 0) {
        line.config_file = config->results().empty() ? "" : config->results().back();
        if (line.config_file.empty()) {
            line.problems.push_back(std::string(kConfigOption) + ": needs a value: the path of a YAML file");
        }
    }
    SortTheRest(table, app.remaining(), line);
    return line;
}

}  // namespace platform
