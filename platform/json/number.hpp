// Numbers in documents: whole numbers within +-(2^53 - 1) and doubles within the same bounds.
//
// Beyond 2^53 every double is a whole number that other readers round differently, so a hash over one text could stand
// for two values. Such a number is refused however it is written; what needs it (an id, a digest) is text.
//
// Pure and thread safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/expected.hpp"
#include "platform/json/json.hpp"

namespace platform {

constexpr std::int64_t kLargestInteger = (std::int64_t{1} << 53) - 1;

/// The number that `text` (JSON's grammar, or YAML's decimal forms) stands for: an integer when its value is whole,
/// else a double. Otherwise what is wrong with it, for people.
Expected<Json, std::string> NumberFromText(std::string_view text);

/// As RFC 8785 (and so ECMAScript) writes it: the shortest text that reads back to the same double.
std::string FormatDouble(double value);

}  // namespace platform
