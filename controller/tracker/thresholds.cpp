// A threshold is compared with a measured value, so it has that value's unit: rates of denials and errors by status are
// per second (a window says over which time they are taken, not what they count), shares in per cent, times in seconds.

#include <array>

#include "controller/tracker/lint_report.hpp"
#include "controller/tracker/words.hpp"

namespace tracker {
namespace {

enum class Measure : std::uint8_t { kNone, kRate, kShare, kTime };

struct MeasureWord {
    std::string_view word;
    Measure measure;
};
constexpr std::array<MeasureWord, 15> kMeasureWords = {{{"401", Measure::kRate},
                                                        {"402", Measure::kRate},
                                                        {"403", Measure::kRate},
                                                        {"403s", Measure::kRate},
                                                        {"501", Measure::kRate},
                                                        {"5xx", Measure::kRate},
                                                        {"denial", Measure::kRate},
                                                        {"denials", Measure::kRate},
                                                        {"latency", Measure::kTime},
                                                        {"p95", Measure::kTime},
                                                        {"p99", Measure::kTime},
                                                        {"response", Measure::kTime},
                                                        {"quota", Measure::kShare},
                                                        {"storage", Measure::kShare},
                                                        {"errors", Measure::kShare}}};

Measure MeasureOf(const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        for (const MeasureWord& row : kMeasureWords) {
            if (row.word == word) {
                return row.measure;
            }
        }
    }
    return Measure::kNone;
}

bool IsNumberByte(char c) {
    return (c >= '0' && c <= '9') || c == '.';
}

/// The unit right behind a number: "/5m", "%", "ms", "" ; at most a few characters.
std::string UnitAt(std::string_view text) {
    constexpr std::size_t kLongestUnit = 12;
    text = text.substr(0, kLongestUnit);
    std::size_t begin = 0;
    while (begin < text.size() && text[begin] == ' ') {
        ++begin;
    }
    std::size_t end = begin;
    while (end < text.size() && text[end] != ' ' && text[end] != ',' && text[end] != ')' && text[end] != ';' &&
           text[end] != '`' && text[end] != '.' && text[end] != '*') {
        ++end;
    }
    std::string unit = platform::ToLowerAscii(text.substr(begin, end - begin));
    if (unit == "per") {
        const std::vector<std::string> next = WordsOf(text.substr(end));
        unit = next.empty() ? unit : "/" + next.front();
    }
    return unit;
}

bool FitsTo(Measure measure, const std::string& unit) {
    switch (measure) {
        case Measure::kRate:
            // Without a unit it is the rate itself; a percentage is a share of all requests.
            return !unit.starts_with('/') || unit == "/s" || unit == "/sec" || unit == "/second" || unit == "/seco";
        case Measure::kTime:
            return unit.starts_with("ms") || unit.starts_with("s") || unit.starts_with("us") || unit.starts_with("min");
        case Measure::kShare:
            return unit.starts_with('%') || unit.starts_with("percent");
        case Measure::kNone:
            break;
    }
    return true;
}

const char* UnitWanted(Measure measure) {
    switch (measure) {
        case Measure::kRate:
            return "per second, taken over a window";
        case Measure::kTime:
            return "in milliseconds or seconds";
        case Measure::kShare:
            return "in per cent";
        case Measure::kNone:
            break;
    }
    return "";
}

void LintLine(std::string_view text, int line, const std::string& packet, Report& report) {
    const std::vector<std::string> words = WordsOf(text);
    const Measure measure = MeasureOf(words);
    if (measure == Measure::kNone) {
        return;
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        // An arrow is no comparison.
        if (text[at] != '>' || (at > 0 && (text[at - 1] == '-' || text[at - 1] == '=' || text[at - 1] == '>'))) {
            continue;
        }
        std::size_t number = at + 1;
        while (number < text.size() && (text[number] == '=' || text[number] == ' ')) {
            ++number;
        }
        std::size_t end = number;
        while (end < text.size() && IsNumberByte(text[end])) {
            ++end;
        }
        if (end == number) {
            continue;
        }
        const std::string unit = UnitAt(text.substr(end));
        if (!FitsTo(measure, unit)) {
            report.Contradiction("OBS-5", "threshold_unit", line, packet,
                                 {"The threshold " + Quoted(std::string(text.substr(at, end - at)) + unit) + " has " +
                                      (unit.empty() ? std::string("no unit") : "the unit " + Quoted(unit)) +
                                      "; what it limits is measured " + UnitWanted(measure) + ".",
                                  "Convert it, and say over which window it is taken."});
        }
    }
}

}  // namespace

void LintThresholds(const Document& document, Report& report) {
    std::size_t next = 0;
    std::string packet;
    for (std::size_t i = 0; i < document.entries.size(); ++i) {
        while (next < document.packets.size() && document.packets[next].first_entry <= i) {
            packet = document.packets[next].id;
            ++next;
        }
        if (next > 0 && i >= document.packets[next - 1].end_entry) {
            packet.clear();
        }
        const Entry& entry = document.entries[i];
        const bool limits = HasWord(WordsOf(entry.text), "threshold") || HasWord(WordsOf(entry.text), "thresholds") ||
                            HasWord(WordsOf(entry.text), "warning") || HasWord(WordsOf(entry.text), "critical") ||
                            HasWord(WordsOf(entry.text), "alert") || HasWord(WordsOf(entry.text), "alerting");
        if (limits && (entry.kind == EntryKind::kBox || entry.kind == EntryKind::kProse)) {
            LintLine(entry.text, entry.line, packet, report);
        }
    }
}

}  // namespace tracker
