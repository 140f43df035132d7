// The labels of a decision memo as people write them, and the part of the memo each begins.
// Internal to controller/render; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/render/memo_parse.hpp"

namespace render {

enum class MemoPart : std::uint8_t {
    kHead,
    kRelease,
    kClass,
    kDate,
    kTarget,
    kDecision,
    kApprovers,
    kChecklist,
    kRisks,
    kRationale,
    kRemediation,
    kNotes,
    kSignatures,
    kPlanOwner,
    kPlanStart,
    kPlanMinimum,
    kOther  // something of its own, not looked at
};

struct MemoLabel {
    MemoPart part = MemoPart::kOther;
    std::string value;  // what stands behind the colon
};

/// `line` is a label, with or without a value: "Date: 2025-01-29", "Checklist:", and for a heading "Checklist".
std::optional<MemoLabel> ReadLabel(std::string_view line, bool heading);

/// True for parts whose value is one line.
bool IsOneLine(MemoPart part);

/// "GO/NO-GO Decision Memo".
bool IsMemoTitle(std::string_view line);

struct DecisionText {
    std::vector<policy::Decision> decisions;  // each that is named
    bool conditional = false;                 // "GO pending QA"
};
DecisionText ReadDecision(std::string_view text);

/// Every class the text names.
std::vector<policy::ReleaseClass> ReadClasses(std::string_view text);

/// The channel a promotion goes to: the last one named.
std::optional<policy::Channel> ReadTarget(std::string_view text);

std::optional<BoxKey> ReadBoxKey(std::string_view text);

/// Template brackets and blanks that were left in: "[Name]", "TBD". Empty when there are none.
std::string FindUnfilled(std::string_view text);

}  // namespace render
