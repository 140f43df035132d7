// The one table of rules. `GET /v1/rules`, docs/rules.md, the tests' completeness check and the evaluation itself are
// all made from it; a rule that is not in the table does not exist.
//
// A rule is a pure function from facts to findings. What it judges decides which facts it gets: a promotion, or one of
// the acts in acts.hpp. Rules that the database or the type system holds alone have no function here; `enforced_by`
// says what holds them. Thread safe: the table is constant.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "controller/policy/acts.hpp"
#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"
#include "controller/policy/programmes.hpp"
#include "controller/policy/rollouts.hpp"

namespace policy {

/// Grows by one with every change of a rule's meaning; part of every signed verdict.
inline constexpr int kCatalogueVersion = 1;

template <typename Facts>
using Check = void (*)(const Facts&, Findings&);

using CheckFunction =
    std::variant<std::monostate, Check<PromotionFacts>, Check<ManifestFacts>, Check<PlanFactsAct>, Check<ApprovalAct>,
                 Check<ConsentAct>, Check<CheckAct>, Check<RiskAcceptanceAct>, Check<HardStopResolutionAct>,
                 Check<MemoAct>, Check<SignatureAct>, Check<RollbackAct>, Check<KillAct>, Check<RoleGrantAct>,
                 Check<SeverityChangeAct>, Check<AuditAct>, Check<PacketStartAct>, Check<PacketReviewAct>,
                 Check<CertificationAct>, Check<StageAdvanceFacts>, Check<CheckpointAct>>;

/// One check for each kind of facts that the rule judges; unused places hold nothing.
inline constexpr std::size_t kMaxChecks = 6;
using CheckList = std::array<CheckFunction, kMaxChecks>;

struct Rule {
    std::string_view id;         // "HST-4"
    std::string_view title;      // one sentence
    std::string_view reference;  // "specification, section 6"
    bool hard_stop = false;
    std::optional<Channel> from_transition_to;  // promotion rules: needed for entering this channel and every later one
    CheckList checks;
    std::string_view enforced_by;  // database constraint or trigger, or other mechanism, beside the check; may be empty
};

std::span<const Rule> Catalogue();
/// Null when there is no such rule.
const Rule* FindRule(std::string_view id);

/// "promotion, approval, memo": what the rule's checks judge; empty when something else holds it alone.
std::string DescribeChecks(const Rule& rule);
/// The rule reference for people, Markdown: what docs/rules.md holds.
std::string RenderRuleReference();

/// Runs every promotion rule that the transition release.channel -> to needs. The one entry for gates and promotions.
/// When the release is in `to` already or has passed it, CHN-1 says so and nothing else is asked.
Verdict EvaluatePromotion(const PromotionFacts& facts);
/// Same, leaving out the memo's own rules (MEM-*, CLS-3): what a memo's checklist is computed from.
Findings FindingsBesideMemo(const PromotionFacts& facts);

/// Runs every rule of the table that judges this act, in table order.
template <typename Act>
Findings JudgeAct(const Act& act) {
    Findings findings;
    for (const Rule& rule : Catalogue()) {
        for (const CheckFunction& candidate : rule.checks) {
            if (const auto* check = std::get_if<Check<Act>>(&candidate)) {
                (*check)(act, findings);
            }
        }
    }
    return findings;
}

}  // namespace policy
