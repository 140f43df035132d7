#include "platform/json/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "platform/base/text.hpp"
#include "platform/json/number.hpp"

namespace platform {
namespace {

template <std::size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

std::size_t TakeDigits(std::string_view& text) {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool IsDecimalNumber(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        text.remove_prefix(1);
    }
    std::size_t digits = TakeDigits(text);
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        digits += TakeDigits(text);
    }
    if (digits == 0) {
        return false;
    }
    if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
        text.remove_prefix(1);
        if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
            text.remove_prefix(1);
        }
        if (TakeDigits(text) == 0) {
            return false;
        }
    }
    return text.empty();
}

/// 0o17 and 0x1F; empty when `text` is neither.
std::optional<Expected<Json, std::string>> ResolveOctalOrHex(std::string_view text) {
    if (text.size() < 3 || text[0] != '0' || (text[1] != 'o' && text[1] != 'x')) {
        return std::nullopt;
    }
    const char* const end = text.data() + text.size();
    std::uint64_t value = 0;
    const auto result = std::from_chars(text.data() + 2, end, value, text[1] == 'o' ? 8 : 16);
    if (result.ptr != end) {
        return std::nullopt;
    }
    if (result.ec != std::errc{} || value > static_cast<std::uint64_t>(kLargestInteger)) {
        return Unexpected<std::string>("the number " + QuoteForMessage(text) +
                                       " is out of range: at most 2^53 - 1; write it in quotes if it is an identifier");
    }
    return Json(static_cast<std::int64_t>(value));
}

}  // namespace

Expected<Json, std::string> ResolvePlainScalar(std::string_view text) {
    constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
    constexpr std::array<std::string_view, 3> kTrue = {"true", "True", "TRUE"};
    constexpr std::array<std::string_view, 3> kFalse = {"false", "False", "FALSE"};
    constexpr std::array<std::string_view, 9> kInfinite = {".inf",  ".Inf",  ".INF",  "-.inf", "-.Inf",
                                                           "-.INF", "+.inf", "+.Inf", "+.INF"};
    constexpr std::array<std::string_view, 3> kNotANumber = {".nan", ".NaN", ".NAN"};
    if (IsOneOf(text, kNull)) {
        return Json(nullptr);
    }
    if (IsOneOf(text, kTrue)) {
        return Json(true);
    }
    if (IsOneOf(text, kFalse)) {
        return Json(false);
    }
    if (IsOneOf(text, kInfinite) || IsOneOf(text, kNotANumber)) {
        return Unexpected<std::string>(QuoteForMessage(text) +
                                       " is no finite number; write it in quotes if it is text");
    }
    if (IsDecimalNumber(text)) {
        return NumberFromText(text);
    }
    if (std::optional<Expected<Json, std::string>> number = ResolveOctalOrHex(text)) {
        return *std::move(number);
    }
    return Json(std::string(text));
}

}  // namespace platform
