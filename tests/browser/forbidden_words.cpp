#include "tests/browser/forbidden_words.hpp"

#include <array>
#include <cctype>

#include "platform/base/text.hpp"

namespace browser_test {
namespace {

/// Forbidden wherever a word begins so.
constexpr std::array<std::string_view, 9> kBeginnings{"organiz", "organis",   "tenan",    "multitenan", "membership",
                                                      "invit",   "ownership", "coworker", "workspace"};
/// Forbidden as whole words.
constexpr std::array<std::string_view, 10> kWords{"org",    "orgs",   "member",  "members", "share",
                                                  "shares", "shared", "sharing", "team",    "teams"};

constexpr std::size_t kAround = 60;

bool IsLetter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool IsUpper(char c) {
    return std::isupper(static_cast<unsigned char>(c)) != 0;
}

/// A word begins behind what is no letter, and at an upper-case letter behind a lower-case one (camelCase).
bool BeginsWord(std::string_view text, std::size_t at) {
    return at == 0 || !IsLetter(text[at - 1]) || (IsUpper(text[at]) && !IsUpper(text[at - 1]));
}

bool EndsWord(std::string_view text, std::size_t end) {
    return end == text.size() || !IsLetter(text[end]) || (IsUpper(text[end]) && !IsUpper(text[end - 1]));
}

}  // namespace

std::optional<std::string> FindForbiddenWord(std::string_view text) {
    const std::string lower = platform::ToLowerAscii(text);
    const auto around = [&](std::size_t at, std::size_t length) {
        const std::size_t begin = at < kAround ? 0 : at - kAround;
        return platform::EscapeForLog(text.substr(begin, length + 2 * kAround));
    };
    const auto find = [&](std::string_view word, bool whole) -> std::optional<std::string> {
        for (std::size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
            if (BeginsWord(text, at) && (!whole || EndsWord(text, at + word.size()))) {
                return around(at, word.size());
            }
        }
        return std::nullopt;
    };
    for (const std::string_view word : kBeginnings) {
        if (auto found = find(word, false)) {
            return found;
        }
    }
    for (const std::string_view word : kWords) {
        if (auto found = find(word, true)) {
            return found;
        }
    }
    return std::nullopt;
}

}  // namespace browser_test
