#include "controller/render/escape.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "controller/render/code_point.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

/// Characters that have no shape of their own and change how others are read.
bool IsDeceptive(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) ||  // controls
           code == 0x00AD || code == 0x061C || code == 0x180E || code == 0x200B || code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) ||  // bidirectional embeddings and overrides
           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || (code >= 0xFFF9 && code <= 0xFFFB) ||
           (code >= 0xE0000 && code <= 0xE0FFF);
}

bool IsLineEnd(char32_t code) {
    return code == '\n' || code == '\v' || code == '\f' || code == 0x85 || code == 0x2028 || code == 0x2029;
}

/// Lines of `text`, cleaned; `\r\n` and a lone `\r` end a line too.
std::vector<std::string> CleanLines(std::string_view text) {
    std::vector<std::string> lines(1);
    while (!text.empty()) {
        const CodePoint point = FirstCodePoint(text);
        if (point.length == 0) {
            lines.back() += kReplacement;
            text.remove_prefix(1);
            continue;
        }
        if (point.code == '\r') {
            text.remove_prefix(text.substr(1).starts_with('\n') ? 2 : 1);
            lines.emplace_back();
            continue;
        }
        if (IsLineEnd(point.code)) {
            lines.emplace_back();
        } else if (point.code == '\t') {
            lines.back() += "    ";
        } else if (IsDeceptive(point.code)) {
            char shown[16];
            std::snprintf(shown, sizeof shown, "[U+%04X]", static_cast<unsigned>(point.code));
            lines.back() += shown;
        } else {
            lines.back() += text.substr(0, point.length);
        }
        text.remove_prefix(point.length);
    }
    return lines;
}

bool IsAsciiDigit(char c) {
    return c >= '0' && c <= '9';
}

bool IsAsciiWord(char c) {
    return IsAsciiDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The place of the `.` or `)` that would make this line an item of a numbered list.
std::size_t ListMarkEnd(std::string_view line) {
    std::size_t digits = 0;
    while (digits < line.size() && IsAsciiDigit(line[digits])) {
        ++digits;
    }
    const bool is_mark = digits > 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')') &&
                         (digits + 1 == line.size() || line[digits + 1] == ' ');
    return is_mark ? digits : std::string_view::npos;
}

}  // namespace

std::string CleanLine(std::string_view text) {
    std::string joined;
    for (const std::string& line : CleanLines(text)) {
        const std::string_view part = platform::Trim(line);
        if (!part.empty()) {
            joined += (joined.empty() ? "" : " ") + std::string(part);
        }
    }
    return joined;
}

std::vector<std::vector<std::string>> CleanParagraphs(std::string_view text) {
    std::vector<std::vector<std::string>> paragraphs;
    bool between = true;
    for (std::string& line : CleanLines(text)) {
        while (line.ends_with(' ')) {
            line.pop_back();
        }
        if (line.empty()) {
            between = true;
            continue;
        }
        if (between) {
            paragraphs.emplace_back();
            between = false;
        }
        paragraphs.back().push_back(std::move(line));
    }
    return paragraphs;
}

std::string EscapeMarkdown(std::string_view line) {
    constexpr std::string_view kAlways = "\\`*_[]<>&|~$";
    constexpr std::string_view kAtStart = "#+-=:";

    std::string escaped;
    escaped.reserve(line.size() + line.size() / 8);
    const std::size_t list_mark = ListMarkEnd(line);
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool at_start = i == 0 && kAtStart.find(c) != std::string_view::npos;
        // GitHub turns bare addresses into links: `https://` and `www.` are recognised by exactly these characters.
        const bool in_address = (c == ':' && line.substr(i).starts_with("://")) ||
                                (c == '.' && i >= 3 && platform::ToLowerAscii(line.substr(i - 3, 3)) == "www");
        // An underscore within a word is no emphasis; FLAG_NAMES stay readable in the source.
        const bool in_word =
            c == '_' && i > 0 && i + 1 < line.size() && IsAsciiWord(line[i - 1]) && IsAsciiWord(line[i + 1]);
        if (in_word) {
            escaped += c;
            continue;
        }
        if (at_start || in_address || i == list_mark || kAlways.find(c) != std::string_view::npos) {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

std::string KeepIndent(std::string_view line) {
    const std::size_t start = std::min(line.find_first_not_of(' '), line.size());
    std::string kept;
    for (std::size_t i = 0; i < start; ++i) {
        kept += kNoBreakSpace;
    }
    return kept + std::string(line.substr(start));
}

}  // namespace render
