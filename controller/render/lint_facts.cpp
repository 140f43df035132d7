// The memo against what the registry holds about the release.

#include <map>

#include "controller/policy/approvals.hpp"
#include "controller/policy/memo.hpp"
#include "controller/render/format.hpp"
#include "controller/render/lint_report.hpp"
#include "controller/render/memo_claims.hpp"
#include "controller/render/memo_dates.hpp"
#include "controller/render/memo_words.hpp"

namespace render {
namespace {

using policy::Channel;
using policy::Duration;
using policy::PromotionFacts;
using policy::Time;

// The first place on earth to begin a day does so fourteen hours before UTC.
constexpr std::chrono::hours kEarliestZone{14};

Time EndOfDay(policy::Date date) {
    return platform::StartOfDay(date) + std::chrono::days(1);
}

std::optional<Time> EnteredAt(const LintFacts& facts, Channel channel) {
    std::optional<Time> entered;
    for (const LintPromotion& promotion : facts.promotions) {
        if (promotion.to == channel) {
            entered = promotion.at;
        }
    }
    return entered;
}

void LintClassAndChannel(const ParsedMemo& memo, const PromotionFacts& release, LintReport& report) {
    const auto named = memo.Class();
    if (named && release.manifest.classification != named) {
        const std::string recorded(release.manifest.classification ? ClassLabel(*release.manifest.classification)
                                                                   : std::string_view("no class"));
        report.Contradiction(
            "CLS-1", "class_differs", memo.classification.line,
            {"The memo says " + std::string(ClassLabel(*named)) + ", and the manifest says " + recorded + ".",
             "Correct the memo; the class of a release cannot change once promotion has begun."});
    }
    const Channel channel = release.release.channel;
    if (channel >= memo.target) {
        report.Doubt(
            "CHN-1", "already_there", memo.target_text.line,
            {"The release is in " + std::string(platform::EnumText(channel)) + " already.",
             "A memo for a promotion that has happened changes nothing; make sure it is kept with that promotion."});
    } else if (policy::NextChannel(channel) != memo.target) {
        report.Contradiction("CHN-1", "not_its_turn", memo.target_text.line,
                             {"The memo decides the promotion to " + std::string(platform::EnumText(memo.target)) +
                                  ", and the release is in " + std::string(platform::EnumText(channel)) + ".",
                              "Channels are gone through in order; decide when the release is in the channel before."});
    }
    if (release.release.status != policy::ReleaseStatus::kActive) {
        report.Contradiction("CHX-6", "not_active", memo.release.line,
                             {"The release is " + std::string(platform::EnumText(release.release.status)) + ".",
                              "A release that was taken back goes no further; make a new one."});
    }
}

void LintMemoDate(const ParsedMemo& memo, const LintFacts& facts, LintReport& report) {
    if (!memo.date.date) {
        return;
    }
    const std::string day = platform::FormatDate(*memo.date.date);
    if (*memo.date.date > platform::DateOf(facts.now + kEarliestZone)) {
        report.Contradiction(
            "MEM-7", "memo_in_future", memo.date.line,
            {"The memo is dated " + day + ", and today is " + platform::FormatDate(platform::DateOf(facts.now)) + ".",
             "Date the memo on the day it is decided."});
    }
    const Channel before = memo.target == Channel::kStable ? Channel::kCandidate : Channel::kExperimental;
    const auto entered = EnteredAt(facts, before);
    if (entered && EndOfDay(*memo.date.date) <= *entered) {
        report.Contradiction(
            "MEM-7", "memo_before_channel", memo.date.line,
            {"The memo is dated " + day + ", and the release entered " + std::string(platform::EnumText(before)) +
                 " on " + platform::FormatDate(platform::DateOf(*entered)) + ".",
             "A promotion is decided after the stay before it; correct the date or decide anew."});
    }
}

void LintActualStay(const ParsedMemo& memo, const LintFacts& facts, const ParsedStay& stay, LintReport& report) {
    const std::string channel(platform::EnumText(stay.channel));
    const auto entered = EnteredAt(facts, stay.channel);
    if (!entered) {
        report.Contradiction("CHN-2", "stay_never_was", stay.line,
                             {Quoted(stay.text) + " is claimed, and the release never entered " + channel + ".",
                              "Promote the release through its channels, in order."});
        return;
    }
    const Time end_of_memo = memo.date.date ? EndOfDay(*memo.date.date) : facts.now;
    Time left = std::min(facts.now, end_of_memo);
    if (const auto next = EnteredAt(facts, policy::NextChannel(stay.channel)); next && *next < left) {
        left = *next;
    }
    const Duration actual = std::max(left - *entered, Duration::zero());
    const std::string was = "it entered " + channel + " on " + platform::FormatDate(platform::DateOf(*entered)) +
                            " and had been there " + StayWords(actual);
    if (stay.claimed > actual + std::chrono::days(1)) {
        report.Contradiction("CHN-2", "stay_differs", stay.line,
                             {Quoted(stay.text) + " is more than the registry holds: " + was + ".",
                              "State the stay as it was; it is counted from the promotion."});
    } else if (actual >= stay.claimed + std::max<Duration>(stay.unit, std::chrono::days(2))) {
        report.Doubt("CHN-2", "stay_differs", stay.line,
                     {Quoted(stay.text) + " is less than the registry holds: " + was + ".",
                      "State the stay as it was; it is counted from the promotion."});
    }
}

void LintComputedBoxes(const ParsedMemo& memo, const PromotionFacts& release, LintReport& report) {
    for (const policy::ChecklistItem& item : policy::ComputeChecklist(release)) {
        const ParsedBox* written = nullptr;
        for (const ParsedBox& box : memo.checklist) {
            const bool same = box.key && BoxKeyText(*box.key) == item.key;
            written = same && (written == nullptr || box.ticked) ? &box : written;
        }
        if (written != nullptr && !written->ticked && item.holds) {
            report.Doubt(
                "MEM-2", "box_open_but_holds", written->line,
                {"The box " + Quoted(item.title) + " is not ticked, and the facts say it holds: " + item.detail + ".",
                 "Say in the notes what is missing that the registry does not know of."});
        }
        const bool claimed = written == nullptr ? IsGo(memo) : written->ticked;
        if (item.holds || !claimed) {
            continue;
        }
        const std::string said = written == nullptr ? "The decision is GO, and " : "The box is ticked, and ";
        report.Contradiction("MEM-2", "box_does_not_hold", written == nullptr ? memo.checklist_line : written->line,
                             {said + Quoted(item.title) + " does not hold: " + platform::Join(item.reasons, " "),
                              "Bring about what is missing; the checklist is computed from the facts, not ticked."});
    }
}

void LintIncidents(const ParsedMemo& memo, const LintFacts& facts, LintReport& report) {
    const auto entered = EnteredAt(facts, Channel::kExperimental);
    const auto box = std::find_if(memo.checklist.begin(), memo.checklist.end(),
                                  [](const ParsedBox& each) { return each.key == BoxKey::kIncidents && each.ticked; });
    if (box == memo.checklist.end() || !entered) {
        return;
    }
    const Time end = memo.date.date ? EndOfDay(*memo.date.date) : facts.now;
    for (const policy::IncidentFacts& incident : facts.release->incidents) {
        const bool during = incident.opened_at < end && (!incident.resolved_at || *incident.resolved_at >= *entered);
        if (during && incident.severity <= policy::Severity::kSev2) {
            report.Contradiction("MEM-2", "incident_recorded", box->line,
                                 {"The box says there was no SEV-1 or SEV-2 incident, and " + incident.id.Text() +
                                      " (" + std::string(platform::EnumText(incident.severity)) + ") was opened on " +
                                      platform::FormatDate(platform::DateOf(incident.opened_at)) + ".",
                                  "Empty the box and say in the notes what became of the incident."});
        }
    }
}

/// Half of the words of the shorter text, at least.
bool SpeaksOfTheSame(const std::string& a, const std::string& b) {
    const auto long_words = [](const std::string& text) {
        std::vector<std::string> words;
        for (const Word& word : SplitWords(Fold(text))) {
            if (word.text.size() > 3) {
                words.push_back(word.text);
            }
        }
        return words;
    };
    const std::vector<std::string> left = long_words(a);
    const std::vector<std::string> right = long_words(b);
    const auto common =
        static_cast<std::size_t>(std::count_if(left.begin(), left.end(), [&right](const std::string& word) {
            return std::find(right.begin(), right.end(), word) != right.end();
        }));
    const std::size_t shorter = std::min(left.size(), right.size());
    return shorter == 0 ? Fold(a) == Fold(b) : common * 2 >= shorter;
}

void LintRecordedRisks(const ParsedMemo& memo, const PromotionFacts& release, LintReport& report) {
    for (const ParsedRisk& risk : memo.risks) {
        const bool recorded = std::any_of(release.risk_acceptances.begin(), release.risk_acceptances.end(),
                                          [&risk](const policy::RiskAcceptanceFacts& each) {
                                              return !each.revoked && SpeaksOfTheSame(each.risk, risk.risk);
                                          });
        if (!recorded) {
            report.Contradiction(
                "MEM-4", "risk_not_recorded", risk.line,
                {"The memo accepts the risk " + Quoted(risk.risk) + ", and no such acceptance is recorded.",
                 "Have the system owner record it: `portcullis risk accept`."});
        }
    }
    for (const policy::RiskAcceptanceFacts& accepted : release.risk_acceptances) {
        const bool listed = std::any_of(memo.risks.begin(), memo.risks.end(), [&accepted](const ParsedRisk& each) {
            return SpeaksOfTheSame(accepted.risk, each.risk);
        });
        if (!listed && !accepted.revoked && IsGo(memo)) {
            report.Doubt(
                "MEM-4", "recorded_risk_not_listed", memo.risks_line,
                {"The risk " + Quoted(accepted.risk) + " was accepted for this release, and the memo does not list it.",
                 "List it with its rationale."});
        }
    }
}

/// A limit in the memo's words that the exposure plan sets otherwise.
void LintPlanLimits(const ParsedMemo& memo, const PromotionFacts& release, LintReport& report) {
    if (!release.plan) {
        return;
    }
    for (const ParsedText& note : memo.notes) {
        for (const LimitClaim& claim : FindLimitClaims(note.text)) {
            for (const policy::CriterionFacts& each : release.plan->criteria) {
                const policy::ExitCriterion& criterion = each.criterion;
                const policy::Limit* const limit = criterion.metric  ? &criterion.metric->limit
                                                   : criterion.limit ? &*criterion.limit
                                                                     : nullptr;
                if (limit != nullptr && limit->unit == claim.limit_unit && limit->threshold != claim.limit_value &&
                    SpeaksOfTheSame(criterion.text, note.text)) {
                    report.Doubt("CHX-2", "limit_differs_from_plan", note.line,
                                 {"The memo names the limit " + Quoted(claim.limit) + ", and the plan's criterion is " +
                                      Quoted(criterion.text) + ".",
                                  "Judge by the plan's limit."});
                }
            }
        }
    }
}

void LintHardStops(const ParsedMemo& memo, const PromotionFacts& release, LintReport& report) {
    for (const policy::HardStopFacts& stop : release.hard_stops) {
        if (stop.open && IsGo(memo)) {
            report.Contradiction(
                platform::EnumText(stop.rule), "hard_stop_open", memo.decisions.front().line,
                {"The decision is GO, and the hard stop " + stop.id.Text() + " is open: " + Quoted(stop.reason) + ".",
                 "No decision passes a hard stop: resolve it with evidence first."});
        }
    }
}

}  // namespace

void LintAgainstRelease(const ParsedMemo& memo, const LintFacts& facts, LintReport& report) {
    if (!memo.release.text.empty() && facts.release && facts.release->release.id.Text() != memo.release.text) {
        report.Contradiction(
            "MEM-7", "other_release", memo.release.line,
            {"The memo is about " + Quoted(memo.release.text) + ", not about " + facts.release->release.id.Text() + ".",
             "Compare it with the release it is about."});
    }
    if (!facts.release) {
        if (memo.Release()) {
            report.Contradiction("MEM-7", "release_unknown", memo.release.line,
                                 {"There is no release " + Quoted(memo.release.text) + ".",
                                  "Correct the id, or submit the release's manifest."});
        }
        return;
    }
    PromotionFacts release = *facts.release;
    release.to = memo.target;
    LintClassAndChannel(memo, release, report);
    LintMemoDate(memo, facts, report);
    for (const Channel channel : {Channel::kExperimental, Channel::kCandidate}) {
        if (const ParsedStay* const stay = ClaimedStay(memo, channel)) {
            LintActualStay(memo, facts, *stay, report);
        }
    }
    LintComputedBoxes(memo, release, report);
    LintIncidents(memo, facts, report);
    LintRecordedRisks(memo, release, report);
    LintPlanLimits(memo, release, report);
    LintHardStops(memo, release, report);
}

}  // namespace render
