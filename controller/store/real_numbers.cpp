#include "controller/store/real_numbers.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace store {
namespace {

double ParseReal(const std::string& text) {
    double number = std::nan("");
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    PORTCULLIS_INVARIANT(error == std::errc() && end == text.data() + text.size(), "a number in the database is one");
    return number;
}

}  // namespace

std::string RealText(double number) {
    PORTCULLIS_INVARIANT(std::isfinite(number), "what is kept is a number");
    std::array<char, 64> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
    PORTCULLIS_INVARIANT(error == std::errc(), "a number fits into its text");
    return {text.data(), end};
}

std::optional<std::string> RealText(std::optional<double> number) {
    return number ? std::optional(RealText(*number)) : std::nullopt;
}

double ReadReal(Columns& in) {
    return ParseReal(in.Text());
}

std::optional<double> ReadOptReal(Columns& in) {
    const auto text = in.OptText();
    return text ? std::optional(ParseReal(*text)) : std::nullopt;
}

}  // namespace store
