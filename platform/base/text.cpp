#include "platform/base/text.hpp"

#include <algorithm>
#include <cstdint>

namespace platform {
namespace {

constexpr std::size_t kQuotedCodePoints = 60;

/// Length of the well-formed UTF-8 sequence at the start of `text`; 0 when there is none.
std::size_t Utf8SequenceLength(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto continues = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xBF) {
        return i < text.size() && byte(i) >= low && byte(i) <= high;
    };
    if (text.empty()) {
        return 0;
    }
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return continues(1) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        const std::uint8_t low = lead == 0xE0 ? 0xA0 : 0x80;   // overlong forms
        const std::uint8_t high = lead == 0xED ? 0x9F : 0xBF;  // surrogates
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const std::uint8_t low = lead == 0xF0 ? 0x90 : 0x80;   // overlong forms
        const std::uint8_t high = lead == 0xF4 ? 0x8F : 0xBF;  // above U+10FFFF
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

void AppendHexEscape(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<std::uint8_t>(c);
    out += "\\x";
    out += kHex[byte >> 4];
    out += kHex[byte & 0x0F];
}

/// C1 controls (U+0080..U+009F) act on terminals just as C0 controls do.
bool IsC1Control(std::string_view sequence) {
    return sequence.size() == 2 && sequence[0] == '\xC2' && static_cast<std::uint8_t>(sequence[1]) < 0xA0;
}

template <typename Parts>
std::string JoinParts(const Parts& parts, std::string_view separator) {
    std::string out;
    bool first = true;
    for (const auto& part : parts) {
        if (!first) {
            out += separator;
        }
        first = false;
        out += part;
    }
    return out;
}

std::string ForComparison(std::string_view word) {
    std::string out = ToLowerAscii(word);
    std::replace(out.begin(), out.end(), '_', '-');
    return out;
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
std::size_t EditDistance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitution});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::string_view Trim(std::string_view text) {
    constexpr std::string_view kWhiteSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kWhiteSpace);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    for (std::size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator, start)) {
        parts.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    parts.push_back(text.substr(start));
    return parts;
}

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
    return JoinParts(parts, separator);
}

std::string Join(const std::vector<std::string_view>& parts, std::string_view separator) {
    return JoinParts(parts, separator);
}

std::string Plural(long long count, std::string_view singular, std::string_view plural) {
    std::string out = std::to_string(count) + " ";
    if (count == 1) {
        out += singular;
    } else if (!plural.empty()) {
        out += plural;
    } else {
        out += singular;
        out += "s";
    }
    return out;
}

std::string ToLowerAscii(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return out;
}

std::string ToUpperAscii(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        }
    }
    return out;
}

bool IsValidUtf8(std::string_view text) {
    while (!text.empty()) {
        if (static_cast<std::uint8_t>(text.front()) < 0x80) {  // nearly all there is
            text.remove_prefix(1);
            continue;
        }
        const std::size_t length = Utf8SequenceLength(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

std::size_t CountCodePoints(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<std::uint8_t>(c) & 0xC0) != 0x80; }));
}

std::string_view TruncateUtf8(std::string_view text, std::size_t max_code_points) {
    std::size_t end = 0;
    for (std::size_t count = 0; end < text.size() && count < max_code_points; ++count) {
        end += std::max<std::size_t>(Utf8SequenceLength(text.substr(end)), 1);
    }
    return text.substr(0, end);
}

std::string EscapeForLog(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = Utf8SequenceLength(text);
        const char c = text.front();
        const auto byte = static_cast<std::uint8_t>(c);
        if (length == 0) {
            AppendHexEscape(out, c);
            text.remove_prefix(1);
            continue;
        }
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\\') {
            out += "\\\\";
        } else if (byte < 0x20 || byte == 0x7F || IsC1Control(text.substr(0, length))) {
            for (const char part : text.substr(0, length)) {
                AppendHexEscape(out, part);
            }
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return out;
}

std::string QuoteForMessage(std::string_view text) {
    const std::string_view shown = TruncateUtf8(text, kQuotedCodePoints);
    std::string out = "'" + EscapeForLog(shown);
    if (shown.size() < text.size()) {
        out += "...";
    }
    return out + "'";
}

std::optional<std::string> NearMiss(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t kLongestWord = 100;  // the distance costs the product of both lengths
    if (word.empty() || word.size() > kLongestWord) {
        return std::nullopt;
    }
    const std::string wanted = ForComparison(word);
    // One slip in a short word, one in three letters of a longer one, three at most: more is another word.
    const std::size_t allowed = std::min<std::size_t>(3, std::max<std::size_t>(1, wanted.size() / 3));
    std::optional<std::string> best;
    std::size_t best_distance = allowed + 1;
    for (const std::string& candidate : candidates) {
        const std::string known = ForComparison(candidate);
        if (known.size() > kLongestWord) {
            continue;
        }
        const std::size_t distance = EditDistance(wanted, known);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    if (best || wanted.size() < 4) {
        return best;
    }
    for (const std::string& candidate : candidates) {
        const std::string known = ForComparison(candidate);
        if (known.find(wanted) != std::string::npos || (known.size() >= 4 && wanted.find(known) != std::string::npos)) {
            return candidate;
        }
    }
    return std::nullopt;
}

}  // namespace platform
