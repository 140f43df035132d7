#include "platform/sql/columns.hpp"

#include <charconv>
#include <stdexcept>

#include "platform/base/text.hpp"

namespace platform {
namespace {

// Reads digits and the one character after them.
int NextNumber(const char*& at, const char* end) {
    int number = 0;
    const auto read = std::from_chars(at, end, number);
    at = read.ptr == end ? end : read.ptr + 1;
    return number;
}

}  // namespace

void Columns::ThrowUnknown(std::string_view text) {
    throw std::runtime_error("the database holds " + QuoteForMessage(text) +
                             ", which this program does not know; it may have been written by a newer one");
}

Time Columns::ParseInstant(const char* text) {
    const std::string_view whole(text);
    if (whole.size() < 22 || whole.substr(whole.size() - 3) != "+00") {
        ThrowUnknown(whole);
    }
    const char* at = text;
    const char* const end = text + whole.size() - 3;
    const int year = NextNumber(at, end);
    const int month = NextNumber(at, end);
    const int day = NextNumber(at, end);
    const int hour = NextNumber(at, end);
    const int minute = NextNumber(at, end);
    const int second = NextNumber(at, end);
    int micros = 0;
    for (int scale = 100'000; at != end && scale > 0; scale /= 10) {
        micros += (*at++ - '0') * scale;
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second) + std::chrono::microseconds(micros);
}

Date Columns::Day() {
    const std::string text = Text();
    const auto date = ParseDate(text);
    if (!date) {
        ThrowUnknown(text);
    }
    return *date;
}

}  // namespace platform
