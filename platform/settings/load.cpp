#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "platform/base/files.hpp"
#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "platform/settings/command_line.hpp"
#include "platform/settings/manual.hpp"
#include "platform/settings/settings.hpp"
#include "platform/settings/value.hpp"

namespace platform {
namespace {

constexpr std::size_t kLargestConfigFile = 1024 * 1024;
constexpr std::size_t kLargestSecret = 64 * 1024;

/// Collects values from the weakest source to the strongest, and everything that is wrong on the way.
class SettingsLoader {
public:
    SettingsLoader(const SettingsTable& table, std::vector<std::string>& problems)
        : table_(table), problems_(problems) {
        for (const Setting& setting : table.settings) {
            values_[std::string(setting.key)] = {
                setting.type, std::string(setting.fallback), SettingSource::kDefault, {}};
        }
    }

    void Problem(std::string problem) {
        problems_.push_back(std::move(problem));
    }

    /// `name` is how the person called the setting there.
    void Complain(const Setting& setting, const std::string& name, const std::string& complaint) {
        Problem(name + ": " + complaint);
        complained_.insert(setting.key);
    }

    void Take(const Setting& setting, const std::string& name, std::string text, SettingSource source) {
        if (const std::string complaint = ValueComplaint(setting, text); !complaint.empty()) {
            Complain(setting, name, complaint);
            return;
        }
        Settings::Value& value = values_[std::string(setting.key)];
        value.text = std::move(text);
        value.source = source;
    }

    void TakeFile(const std::string& path);
    void TakeEnvironment(const std::vector<std::string>& environment);
    void TakeCommandLine(const CommandLine& line);
    void ReadSecrets();
    void CheckRequired();

    Settings Finish() {
        return Settings(std::move(values_));
    }

private:
    const Setting* FindKey(std::string_view key) const {
        const auto found = std::find_if(table_.settings.begin(), table_.settings.end(),
                                        [&](const Setting& setting) { return setting.key == key; });
        return found == table_.settings.end() ? nullptr : &*found;
    }
    std::string UnknownHint(std::string_view name, const std::vector<std::string>& known) const {
        if (const std::optional<std::string> meant = NearMiss(name, known)) {
            return "; did you mean '" + *meant + "'?";
        }
        return "; see " + std::string(table_.program) + " --help for those there are";
    }
    bool IsForeign(std::string_view name) const {
        return std::any_of(
            table_.foreign_variables.begin(), table_.foreign_variables.end(), [&](std::string_view known) {
                return known.ends_with('*') ? name.starts_with(known.substr(0, known.size() - 1)) : name == known;
            });
    }
    void TakeFileField(const std::string& path, const std::string& key, const Json& value);

    const SettingsTable& table_;
    std::vector<std::string>& problems_;
    std::map<std::string, Settings::Value, std::less<>> values_;
    std::set<std::string_view> complained_;  // keys that were given, but not well
};

void SettingsLoader::TakeFileField(const std::string& path, const std::string& key, const Json& value) {
    const std::string name = EscapeForLog(path) + ": " + EscapeForLog(key);
    const Setting* const setting = FindKey(key);
    if (setting == nullptr) {
        std::vector<std::string> known;
        for (const Setting& candidate : table_.settings) {
            known.emplace_back(candidate.key);
        }
        Problem(name + ": unknown setting" + UnknownHint(key, known));
        return;
    }
    if (value.is_string()) {
        Take(*setting, name, value.get<std::string>(), SettingSource::kFile);
        return;
    }
    const bool number_wanted = setting->type == SettingType::kInteger || setting->type == SettingType::kDuration;
    if ((value.is_number() && number_wanted) || (value.is_boolean() && setting->type == SettingType::kBoolean)) {
        Take(*setting, name, CanonicalJson(value), SettingSource::kFile);
        return;
    }
    if (value.is_null()) {
        Complain(*setting, name, "needs a value: " + ExpectedValue(*setting));
    } else if (value.is_structured()) {
        Complain(*setting, name, "must be " + ExpectedValue(*setting) + ", not a list or a group of settings");
    } else {
        // Already a number or a truth value: `1.10` as text can no longer be told from `1.1`.
        Complain(*setting, name,
                 "must be " + ExpectedValue(*setting) + ", not " + CanonicalJson(value) +
                     "; write it in quotes if it is text");
    }
}

void SettingsLoader::TakeFile(const std::string& path) {
    const Expected<std::string, FileError> text = ReadFile(path, kLargestConfigFile);
    if (!text) {
        Problem(text.error().message);
        return;
    }
    if (const Expected<mode_t, FileError> mode = FileMode(path); mode && S_ISREG(*mode) && (*mode & S_IWOTH) != 0) {
        Problem(EscapeForLog(path) + ": every user of this machine may write it; chmod o-w it");
    }
    const Expected<Json, FieldErrors> document = ParseYaml(*text);
    if (!document) {
        for (const FieldError& error : document.error()) {
            Problem(EscapeForLog(path) + ": " + (error.pointer.empty() ? "" : EscapeForLog(error.pointer) + " ") +
                    error.message);
        }
        return;
    }
    if (document->is_null()) {
        return;  // a file in which everything is commented out
    }
    if (!document->is_object()) {
        Problem(EscapeForLog(path) + ": must hold lines such as `key: value`");
        return;
    }
    for (const auto& [key, value] : document->get_ref<const Json::object_t&>()) {
        TakeFileField(path, key, value);
    }
}

void SettingsLoader::TakeEnvironment(const std::vector<std::string>& environment) {
    std::map<std::string, const Setting*> by_variable;
    std::vector<std::string> known = {std::string(table_.prefix) + std::string(kConfigVariable)};
    for (const Setting& setting : table_.settings) {
        by_variable[VariableOf(table_, setting)] = &setting;
        known.push_back(VariableOf(table_, setting));
    }
    for (const std::string& entry : environment) {
        const std::size_t equals = entry.find('=');
        const std::string name = entry.substr(0, equals);
        if (equals == std::string::npos || !name.starts_with(table_.prefix)) {
            continue;
        }
        if (const auto found = by_variable.find(name); found != by_variable.end()) {
            if (std::string text = entry.substr(equals + 1); !text.empty()) {
                Take(*found->second, name, std::move(text), SettingSource::kEnvironment);
            }
        } else if (const std::string rest = name.substr(table_.prefix.size());
                   rest != kConfigVariable && !IsForeign(rest)) {
            Problem(EscapeForLog(name) + ": unknown variable" + UnknownHint(name, known));
        }
    }
}

void SettingsLoader::TakeCommandLine(const CommandLine& line) {
    for (const auto& [key, text] : line.values) {
        const Setting* const setting = FindKey(key);
        PORTCULLIS_INVARIANT(setting != nullptr, "the command line knows the table's settings only");
        Take(*setting, OptionOf(*setting), text, SettingSource::kCommandLine);
    }
}

void SettingsLoader::ReadSecrets() {
    for (auto& [key, value] : values_) {
        if (value.type != SettingType::kSecretFile || value.text.empty()) {
            continue;
        }
        const std::string name = key + ": " + EscapeForLog(value.text);
        const Expected<mode_t, FileError> mode = FileMode(value.text);
        if (!mode) {
            Problem(key + ": " + mode.error().message);
            continue;
        }
        if (S_ISREG(*mode) && (*mode & S_IRWXO) != 0) {
            Problem(name +
                    " is open to every user of this machine, so what it holds is no secret; chmod 640 or 600 it");
            continue;
        }
        const Expected<std::string, FileError> content = ReadFile(value.text, kLargestSecret);
        if (!content) {
            Problem(key + ": " + content.error().message);
            continue;
        }
        // Editors end files with a line feed; it is no part of the secret.
        value.secret = content->substr(0, content->find_last_not_of("\r\n") + 1);
        if (value.secret.empty()) {
            Problem(name + " is empty");
        }
    }
}

void SettingsLoader::CheckRequired() {
    for (const Setting& setting : table_.settings) {
        const Settings::Value& value = values_[std::string(setting.key)];
        const bool given = value.source != SettingSource::kDefault;
        if (setting.required && !given && complained_.count(setting.key) == 0) {
            Problem(OptionOf(setting) + " (or " + VariableOf(table_, setting) + ", or " + std::string(setting.key) +
                    " in the config file) is required: " + ExpectedValue(setting));
        }
    }
}

std::string ValueIn(const std::vector<std::string>& environment, const std::string& name) {
    for (const std::string& entry : environment) {
        if (entry.starts_with(name + "=")) {
            return entry.substr(name.size() + 1);
        }
    }
    return {};
}

void TakeWords(const SettingsTable& table, const std::vector<std::string>& words, SettingsOutcome& outcome) {
    if (words.empty()) {
        return;
    }
    const auto command = std::find_if(table.commands.begin(), table.commands.end(),
                                      [&](const CommandWord& candidate) { return candidate.name == words[0]; });
    if (command == table.commands.end()) {
        std::vector<std::string> known;
        for (const CommandWord& candidate : table.commands) {
            known.emplace_back(candidate.name);
        }
        const std::optional<std::string> meant = NearMiss(words[0], known);
        outcome.problems.push_back(QuoteForMessage(words[0]) + ": unknown command" +
                                   (meant           ? "; did you mean '" + *meant + "'?"
                                    : known.empty() ? "; only options are expected"
                                                    : "; known: " + Join(known, ", ")));
        return;
    }
    if (words.size() - 1 > command->most_arguments) {
        outcome.problems.push_back(std::string(command->name) + ": takes at most " +
                                   Plural(static_cast<long long>(command->most_arguments), "argument") + ", not " +
                                   QuoteForMessage(words[command->most_arguments + 1]));
        return;
    }
    outcome.command = words[0];
    outcome.command_arguments.assign(words.begin() + 1, words.end());
}

}  // namespace

SettingsOutcome LoadSettings(const SettingsTable& table, const SettingsInput& input) {
    CheckSettingsTable(table);
    SettingsOutcome outcome;
    const CommandLine line = ReadCommandLine(table, input.arguments);
    if (line.help) {
        outcome.page = HelpPage(table);
    } else if (line.help_man) {
        outcome.page = ManualPage(table);
    } else if (!line.help_completion.empty()) {
        outcome.page = CompletionScript(table, line.help_completion);
    } else if (line.help_markdown) {
        outcome.page = MarkdownPage(table);
    } else if (line.version) {
        outcome.page = std::string(table.program) + " " + std::string(table.version) + "\n";
    }
    if (outcome.page) {
        return outcome;
    }

    outcome.problems = line.problems;
    SettingsLoader loader(table, outcome.problems);
    std::string config = line.config_file;
    if (config.empty()) {
        config = ValueIn(input.environment, std::string(table.prefix) + std::string(kConfigVariable));
    }
    if (config.empty() && !table.usual_config_file.empty()) {
        // Not there is fine; there and not readable is not.
        const std::string usual(table.usual_config_file);
        if (const Expected<mode_t, FileError> mode = FileMode(usual); mode || mode.error().code != ENOENT) {
            config = usual;
        }
    }
    if (!config.empty()) {
        loader.TakeFile(config);
    }
    loader.TakeEnvironment(input.environment);
    loader.TakeCommandLine(line);
    loader.ReadSecrets();
    loader.CheckRequired();
    TakeWords(table, line.words, outcome);
    outcome.settings = loader.Finish();
    return outcome;
}

}  // namespace platform
