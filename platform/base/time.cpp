#include "platform/base/time.hpp"

#include <array>
#include <cstdint>

namespace platform {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;
constexpr int kFirstYear = 1970;
constexpr int kLastYear = 9999;
constexpr Duration kLongestDuration = std::chrono::days(3653);  // ten years, whichever ten
constexpr Time kFirstTime{Duration::zero()};
constexpr Time kEndOfTime = std::chrono::sys_days(std::chrono::year(kLastYear + 1) / 1 / 1);

/// Takes digits and punctuation from the front of a text; once anything did not fit, everything after fails too.
class TimeScanner {
public:
    explicit TimeScanner(std::string_view text) : rest_(text) {}

    int Digits(std::size_t count) {
        if (rest_.size() < count) {
            ok_ = false;
        }
        int value = 0;
        for (std::size_t i = 0; ok_ && i < count; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') {
                ok_ = false;
                break;
            }
            value = value * 10 + (rest_[i] - '0');
        }
        if (!ok_) {
            return 0;
        }
        rest_.remove_prefix(count);
        return value;
    }
    bool Accept(char c) {
        if (!ok_ || rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }
    void Expect(char c) {
        ok_ = Accept(c) && ok_;
    }
    bool AtDigit() const {
        return ok_ && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }
    void Fail() {
        ok_ = false;
    }
    bool Ok() const {
        return ok_;
    }
    bool AtEnd() const {
        return ok_ && rest_.empty();
    }

private:
    std::string_view rest_;
    bool ok_ = true;
};

std::optional<Date> ScanDate(TimeScanner& in) {
    const int year = in.Digits(4);
    in.Expect('-');
    const int month = in.Digits(2);
    in.Expect('-');
    const int day = in.Digits(2);
    const Date date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                    std::chrono::day(static_cast<unsigned>(day))};
    if (!in.Ok() || year < kFirstYear || year > kLastYear || !date.ok()) {
        return std::nullopt;
    }
    return date;
}

/// `.5`, `.123456`, up to nanoseconds, which other systems send; what is finer than a microsecond is cut off, so that
/// a time never moves into the future by being read.
Duration ScanFraction(TimeScanner& in) {
    if (!in.Accept('.')) {
        return Duration::zero();
    }
    std::int64_t micros = 0;
    int digits = 0;
    while (in.AtDigit()) {
        const int digit = in.Digits(1);
        if (digits < 6) {
            micros = micros * 10 + digit;
        }
        ++digits;
    }
    if (digits == 0 || digits > 9) {
        in.Fail();
        return Duration::zero();
    }
    for (; digits < 6; ++digits) {
        micros *= 10;
    }
    return Duration(micros);
}

Duration ScanOffset(TimeScanner& in) {
    if (in.Accept('Z') || in.Accept('z')) {
        return Duration::zero();
    }
    const bool east = in.Accept('+');
    if (!east) {
        in.Expect('-');
    }
    const int hours = in.Digits(2);
    in.Expect(':');
    const int minutes = in.Digits(2);
    if (hours > 23 || minutes > 59) {
        in.Fail();
    }
    const Duration offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    return east ? offset : -offset;
}

std::string PadTo(std::int64_t value, std::size_t width) {
    std::string digits = std::to_string(value);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

struct CivilDay {
    std::int64_t year;
    unsigned month;
    unsigned day;
};

/// The calendar day `days` after 1970-01-01, for every day a Time can hold: std::chrono::year ends at 32767.
CivilDay CivilDayOf(std::int64_t days) {
    // Counted from 0000-03-01, so that the leap day is the last of its year; 146097 days are 400 years.
    const std::int64_t shifted = days + 719'468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const std::int64_t day_of_era = shifted - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
    const std::int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), static_cast<unsigned>(month), static_cast<unsigned>(day)};
}

/// Four digits for the years RFC 3339 knows; others get ISO 8601's sign, so that formatting never fails.
std::string FormatYear(std::int64_t year) {
    if (year >= 0 && year <= kLastYear) {
        return PadTo(year, 4);
    }
    return year < 0 ? "-" + PadTo(-year, 4) : "+" + std::to_string(year);
}

std::string FormatCivil(std::int64_t year, unsigned month, unsigned day) {
    return FormatYear(year) + "-" + PadTo(month, 2) + "-" + PadTo(day, 2);
}

}  // namespace

std::string FormatTime(Time time) {
    const std::int64_t micros = time.time_since_epoch().count();
    std::int64_t days = micros / kMicrosPerDay;
    std::int64_t in_day = micros % kMicrosPerDay;
    if (in_day < 0) {
        in_day += kMicrosPerDay;
        --days;
    }
    const CivilDay civil = CivilDayOf(days);
    const std::int64_t seconds = in_day / kMicrosPerSecond;
    std::string out = FormatCivil(civil.year, civil.month, civil.day) + "T" + PadTo(seconds / 3'600, 2) + ":" +
                      PadTo(seconds / 60 % 60, 2) + ":" + PadTo(seconds % 60, 2);
    if (const std::int64_t fraction = in_day % kMicrosPerSecond; fraction != 0) {
        std::string digits = PadTo(fraction, 6);
        digits.erase(digits.find_last_not_of('0') + 1);
        out += "." + digits;
    }
    return out + "Z";
}

std::string FormatDate(Date date) {
    return FormatCivil(static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

std::string FormatDuration(Duration span) {
    struct Unit {
        std::uint64_t micros;
        std::string_view text;
    };
    constexpr std::array<Unit, 6> kUnits = {
        {{86'400'000'000, "d"}, {3'600'000'000, "h"}, {60'000'000, "m"}, {1'000'000, "s"}, {1'000, "ms"}, {1, "us"}}};
    if (span == Duration::zero()) {
        return "0s";
    }
    // Unsigned, because the most negative count has no positive counterpart.
    const bool negative = span < Duration::zero();
    auto rest = static_cast<std::uint64_t>(span.count());
    if (negative) {
        rest = 0 - rest;
    }
    std::string out = negative ? "-" : "";
    int shown = 0;
    for (const Unit& unit : kUnits) {
        const std::uint64_t count = rest / unit.micros;
        rest %= unit.micros;
        if (count == 0 || shown == 2) {
            continue;
        }
        if (shown > 0) {
            out += " ";
        }
        out += std::to_string(count);
        out += unit.text;
        ++shown;
    }
    return out;
}

std::optional<Time> ParseTime(std::string_view text) {
    TimeScanner in(text);
    const std::optional<Date> date = ScanDate(in);
    if (!date) {
        return std::nullopt;
    }
    if (!in.Accept('t')) {
        in.Expect('T');
    }
    const int hour = in.Digits(2);
    in.Expect(':');
    const int minute = in.Digits(2);
    in.Expect(':');
    const int second = in.Digits(2);
    const Duration fraction = ScanFraction(in);
    const Duration offset = ScanOffset(in);
    if (!in.AtEnd() || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    const Time time = StartOfDay(*date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                      std::chrono::seconds(second) + fraction - offset;
    if (time < kFirstTime || time >= kEndOfTime) {
        return std::nullopt;
    }
    return time;
}

std::optional<Date> ParseDate(std::string_view text) {
    TimeScanner in(text);
    const std::optional<Date> date = ScanDate(in);
    return in.AtEnd() ? date : std::nullopt;
}

std::optional<Duration> ParseDuration(std::string_view text) {
    if (text.size() < 2) {
        return std::nullopt;
    }
    Duration unit{};
    switch (text.back()) {
        case 's':
            unit = std::chrono::seconds(1);
            break;
        case 'm':
            unit = std::chrono::minutes(1);
            break;
        case 'h':
            unit = std::chrono::hours(1);
            break;
        case 'd':
            unit = std::chrono::days(1);
            break;
        case 'w':
            unit = std::chrono::weeks(1);
            break;
        default:
            return std::nullopt;
    }
    const std::int64_t most = kLongestDuration / unit;
    std::int64_t count = 0;
    for (const char c : text.substr(0, text.size() - 1)) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        count = count * 10 + (c - '0');
        if (count > most) {
            return std::nullopt;
        }
    }
    if (count == 0) {
        return std::nullopt;
    }
    return count * unit;
}

}  // namespace platform
