#include "platform/settings/settings.hpp"

#include "platform/base/invariant.hpp"
#include "platform/settings/value.hpp"

namespace platform {

const Settings::Value& Settings::Find(std::string_view key) const {
    const auto found = values_.find(key);
    PORTCULLIS_INVARIANT(found != values_.end(), "a setting is in the table before it is asked for");
    return found->second;
}

bool Settings::Has(std::string_view key) const {
    return !Find(key).text.empty();
}

const std::string& Settings::Text(std::string_view key) const {
    const Value& value = Find(key);
    PORTCULLIS_INVARIANT(value.type == SettingType::kText || value.type == SettingType::kChoice ||
                             value.type == SettingType::kPath || value.type == SettingType::kSecretFile,
                         "a setting is asked for as what it was declared as");
    return value.text;
}

std::int64_t Settings::Integer(std::string_view key) const {
    const Value& value = Find(key);
    const std::optional<std::int64_t> integer = ParseSettingInteger(value.text);
    PORTCULLIS_INVARIANT(value.type == SettingType::kInteger && integer,
                         "a setting is asked for as what it was declared as, and when it has a value");
    return *integer;
}

Duration Settings::DurationOf(std::string_view key) const {
    const Value& value = Find(key);
    const std::optional<Duration> duration = ParseSettingDuration(value.text);
    PORTCULLIS_INVARIANT(value.type == SettingType::kDuration && duration,
                         "a setting is asked for as what it was declared as, and when it has a value");
    return *duration;
}

bool Settings::Boolean(std::string_view key) const {
    const Value& value = Find(key);
    PORTCULLIS_INVARIANT(value.type == SettingType::kBoolean, "a setting is asked for as what it was declared as");
    return value.text == "true";
}

const std::string& Settings::Secret(std::string_view key) const {
    const Value& value = Find(key);
    PORTCULLIS_INVARIANT(value.type == SettingType::kSecretFile, "a setting is asked for as what it was declared as");
    return value.secret;
}

SettingSource Settings::Source(std::string_view key) const {
    return Find(key).source;
}

SettingsInput SettingsInputOf(int argc, const char* const* argv, const char* const* environment) {
    SettingsInput input;
    for (int i = 1; i < argc; ++i) {
        input.arguments.emplace_back(argv[i]);
    }
    for (const char* const* variable = environment; variable != nullptr && *variable != nullptr; ++variable) {
        input.environment.emplace_back(*variable);
    }
    return input;
}

}  // namespace platform
