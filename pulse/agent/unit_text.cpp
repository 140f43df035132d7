#include "pulse/agent/unit_text.hpp"

#include <algorithm>
#include <array>

#include "platform/base/text.hpp"

namespace pulse::agent {
namespace {

constexpr std::array<std::string_view, 6> kOfInterest{"Environment", "EnvironmentFile",  "PassEnvironment",
                                                      "ExecStart",   "UnsetEnvironment", "ExecStartPre"};

void ReadPart(const UnitPart& part, std::size_t number, std::vector<UnitSetting>& settings) {
    std::string section;
    std::string logical;
    int line = 0;
    int first = 0;
    for (std::string_view text : platform::Split(part.text, '\n')) {
        ++line;
        if (!text.empty() && text.back() == '\r') {
            text.remove_suffix(1);
        }
        const std::string_view trimmed = platform::Trim(text);
        const bool comment = trimmed.starts_with('#') || trimmed.starts_with(';');
        if (comment) {
            continue;  // also between lines that go on
        }
        first = logical.empty() ? line : first;
        if (text.ends_with('\\')) {
            logical.append(text.substr(0, text.size() - 1)).push_back(' ');
            continue;
        }
        logical.append(text);
        const std::string whole(platform::Trim(logical));
        logical.clear();
        if (whole.starts_with('[') && whole.ends_with(']')) {
            section = whole.substr(1, whole.size() - 2);
            continue;
        }
        const std::size_t equals = whole.find('=');
        if (section != "Service" || equals == std::string::npos) {
            continue;
        }
        const std::string key(platform::Trim(std::string_view(whole).substr(0, equals)));
        if (std::find(kOfInterest.begin(), kOfInterest.end(), key) != kOfInterest.end()) {
            settings.push_back({key, std::string(platform::Trim(std::string_view(whole).substr(equals + 1))),
                                part.path + " line " + std::to_string(first), number});
        }
    }
}

}  // namespace

std::vector<UnitSetting> EnvironmentSettingsOf(const std::vector<UnitPart>& parts) {
    std::vector<UnitSetting> settings;
    for (std::size_t part = 0; part < parts.size(); ++part) {
        ReadPart(parts[part], part, settings);
    }
    return settings;
}

std::vector<std::string> WordsOf(std::string_view value) {
    std::vector<std::string> words;
    std::string word;
    bool inside = false;
    char quote = 0;
    for (std::size_t at = 0; at < value.size(); ++at) {
        const char c = value[at];
        if (c == '\\' && at + 1 < value.size()) {
            word.push_back(value[++at]);
            inside = true;
        } else if (quote != 0) {
            if (c == quote) {
                quote = 0;
            } else {
                word.push_back(c);
            }
        } else if (c == '"' || c == '\'') {
            quote = c;
            inside = true;
        } else if (c == ' ' || c == '\t') {
            if (inside) {
                words.push_back(std::move(word));
                word.clear();
            }
            inside = false;
        } else {
            word.push_back(c);
            inside = true;
        }
    }
    if (inside) {
        words.push_back(std::move(word));
    }
    return words;
}

}  // namespace pulse::agent
