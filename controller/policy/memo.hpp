// Section 9: the decision memo computed from facts. Pure; thread safe.
#pragma once

#include <vector>

#include "controller/policy/acts.hpp"
#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"

namespace policy {

/// MEM-2: the seven boxes, computed. `facts.to` is the memo's target channel (stable, or candidate for CLS-3).
std::vector<ChecklistItem> ComputeChecklist(const PromotionFacts& facts);

/// Roles that sign (MEM-5): system owner and dev lead.
std::vector<Role> SignatureRoles();
/// All required roles signed by entitled users over the memo's hash, two different people.
bool IsSigned(const MemoFacts& memo);

}  // namespace policy
