#include "controller/render/memo_parse.hpp"

#include <algorithm>
#include <utility>

#include "controller/render/memo_content.hpp"
#include "controller/render/memo_items.hpp"
#include "controller/render/memo_labels.hpp"
#include "controller/render/memo_lines.hpp"
#include "controller/render/memo_words.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

/// Which part of the memo a line belongs to, and where parts begin.
class MemoReader {
public:
    explicit MemoReader(const MemoLimits& limits) : content_(limits) {}
    MemoReader(const MemoReader&) = delete;
    MemoReader& operator=(const MemoReader&) = delete;

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
        if (content_.TakesDateOfPerson(part_, line)) {
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
            content_.AddPerson(memo_.plan.approvers, label.value, line.number);
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
        if (content_.Read(part_, line) && IsOneLine(part_) && part_ != MemoPart::kDecision) {
            part_ = MemoPart::kHead;
        }
    }

    MemoContent content_;
    ParsedMemo& memo_ = content_.Memo();
    MemoPart part_ = MemoPart::kHead;
    bool in_memo_ = false;  // a part of the memo itself has been seen
    bool has_plan_ = false;
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
