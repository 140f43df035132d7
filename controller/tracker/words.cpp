#include "controller/tracker/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "platform/base/text.hpp"

namespace tracker {
namespace {

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

bool IsAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsWordByte(char c) {
    return IsDigit(c) || IsAsciiLetter(c) || static_cast<unsigned char>(c) >= 0x80;
}

bool IsHexDigit(char c) {
    return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::optional<int> WholeNumber(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

/// Calls `take(code, from, to)` for each code span; [from, to) is the span with its marks.
template <typename Take>
void EachCodeSpan(std::string_view text, const Take& take) {
    std::size_t at = 0;
    while ((at = text.find('`', at)) != std::string_view::npos) {
        std::size_t marks = at;
        while (marks < text.size() && text[marks] == '`') {
            ++marks;
        }
        const std::string_view mark = text.substr(at, marks - at);
        // A closing run is as long as the opening one, no longer.
        std::size_t end = text.find(mark, marks);
        while (end != std::string_view::npos && end + mark.size() < text.size() && text[end + mark.size()] == '`') {
            const std::size_t next = text.find_first_not_of('`', end);
            end = next == std::string_view::npos ? next : text.find(mark, next);
        }
        if (end == std::string_view::npos) {
            return;
        }
        take(std::string(platform::Trim(text.substr(marks, end - marks))), at, end + mark.size());
        at = end + mark.size();
    }
}

bool IsCommitText(std::string_view text) {
    return text.size() >= 7 && text.size() <= 40 && std::all_of(text.begin(), text.end(), IsHexDigit) &&
           std::any_of(text.begin(), text.end(), IsDigit);
}

constexpr std::array<std::string_view, 12> kTrouble = {"blocked", "fail",      "fails",   "failed",
                                                       "failure", "failures",  "failing", "timeout",
                                                       "skipped", "truncated", "crashed", "unverified"};
constexpr std::array<std::string_view, 8> kDenial = {"no", "not", "0", "zero", "without", "never", "none", "nothing"};

bool IsIn(const auto& set, std::string_view word) {
    return std::find(set.begin(), set.end(), word) != set.end();
}

bool IsTrouble(const std::vector<std::string>& words, std::size_t at) {
    if (IsIn(kTrouble, words[at])) {
        return true;
    }
    const std::string_view next = at + 1 < words.size() ? std::string_view(words[at + 1]) : std::string_view();
    return (words[at] == "timed" && next == "out") || (words[at] == "not" && (next == "run" || next == "passed")) ||
           ((words[at] == "empty" || words[at] == "no") && next == "output");
}

/// "no truncated or empty output": a denial reaches over the troubles it lists.
bool IsDenied(const std::vector<std::string>& words, std::size_t at) {
    constexpr std::size_t kReach = 12;
    for (std::size_t steps = 0; at > 0 && steps < kReach; ++steps) {
        --at;
        if (IsIn(kDenial, words[at])) {
            return true;
        }
        const bool goes_on = words[at] == "or" || words[at] == "and" || words[at] == "empty" || words[at] == "tests" ||
                             words[at] == "test" || IsIn(kTrouble, words[at]);
        if (!goes_on) {
            return false;
        }
    }
    return false;
}

}  // namespace

std::vector<std::string> WordsOf(std::string_view text) {
    std::vector<std::string> words;
    std::size_t at = 0;
    while (at < text.size()) {
        if (!IsWordByte(text[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && IsWordByte(text[end])) {
            ++end;
        }
        words.push_back(platform::ToLowerAscii(text.substr(at, end - at)));
        at = end;
    }
    return words;
}

bool HasWord(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string> CodeSpans(std::string_view text) {
    std::vector<std::string> spans;
    EachCodeSpan(text, [&](std::string code, std::size_t, std::size_t) { spans.push_back(std::move(code)); });
    return spans;
}

std::string WithoutCode(std::string_view text) {
    std::string rest;
    std::size_t from = 0;
    EachCodeSpan(text, [&](const std::string&, std::size_t begin, std::size_t end) {
        rest += text.substr(from, begin - from);
        rest += ' ';
        from = end;
    });
    rest += text.substr(from);
    return rest;
}

std::string LeadingCommand(std::string_view text) {
    std::string command;
    bool first = true;
    EachCodeSpan(text, [&](std::string code, std::size_t begin, std::size_t) {
        if (first && text.find_first_not_of(" *_") == begin) {
            command = std::move(code);
        }
        first = false;
    });
    return command;
}

std::vector<int> ExitCodes(std::string_view text) {
    const std::vector<std::string> words = WordsOf(WithoutCode(text));
    std::vector<int> codes;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] != "exit" && words[i] != "exited" && words[i] != "exits" && words[i] != "rc") {
            continue;
        }
        std::size_t next = i + 1;
        while (next < words.size() && (words[next] == "code" || words[next] == "status" || words[next] == "with" ||
                                       words[next] == "is" || words[next] == "was")) {
            ++next;
        }
        if (next < words.size()) {
            if (const auto code = WholeNumber(words[next])) {
                codes.push_back(*code);
            }
        }
    }
    return codes;
}

std::string TroubleIn(std::string_view text) {
    const std::vector<std::string> words = WordsOf(WithoutCode(text));
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (IsTrouble(words, i) && !IsDenied(words, i)) {
            return words[i] == "timed" || words[i] == "not" || words[i] == "empty" || words[i] == "no"
                       ? words[i] + " " + words[i + 1]
                       : words[i];
        }
    }
    return {};
}

std::optional<std::string> CommitHash(std::string_view text) {
    const std::vector<std::string> words = WordsOf(text);
    const bool announced = HasWord(words, "checkpoint") || HasWord(words, "commit") || HasWord(words, "hash");
    for (const std::string& code : CodeSpans(text)) {
        if (IsCommitText(code)) {
            return platform::ToLowerAscii(code);
        }
    }
    if (announced) {
        for (const std::string& word : words) {
            if (IsCommitText(word)) {
                return word;
            }
        }
    }
    return std::nullopt;
}

std::optional<StatedDate> DateIn(std::string_view text, int line) {
    constexpr std::size_t kLength = 10;
    for (std::size_t at = 0; at + kLength <= text.size(); ++at) {
        const std::string_view part = text.substr(at, kLength);
        bool looks_like_one = part[4] == '-' && part[7] == '-';
        for (std::size_t i = 0; i < kLength && looks_like_one; ++i) {
            looks_like_one = i == 4 || i == 7 || IsDigit(part[i]);
        }
        const bool alone =
            (at == 0 || !IsWordByte(text[at - 1])) && (at + kLength == text.size() || !IsDigit(text[at + kLength]));
        if (looks_like_one && alone) {
            return StatedDate{platform::ParseDate(part), std::string(part), line};
        }
    }
    return std::nullopt;
}

std::string Bare(std::string_view text) {
    std::string_view rest = platform::Trim(text);
    if (rest.size() > 1 && (rest[0] == '-' || rest[0] == '*' || rest[0] == '+') && rest[1] == ' ') {
        rest = platform::Trim(rest.substr(1));
    }
    std::string bare;
    for (const char c : rest) {
        if (c != '*') {
            bare += c;
        }
    }
    return std::string(platform::Trim(bare));
}

std::optional<std::string> AfterLabel(std::string_view text, std::string_view label) {
    const std::string bare = Bare(text);
    const std::size_t colon = bare.find(':');
    if (colon == std::string::npos ||
        platform::ToLowerAscii(platform::Trim(std::string_view(bare).substr(0, colon))) != label) {
        return std::nullopt;
    }
    return std::string(platform::Trim(std::string_view(bare).substr(colon + 1)));
}

bool SameId(std::string_view a, std::string_view b) {
    const auto digits_only = [](std::string_view text) {
        return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
    };
    if (digits_only(a) && digits_only(b)) {
        a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
        b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
        return a == b;
    }
    return platform::ToLowerAscii(a) == platform::ToLowerAscii(b);
}

}  // namespace tracker
