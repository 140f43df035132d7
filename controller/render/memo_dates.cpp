#include "controller/render/memo_dates.hpp"

#include <array>
#include <charconv>

#include "controller/render/memo_words.hpp"

namespace render {
namespace {

using platform::Date;

constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> kWeekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};

/// "jan", "sept", "january".
template <std::size_t N>
std::optional<unsigned> NameIndex(const Word& word, const std::array<std::string_view, N>& names) {
    if (word.kind != WordKind::kWord || word.text.size() < 3) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool is_short = word.text.size() <= 4 && names[i].starts_with(word.text);
        if (is_short || names[i] == word.text) {
            return static_cast<unsigned>(i);
        }
    }
    return std::nullopt;
}

/// Of at most `digits` digits and nothing else.
std::optional<unsigned> WholeNumber(const Word& word, std::size_t digits) {
    if (word.kind != WordKind::kNumber || word.text.size() > digits) {
        return std::nullopt;
    }
    unsigned value = 0;
    const auto [end, error] = std::from_chars(word.text.data(), word.text.data() + word.text.size(), value);
    return error == std::errc() && end == word.text.data() + word.text.size() ? std::optional(value) : std::nullopt;
}

std::optional<unsigned> YearNumber(const Word& word) {
    const auto year = word.text.size() == 4 ? WholeNumber(word, 4) : std::nullopt;
    return year && *year >= 1970 ? year : std::nullopt;
}

class DateScanner {
public:
    explicit DateScanner(std::string_view line) : line_(line), words_(SplitWords(line)) {}

    std::vector<FoundDate> Scan() {
        std::vector<FoundDate> found;
        std::size_t at = 0;
        while (at < words_.size()) {
            const std::size_t start = at;
            const auto weekday = NameIndex(words_[at], kWeekdays);
            std::size_t day_at = at + (weekday ? 1 : 0);
            if (weekday && day_at < words_.size() && words_[day_at].Is(",")) {
                ++day_at;
            }
            used_ = 0;
            auto date = ReadDate(day_at);
            if (!date) {
                at = start + 1;
                continue;
            }
            at = day_at + used_;
            date->begin = words_[start].begin;
            date->end = words_[at - 1].end;
            if (PartOfAName(*date)) {
                continue;
            }
            date->text = std::string(line_.substr(date->begin, date->end - date->begin));
            if (weekday && date->date &&
                std::chrono::weekday(std::chrono::sys_days(*date->date)).c_encoding() != *weekday) {
                date->problem = DateProblem::kOtherWeekday;
            }
            found.push_back(std::move(*date));
        }
        return found;
    }

private:
    const Word* WordAt(std::size_t at) const {
        return at < words_.size() ? &words_[at] : nullptr;
    }
    bool IsMark(std::size_t at, std::string_view mark) const {
        return at < words_.size() && words_[at].kind == WordKind::kMark && words_[at].text == mark;
    }

    /// 2025-01-15-audit-filter-ui is the name of a release.
    bool PartOfAName(const FoundDate& date) const {
        const auto joins = [this](std::size_t mark, std::size_t other) {
            return mark < line_.size() && (line_[mark] == '-' || line_[mark] == '_') && other < line_.size() &&
                   line_[other] != ' ' && line_[other] != '-';
        };
        const bool before = date.begin >= 2 && joins(date.begin - 1, date.begin - 2);
        return before || joins(date.end, date.end + 1);
    }

    std::optional<FoundDate> Made(unsigned year, unsigned month, unsigned day, std::size_t used) {
        used_ = used;
        FoundDate found;
        const Date date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month), std::chrono::day(day)};
        if (date.ok()) {
            found.date = date;
        } else {
            found.problem = DateProblem::kImpossible;
        }
        return found;
    }

    std::optional<FoundDate> ReadDate(std::size_t at) {
        const Word* const first = WordAt(at);
        if (first == nullptr) {
            return std::nullopt;
        }
        if (auto date = ReadNumbers(at)) {
            return date;
        }
        if (const auto month = NameIndex(*first, kMonths)) {
            return ReadMonthFirst(at, *month + 1);
        }
        return ReadDayFirst(at);
    }

    /// Three numbers with the same mark between them.
    std::optional<FoundDate> ReadNumbers(std::size_t at) {
        if (at + 4 >= words_.size() || words_[at + 1].kind != WordKind::kMark ||
            words_[at + 1].text != words_[at + 3].text) {
            return std::nullopt;
        }
        const std::string& mark = words_[at + 1].text;
        const auto middle = WholeNumber(words_[at + 2], 2);
        if ((mark != "-" && mark != "/" && mark != ".") || !middle) {
            return std::nullopt;
        }
        const auto first = WholeNumber(words_[at], 2);
        const auto last = WholeNumber(words_[at + 4], 2);
        if (const auto year = YearNumber(words_[at]); year && last) {
            return Made(*year, *middle, *last, 5);
        }
        const auto year = YearNumber(words_[at + 4]);
        if (!year || !first) {
            return std::nullopt;
        }
        if (mark == "." || *first > 12 || *first == *middle) {
            return Made(*year, *middle, *first, 5);
        }
        if (*middle > 12) {
            return Made(*year, *first, *middle, 5);
        }
        used_ = 5;
        FoundDate found;
        found.problem = DateProblem::kAmbiguous;
        return found;
    }

    /// January 29th, 2025
    std::optional<FoundDate> ReadMonthFirst(std::size_t at, unsigned month) {
        std::size_t next = at + 1;
        next += IsMark(next, ".") ? 1 : 0;
        const Word* const day_word = WordAt(next);
        const auto day = day_word == nullptr ? std::nullopt : WholeNumber(*day_word, 2);
        if (!day) {
            return std::nullopt;
        }
        next = SkipOrdinal(next + 1);
        next += IsMark(next, ",") ? 1 : 0;
        const Word* const year_word = WordAt(next);
        const auto year = year_word == nullptr ? std::nullopt : YearNumber(*year_word);
        return year ? Made(*year, month, *day, next + 1 - at) : std::nullopt;
    }

    /// 29 January 2025, 29th of Jan., 2025, 29-Jan-2025
    std::optional<FoundDate> ReadDayFirst(std::size_t at) {
        const auto day = WholeNumber(words_[at], 2);
        if (!day) {
            return std::nullopt;
        }
        std::size_t next = SkipOrdinal(at + 1);
        next += IsMark(next, "-") || IsMark(next, ".") || (WordAt(next) != nullptr && words_[next].Is("of")) ? 1 : 0;
        const Word* const month_word = WordAt(next);
        const auto month = month_word == nullptr ? std::nullopt : NameIndex(*month_word, kMonths);
        if (!month) {
            return std::nullopt;
        }
        ++next;
        next += IsMark(next, ".") ? 1 : 0;
        next += IsMark(next, ",") || IsMark(next, "-") ? 1 : 0;
        const Word* const year_word = WordAt(next);
        const auto year = year_word == nullptr ? std::nullopt : YearNumber(*year_word);
        return year ? Made(*year, *month + 1, *day, next + 1 - at) : std::nullopt;
    }

    std::size_t SkipOrdinal(std::size_t at) const {
        const Word* const word = WordAt(at);
        const bool is_ordinal =
            word != nullptr && (word->Is("st") || word->Is("nd") || word->Is("rd") || word->Is("th"));
        return is_ordinal ? at + 1 : at;
    }

    std::string_view line_;
    std::vector<Word> words_;
    std::size_t used_ = 0;
};

}  // namespace

std::vector<FoundDate> FindDates(std::string_view line) {
    return DateScanner(line).Scan();
}

std::optional<Date> DateOfReleaseId(std::string_view id) {
    if (id.size() > 10 && id[10] != '-' && id[10] != '_' && id[10] != '.') {
        return std::nullopt;
    }
    return platform::ParseDate(id.substr(0, 10));
}

int DaysBetween(Date from, Date to) {
    return static_cast<int>((std::chrono::sys_days(to) - std::chrono::sys_days(from)).count());
}

}  // namespace render
