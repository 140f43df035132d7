// A program's settings: one row per setting in one table makes the command line, the environment variables, the keys of
// the YAML file, the help text and the page of the manual.
//
// A setting `listen-address` of a table with the prefix `PORTCULLIS_` is given as, later beats earlier:
//   its default, `listen-address:` in the file that --config (or PORTCULLIS_CONFIG_FILE) names,
//   the variable PORTCULLIS_LISTEN_ADDRESS, the option --listen-address.
// An empty variable counts as not given. Every value that was given is checked, also where another one wins.
//
// Unknown options, variables with the prefix, keys and words are errors, and all problems are reported at once: a
// typing mistake in a setting must not quietly leave its default in force.
//
// Secrets come from files only (`kSecretFile`): a command line is readable by every user of the machine, an environment
// is inherited by every child and printed by crash reports. The file must not be readable by everybody either.
//
// Invariants: a table that contradicts itself, and asking for a setting that is not in it or of another type, are bugs
// and throw InvariantViolation. Thread safety: Settings is a value that nothing changes after loading.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "platform/base/time.hpp"

namespace platform {

enum class SettingType { kText, kInteger, kDuration, kBoolean, kChoice, kPath, kSecretFile };

/// One row. The texts are literals: they are not copied.
struct Setting {
    std::string_view key;  // lower-case words with '-'; a kSecretFile's ends in "-file"
    SettingType type = SettingType::kText;
    std::string_view fallback = {};  // the default, as one would write it; empty: no value unless one is given
    std::string_view help = {};      // full sentences
    std::string_view unit = {};      // of an integer: "bytes", "connections"
    std::string_view min = {};       // of an integer or a duration, as one would write it; empty: no bound
    std::string_view max = {};
    std::vector<std::string_view> choices = {};  // of a kChoice
    std::string_view group = {};                 // heading in help and manual; rows of a group stand together
    bool required = false;                       // must be given; has no fallback then
};

/// A word that tells the program what to do instead of its usual work: `portcullisd migrate down`.
struct CommandWord {
    std::string_view name;
    std::string_view help;
    std::string_view arguments = {};  // as shown in the help: "[up|down]"
    std::size_t most_arguments = 0;
};

struct SettingsTable {
    std::string_view program;  // "portcullisd"
    std::string_view version;
    std::string_view summary;  // one sentence
    std::string_view prefix;   // "PORTCULLIS_"
    std::vector<Setting> settings;
    std::vector<CommandWord> commands = {};
    /// Variables with our prefix that other programs of ours read, without the prefix; a '*' at the end stands for
    /// anything.
    std::vector<std::string_view> foreign_variables = {};
    /// Read when --config is not given and this file is there.
    std::string_view usual_config_file = {};
};

enum class SettingSource { kDefault, kFile, kEnvironment, kCommandLine };

template <>
struct EnumNames<SettingSource> {
    static constexpr std::array<EnumName<SettingSource>, 4> kNames = {{{SettingSource::kDefault, "default"},
                                                                       {SettingSource::kFile, "file"},
                                                                       {SettingSource::kEnvironment, "environment"},
                                                                       {SettingSource::kCommandLine, "command line"}}};
};

/// The values in force. A setting without value reads as empty text; Integer, DurationOf and Boolean need one.
class Settings {
public:
    struct Value {
        SettingType type = SettingType::kText;
        std::string text;
        SettingSource source = SettingSource::kDefault;
        std::string secret;  // what the file of a kSecretFile holds
    };

    Settings() = default;
    explicit Settings(std::map<std::string, Value, std::less<>> values) : values_(std::move(values)) {}

    bool Has(std::string_view key) const;
    /// Of a kText, kChoice or kPath; of a kSecretFile the path.
    const std::string& Text(std::string_view key) const;
    std::int64_t Integer(std::string_view key) const;
    Duration DurationOf(std::string_view key) const;
    bool Boolean(std::string_view key) const;
    /// What the file holds, without line feeds at its end; empty when no file is set.
    const std::string& Secret(std::string_view key) const;
    SettingSource Source(std::string_view key) const;

    /// For the log line at start-up. Holds paths of secrets, never their content.
    const std::map<std::string, Value, std::less<>>& All() const {
        return values_;
    }

private:
    const Value& Find(std::string_view key) const;

    std::map<std::string, Value, std::less<>> values_;
};

struct SettingsInput {
    std::vector<std::string> arguments;    // without the program's name
    std::vector<std::string> environment;  // NAME=value
};

/// From what main gets, and `environ`.
SettingsInput SettingsInputOf(int argc, const char* const* argv, const char* const* environment);

struct SettingsOutcome {
    /// --help, --version or --help-markdown: print it to standard output and end with 0. The rest does not matter then.
    std::optional<std::string> page;
    /// Everything that is wrong; when not empty, the settings are not to be used.
    std::vector<std::string> problems;
    Settings settings;
    std::string command;  // the first word, empty when there is none
    std::vector<std::string> command_arguments;
};

/// Reads the config file and the secrets' files; does not print and does not end the program.
SettingsOutcome LoadSettings(const SettingsTable& table, const SettingsInput& input);

/// "portcullisd: 2 problems with the settings: ..." with one line each and where to read on; for standard error.
std::string ProblemsPage(const SettingsTable& table, const std::vector<std::string>& problems);
std::string HelpPage(const SettingsTable& table);
/// The page of the manual, as Markdown.
std::string MarkdownPage(const SettingsTable& table);

}  // namespace platform
