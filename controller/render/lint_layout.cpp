// What could not be read, what is missing, and what the memo's parts say of each other.

#include <array>
#include <tuple>

#include "controller/render/lint_report.hpp"
#include "controller/render/memo_dates.hpp"
#include "controller/render/memo_people.hpp"
#include "controller/render/memo_words.hpp"

namespace render {
namespace {

constexpr std::array<BoxKey, 7> kBoxes{BoxKey::kDurations,   BoxKey::kIncidents, BoxKey::kDataSafety,
                                       BoxKey::kKillSwitch,  BoxKey::kRollback,  BoxKey::kObservability,
                                       BoxKey::kExitCriteria};

/// "Workflow change (high risk)" carries the words of another class.
void LintClassWords(const ParsedMemo& memo, LintReport& report) {
    const std::string folded = Fold(memo.classification.text);
    const policy::ReleaseClass named = memo.classes.front();
    struct ClassWords {
        std::string_view phrase;
        policy::ReleaseClass of;
    };
    static constexpr std::array<ClassWords, 4> kWords{{{"non destructive", policy::ReleaseClass::kWorkflow},
                                                       {"nondestructive", policy::ReleaseClass::kWorkflow},
                                                       {"guarded", policy::ReleaseClass::kCapability},
                                                       {"high risk", policy::ReleaseClass::kMechanism}}};
    for (const ClassWords& words : kWords) {
        if (words.of != named && HasPhrase(folded, words.phrase)) {
            report.Contradiction(
                "CLS-1", "class_words_differ", memo.classification.line,
                {"The classification " + Quoted(memo.classification.text) + " names one class and describes another.",
                 "Name one of the four classes, with its own description."});
        }
    }
    const bool destructive = HasPhrase(folded, "destructive") && !HasPhrase(folded, "non destructive");
    if (destructive && named == policy::ReleaseClass::kWorkflow) {
        report.Contradiction(
            "CLS-1", "class_words_differ", memo.classification.line,
            {"A workflow change is non-destructive; the classification is " + Quoted(memo.classification.text) + ".",
             "A change that modifies existing data is a mechanism change: classify it as one."});
    }
}

void LintClass(const ParsedMemo& memo, LintReport& report) {
    if (memo.classification.line == 0) {
        report.Unreadable("class_missing", 0, {"The memo names no classification.", "Add a line `Classification:`."});
        return;
    }
    if (memo.classification.text.empty()) {
        return;  // left unfilled, which is said elsewhere
    }
    if (memo.classes.empty()) {
        report.Contradiction("CLS-1", "class_unknown", memo.classification.line,
                             {Quoted(memo.classification.text) + " is no class.",
                              "Use UI-only, Workflow change, Capability exposure or Mechanism change."});
    } else if (memo.classes.size() > 1) {
        report.Contradiction("CLS-1", "class_unclear", memo.classification.line,
                             {Quoted(memo.classification.text) + " names more than one class.",
                              "Classify the release as one of them: the riskier one when in doubt."});
    } else {
        LintClassWords(memo, report);
    }
}

void LintReleaseId(const ParsedMemo& memo, LintReport& report) {
    if (memo.release.line == 0) {
        report.Unreadable("release_missing", 0, {"The memo names no release.", "Add a line `Release:` with its id."});
        return;
    }
    if (memo.release.text.empty()) {
        return;
    }
    if (!memo.Release()) {
        report.Unreadable(
            "release_malformed", memo.release.line,
            {Quoted(memo.release.text) + " is no release id: letters, digits, '.', '_' and '-', at most 100.",
             "Write the id as `portcullis release list` shows it."});
        return;
    }
    const auto begun = DateOfReleaseId(memo.release.text);
    if (begun && memo.date.date && DaysBetween(*begun, *memo.date.date) < 0) {
        report.Contradiction("MEM-7", "memo_before_release", memo.date.line,
                             {"The memo is dated " + platform::FormatDate(*memo.date.date) +
                                  ", before the date in the release's id (" + platform::FormatDate(*begun) + ").",
                              "Correct the memo's date or the release id."});
    }
}

struct UnreadText {
    std::string_view problem;
    LintSeverity severity;
    std::string_view before;
    std::string_view after;
    std::string_view remedy;
};
constexpr std::array<UnreadText, 12> kUnreadTexts{
    {{"too_large", LintSeverity::kUnreadable, "The memo is too long to be read: ", ".", "Keep the memo within 64 KiB."},
     {"broken_text", LintSeverity::kUnreadable, "The memo holds ", ".", "Save it as UTF-8 text."},
     {"too_many", LintSeverity::kUnreadable, "The memo lists more ", " than can be read.", "Shorten the list."},
     {"unfilled", LintSeverity::kUnreadable, "The template's ", " was left in.", "Fill it in, or take the line out."},
     {"said_twice", LintSeverity::kContradiction, "The memo says something else here than above: ", ".",
      "Keep one of the two lines."},
     {"date_unreadable", LintSeverity::kUnreadable, "No date can be read in ", ".", "Write dates as 2025-01-29."},
     {"date_impossible", LintSeverity::kContradiction, "There is no such day: ", ".", "Correct the date."},
     {"date_ambiguous", LintSeverity::kUnreadable, "The date ", " can mean two days.", "Write dates as 2025-01-29."},
     {"date_other_weekday", LintSeverity::kContradiction, "The weekday and the date do not belong together: ", ".",
      "Correct the one that is wrong."},
     {"no_box", LintSeverity::kUnreadable, "The checklist's line ", " has no box.", "Begin it with `[x]` or `[ ]`."},
     {"box_unclear", LintSeverity::kUnreadable, "The box of ", " is neither ticked nor empty.", "Use `[x]` or `[ ]`."},
     {"decision_conditional", LintSeverity::kDoubt, "The decision has a condition: ", ".",
      "A memo decides GO or NO-GO. Say NO-GO until the condition holds, then decide again."}}};

}  // namespace

void LintUnread(const ParsedMemo& memo, LintReport& report) {
    for (const UnreadPart& part : memo.unreadable) {
        for (const UnreadText& text : kUnreadTexts) {
            if (text.problem != part.problem) {
                continue;
            }
            const bool ours =
                part.problem == "too_large" || part.problem == "broken_text" || part.problem == "too_many";
            LintText said{std::string(text.before) + (ours ? part.text : Quoted(part.text)) + std::string(text.after),
                          std::string(text.remedy)};
            if (text.severity == LintSeverity::kContradiction) {
                report.Contradiction("MEM-7", text.problem, part.line, std::move(said));
            } else if (text.severity == LintSeverity::kDoubt) {
                report.Doubt("MEM-7", text.problem, part.line, std::move(said));
            } else {
                report.Unreadable(text.problem, part.line, std::move(said));
            }
        }
    }
}

void LintHead(const ParsedMemo& memo, LintReport& report) {
    LintReleaseId(memo, report);
    LintClass(memo, report);
    if (memo.date.line == 0) {
        report.Unreadable("date_missing", 0, {"The memo has no date.", "Add a line `Date:`."});
    }
    if (memo.target == policy::Channel::kDev || memo.target == policy::Channel::kExperimental) {
        report.Contradiction(
            "MEM-1", "target_needs_no_memo", memo.target_text.line,
            {"A memo decides the promotion to stable (for a mechanism change also to candidate), not to " +
                 std::string(platform::EnumText(memo.target)) + ".",
             "Name the channel the memo decides about."});
    }
}

void LintDecision(const ParsedMemo& memo, LintReport& report) {
    if (memo.decisions.empty()) {
        report.Unreadable("decision_missing", 0,
                          {"The memo states no decision.", "Add a line `DECISION: GO` or `DECISION: NO-GO`."});
        return;
    }
    const int line = memo.decisions.front().line;
    if (memo.decision_unedited) {
        report.Contradiction("MEM-7", "decision_unedited", line,
                             {"The decision says both GO and NO-GO: " + Quoted(memo.decisions.front().text) + ".",
                              "Strike out the one that was not decided."});
    } else if (memo.decided.size() > 1) {
        report.Contradiction("MEM-7", "decisions_differ", memo.decisions.back().line,
                             {"The memo decides GO in one place and NO-GO in another.", "Keep one decision."});
    } else if (memo.decided.empty() && !memo.decisions.front().text.empty()) {
        report.Unreadable("decision_unclear", line,
                          {Quoted(memo.decisions.front().text) + " is neither GO nor NO-GO.", "Write GO or NO-GO."});
    }
    if (memo.Decided() != policy::Decision::kNoGo) {
        return;
    }
    const auto says_something = [](const std::vector<ParsedText>& words) {
        return std::any_of(words.begin(), words.end(), [](const ParsedText& text) { return !IsLeftBlank(text.text); });
    };
    if (!says_something(memo.rationale)) {
        report.Contradiction(
            "MEM-3", "no_rationale", line,
            {"The decision is NO-GO and no rationale is written.", "Add a part `Rationale:` that says why."});
    }
    if (!says_something(memo.remediation)) {
        report.Contradiction("MEM-3", "no_remediation", line,
                             {"The decision is NO-GO and there is no remediation plan.",
                              "Add a part `Remediation Plan:` that says what is done before the next decision."});
    }
}

void LintChecklist(const ParsedMemo& memo, LintReport& report) {
    const bool go = IsGo(memo);
    if (memo.checklist.empty()) {
        const LintText text{"The memo has no checklist.", "Add the part `Checklist:` with the template's seven boxes."};
        go ? report.Contradiction("MEM-2", "checklist_empty", memo.checklist_line, text)
           : report.Doubt("MEM-2", "checklist_empty", memo.checklist_line, text);
        return;
    }
    for (const BoxKey key : kBoxes) {
        const ParsedBox* first = nullptr;
        for (const ParsedBox& box : memo.checklist) {
            if (box.key != key) {
                continue;
            }
            if (first != nullptr && first->ticked != box.ticked) {
                report.Contradiction(
                    "MEM-2", "box_twice", box.line,
                    {"The box " + Quoted(BoxTitle(key)) + " is ticked in one place and not in another.",
                     "Keep one of the two."});
            }
            first = first == nullptr ? &box : first;
        }
        if (first == nullptr) {
            const LintText text{"The template's box " + Quoted(BoxTitle(key)) + " is missing.",
                                "Add it to the checklist; every memo answers all seven."};
            go ? report.Contradiction("MEM-2", "box_missing", memo.checklist_line, text)
               : report.Doubt("MEM-2", "box_missing", memo.checklist_line, text);
        }
    }
    for (const ParsedBox& box : memo.checklist) {
        if (go && !box.ticked) {
            report.Contradiction("MEM-2", "go_with_open_box", box.line,
                                 {"The decision is GO and this box is not ticked: " + Quoted(box.text) + ".",
                                  "Decide NO-GO, or bring about what the box asks for and decide again."});
        }
    }
}

void LintRisks(const ParsedMemo& memo, LintReport& report) {
    const bool go = IsGo(memo);
    for (const ParsedRisk& risk : memo.risks) {
        if (IsLeftBlank(risk.rationale)) {
            report.Contradiction("MEM-4", "risk_without_rationale", risk.line,
                                 {"The risk " + Quoted(risk.risk) + " is accepted without a rationale.",
                                  "Write it as `risk: rationale`."});
        }
    }
    if (memo.no_risks.line != 0 && !memo.risks.empty()) {
        report.Contradiction("MEM-4", "none_and_risks", memo.no_risks.line,
                             {"The risks say " + Quoted(memo.no_risks.text) + " and list " +
                                  platform::Plural(static_cast<long long>(memo.risks.size()), "risk") + ".",
                              "Take out the one that is not so."});
    }
    if (go && memo.risks_line == 0) {
        report.Doubt("MEM-4", "risks_missing", 0,
                     {"The memo says nothing about risks.",
                      "Add the part `Known Risks Accepted:`, with `None` if there are none."});
    }
    if (go && memo.Class() == policy::ReleaseClass::kMechanism && memo.risks.empty()) {
        report.Contradiction(
            "CLS-4", "mechanism_without_risk", memo.risks_line,
            {"A mechanism change needs an explicit risk acceptance, and the memo lists no accepted risk.",
             "List each risk with its rationale."});
    }
}

}  // namespace render
