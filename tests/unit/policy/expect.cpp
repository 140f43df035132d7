#include "tests/unit/policy/expect.hpp"

namespace policy_test {

using policy::FindingKind;

Rules Blocking(const policy::Findings& findings) {
    Rules rules;
    for (const policy::Finding& finding : findings) {
        if (finding.kind != FindingKind::kDoubt) {
            rules.emplace_back(finding.rule);
        }
    }
    return rules;
}

Rules Doubts(const policy::Findings& findings) {
    Rules rules;
    for (const policy::Finding& finding : findings) {
        if (finding.kind == FindingKind::kDoubt) {
            rules.emplace_back(finding.rule);
        }
    }
    return rules;
}

Rules WhatBlocks(const policy::PromotionFacts& facts) {
    return Blocking(policy::EvaluatePromotion(facts).findings);
}

policy::Findings Of(const policy::Findings& findings, std::string_view rule) {
    policy::Findings found;
    for (const policy::Finding& finding : findings) {
        if (finding.rule == rule) {
            found.push_back(finding);
        }
    }
    return found;
}

policy::Finding Only(const policy::Findings& findings, std::string_view rule) {
    const policy::Findings found = Of(findings, rule);
    EXPECT_EQ(found.size(), 1U) << "findings of " << rule;
    return found.size() == 1 ? found.front() : policy::Finding{};
}

policy::Finding OnlyOf(const policy::PromotionFacts& facts, std::string_view rule) {
    return Only(policy::EvaluatePromotion(facts).findings, rule);
}

}  // namespace policy_test
