#include "platform/httpd/field_syntax.hpp"

#include <algorithm>
#include <array>

#include "platform/base/text.hpp"

namespace platform {

namespace {

// Lower-case letter, digit or other token character (RFC 9110, 5.6.2); 0 for what cannot stand in a token.
constexpr std::array<char, 256> kTokenLowerCase = [] {
    std::array<char, 256> table{};
    for (const char character : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")) {
        table[static_cast<unsigned char>(character)] = character;
    }
    for (char upper = 'A'; upper <= 'Z'; ++upper) {
        table[static_cast<unsigned char>(upper)] = static_cast<char>(upper - 'A' + 'a');
    }
    return table;
}();

}  // namespace

char LowerTokenCharacter(char character) {
    return kTokenLowerCase[static_cast<unsigned char>(character)];
}

bool IsToken(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char character) { return LowerTokenCharacter(character) != 0; });
}

bool EqualsToken(std::string_view text, std::string_view lower_case) {
    return text.size() == lower_case.size() &&
           std::equal(text.begin(), text.end(), lower_case.begin(),
                      [](char left, char right) { return LowerTokenCharacter(left) == right; });
}

std::string_view TrimBlanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

std::optional<std::uint64_t> ParseContentLength(std::string_view text) {
    if (text.empty() || text.size() > 18) {
        return std::nullopt;
    }
    std::uint64_t length = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') {
            return std::nullopt;
        }
        length = length * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return length;
}

bool IsAllDigits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

ValueFault CheckHeaderValue(std::string_view value) {
    bool ascii = true;
    for (const char character : value) {
        const auto byte = static_cast<unsigned char>(character);
        if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
            return ValueFault::kControl;
        }
        ascii = ascii && byte < 0x80;
    }
    return ascii || IsValidUtf8(value) ? ValueFault::kNone : ValueFault::kEncoding;
}

}  // namespace platform
