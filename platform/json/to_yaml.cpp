#include <algorithm>
#include <cstdint>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "platform/json/yaml_scalar.hpp"

namespace platform {
namespace {

constexpr std::size_t kLongestSimpleKey = 500;  // YAML ends looking for the ':' of a key after 1024 characters

/// Beyond ASCII, what YAML does not take as it is, or what editors and terminals do not show as it is.
bool NeedsUnicodeEscape(std::uint32_t code) {
    return (code >= 0x80 && code <= 0x9F) || (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF || (code & 0xFFFE) == 0xFFFE;
}

/// The code point at the front of valid UTF-8, which is taken off.
std::uint32_t TakeCodePoint(std::string_view& text) {
    const auto lead = static_cast<std::uint8_t>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        code = (code << 6) | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
    }
    text.remove_prefix(length);
    return code;
}

void AppendYamlHex(std::string& out, std::uint32_t code, int digits) {
    constexpr std::string_view kHex = "0123456789abcdef";
    for (int i = digits - 1; i >= 0; --i) {
        out += kHex[(code >> (4 * i)) & 15];
    }
}

std::string QuotedYaml(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const std::string_view before = text;
        const std::uint32_t code = TakeCodePoint(text);
        if (code == '"' || code == '\\') {
            out += '\\';
            out += static_cast<char>(code);
        } else if (code == '\n') {
            out += "\\n";
        } else if (code == '\t') {
            out += "\\t";
        } else if (code == '\r') {
            out += "\\r";
        } else if (code < 0x20 || code == 0x7F) {
            out += "\\x";
            AppendYamlHex(out, code, 2);
        } else if (code > 0xFFFF && NeedsUnicodeEscape(code)) {
            out += "\\U";
            AppendYamlHex(out, code, 8);
        } else if (NeedsUnicodeEscape(code)) {
            out += "\\u";
            AppendYamlHex(out, code, 4);
        } else {
            out += before.substr(0, before.size() - text.size());
        }
    }
    return out + '"';
}

/// True for text that stands for itself without quotes, wherever it stands. Narrower than YAML: what a person might
/// take for something else (yes, 12:30, 2025-01-29 in other readers) is quoted too.
bool IsPlainYaml(std::string_view text) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.empty() || !(is_letter(text.front()) || text.front() == '/') || text.back() == ' ') {
        return false;
    }
    const bool safe = std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter(c) || is_digit(c) || std::string_view(" _-./+()@=,;!?*%").find(c) != std::string_view::npos;
    });
    // ',' ends a plain scalar in flow style, which we do not write, but readers copy lines about.
    if (!safe || text.find(',') != std::string_view::npos) {
        return false;
    }
    const std::string lower = ToLowerAscii(text);
    for (const std::string_view word : {"y", "n", "yes", "no", "on", "off", "null", "true", "false"}) {
        if (lower == word) {
            return false;
        }
    }
    const Expected<Json, std::string> meaning = ResolvePlainScalar(text);
    return meaning && meaning->is_string();
}

/// True for several lines that a literal block (`|`) gives back byte for byte.
bool IsBlockText(std::string_view text) {
    if (text.find('\n') == std::string_view::npos || text.front() == ' ' || text.front() == '\n' ||
        text.front() == '\t') {
        return false;
    }
    for (std::string_view rest = text; !rest.empty();) {
        const std::uint32_t code = TakeCodePoint(rest);
        if ((code < 0x20 && code != '\n' && code != '\t') || code == 0x7F || NeedsUnicodeEscape(code)) {
            return false;
        }
    }
    for (const std::string_view line : Split(text, '\n')) {
        // A line of nothing but white space is indentation to some readers and text to others.
        if (!line.empty() && line.find_first_not_of(" \t") == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

void AppendBlockText(std::string& out, std::string_view text, std::size_t indent) {
    const std::size_t last = text.find_last_not_of('\n');
    const std::size_t line_feeds_at_end = text.size() - 1 - last;
    out += line_feeds_at_end == 0 ? "|-" : line_feeds_at_end == 1 ? "|" : "|+";
    if (line_feeds_at_end > 0) {
        text.remove_suffix(1);
    }
    for (const std::string_view line : Split(text, '\n')) {
        out += '\n';
        if (!line.empty()) {
            out.append(indent, ' ');
            out += line;
        }
    }
}

std::string YamlKey(const std::string& key) {
    return IsPlainYaml(key) ? key : QuotedYaml(key);
}

bool IsYamlBlock(const Json& value) {
    return value.is_structured() && !value.empty();
}

void AppendYamlScalar(std::string& out, const Json& value, std::size_t indent) {
    if (!value.is_string()) {
        out += value.empty() && value.is_object()  ? "{}"
               : value.empty() && value.is_array() ? "[]"
                                                   : CanonicalJson(value);
        return;
    }
    const auto& text = value.get_ref<const std::string&>();
    PORTCULLIS_INVARIANT(IsValidUtf8(text), "text in a document is UTF-8");
    if (IsPlainYaml(text)) {
        out += text;
    } else if (IsBlockText(text)) {
        AppendBlockText(out, text, indent);
    } else {
        out += QuotedYaml(text);
    }
}

/// The value's lines, the first one where `out` stands, the others indented; no line feed at the end.
void AppendYaml(std::string& out, const Json& value, std::size_t indent) {
    if (!IsYamlBlock(value)) {
        AppendYamlScalar(out, value, indent);
        return;
    }
    bool first = true;
    const auto start_line = [&] {
        if (!first) {
            out += '\n';
            out.append(indent, ' ');
        }
        first = false;
    };
    if (value.is_array()) {
        for (const Json& item : value) {
            start_line();
            out += "- ";
            AppendYaml(out, item, indent + 2);
        }
        return;
    }
    for (const auto& [key, item] : value.get_ref<const Json::object_t&>()) {
        start_line();
        PORTCULLIS_INVARIANT(IsValidUtf8(key), "text in a document is UTF-8");
        const std::string name = YamlKey(key);
        if (name.size() > kLongestSimpleKey) {
            out += "? " + name + "\n";
            out.append(indent, ' ');
            out += ": ";
            AppendYaml(out, item, indent + 2);
        } else if (IsYamlBlock(item)) {
            out += name + ":\n";
            out.append(indent + 2, ' ');
            AppendYaml(out, item, indent + 2);
        } else {
            out += name + ": ";
            AppendYaml(out, item, indent + 2);
        }
    }
}

}  // namespace

std::string ToYaml(const Json& document) {
    std::string out;
    // A block of text at the very left could hold a line that reads as the end of the document.
    AppendYaml(out, document, IsYamlBlock(document) ? 0 : 2);
    return out + "\n";
}

}  // namespace platform
