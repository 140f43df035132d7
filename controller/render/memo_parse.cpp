#include "controller/render/memo_parse.hpp"

#include <algorithm>
#include <utility>

#include "controller/render/memo_claims.hpp"
#include "controller/render/memo_dates.hpp"
#include "controller/render/memo_items.hpp"
#include "controller/render/memo_labels.hpp"
#include "controller/render/memo_lines.hpp"
#include "controller/render/memo_people.hpp"
#include "controller/render/memo_words.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

std::string_view DateProblemWord(DateProblem problem) {
    switch (problem) {
        case DateProblem::kNone:
            return "";
        case DateProblem::kImpossible:
            return "date_impossible";
        case DateProblem::kAmbiguous:
            return "date_ambiguous";
        case DateProblem::kOtherWeekday:
            return "date_other_weekday";
    }
    return "";
}

class MemoReader {
public:
    explicit MemoReader(const MemoLimits& limits) : limits_(limits) {}

    ParsedMemo Read(const MemoLines& text) {
        for (const MemoLine& line : text.lines) {
            ReadLine(line);
        }
        return std::move(memo_);
    }

private:
    void ReadLine(const MemoLine& line) {
        const bool is_title = memo_.title_line == 0 && !line.bullet && !line.quoted && (line.heading || !in_memo_) &&
                              IsMemoTitle(line.text);
        if (is_title) {
            StartMemo(line);
            return;
        }
        if (TakesDateOfPerson(line)) {
            return;
        }
        if (const auto label = LabelOf(line)) {
            ReadLabelled(line, *label);
            return;
        }
        if (IsTableHead(line)) {
            return;
        }
        ReadContent(line);
    }

    /// What stood before the title were other documents: only the exposure plan's lines are of use.
    void StartMemo(const MemoLine& line) {
        if (!in_memo_) {
            memo_.release = {};
            memo_.classification = {};
            memo_.classes.clear();
            memo_.date = {};
        }
        memo_.title_line = line.number;
        memo_.target = ReadTarget(line.text).value_or(policy::Channel::kStable);
        part_ = MemoPart::kHead;
    }

    std::optional<MemoLabel> LabelOf(const MemoLine& line) const {
        const bool is_item = line.bullet && line.cells.empty() && line.text.find(':') == std::string::npos;
        if (line.quoted || line.tick || is_item) {
            return std::nullopt;
        }
        const bool heading = line.heading && line.indent <= 1;
        auto label = ReadLabel(line.text, heading);
        if (!label || heading) {
            return label;
        }
        const bool in_words =
            part_ == MemoPart::kNotes || part_ == MemoPart::kRationale || part_ == MemoPart::kRemediation;
        const bool of_words = label->part == MemoPart::kRationale || label->part == MemoPart::kRemediation;
        if (in_words && of_words) {
            return label;
        }
        const bool in_list = in_words || part_ == MemoPart::kApprovers || part_ == MemoPart::kChecklist ||
                             part_ == MemoPart::kRisks || part_ == MemoPart::kSignatures;
        if (line.indent > 1 || (in_list && line.bullet && (IsOneLine(label->part) || !label->value.empty()))) {
            return std::nullopt;
        }
        // Sentences of the notes that begin like a label: "Decision: we looked twice".
        if (in_words && (Known(label->part) || label->part == MemoPart::kOther) && !label->value.empty()) {
            return std::nullopt;
        }
        return label;
    }

    bool Known(MemoPart part) const {
        return (part == MemoPart::kRelease && memo_.release.line != 0) ||
               (part == MemoPart::kClass && memo_.classification.line != 0) ||
               (part == MemoPart::kDate && memo_.date.line != 0) ||
               (part == MemoPart::kDecision && !memo_.decisions.empty()) ||
               (part == MemoPart::kTarget && memo_.target_text.line != 0) || part == MemoPart::kPlanOwner ||
               part == MemoPart::kPlanStart || part == MemoPart::kPlanMinimum;
    }

    void ReadLabelled(const MemoLine& line, MemoLabel label) {
        const bool of_plan = !in_memo_ && memo_.title_line == 0 && label.part == MemoPart::kApprovers && has_plan_ &&
                             !label.value.empty();
        if (of_plan) {
            AddPerson(memo_.plan.approvers, label.value, line.number);
            return;
        }
        part_ = label.part == MemoPart::kOther && !label.value.empty() ? MemoPart::kHead : label.part;
        NoteHeading(label.part, line.number);
        if (label.value.empty()) {
            return;
        }
        MemoLine value = line;
        value.text = std::move(label.value);
        value.bullet = false;
        if (label.part == MemoPart::kApprovers || label.part == MemoPart::kSignatures) {
            for (const std::string_view each : platform::Split(value.text, ';')) {
                MemoLine one = value;
                one.text = std::string(platform::Trim(each));
                ReadContent(one);
            }
            return;
        }
        if (label.part != MemoPart::kOther) {
            ReadContent(value);
        }
    }

    void NoteHeading(MemoPart part, int line) {
        const auto note = [line](int& place) { place = place == 0 ? line : place; };
        switch (part) {
            case MemoPart::kApprovers:
                note(memo_.approvers_line);
                break;
            case MemoPart::kChecklist:
                note(memo_.checklist_line);
                break;
            case MemoPart::kRisks:
                note(memo_.risks_line);
                break;
            case MemoPart::kNotes:
                note(memo_.notes_line);
                break;
            case MemoPart::kSignatures:
                note(memo_.signatures_line);
                break;
            case MemoPart::kPlanOwner:
            case MemoPart::kPlanStart:
            case MemoPart::kPlanMinimum:
                has_plan_ = true;
                return;
            case MemoPart::kDecision:
                break;
            case MemoPart::kHead:
            case MemoPart::kRelease:
            case MemoPart::kClass:
            case MemoPart::kDate:
            case MemoPart::kTarget:
            case MemoPart::kRationale:
            case MemoPart::kRemediation:
            case MemoPart::kOther:
                return;
        }
        in_memo_ = true;
    }

    void ReadContent(const MemoLine& line) {
        if (part_ == MemoPart::kHead || part_ == MemoPart::kOther) {
            return;
        }
        if (const std::string unfilled = FindUnfilled(line.text); !unfilled.empty()) {
            AddUnread("unfilled", unfilled, line.number);
            LeaveUnfilled(line.number);
            return;
        }
        switch (part_) {
            case MemoPart::kRelease:
                SetOnce(memo_.release, line.text.substr(0, line.text.find(" (")), line.number);
                break;
            case MemoPart::kClass:
                SetOnce(memo_.classification, line.text, line.number);
                memo_.classes = ReadClasses(memo_.classification.text);
                break;
            case MemoPart::kDate:
                ReadMemoDate(line);
                break;
            case MemoPart::kTarget:
                memo_.target_text = {line.text, line.number};
                memo_.target = ReadTarget(line.text).value_or(memo_.target);
                break;
            case MemoPart::kDecision:
                ReadDecisionLine(line);
                break;
            case MemoPart::kApprovers:
                if (!SaysNone(line.text)) {
                    AddPerson(memo_.approvers, line.text, line.number);
                }
                break;
            case MemoPart::kChecklist:
                ReadBox(line);
                break;
            case MemoPart::kRisks:
                ReadRisk(line);
                break;
            case MemoPart::kRationale:
                AddWords(memo_.rationale, line);
                break;
            case MemoPart::kRemediation:
                AddWords(memo_.remediation, line);
                break;
            case MemoPart::kNotes:
                AddWords(memo_.notes, line);
                break;
            case MemoPart::kSignatures:
                AddPerson(memo_.signatures, line.text, line.number);
                break;
            case MemoPart::kPlanOwner:
                AddPerson(memo_.plan.owners, line.text, line.number);
                break;
            case MemoPart::kPlanStart:
                memo_.plan.start = DateIn(line.text, line.number);
                break;
            case MemoPart::kPlanMinimum:
                memo_.plan.minimum_stay = ReadSpan(line.text);
                memo_.plan.minimum_line = line.number;
                break;
            case MemoPart::kHead:
            case MemoPart::kOther:
                break;
        }
        if (IsOneLine(part_) && part_ != MemoPart::kDecision) {
            part_ = MemoPart::kHead;
        }
    }

    /// The part is there, although nothing was written into it.
    void LeaveUnfilled(int line) {
        if (part_ == MemoPart::kRelease) {
            memo_.release.line = line;
        } else if (part_ == MemoPart::kClass) {
            memo_.classification.line = line;
        } else if (part_ == MemoPart::kDate) {
            memo_.date.line = line;
        } else if (part_ == MemoPart::kDecision) {
            memo_.decisions.push_back({{}, line});
        }
    }

    void SetOnce(ParsedText& place, std::string_view text, int line) {
        const std::string value(platform::Trim(text));
        if (place.line != 0 && Fold(place.text) != Fold(value)) {
            AddUnread("said_twice", value, line);
            return;
        }
        place = {value, line};
    }

    ParsedDate DateIn(const std::string& text, int line) {
        ParsedDate date{std::nullopt, text, line};
        const std::vector<FoundDate> found = FindDates(text);
        if (found.empty()) {
            AddUnread("date_unreadable", text, line);
            return date;
        }
        date.date = found.front().date;
        AddBadDates(found, line);
        return date;
    }

    void ReadMemoDate(const MemoLine& line) {
        ParsedDate date = DateIn(line.text, line.number);
        if (memo_.date.line != 0 && memo_.date.date != date.date) {
            AddUnread("said_twice", line.text, line.number);
            return;
        }
        memo_.date = std::move(date);
    }

    void ReadDecisionLine(const MemoLine& line) {
        if (line.tick && *line.tick != Tick::kTicked) {
            return;
        }
        const DecisionText read = ReadDecision(line.text);
        if (read.decisions.empty() && !memo_.decisions.empty()) {
            return;  // words below the decision
        }
        memo_.decisions.push_back({line.text, line.number});
        memo_.decision_unedited = memo_.decision_unedited || read.decisions.size() > 1;
        for (const policy::Decision decision : read.decisions) {
            if (std::find(memo_.decided.begin(), memo_.decided.end(), decision) == memo_.decided.end()) {
                memo_.decided.push_back(decision);
            }
        }
        if (read.conditional && read.decisions.size() == 1) {
            AddUnread("decision_conditional", line.text, line.number);
        }
    }

    void ReadBox(const MemoLine& line) {
        std::optional<Tick> tick = line.tick;
        if (!tick) {
            const bool continues = !memo_.checklist.empty() && (!line.bullet || line.indent > box_indent_);
            if (continues) {
                memo_.checklist.back().detail += " " + line.text;
                return;
            }
            tick = TickInWords(line.text);
            if (!tick) {
                AddUnread("no_box", line.text, line.number);
                return;
            }
        }
        if (memo_.checklist.size() >= limits_.max_items) {
            AddUnread("too_many", "boxes", line.number);
            return;
        }
        box_indent_ = line.indent;
        ParsedBox box;
        box.key = ReadBoxKey(line.text);
        box.ticked = *tick == Tick::kTicked;
        box.text = line.text;
        box.detail = BoxDetail(line.text, box.key);
        box.line = line.number;
        if (*tick == Tick::kUnclear) {
            AddUnread("box_unclear", line.text, line.number);
        }
        AddStays(line.text, line.number);
        memo_.checklist.push_back(std::move(box));
    }

    void ReadRisk(const MemoLine& line) {
        if (SaysNone(line.text)) {
            memo_.no_risks = {line.text, line.number};
            return;
        }
        const bool continues =
            !memo_.risks.empty() && (line.indent > risk_indent_ || (!line.bullet && risk_is_bullet_));
        if (continues) {
            const auto label = ReadLabel(line.text, false);
            const bool labelled = label && label->part == MemoPart::kRationale;
            std::string& rationale = memo_.risks.back().rationale;
            rationale += (rationale.empty() ? "" : " ") + (labelled ? label->value : line.text);
            return;
        }
        if (memo_.risks.size() >= limits_.max_items) {
            AddUnread("too_many", "risks", line.number);
            return;
        }
        risk_indent_ = line.indent;
        risk_is_bullet_ = line.bullet;
        memo_.risks.push_back(SplitRisk(line.text, line.number));
    }

    void AddWords(std::vector<ParsedText>& words, const MemoLine& line) {
        words.push_back({line.text, line.number});
        AddStays(line.text, line.number);
    }

    void AddStays(const std::string& text, int line) {
        for (ParsedStay& stay : FindStayClaims(text, line)) {
            if (memo_.stays.size() < limits_.max_items) {
                memo_.stays.push_back(std::move(stay));
            }
        }
    }

    void AddPerson(std::vector<ParsedPerson>& people, const std::string& text, int line) {
        if (people.size() >= limits_.max_items) {
            AddUnread("too_many", "people", line);
            return;
        }
        PersonLine read = ReadPersonLine(text, line);
        AddBadDates(read.bad_dates, line);
        people.push_back(std::move(read.person));
    }

    /// A signature block with its date on a line of its own.
    bool TakesDateOfPerson(const MemoLine& line) {
        std::vector<ParsedPerson>* const people = part_ == MemoPart::kSignatures  ? &memo_.signatures
                                                  : part_ == MemoPart::kApprovers ? &memo_.approvers
                                                                                  : nullptr;
        if (people == nullptr || people->empty() || people->back().date || line.quoted || line.heading) {
            return false;
        }
        const auto label = ReadLabel(line.text, false);
        if (!label || label->part != MemoPart::kDate || label->value.empty()) {
            return false;
        }
        const std::vector<FoundDate> dates = FindDates(label->value);
        if (!dates.empty()) {
            people->back().date = dates.front().date;
            AddBadDates(dates, line.number);
        }
        return true;
    }

    void AddBadDates(const std::vector<FoundDate>& dates, int line) {
        for (const FoundDate& date : dates) {
            if (date.problem != DateProblem::kNone) {
                AddUnread(DateProblemWord(date.problem), date.text, line);
            }
        }
    }

    void AddUnread(std::string_view problem, std::string_view text, int line) {
        if (memo_.unreadable.size() < limits_.max_items) {
            memo_.unreadable.push_back({std::string(problem), std::string(text), line});
        }
    }

    MemoLimits limits_;
    ParsedMemo memo_;
    MemoPart part_ = MemoPart::kHead;
    bool in_memo_ = false;  // a part of the memo itself has been seen
    bool has_plan_ = false;
    std::size_t box_indent_ = 0;
    std::size_t risk_indent_ = 0;
    bool risk_is_bullet_ = false;
};

}  // namespace

std::optional<policy::ReleaseId> ParsedMemo::Release() const {
    return policy::ReleaseId::Parse(release.text);
}

std::optional<policy::Decision> ParsedMemo::Decided() const {
    return decided.size() == 1 ? std::optional(decided.front()) : std::nullopt;
}

std::optional<policy::ReleaseClass> ParsedMemo::Class() const {
    return classes.size() == 1 ? std::optional(classes.front()) : std::nullopt;
}

ParsedMemo ParseMemo(std::string_view text, const MemoLimits& limits) {
    const auto refused = [](std::string_view problem, std::string detail) {
        ParsedMemo memo;
        memo.unreadable.push_back({std::string(problem), std::move(detail), 1});
        return memo;
    };
    if (text.size() > limits.max_bytes) {
        return refused("too_large",
                       std::to_string(text.size()) + " bytes, at most " + std::to_string(limits.max_bytes));
    }
    const auto line_ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    if (line_ends > limits.max_lines) {
        return refused("too_large", std::to_string(line_ends) + " lines, at most " + std::to_string(limits.max_lines));
    }
    const MemoLines lines = SplitMemoLines(text);
    ParsedMemo memo = MemoReader(limits).Read(lines);
    if (lines.broken_text) {
        memo.unreadable.push_back({"broken_text", "bytes that are no UTF-8, or NUL", 1});
    }
    return memo;
}

}  // namespace render
