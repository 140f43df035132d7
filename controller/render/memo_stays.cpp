#include <algorithm>
#include <array>
#include <cmath>

#include "controller/render/memo_claims.hpp"
#include "controller/render/memo_dates.hpp"
#include "controller/render/memo_words.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

using policy::Channel;
using policy::Duration;

constexpr double kLongestStay = 3650;  // days

struct SpanUnit {
    std::string_view name;
    Duration length;
};
constexpr std::array<SpanUnit, 16> kSpanUnits{{{"d", std::chrono::days(1)},
                                               {"day", std::chrono::days(1)},
                                               {"days", std::chrono::days(1)},
                                               {"w", std::chrono::days(7)},
                                               {"wk", std::chrono::days(7)},
                                               {"wks", std::chrono::days(7)},
                                               {"week", std::chrono::days(7)},
                                               {"weeks", std::chrono::days(7)},
                                               {"h", std::chrono::hours(1)},
                                               {"hr", std::chrono::hours(1)},
                                               {"hrs", std::chrono::hours(1)},
                                               {"hour", std::chrono::hours(1)},
                                               {"hours", std::chrono::hours(1)},
                                               {"month", std::chrono::days(30)},
                                               {"months", std::chrono::days(30)},
                                               {"fortnight", std::chrono::days(14)}}};

struct SpanAt {
    Duration length{};
    Duration unit{};
    std::size_t end = 0;  // the word after it
};

bool IsAny(const Word& word, std::initializer_list<std::string_view> texts) {
    return std::any_of(texts.begin(), texts.end(), [&word](std::string_view text) { return word.Is(text); });
}

const SpanUnit* UnitOf(const Word& word) {
    const auto unit = std::find_if(kSpanUnits.begin(), kSpanUnits.end(),
                                   [&word](const SpanUnit& each) { return word.Is(each.name); });
    return unit == kSpanUnits.end() ? nullptr : &*unit;
}

/// `14 days`, `14d`, `two-week`, `1-2 weeks` (the lower end counts), `10 full days`.
std::optional<SpanAt> ReadSpanAt(const std::vector<Word>& words, std::size_t at) {
    const auto count = at < words.size() ? CountOf(words[at]) : std::nullopt;
    if (!count) {
        return std::nullopt;
    }
    std::size_t next = at + 1;
    if (next + 1 < words.size() && IsAny(words[next], {"-", "to"}) && CountOf(words[next + 1])) {
        next += 2;
    }
    for (int skipped = 0; skipped < 2 && next < words.size(); ++skipped) {
        next += IsAny(words[next], {"-", "full", "calendar", "whole", "consecutive", "business"}) ? 1 : 0;
    }
    const SpanUnit* const unit = next < words.size() ? UnitOf(words[next]) : nullptr;
    if (unit == nullptr) {
        return std::nullopt;
    }
    const double seconds =
        *count * static_cast<double>(
                     std::chrono::seconds(std::chrono::duration_cast<std::chrono::seconds>(unit->length)).count());
    if (!std::isfinite(seconds) || seconds < 0 || seconds > kLongestStay * 86400) {
        return std::nullopt;
    }
    return SpanAt{std::chrono::seconds(static_cast<long long>(seconds)), unit->length, next + 1};
}

std::optional<Channel> ChannelOf(const Word& word) {
    if (word.Is("experimental")) {
        return Channel::kExperimental;
    }
    return word.Is("candidate") ? std::optional(Channel::kCandidate) : std::nullopt;
}

class StayScanner {
public:
    StayScanner(std::string_view text, int line) : text_(text), line_(line), words_(SplitWords(text)) {}

    std::vector<ParsedStay> Scan() {
        for (std::size_t at = 0; at < words_.size(); ++at) {
            if (const auto span = ReadSpanAt(words_, at); span && !IsPlanned(at, span->end)) {
                SpanThenChannel(at, *span);
            }
            if (const auto channel = ChannelOf(words_[at])) {
                ChannelThenSpan(at, *channel);
            }
        }
        for (std::size_t at = 0; at < words_.size(); ++at) {
            if (const auto channel = ChannelOf(words_[at]); channel && !Claims(*channel)) {
                ChannelThenDates(at, *channel);
            }
        }
        return stays_;
    }

private:
    bool Claims(Channel channel) const {
        return std::any_of(stays_.begin(), stays_.end(),
                           [&](const ParsedStay& stay) { return stay.channel == channel; });
    }

    /// What is asked for, not what happened.
    bool IsPlanned(std::size_t begin, std::size_t end) const {
        const auto planned = [](const Word& word) {
            return IsAny(
                word, {"needed", "required", "minimum", "min", "needs", "require", "requires", "planned", "maximum"});
        };
        for (std::size_t back = 1; back <= 2 && back <= begin; ++back) {
            if (planned(words_[begin - back])) {
                return true;
            }
        }
        return end < words_.size() && planned(words_[end]);
    }

    void Add(Channel channel, const SpanAt& span, std::size_t first, std::size_t last) {
        const std::size_t begin = words_[first].begin;
        stays_.push_back(
            {channel, span.length, span.unit, std::string(text_.substr(begin, words_[last].end - begin)), line_});
    }

    /// "2 weeks [spent] in [the] experimental", "14-day experimental soak".
    void SpanThenChannel(std::size_t at, const SpanAt& span) {
        std::size_t next = span.end;
        for (int skipped = 0; skipped < 4 && next < words_.size(); ++skipped, ++next) {
            if (const auto channel = ChannelOf(words_[next])) {
                Add(*channel, span, at, next);
                return;
            }
            if (!IsAny(words_[next],
                       {"in", "on", "of", "the", "spent", "stay", "soak", "at", "-", "running", "as", "\""})) {
                return;
            }
        }
    }

    /// "candidate: 7 days", "candidate for a week", "experimental channel stay was 14 days".
    void ChannelThenSpan(std::size_t at, Channel channel) {
        std::size_t next = at + 1;
        for (int skipped = 0; skipped < 5 && next < words_.size(); ++skipped, ++next) {
            const auto span = ReadSpanAt(words_, next);
            if (span && skipped > 0) {
                const bool of_another = span->end + 1 < words_.size() && IsAny(words_[span->end], {"in", "on"}) &&
                                        ChannelOf(words_[span->end + 1]);
                if (!IsPlanned(next, span->end) && !of_another && !Claims(channel)) {
                    Add(channel, *span, at, span->end - 1);
                }
                return;
            }
            if (!IsAny(words_[next], {"channel", "stay", "soak", "period", ":", "for", "was", "lasted", "-", "=", "(",
                                      "about", "took", "time", "stage", "duration", "of", "\""})) {
                return;
            }
        }
    }

    /// "experimental from 2025-01-15 to 2025-01-29".
    void ChannelThenDates(std::size_t at, Channel channel) {
        const std::size_t begin = words_[at].end;
        std::size_t end = text_.size();
        for (std::size_t next = at + 1; next < words_.size(); ++next) {
            if (ChannelOf(words_[next]) || words_[next].Is(";")) {
                end = words_[next].begin;
                break;
            }
        }
        const std::vector<FoundDate> dates = FindDates(text_.substr(begin, end - begin));
        if (dates.size() != 2 || !dates[0].date || !dates[1].date || dates[0].begin > 16 ||
            dates[1].begin - dates[0].end > 12) {
            return;
        }
        const int days = DaysBetween(*dates[0].date, *dates[1].date);
        if (days >= 0) {
            stays_.push_back({channel, std::chrono::days(days), std::chrono::days(1),
                              std::string(text_.substr(words_[at].begin, begin + dates[1].end - words_[at].begin)),
                              line_});
        }
    }

    std::string_view text_;
    int line_;
    std::vector<Word> words_;
    std::vector<ParsedStay> stays_;
};

}  // namespace

std::vector<ParsedStay> FindStayClaims(std::string_view text, int line) {
    return StayScanner(text, line).Scan();
}

std::optional<Duration> ReadSpan(std::string_view text) {
    const auto span = ReadSpanAt(SplitWords(text), 0);
    return span ? std::optional(span->length) : std::nullopt;
}

}  // namespace render
