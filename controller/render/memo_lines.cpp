#include "controller/render/memo_lines.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "controller/render/code_point.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

constexpr std::size_t kMaxLineBytes = 8'000;
// What a check mark becomes, so that a box is one form from here on.
constexpr std::string_view kTickedBox = "[x] ";
constexpr std::string_view kUntickedBox = "[ ] ";

bool IsOneOf(char32_t code, std::u32string_view set) {
    return set.find(code) != std::u32string_view::npos;
}

/// The plain writing of one character; empty for those that have no shape.
std::string PlainForm(char32_t code, std::string_view bytes) {
    if (code == '\t') {
        return "    ";
    }
    if (code < 0x20 || code == 0x7F || IsOneOf(code, U"\u200B\u200C\u200D\u200E\u200F\u2060\uFEFF\u00AD\uFE0E\uFE0F") ||
        (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069)) {
        return {};
    }
    if ((code >= 0x2010 && code <= 0x2015) || IsOneOf(code, U"\u2212\uFE58\uFE63\uFF0D")) {
        return "-";
    }
    if (code == 0xA0 || (code >= 0x2000 && code <= 0x200A) || IsOneOf(code, U"\u202F\u205F\u3000")) {
        return " ";
    }
    if (IsOneOf(code, U"\u2018\u2019\u02BC")) {
        return "'";
    }
    if (IsOneOf(code, U"\u201C\u201D")) {
        return "\"";
    }
    if (IsOneOf(code, U"\u2022\u2023\u25E6\u25AA\u2043\u00B7")) {
        return "-";
    }
    if (IsOneOf(code, U"\u2611\u2705\u2713\u2714\u2612\U0001F5F9")) {
        return std::string(kTickedBox);
    }
    if (IsOneOf(code, U"\u2610\u2B1C\u25FB\u25A1\u274C\u2717\u2718\u274E")) {
        return std::string(kUntickedBox);
    }
    if (code == 0x2264) {
        return "<=";
    }
    if (code == 0x2265) {
        return ">=";
    }
    if (code == 0x2192) {
        return "->";
    }
    if (code == 0xFF1A) {
        return ":";
    }
    return std::string(bytes);
}

std::string Plain(std::string_view line, bool& broken) {
    std::string plain;
    while (!line.empty()) {
        const CodePoint point = FirstCodePoint(line);
        if (point.length == 0 || point.code == 0) {
            broken = true;
            plain += point.length == 0 ? "?" : "";
            line.remove_prefix(1);
            continue;
        }
        plain += PlainForm(point.code, line.substr(0, point.length));
        line.remove_prefix(point.length);
    }
    return plain;
}

std::size_t IndentOf(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

bool OnlyOf(std::string_view text, std::string_view characters) {
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

bool IsFence(std::string_view text) {
    return text.starts_with("```") || text.starts_with("~~~");
}

/// Emphasis and code marks out, struck-out words out, links to their words, escapes to what they stand for.
std::string WithoutMarkup(std::string_view text) {
    constexpr std::string_view kEscapable = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    std::string bare;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\' && i + 1 < text.size() && kEscapable.find(text[i + 1]) != std::string_view::npos) {
            bare += text[++i];
        } else if (c == '\\' && i + 1 == text.size()) {
            break;  // a Markdown line end
        } else if (text.substr(i).starts_with("~~")) {
            const std::size_t end = text.find("~~", i + 2);
            if (end == std::string_view::npos) {
                ++i;
            } else {
                i = end + 1;
            }
        } else if (c == ']' && text.substr(i).starts_with("](")) {
            const std::size_t end = text.find(')', i);
            const std::size_t start = bare.rfind('[');
            if (end == std::string_view::npos || start == std::string::npos) {
                bare += c;
                continue;
            }
            bare.erase(start, 1);
            i = end;
        } else if (c == '_' && text.substr(i).starts_with("__") && !text.substr(i).starts_with("___")) {
            ++i;
        } else if (c != '*' && c != '`') {
            bare += c;
        }
    }
    return bare;
}

/// Takes a list mark off the front: `- `, `* `, `+ `, `1. `, `2) `.
bool TakeBullet(std::string_view& text) {
    std::size_t end = 0;
    if (!text.empty() && (text[0] == '-' || text[0] == '*' || text[0] == '+')) {
        end = 1;
    } else {
        while (end < text.size() && end < 3 && text[end] >= '0' && text[end] <= '9') {
            ++end;
        }
        if (end == 0 || end >= text.size() || (text[end] != '.' && text[end] != ')')) {
            return false;
        }
        ++end;
    }
    if (end < text.size() && text[end] != ' ') {
        return false;
    }
    text = platform::Trim(text.substr(end));
    return true;
}

/// Takes a check box off the front: `[x]`, `[ ]`, `[]`, `( )`, `(x)`.
std::optional<Tick> TakeTick(std::string_view& text) {
    if (text.empty() || (text[0] != '[' && text[0] != '(')) {
        return std::nullopt;
    }
    const std::size_t end = text.find(text[0] == '[' ? ']' : ')');
    if (end > 4 || text.substr(end + 1).starts_with('(')) {
        return std::nullopt;
    }
    const std::string mark = platform::ToLowerAscii(platform::Trim(text.substr(1, end - 1)));
    std::optional<Tick> tick;
    if (mark.empty() || mark == "_" || mark == "-") {
        tick = Tick::kUnticked;
    } else if (mark == "x" || mark == "v" || mark == "y" || mark == "+" || mark == "*") {
        tick = Tick::kTicked;
    } else if (text[0] == '[' && (mark == "?" || mark == "~" || mark == "/" || mark == "n/a" || mark == "n")) {
        tick = Tick::kUnclear;
    }
    if (tick) {
        text = platform::Trim(text.substr(end + 1));
    }
    return tick;
}

std::vector<std::string> TakeCells(std::string_view& text) {
    std::vector<std::string> cells;
    if (!text.starts_with('|')) {
        return cells;
    }
    text.remove_prefix(1);
    if (text.ends_with('|')) {
        text.remove_suffix(1);
    }
    for (const std::string_view cell : platform::Split(text, '|')) {
        cells.emplace_back(platform::Trim(WithoutMarkup(platform::Trim(cell))));
    }
    return cells;
}

struct RawLine {
    int number = 0;
    std::size_t quotes = 0;
    std::string text;
};

/// At most `end`, and not within a character.
std::size_t CutBetweenCharacters(std::string_view text, std::size_t end) {
    const std::size_t longest = 3;
    for (std::size_t back = 0;
         back < longest && end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U;
         ++back) {
        --end;
    }
    return end;
}

std::vector<RawLine> RawLines(std::string_view text, bool& broken) {
    std::vector<RawLine> lines;
    int number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        RawLine line;
        line.number = ++number;
        line.text = Plain(text.substr(0, CutBetweenCharacters(text, std::min(end, kMaxLineBytes))), broken);
        const std::size_t mark = end < text.size() && text.substr(end).starts_with("\r\n") ? 2 : 1;
        text.remove_prefix(std::min(end + mark, text.size()));
        const std::string_view trimmed = platform::Trim(line.text);
        if (trimmed.empty() || IsFence(trimmed) || OnlyOf(trimmed, "=-*_ ") || OnlyOf(trimmed, "|-: ") ||
            trimmed.starts_with("<!--")) {
            continue;
        }
        std::string_view rest = line.text;
        while (platform::Trim(rest).starts_with('>')) {
            ++line.quotes;
            rest = rest.substr(rest.find('>') + 1);
            rest.remove_prefix(rest.starts_with(' ') ? 1 : 0);
        }
        if (platform::Trim(rest).empty()) {
            continue;
        }
        line.text = std::string(rest);
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace

MemoLines SplitMemoLines(std::string_view text) {
    MemoLines memo;
    const std::vector<RawLine> raw = RawLines(text, memo.broken_text);
    // A memo that was pasted into a list, a code block or a quotation is indented or quoted as a whole.
    std::size_t common_indent = std::numeric_limits<std::size_t>::max();
    std::size_t common_quotes = std::numeric_limits<std::size_t>::max();
    for (const RawLine& line : raw) {
        common_indent = std::min(common_indent, IndentOf(line.text));
        common_quotes = std::min(common_quotes, line.quotes);
    }
    for (const RawLine& each : raw) {
        MemoLine line;
        line.number = each.number;
        line.indent = IndentOf(each.text) - common_indent;
        line.quoted = each.quotes > common_quotes;
        std::string_view rest = platform::Trim(each.text);
        if (rest.starts_with('#')) {
            const std::size_t level = std::min(rest.find_first_not_of('#'), rest.size());
            if (level <= 6 && level < rest.size() && rest[level] == ' ') {
                line.heading = true;
                rest = platform::Trim(rest.substr(level));
                while (rest.ends_with('#')) {
                    rest = platform::Trim(rest.substr(0, rest.size() - 1));
                }
            }
        }
        line.bullet = TakeBullet(rest);
        line.cells = TakeCells(rest);
        line.bullet = line.bullet || !line.cells.empty();
        const std::string cell_text = platform::Join(line.cells, " | ");
        rest = line.cells.empty() ? rest : std::string_view(cell_text);
        line.tick = TakeTick(rest);
        if (line.tick && rest.starts_with("| ")) {
            rest.remove_prefix(2);
        }
        const std::string bare = line.cells.empty() ? WithoutMarkup(rest) : std::string(rest);
        line.text = std::string(platform::Trim(bare));
        if (!line.text.empty() || line.tick) {
            memo.lines.push_back(std::move(line));
        }
    }
    return memo;
}

}  // namespace render
