// The approval slots of a transition with the approvals that fill them, and why those that do not count do not
// (CLS-4, CLS-5, EXP-6, section 9's table, SOD-1..5). Internal to policy; approvals.hpp is what others use.
//
// Views into the facts they were made from; no allocation, because several rules ask for them on every gate read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"

namespace policy {

/// Why something given in writing does not count, the first reason that applies.
enum class Void : std::uint8_t {
    kNothing,  // it counts
    kRevoked,
    kByComponent,   // SOD-1
    kByAuthor,      // SOD-3
    kOlderContent,  // SOD-5
    kNotEntitled    // SOD-4
};

struct SlotView {
    ApprovalScope scope = ApprovalScope::kClass;
    Role role = Role::kDevLead;
    const ApprovalFacts* filled_by = nullptr;  // null: open
    const ApprovalFacts* spoiled = nullptr;    // when open: the newest that would fill it but does not count
    Void why = Void::kNothing;                 // why `spoiled` does not
};

/// Class 2, class floor 2, plan 1, transition 2.
inline constexpr std::size_t kMaxSlots = 7;

class SlotViews {
public:
    void Add(ApprovalScope scope, Role role) {
        slots_[count_++] = SlotView{scope, role};
    }
    std::span<SlotView> All() {
        return {slots_.data(), count_};
    }
    std::span<const SlotView> All() const {
        return {slots_.data(), count_};
    }

private:
    std::array<SlotView, kMaxSlots> slots_{};
    std::size_t count_ = 0;
};

/// Slots in the order class, floor, plan, transition. Where the approvals allow it, no person fills two roles.
SlotViews ViewSlots(const PromotionFacts& facts);

/// SOD-3: class ui_only and workflow, role dev lead.
bool MayApproveOwn(std::optional<ReleaseClass> classification, Role role);

/// CLS-4 for mechanism: the explicit risk acceptance.
struct AcceptanceView {
    const RiskAcceptanceFacts* holding = nullptr;
    const RiskAcceptanceFacts* spoiled = nullptr;  // when none holds: the last one that does not count
    Void why = Void::kNothing;
    const RiskAcceptanceFacts* lapsed = nullptr;  // when none holds: one whose review date has come
};
AcceptanceView ViewAcceptance(const PromotionFacts& facts);

/// One signature slot of a memo (MEM-5).
struct SignatureView {
    Role role = Role::kSystemOwner;
    const SignatureFacts* filled_by = nullptr;
    const SignatureFacts* spoiled = nullptr;
    Void why = Void::kNothing;
};
/// System owner first. Where the signatures allow it, by two people.
std::array<SignatureView, 2> ViewSignatures(const MemoFacts& memo);

/// The decided memo for this channel; null when there is none.
const MemoFacts* FindMemo(const PromotionFacts& facts, Channel target);
/// True for stable, and for a mechanism release's candidate (CLS-3).
bool NeedsMemo(const PromotionFacts& facts);
/// The memo that this promotion stands on: GO, over the current manifest. Only its signatures are looked at.
const MemoFacts* MemoInUse(const PromotionFacts& facts);

/// "the class", "the exposure plan", "entering candidate".
std::string_view ScopeText(ApprovalScope scope);
/// Who has to run what to fill the slot.
std::string ApproveRemedy(const PromotionFacts& facts, ApprovalScope scope, Role role);
/// Reports the slots of this scope that nothing fills and that no separation rule reports: pending.
void ReportOpenSlots(const PromotionFacts& facts, ApprovalScope scope, std::string_view rule, Findings& findings);

}  // namespace policy
