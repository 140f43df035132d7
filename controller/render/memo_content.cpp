#include "controller/render/memo_content.hpp"

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

}  // namespace

bool MemoContent::Read(MemoPart part, const MemoLine& line) {
    if (part == MemoPart::kHead || part == MemoPart::kOther) {
        return false;
    }
    if (const std::string unfilled = FindUnfilled(line.text); !unfilled.empty()) {
        AddUnread("unfilled", unfilled, line.number);
        LeaveUnfilled(part, line.number);
        return false;
    }
    switch (part) {
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
    return true;
}

/// The part is there, although nothing was written into it.
void MemoContent::LeaveUnfilled(MemoPart part, int line) {
    if (part == MemoPart::kRelease) {
        memo_.release.line = line;
    } else if (part == MemoPart::kClass) {
        memo_.classification.line = line;
    } else if (part == MemoPart::kDate) {
        memo_.date.line = line;
    } else if (part == MemoPart::kDecision) {
        memo_.decisions.push_back({{}, line});
    }
}

void MemoContent::SetOnce(ParsedText& place, std::string_view text, int line) {
    const std::string value(platform::Trim(text));
    if (place.line != 0 && Fold(place.text) != Fold(value)) {
        AddUnread("said_twice", value, line);
        return;
    }
    place = {value, line};
}

ParsedDate MemoContent::DateIn(const std::string& text, int line) {
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

void MemoContent::ReadMemoDate(const MemoLine& line) {
    ParsedDate date = DateIn(line.text, line.number);
    if (memo_.date.line != 0 && memo_.date.date != date.date) {
        AddUnread("said_twice", line.text, line.number);
        return;
    }
    memo_.date = std::move(date);
}

void MemoContent::ReadDecisionLine(const MemoLine& line) {
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

void MemoContent::ReadBox(const MemoLine& line) {
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

void MemoContent::ReadRisk(const MemoLine& line) {
    if (SaysNone(line.text)) {
        memo_.no_risks = {line.text, line.number};
        return;
    }
    const bool continues = !memo_.risks.empty() && (line.indent > risk_indent_ || (!line.bullet && risk_is_bullet_));
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

void MemoContent::AddWords(std::vector<ParsedText>& words, const MemoLine& line) {
    words.push_back({line.text, line.number});
    AddStays(line.text, line.number);
}

void MemoContent::AddStays(const std::string& text, int line) {
    for (ParsedStay& stay : FindStayClaims(text, line)) {
        if (memo_.stays.size() < limits_.max_items) {
            memo_.stays.push_back(std::move(stay));
        }
    }
}

void MemoContent::AddPerson(std::vector<ParsedPerson>& people, const std::string& text, int line) {
    if (people.size() >= limits_.max_items) {
        AddUnread("too_many", "people", line);
        return;
    }
    PersonLine read = ReadPersonLine(text, line);
    AddBadDates(read.bad_dates, line);
    people.push_back(std::move(read.person));
}

bool MemoContent::TakesDateOfPerson(MemoPart part, const MemoLine& line) {
    std::vector<ParsedPerson>* const people = part == MemoPart::kSignatures  ? &memo_.signatures
                                              : part == MemoPart::kApprovers ? &memo_.approvers
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

void MemoContent::AddBadDates(const std::vector<FoundDate>& dates, int line) {
    for (const FoundDate& date : dates) {
        if (date.problem != DateProblem::kNone) {
            AddUnread(DateProblemWord(date.problem), date.text, line);
        }
    }
}

void MemoContent::AddUnread(std::string_view problem, std::string_view text, int line) {
    if (memo_.unreadable.size() < limits_.max_items) {
        memo_.unreadable.push_back({std::string(problem), std::string(text), line});
    }
}

}  // namespace render
