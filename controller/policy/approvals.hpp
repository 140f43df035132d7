// CLS-4 and section 9's table: which approval slots a transition needs, and which of them are filled. Pure; thread
// safe.
#pragma once

#include <optional>
#include <vector>

#include "controller/policy/facts.hpp"

namespace policy {

struct ApprovalSlot {
    ApprovalScope scope = ApprovalScope::kClass;
    Role role = Role::kDevLead;
    std::optional<RecordId> filled_by;  // the valid approval that fills it
    std::optional<PrincipalId> principal;
    bool self_approved = false;  // SOD-3: the author's own, allowed for this class
};

/// The scope of the transition into `to`.
ApprovalScope TransitionScope(Channel to);
std::vector<ApprovalSlot> RequiredSlots(const PromotionFacts& facts);

/// A later approval counts only when given by an entitled user, for the current content, not revoked.
bool ApprovalHolds(const ApprovalFacts& approval);

}  // namespace policy
