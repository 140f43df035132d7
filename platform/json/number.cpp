#include "platform/json/number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"

namespace platform {
namespace {

Unexpected<std::string> NumberOutOfRange(std::string_view text) {
    return Unexpected<std::string>("the number " + QuoteForMessage(text) + " is out of range: at most " +
                                   std::to_string(kLargestInteger) +
                                   " (2^53 - 1) either way, and no closer to zero than a double can be; write it in "
                                   "quotes if it is an identifier");
}

/// Its significant digits, not its exponent: 0.0e5 is zero, 1e-400 is not.
bool IsWrittenAsZero(std::string_view text) {
    const std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
    return std::none_of(mantissa.begin(), mantissa.end(), [](char c) { return c >= '1' && c <= '9'; });
}

}  // namespace

Expected<Json, std::string> NumberFromText(std::string_view text) {
    std::string_view digits = text;
    if (!digits.empty() && digits.front() == '+') {
        digits.remove_prefix(1);
    }
    const char* const end = digits.data() + digits.size();
    std::int64_t integer = 0;
    if (const auto result = std::from_chars(digits.data(), end, integer);
        result.ec == std::errc{} && result.ptr == end) {
        if (integer > kLargestInteger || integer < -kLargestInteger) {
            return NumberOutOfRange(text);
        }
        return Json(integer);
    }
    double value = 0;
    const auto result = std::from_chars(digits.data(), end, value);
    if (result.ptr != end || !std::isfinite(value)) {
        return Unexpected<std::string>(QuoteForMessage(text) + " is not a number");
    }
    const bool vanished = value == 0 && !IsWrittenAsZero(text);
    if (result.ec == std::errc::result_out_of_range || vanished ||
        std::abs(value) > static_cast<double>(kLargestInteger)) {
        return NumberOutOfRange(text);
    }
    if (value == std::trunc(value)) {
        return Json(static_cast<std::int64_t>(value));
    }
    return Json(value);
}

std::string FormatDouble(double value) {
    PORTCULLIS_INVARIANT(std::isfinite(value), "a document holds finite numbers only");
    if (value == 0) {
        return "0";  // minus zero too: they are equal, so they have one text
    }
    std::array<char, 64> buffer{};
    const auto result =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(result.ptr - buffer.data()));

    // [-]d[.ddd]e(+|-)xx: take it apart, and put it together as ECMAScript does.
    std::string out = value < 0 ? "-" : "";
    const std::size_t e = text.find('e');
    std::string digits;
    for (const char c : text.substr(0, e)) {
        if (c >= '0' && c <= '9') {
            digits += c;
        }
    }
    int exponent = 0;
    const std::size_t exponent_start = text[e + 1] == '+' ? e + 2 : e + 1;
    std::from_chars(text.data() + exponent_start, text.data() + text.size(), exponent);

    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1;  // the decimal point stands after that many digits
    constexpr int kMostPlainDigits = 21;
    constexpr int kLeastPlainPoint = -6;
    if (point >= count && point <= kMostPlainDigits) {
        return out + digits + std::string(static_cast<std::size_t>(point - count), '0');
    }
    if (point > 0 && point <= kMostPlainDigits) {
        return out + digits.substr(0, static_cast<std::size_t>(point)) + "." +
               digits.substr(static_cast<std::size_t>(point));
    }
    if (point > kLeastPlainPoint && point <= 0) {
        return out + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    }
    out += digits[0];
    if (count > 1) {
        out += "." + digits.substr(1);
    }
    out += exponent < 0 ? "e-" : "e+";
    return out + std::to_string(std::abs(exponent));
}

}  // namespace platform
