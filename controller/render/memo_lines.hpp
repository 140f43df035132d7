// The lines of a hand-written memo without the ways of writing them: fences, quote marks, emphasis, bullets, check
// marks, tables, odd dashes, spaces and line ends. Internal to controller/render; pure; linear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace render {

enum class Tick : std::uint8_t { kTicked, kUnticked, kUnclear };

struct MemoLine {
    int number = 0;          // as an editor counts
    std::size_t indent = 0;  // beyond what all lines have in common
    bool heading = false;
    bool bullet = false;             // a list item or a table row
    bool quoted = false;             // somebody's words within the memo: never a label
    std::optional<Tick> tick;        // the line begins with a check box
    std::string text;                // what is left
    std::vector<std::string> cells;  // of a table row
};

/// Lines without text are left out. `problem` is set when the bytes are no text.
struct MemoLines {
    std::vector<MemoLine> lines;
    bool broken_text = false;
};

MemoLines SplitMemoLines(std::string_view text);

}  // namespace render
