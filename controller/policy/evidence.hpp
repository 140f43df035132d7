// What evidence each control needs, and what the recorded items say about it (design rules "Evidence"; specification,
// sections 4, 6, 7 and 8). One table of requirements; docs/rules.md prints it.
//
// Only items recorded for the current change count. An unresolved red item is never outvoted: a pass recorded after it
// is a contradiction (EVD-4), a red item recorded after a pass takes eligibility back (EVD-3). Pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"

namespace policy {

/// KSW-6.
inline constexpr Duration kMaximumDrillAge = std::chrono::days{30};
/// EVD-2, for drills of the rollback and of the restore path.
inline constexpr Duration kMaximumRehearsalAge = std::chrono::days{90};
/// EVD-2, for a metrics source's answer to an exit criterion.
inline constexpr Duration kMaximumMeasurementAge = std::chrono::hours{24};

enum class NotApplicable : std::uint8_t { kRefused, kWithReason };
enum class Recorded : std::uint8_t {
    kAnyTime,
    kInDev,             // before experimental: OBS-4
    kFromExperimental,  // seen on experimental tenants
    kInCandidateStay    // since the candidate stay began
};

struct EvidenceRequirement {
    Control control = Control::kTests;
    std::string_view rule;                        // asks for the item
    Channel needed_for = Channel::kExperimental;  // entering this channel and every later one
    EvidenceTier minimum_tier = EvidenceTier::kDocumented;
    std::optional<Duration> maximum_age;  // since it was performed
    Recorded recorded = Recorded::kAnyTime;
    NotApplicable not_applicable = NotApplicable::kRefused;
    std::optional<ReleaseClass> only_for;  // none: every class
    std::string_view age_rule = "EVD-2";
    std::string_view what;  // for messages: "the kill switch drill"
};

/// One row per control, in the order of the enumeration.
std::span<const EvidenceRequirement> EvidenceRequirements();
const EvidenceRequirement& RequirementOf(Control control);
bool IsRequired(const EvidenceRequirement& requirement, const PromotionFacts& facts);

enum class ControlProblem : std::uint8_t {
    kNone,
    kMissing,
    kFailed,         // red items only
    kTakenBack,      // EVD-3: red after a pass
    kContradicted,   // EVD-4: a pass after a red
    kInconclusive,   // EVD-5: the newest item is
    kNotApplicable,  // said to be, where that is refused
    kNoReason,
    kNoEvidence,
    kTierTooLow,         // EVD-1
    kRecordedElsewhere,  // not when it must be
    kTooOld              // EVD-2, KSW-6
};

struct ControlState {
    ControlProblem problem = ControlProblem::kMissing;
    const CheckFacts* item = nullptr;  // that decides it; null when missing
    const CheckFacts* red = nullptr;   // the newest unresolved failed item
};

/// `key` is the exit criterion's; empty for every other control.
ControlState ViewControl(const PromotionFacts& facts, const EvidenceRequirement& requirement, std::string_view key);
/// The rule that a problem belongs to.
std::string_view RuleOf(ControlProblem problem, const EvidenceRequirement& requirement);
/// Adds the one finding of this state; nothing when there is no problem.
void ReportControl(const PromotionFacts& facts, const EvidenceRequirement& requirement, std::string_view key,
                   const ControlState& state, Findings& findings);
/// ViewControl and ReportControl, whatever the rule.
void JudgeControl(const PromotionFacts& facts, Control control, Findings& findings);

/// What a metrics source's answer comes to: no answer, no count of samples and too few samples are inconclusive.
MeasurementState EffectiveState(const CriterionFacts& criterion);
/// The rule that a metric criterion offends: CHX-2 unmet, EVD-5 inconclusive, EVD-2 too old; empty when met.
std::string_view FindMeasurementRule(const PromotionFacts& facts, const CriterionFacts& criterion);
void ReportMeasurement(const PromotionFacts& facts, const CriterionFacts& criterion, std::string_view rule,
                       Findings& findings);
/// The findings of one exit criterion, whatever the rule.
void JudgeCriterion(const PromotionFacts& facts, const CriterionFacts& criterion, Findings& findings);

}  // namespace policy
