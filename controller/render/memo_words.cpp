#include "controller/render/memo_words.hpp"

#include <array>
#include <charconv>

#include "platform/base/text.hpp"

namespace render {
namespace {

bool IsDigitByte(char c) {
    return c >= '0' && c <= '9';
}

bool IsLetterByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

bool IsSpaceByte(char c) {
    return c == ' ' || c == '\t';
}

std::size_t NumberEnd(std::string_view line, std::size_t at) {
    const bool after_point = at > 0 && line[at - 1] == '.';
    while (at < line.size() && IsDigitByte(line[at])) {
        ++at;
    }
    if (!after_point && at + 1 < line.size() && line[at] == '.' && IsDigitByte(line[at + 1])) {
        // 85.5, but not the beginning of 29.01.2025.
        std::size_t decimals = at + 1;
        while (decimals < line.size() && IsDigitByte(line[decimals])) {
            ++decimals;
        }
        const bool is_date = decimals + 1 < line.size() && line[decimals] == '.' && IsDigitByte(line[decimals + 1]);
        at = is_date ? at : decimals;
    }
    return at;
}

std::size_t LettersEnd(std::string_view line, std::size_t at) {
    while (at < line.size() &&
           (IsLetterByte(line[at]) || (line[at] == '\'' && at + 1 < line.size() && IsLetterByte(line[at + 1])))) {
        ++at;
    }
    return at;
}

}  // namespace

std::vector<Word> SplitWords(std::string_view line) {
    std::vector<Word> words;
    std::size_t at = 0;
    while (at < line.size()) {
        if (IsSpaceByte(line[at])) {
            ++at;
            continue;
        }
        Word word;
        word.begin = at;
        if (IsDigitByte(line[at])) {
            word.kind = WordKind::kNumber;
            word.end = NumberEnd(line, at);
        } else if (IsLetterByte(line[at])) {
            word.kind = WordKind::kWord;
            word.end = LettersEnd(line, at);
        } else {
            const bool with_equal = (line[at] == '<' || line[at] == '>') && line.substr(at + 1).starts_with('=');
            word.end = at + (with_equal ? 2 : 1);
        }
        word.text = platform::ToLowerAscii(line.substr(at, word.end - at));
        at = word.end;
        words.push_back(std::move(word));
    }
    return words;
}

std::optional<double> CountOf(const Word& word) {
    static constexpr std::array<std::string_view, 13> kNames{
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};
    if (word.kind == WordKind::kNumber) {
        double value = 0;
        const auto [end, error] = std::from_chars(word.text.data(), word.text.data() + word.text.size(), value);
        return error == std::errc() && end == word.text.data() + word.text.size() ? std::optional(value) : std::nullopt;
    }
    if (word.Is("a") || word.Is("an")) {
        return 1;
    }
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (word.Is(kNames[i])) {
            return static_cast<double>(i);
        }
    }
    return std::nullopt;
}

std::string Fold(std::string_view text) {
    std::string folded;
    bool space = false;
    for (const char c : text) {
        if (!IsLetterByte(c) && !IsDigitByte(c)) {
            space = space || c != '\'';
            continue;
        }
        if (space && !folded.empty()) {
            folded += ' ';
        }
        space = false;
        folded += c;
    }
    return platform::ToLowerAscii(folded);
}

std::string FoldName(std::string_view name) {
    const std::size_t comma = name.find(',');
    if (comma != std::string_view::npos && name.find(',', comma + 1) == std::string_view::npos) {
        return Fold(std::string(name.substr(comma + 1)) + " " + std::string(name.substr(0, comma)));
    }
    return Fold(name);
}

bool HasPhrase(std::string_view folded, std::string_view phrase) {
    for (std::size_t at = folded.find(phrase); at != std::string_view::npos; at = folded.find(phrase, at + 1)) {
        const bool begins = at == 0 || folded[at - 1] == ' ';
        const bool ends = at + phrase.size() == folded.size() || folded[at + phrase.size()] == ' ';
        if (begins && ends) {
            return true;
        }
    }
    return false;
}

}  // namespace render
