#include "platform/settings/value.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"

namespace platform {
namespace {

constexpr std::string_view kSecretSuffix = "-file";

std::vector<std::string> ChoiceTexts(const Setting& setting) {
    return {setting.choices.begin(), setting.choices.end()};
}

/// " from 1 to 10 bytes", " of at least 1", "".
std::string BoundsText(const Setting& setting) {
    std::string text;
    if (!setting.min.empty() && !setting.max.empty()) {
        text = " from " + std::string(setting.min) + " to " + std::string(setting.max);
    } else if (!setting.min.empty()) {
        text = " of at least " + std::string(setting.min);
    } else if (!setting.max.empty()) {
        text = " of at most " + std::string(setting.max);
    }
    return setting.unit.empty() ? text : text + " (" + std::string(setting.unit) + ")";
}

template <typename T, typename Parse>
bool IsWithin(const Setting& setting, T value, Parse parse) {
    return (setting.min.empty() || value >= *parse(setting.min)) &&
           (setting.max.empty() || value <= *parse(setting.max));
}

bool IsPrintableText(std::string_view text) {
    return IsValidUtf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
           });
}

bool IsGoodValue(const Setting& setting, std::string_view text) {
    switch (setting.type) {
        case SettingType::kText:
        case SettingType::kPath:
        case SettingType::kSecretFile:
            return !text.empty() && IsPrintableText(text);
        case SettingType::kInteger: {
            const std::optional<std::int64_t> value = ParseSettingInteger(text);
            return value && IsWithin(setting, *value, &ParseSettingInteger);
        }
        case SettingType::kDuration: {
            const std::optional<Duration> value = ParseSettingDuration(text);
            return value && IsWithin(setting, *value, &ParseSettingDuration);
        }
        case SettingType::kBoolean:
            return text == "true" || text == "false";
        case SettingType::kChoice:
            return std::find(setting.choices.begin(), setting.choices.end(), text) != setting.choices.end();
    }
    return false;
}

void CheckSetting(const Setting& setting) {
    const bool good_name = !setting.key.empty() && setting.key.front() != '-' && setting.key.back() != '-' &&
                           std::all_of(setting.key.begin(), setting.key.end(), [](char c) {
                               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                           });
    PORTCULLIS_INVARIANT(good_name, "a setting's key is lower-case words with '-' between them");
    PORTCULLIS_INVARIANT(setting.type != SettingType::kSecretFile || setting.key.ends_with(kSecretSuffix),
                         "a setting that names a secret's file ends in -file");
    PORTCULLIS_INVARIANT(setting.key != "config" && setting.key != "help" && setting.key != "version" &&
                             setting.key != "help-markdown" && setting.key != "help-man" &&
                             setting.key != "help-completion" && setting.key != "config-file",
                         "a setting does not take the name of an option that every program has");
    PORTCULLIS_INVARIANT(!setting.help.empty(), "every setting has a help text");
    PORTCULLIS_INVARIANT(setting.choices.empty() == (setting.type != SettingType::kChoice),
                         "settings with choices, and only they, list them");
    const bool bounded = setting.type == SettingType::kInteger || setting.type == SettingType::kDuration;
    PORTCULLIS_INVARIANT(bounded || (setting.min.empty() && setting.max.empty()),
                         "only numbers and durations have bounds");
    for (const std::string_view bound : {setting.min, setting.max}) {
        PORTCULLIS_INVARIANT(
            bound.empty() || (setting.type == SettingType::kInteger ? ParseSettingInteger(bound).has_value()
                                                                    : ParseSettingDuration(bound).has_value()),
            "a setting's bounds are of its type");
    }
    PORTCULLIS_INVARIANT(setting.type != SettingType::kBoolean || !setting.fallback.empty(),
                         "a setting that is true or false has a default");
    PORTCULLIS_INVARIANT(setting.fallback.empty() || IsGoodValue(setting, setting.fallback),
                         "a setting's default is a value it accepts");
    PORTCULLIS_INVARIANT(!setting.required || setting.fallback.empty(), "a required setting has no default");
}

}  // namespace

std::optional<std::int64_t> ParseSettingInteger(std::string_view text) {
    std::int64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::optional<Duration> ParseSettingDuration(std::string_view text) {
    if (text == "0s") {
        return Duration::zero();
    }
    if (text.ends_with("ms")) {
        constexpr std::int64_t kMostMilliseconds = 10 * 366 * 86'400'000LL;
        const std::string_view digits = text.substr(0, text.size() - 2);
        const std::optional<std::int64_t> count = ParseSettingInteger(digits);
        if (!count || digits.front() == '-' || *count > kMostMilliseconds) {
            return std::nullopt;
        }
        return std::chrono::milliseconds(*count);
    }
    return ParseDuration(text);
}

std::string ExpectedValue(const Setting& setting) {
    switch (setting.type) {
        case SettingType::kText:
            return "text";
        case SettingType::kInteger:
            return "a whole number" + BoundsText(setting);
        case SettingType::kDuration:
            return "a duration such as 250ms, 30s, 15m, 48h or 7d" + BoundsText(setting);
        case SettingType::kBoolean:
            return "true or false";
        case SettingType::kChoice:
            return "one of " + Join(ChoiceTexts(setting), ", ");
        case SettingType::kPath:
            return "a path";
        case SettingType::kSecretFile:
            return "the path of a file that holds the secret";
    }
    return "a value";
}

std::string ValueComplaint(const Setting& setting, std::string_view text) {
    if (IsGoodValue(setting, text)) {
        return {};
    }
    if (text.empty()) {
        return "needs a value: " + ExpectedValue(setting);
    }
    std::string complaint = "must be " + ExpectedValue(setting) + ", not " + QuoteForMessage(text);
    if (setting.type == SettingType::kChoice) {
        if (const std::optional<std::string> meant = NearMiss(text, ChoiceTexts(setting))) {
            complaint += "; did you mean '" + *meant + "'?";
        }
    }
    return complaint;
}

std::string OptionOf(const Setting& setting) {
    return "--" + std::string(setting.key);
}

std::string VariableOf(const SettingsTable& table, const Setting& setting) {
    std::string name = ToUpperAscii(setting.key);
    std::replace(name.begin(), name.end(), '-', '_');
    return std::string(table.prefix) + name;
}

void CheckSettingsTable(const SettingsTable& table) {
    PORTCULLIS_INVARIANT(!table.program.empty() && !table.prefix.empty() && table.prefix.back() == '_',
                         "a table of settings names its program and a prefix that ends in '_'");
    std::set<std::string_view> keys;
    for (const Setting& setting : table.settings) {
        CheckSetting(setting);
        PORTCULLIS_INVARIANT(keys.insert(setting.key).second, "a setting is declared once");
    }
}

}  // namespace platform
