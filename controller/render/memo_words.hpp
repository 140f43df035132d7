// Words, numbers and marks of one line of a hand-written memo, and the folding that names are compared by.
// Internal to controller/render; pure; linear in the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace render {

enum class WordKind : std::uint8_t { kWord, kNumber, kMark };

struct Word {
    WordKind kind = WordKind::kMark;
    std::string text;       // in lower case (ASCII)
    std::size_t begin = 0;  // bytes of the line
    std::size_t end = 0;

    bool Is(std::string_view lower) const {
        return text == lower;
    }
};

/// Numbers are digits with an optional decimal part; words are letters; every other character but a space is a mark,
/// `<=` and `>=` being one.
std::vector<Word> SplitWords(std::string_view line);

/// 3 for "3", "three"; 1 for "a" and "one". Up to twelve in words.
std::optional<double> CountOf(const Word& word);

/// Lower case, single spaces, no punctuation: what two writings of one name or title have in common.
std::string Fold(std::string_view text);

/// Fold, and "Smith, Bob" is "bob smith".
std::string FoldName(std::string_view name);

/// Whether the folded text holds the folded phrase as whole words.
bool HasPhrase(std::string_view folded, std::string_view phrase);

}  // namespace render
