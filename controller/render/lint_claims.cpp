// What the memo claims in its sentences, against its own dates and figures.

#include <array>

#include "controller/policy/evidence.hpp"
#include "controller/policy/stay.hpp"
#include "controller/render/lint_report.hpp"
#include "controller/render/memo_claims.hpp"
#include "controller/render/memo_dates.hpp"
#include "controller/render/memo_words.hpp"

namespace render {
namespace {

using policy::Channel;
using policy::Duration;

struct StayStartDay {
    policy::Date date;
    std::string what;  // "the date in the release's id"
};

/// The latest day before which the stay in experimental cannot have begun, as far as the memo says.
std::optional<StayStartDay> EarliestStart(const ParsedMemo& memo) {
    std::optional<StayStartDay> start;
    if (const auto date = DateOfReleaseId(memo.release.text)) {
        start = StayStartDay{*date, "the date in the release's id"};
    }
    if (memo.plan.start.date && (!start || start->date < *memo.plan.start.date)) {
        start = StayStartDay{*memo.plan.start.date, "the exposure plan's start date"};
    }
    return start;
}

Duration MinimumOf(Channel channel, const ParsedMemo& memo) {
    if (channel == Channel::kCandidate) {
        return policy::kMinimumCandidateStay;
    }
    return std::max(policy::kMinimumExperimentalStay, memo.plan.minimum_stay.value_or(Duration::zero()));
}

void LintSameChannel(const ParsedMemo& memo, Channel channel, LintReport& report) {
    const ParsedStay* first = nullptr;
    for (const ParsedStay& stay : memo.stays) {
        if (stay.channel != channel) {
            continue;
        }
        if (first != nullptr && first->claimed != stay.claimed) {
            report.Contradiction("CHN-2", "stays_differ", stay.line,
                                 {Quoted(stay.text) + " differs from " + Quoted(first->text) + " in line " +
                                      std::to_string(first->line) + ".",
                                  "State the stay once, as it was."});
            return;
        }
        first = first == nullptr ? &stay : first;
    }
}

/// "2 weeks in experimental" and what is added for a channel that the memo is silent about.
struct StaySum {
    Duration total{};
    std::string words;
    int line = 0;
    bool claimed = false;
};

void AddToSum(const ParsedMemo& memo, Channel channel, StaySum& sum) {
    const ParsedStay* const stay = ClaimedStay(memo, channel);
    sum.words += sum.words.empty() ? "" : " and ";
    if (stay == nullptr) {
        const Duration minimum = MinimumOf(channel, memo);
        sum.total += minimum;
        sum.words += "at least " + StayWords(minimum) + " in " + std::string(platform::EnumText(channel));
        return;
    }
    sum.total += stay->claimed;
    sum.words += StayWords(stay->claimed) + " in " + std::string(platform::EnumText(channel));
    sum.line = sum.line == 0 ? stay->line : sum.line;
    sum.claimed = true;
}

void LintSpan(const ParsedMemo& memo, LintReport& report) {
    const auto start = EarliestStart(memo);
    if (!start || !memo.date.date) {
        return;
    }
    const int between = DaysBetween(start->date, *memo.date.date);
    if (between < 0) {
        return;  // said elsewhere
    }
    StaySum sum;
    AddToSum(memo, Channel::kExperimental, sum);
    if (memo.target == Channel::kStable) {
        AddToSum(memo, Channel::kCandidate, sum);
    }
    // Both days may count in full: the release may have entered at midnight and the memo been written late.
    if (sum.total <= std::chrono::days(between + 1) || (!IsGo(memo) && !sum.claimed)) {
        return;
    }
    const std::string span = "only " + platform::Plural(between, "day") + " lie between " + start->what + " (" +
                             platform::FormatDate(start->date) + ") and the memo (" +
                             platform::FormatDate(*memo.date.date) + ")";
    const std::string needed = sum.words + " are " + StayWords(sum.total);
    if (sum.claimed) {
        report.Contradiction("CHN-2", "stays_do_not_fit", sum.line,
                             {"The stays claimed do not fit the dates: " + needed + ", but " + span + ".",
                              "Correct the stays or the dates; a stay cannot be shortened."});
    } else {
        report.Contradiction("CHN-2", "stays_do_not_fit", memo.date.line,
                             {"The minimum stays do not fit the dates: " + needed + ", but " + span + ".",
                              "Correct the dates, or decide when the stays are over."});
    }
}

bool SpeaksOfTest(std::string_view folded) {
    for (const std::string_view word : {"tested", "rehearsed", "drilled", "exercised", "test", "drill"}) {
        if (HasPhrase(folded, word)) {
            return true;
        }
    }
    return false;
}

bool SpeaksOfMechanism(std::string_view folded) {
    for (const std::string_view word :
         {"kill switch", "killswitch", "rollback", "roll back", "restore", "feature flag"}) {
        if (HasPhrase(folded, word)) {
            return true;
        }
    }
    return false;
}

void LintTestWords(const ParsedMemo& memo, std::string_view text, bool mechanism, int line, LintReport& report) {
    const std::string folded = Fold(text);
    if (!SpeaksOfTest(folded) || !(mechanism || SpeaksOfMechanism(folded)) || HasPhrase(folded, "not tested")) {
        return;
    }
    const std::vector<FoundDate> dates = FindDates(text);
    if (dates.empty()) {
        report.Doubt("EVD-2", "test_without_date", line,
                     {Quoted(text) + " does not say when.", "Add the date of the test, and where it was done."});
        return;
    }
    for (const FoundDate& date : dates) {
        if (!date.date || !memo.date.date) {
            continue;
        }
        const int age = DaysBetween(*date.date, *memo.date.date);
        if (age < 0) {
            report.Contradiction("MEM-7", "test_after_memo", line,
                                 {"The test is dated " + platform::FormatDate(*date.date) + ", after the memo (" +
                                      platform::FormatDate(*memo.date.date) + ").",
                                  "Correct the date, or decide when the test has been done."});
        } else if (std::chrono::days(age) > policy::kMaximumDrillAge) {
            report.Doubt("KSW-6", "test_is_old", line,
                         {"The test of " + platform::FormatDate(*date.date) + " was " + platform::Plural(age, "day") +
                              " old when the memo was written.",
                          "Repeat the drill: one older than 30 days does not count."});
        }
    }
}

/// A SEV-1 or SEV-2 that happened, in words that do not deny it.
bool SpeaksOfSevereIncident(std::string_view text) {
    const std::vector<Word> words = SplitWords(text);
    bool denied = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (const std::string_view word :
             {"no", "not", "without", "zero", "never", "none", "neither", "nor", "0", "any", "free"}) {
            denied = denied || words[i].Is(word);
        }
        if (words[i].Is(".") || words[i].Is(";")) {
            denied = false;
        }
        const bool severe =
            (words[i].Is("sev") && i + 2 < words.size() && words[i + 1].Is("-") &&
             (words[i + 2].Is("1") || words[i + 2].Is("2"))) ||
            (words[i].Is("sev") && i + 1 < words.size() && (words[i + 1].Is("1") || words[i + 1].Is("2")));
        if (!severe || denied) {
            continue;
        }
        for (std::size_t ahead = i + 2; ahead < std::min(words.size(), i + 7); ++ahead) {
            denied = denied || words[ahead].Is("none") || words[ahead].Is("0") || words[ahead].Is("zero") ||
                     words[ahead].Is("no");
        }
        if (!denied) {
            return true;
        }
    }
    return false;
}

const ParsedBox* BoxOf(const ParsedMemo& memo, BoxKey key) {
    for (const ParsedBox& box : memo.checklist) {
        if (box.key == key) {
            return &box;
        }
    }
    return nullptr;
}

void LintFigures(const ParsedMemo& memo, const std::string& text, int line, LintReport& report) {
    for (const LimitClaim& claim : FindLimitClaims(text)) {
        const std::string pair = Quoted(claim.measured) + " and " + Quoted(claim.limit);
        switch (claim.verdict) {
            case LimitVerdict::kHolds:
                break;
            case LimitVerdict::kBroken:
                report.Contradiction(
                    "MEM-7", "limit_not_kept", line,
                    {"The figures contradict each other: " + Quoted(claim.measured) + " is not within " +
                         Quoted(claim.limit) + ".",
                     "Correct the figure, or say that the limit was not kept and decide accordingly."});
                break;
            case LimitVerdict::kIncomparable:
                report.Contradiction("MEM-7", "units_incomparable", line,
                                     {pair + " cannot be compared: their units measure different things.",
                                      "State the measurement in the limit's unit."});
                break;
            case LimitVerdict::kOtherUnit:
                report.Doubt("MEM-7", "units_differ", line,
                             {pair + " are in different units.", "State the measurement in the limit's unit."});
                break;
            case LimitVerdict::kUnitMissing:
                report.Doubt("MEM-7", "unit_missing", line,
                             {"One of " + pair + " has no unit.", "State both with their unit."});
                break;
            case LimitVerdict::kSaidToBeExceeded:
                if (IsGo(memo)) {
                    report.Doubt("MEM-7", "limit_exceeded", line,
                                 {Quoted(claim.measured) + " is said to exceed " + Quoted(claim.limit) +
                                      ", and the decision is GO.",
                                  "Accept it as a known risk with its rationale, or decide NO-GO."});
                }
                break;
        }
    }
}

}  // namespace

void LintStays(const ParsedMemo& memo, LintReport& report) {
    for (const Channel channel : {Channel::kExperimental, Channel::kCandidate}) {
        LintSameChannel(memo, channel, report);
        const ParsedStay* const stay = ClaimedStay(memo, channel);
        const Duration minimum = MinimumOf(channel, memo);
        if (stay != nullptr && stay->claimed < minimum && IsGo(memo) && channel < memo.target) {
            report.Contradiction("CHN-2", "stay_too_short", stay->line,
                                 {Quoted(stay->text) + " is less than the " + StayWords(minimum) + " needed in " +
                                      std::string(platform::EnumText(channel)) + ".",
                                  "Wait until the minimum stay is over and decide again."});
        }
    }
    LintSpan(memo, report);
}

void LintWords(const ParsedMemo& memo, LintReport& report) {
    const ParsedBox* const incidents = BoxOf(memo, BoxKey::kIncidents);
    const auto read = [&](const std::string& text, int line) {
        LintFigures(memo, text, line, report);
        if (incidents != nullptr && incidents->ticked && SpeaksOfSevereIncident(text)) {
            report.Doubt("MEM-7", "incident_spoken_of", line,
                         {Quoted(text) + " speaks of an incident, and the box of line " +
                              std::to_string(incidents->line) + " says there was none.",
                          "Say when the incident was, or empty the box."});
        }
    };
    for (const ParsedBox& box : memo.checklist) {
        const bool mechanism = box.key == BoxKey::kKillSwitch || box.key == BoxKey::kRollback;
        LintTestWords(memo, box.detail, mechanism, box.line, report);
        LintFigures(memo, box.text, box.line, report);
    }
    for (const ParsedRisk& risk : memo.risks) {
        LintFigures(memo, risk.risk + ": " + risk.rationale, risk.line, report);
    }
    for (const ParsedText& note : memo.notes) {
        read(note.text, note.line);
        LintTestWords(memo, note.text, false, note.line, report);
    }
}

}  // namespace render
