// The good release: facts with which the policy allows a promotion, for every transition and class.
//
// Tests take it, spoil one thing, and see the one finding. The people: ana wrote the manifest, dora is dev lead, quinn
// is QA, sam is system owner. Times are fixed; nothing reads a clock.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "controller/policy/acts.hpp"
#include "controller/policy/facts.hpp"

namespace support {

/// Throws std::invalid_argument for text that is no RFC 3339 time.
policy::Time At(std::string_view text);
policy::Date On(std::string_view text);

policy::PrincipalId Person(std::string_view name);

/// When the good release enters experimental (also: when that promotion is asked for), candidate and stable.
policy::Time EntersExperimental();
policy::Time EntersCandidate();
policy::Time EntersStable();

policy::Manifest GoodManifest(policy::ReleaseClass classification = policy::ReleaseClass::kWorkflow);
policy::ExposurePlan GoodPlan();
policy::TenantFacts ConsentingTenant(std::string_view id);

policy::CheckFacts PassedCheck(policy::Control control, policy::Channel channel, policy::Time at);
policy::ApprovalFacts GivenApproval(policy::ApprovalScope scope, policy::Role role, std::string_view person);
policy::MemoFacts SignedMemo(policy::Channel target);

/// Everything that entering `to` needs, with `tenants` tenants on the plan.
policy::PromotionFacts GoodRelease(policy::Channel to,
                                   policy::ReleaseClass classification = policy::ReleaseClass::kWorkflow,
                                   std::size_t tenants = 2);

// The one part of the good release that a test is about; each throws std::out_of_range when there is none.
policy::CheckFacts& CheckOf(policy::PromotionFacts& facts, policy::Control control);
policy::ApprovalFacts& ApprovalOf(policy::PromotionFacts& facts, policy::ApprovalScope scope, policy::Role role);
policy::MemoFacts& MemoOf(policy::PromotionFacts& facts, policy::Channel target);
policy::SignatureFacts& SignatureOf(policy::MemoFacts& memo, policy::Role role);
void DropCheck(policy::PromotionFacts& facts, policy::Control control);
void DropApproval(policy::PromotionFacts& facts, policy::ApprovalScope scope, policy::Role role);

}  // namespace support
