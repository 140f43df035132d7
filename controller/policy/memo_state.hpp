// What a promotion needs of its decision memo: MEM-1 for stable, CLS-3 for a mechanism release's candidate. Internal to
// policy. Pure; thread safe.
#pragma once

#include <string_view>

#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"

namespace policy {

/// The one finding of the memo for `facts.to`: missing, NO-GO, over another manifest, or not signed yet. Signatures
/// that do not count are the separation rules' to report.
void JudgeMemo(const PromotionFacts& facts, std::string_view rule, Findings& findings);

}  // namespace policy
