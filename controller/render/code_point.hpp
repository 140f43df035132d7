// One character of UTF-8 text at a time. Internal to controller/render; pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace render {

struct CodePoint {
    char32_t code = 0;
    std::size_t length = 0;  // in bytes; 0: what the text begins with is no UTF-8
};

/// Of a text that is not empty.
CodePoint FirstCodePoint(std::string_view text);

}  // namespace render
