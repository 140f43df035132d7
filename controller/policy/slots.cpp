#include "controller/policy/slots.hpp"

#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

/// More steps than any real set of approvals needs. Beyond them the assignment counts as impossible, which refuses.
constexpr int kAssignmentBudget = 10000;

template <typename Given>
Void FindVoid(const Given& given) {
    if (given.principal_kind != PrincipalKind::kUser) {
        return Void::kByComponent;
    }
    if (!given.hash_matches) {
        return Void::kOlderContent;
    }
    return given.entitled ? Void::kNothing : Void::kNotEntitled;
}

Void FindApprovalVoid(const PromotionFacts& facts, const ApprovalFacts& approval) {
    if (approval.revoked) {
        return Void::kRevoked;
    }
    const Void why = FindVoid(approval);
    if (why != Void::kByComponent && approval.principal == facts.release.author &&
        !MayApproveOwn(facts.manifest.classification, approval.role)) {
        return Void::kByAuthor;
    }
    return why;
}

bool IsFor(const ApprovalFacts& approval, const SlotView& slot) {
    return approval.scope == slot.scope && approval.role == slot.role;
}

void AddClassSlots(ReleaseClass classification, SlotViews& slots) {
    switch (classification) {
        case ReleaseClass::kUiOnly:
            slots.Add(ApprovalScope::kClass, Role::kDevLead);
            return;
        case ReleaseClass::kWorkflow:
            slots.Add(ApprovalScope::kClass, Role::kDevLead);
            slots.Add(ApprovalScope::kClass, Role::kQa);
            return;
        case ReleaseClass::kCapability:
            slots.Add(ApprovalScope::kClass, Role::kDevLead);
            slots.Add(ApprovalScope::kClass, Role::kSystemOwner);
            return;
        case ReleaseClass::kMechanism:
            slots.Add(ApprovalScope::kClass, Role::kSystemOwner);
            return;
    }
}

void AddTransitionSlots(Channel to, SlotViews& slots) {
    switch (to) {
        case Channel::kDev:
            return;
        case Channel::kExperimental:
            slots.Add(ApprovalScope::kExperimental, Role::kDevLead);
            return;
        case Channel::kCandidate:
            slots.Add(ApprovalScope::kCandidate, Role::kDevLead);
            slots.Add(ApprovalScope::kCandidate, Role::kQa);
            return;
        case Channel::kStable:
            slots.Add(ApprovalScope::kStable, Role::kSystemOwner);
            return;
    }
}

SlotViews NeededSlots(const PromotionFacts& facts) {
    SlotViews slots;
    if (const auto& classification = facts.manifest.classification) {
        AddClassSlots(*classification, slots);
        if (facts.floor && *classification < facts.floor->floor) {
            slots.Add(ApprovalScope::kClassFloor, Role::kDevLead);
            slots.Add(ApprovalScope::kClassFloor, Role::kSystemOwner);
        }
    }
    if (facts.plan) {
        slots.Add(ApprovalScope::kPlan, Role::kDevLead);
    }
    AddTransitionSlots(facts.to, slots);
    return slots;
}

bool FillsAnotherRole(std::span<const SlotView> slots, const PrincipalId& principal, Role role) {
    for (const SlotView& slot : slots) {
        if (slot.filled_by != nullptr && slot.role != role && slot.filled_by->principal == principal) {
            return true;
        }
    }
    return false;
}

/// Calls `take` with every approval that could fill the slot, the author's own last, until it returns true.
template <typename Take>
bool TryCandidates(const PromotionFacts& facts, const SlotView& slot, const Take& take) {
    for (const bool own : {false, true}) {
        for (const ApprovalFacts& approval : facts.approvals) {
            if (IsFor(approval, slot) && (approval.principal == facts.release.author) == own &&
                FindApprovalVoid(facts, approval) == Void::kNothing && take(approval)) {
                return true;
            }
        }
    }
    return false;
}

/// SOD-2: fills slots from `index` on so that nobody fills two roles; false when there is no such way.
bool AssignApart(const PromotionFacts& facts, std::span<SlotView> slots, std::size_t index, int& budget) {
    if (index == slots.size()) {
        return true;
    }
    SlotView& slot = slots[index];
    bool any = false;
    const bool assigned = TryCandidates(facts, slot, [&](const ApprovalFacts& approval) {
        any = true;
        if (--budget < 0 || FillsAnotherRole(slots.first(index), approval.principal, slot.role)) {
            return false;
        }
        slot.filled_by = &approval;
        return AssignApart(facts, slots, index + 1, budget);
    });
    if (assigned) {
        return true;
    }
    slot.filled_by = nullptr;
    return !any && AssignApart(facts, slots, index + 1, budget);
}

void FindSpoiled(const PromotionFacts& facts, SlotView& slot) {
    for (const ApprovalFacts& approval : facts.approvals) {
        if (!IsFor(approval, slot)) {
            continue;
        }
        const Void why = FindApprovalVoid(facts, approval);
        const bool better =
            slot.spoiled == nullptr || (slot.why == Void::kRevoked && why != Void::kRevoked) ||
            ((slot.why == Void::kRevoked) == (why == Void::kRevoked) && approval.at >= slot.spoiled->at);
        if (better) {
            slot.spoiled = &approval;
            slot.why = why;
        }
    }
}

bool IsDocumented(const RiskAcceptanceFacts& acceptance) {
    return !IsBlank(acceptance.risk) && !IsBlank(acceptance.rationale) && acceptance.review_date.has_value();
}

}  // namespace

bool MayApproveOwn(std::optional<ReleaseClass> classification, Role role) {
    return role == Role::kDevLead &&
           (classification == ReleaseClass::kUiOnly || classification == ReleaseClass::kWorkflow);
}

SlotViews ViewSlots(const PromotionFacts& facts) {
    SlotViews slots = NeededSlots(facts);
    int budget = kAssignmentBudget;
    if (!AssignApart(facts, slots.All(), 0, budget)) {
        // Fill them all the same: SOD-2 then names who fills two roles.
        for (SlotView& slot : slots.All()) {
            TryCandidates(facts, slot, [&slot](const ApprovalFacts& approval) {
                slot.filled_by = &approval;
                return true;
            });
        }
    }
    for (SlotView& slot : slots.All()) {
        if (slot.filled_by == nullptr) {
            FindSpoiled(facts, slot);
        }
    }
    return slots;
}

AcceptanceView ViewAcceptance(const PromotionFacts& facts) {
    AcceptanceView view;
    for (const RiskAcceptanceFacts& acceptance : facts.risk_acceptances) {
        if (acceptance.revoked || !IsDocumented(acceptance)) {
            continue;
        }
        Void why = FindVoid(acceptance);
        if (why != Void::kByComponent && acceptance.principal == facts.release.author) {
            why = Void::kByAuthor;
        }
        if (why != Void::kNothing) {
            view.spoiled = &acceptance;
            view.why = why;
        } else if (facts.now >= platform::StartOfDay(*acceptance.review_date)) {
            view.lapsed = &acceptance;
        } else if (view.holding == nullptr) {
            view.holding = &acceptance;
        }
    }
    return view;
}

std::array<SignatureView, 2> ViewSignatures(const MemoFacts& memo) {
    std::array<SignatureView, 2> views{SignatureView{Role::kSystemOwner}, SignatureView{Role::kDevLead}};
    const auto find = [&memo](SignatureView& view, const SignatureFacts* other) {
        for (const SignatureFacts& signature : memo.signatures) {
            if (signature.role != view.role) {
                continue;
            }
            const Void why = FindVoid(signature);
            if (why != Void::kNothing) {
                view.spoiled = &signature;
                view.why = why;
                continue;
            }
            const bool apart = other == nullptr || other->principal != signature.principal;
            if (view.filled_by == nullptr ||
                (apart && other != nullptr && view.filled_by->principal == other->principal)) {
                view.filled_by = &signature;
            }
        }
    };
    find(views[0], nullptr);
    find(views[1], views[0].filled_by);
    // The first may have had a choice too.
    if (views[0].filled_by != nullptr && views[1].filled_by != nullptr &&
        views[0].filled_by->principal == views[1].filled_by->principal) {
        find(views[0], views[1].filled_by);
    }
    return views;
}

const MemoFacts* FindMemo(const PromotionFacts& facts, Channel target) {
    const MemoFacts* newest = nullptr;
    for (const MemoFacts& memo : facts.memos) {
        if (memo.target == target && (newest == nullptr || memo.number > newest->number)) {
            newest = &memo;
        }
    }
    return newest;
}

bool NeedsMemo(const PromotionFacts& facts) {
    return facts.to == Channel::kStable ||
           (facts.to == Channel::kCandidate && facts.manifest.classification == ReleaseClass::kMechanism);
}

const MemoFacts* MemoInUse(const PromotionFacts& facts) {
    const MemoFacts* memo = NeedsMemo(facts) ? FindMemo(facts, facts.to) : nullptr;
    return memo != nullptr && memo->decision == Decision::kGo && memo->manifest_matches ? memo : nullptr;
}

}  // namespace policy
