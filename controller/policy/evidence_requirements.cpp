#include <array>

#include "controller/policy/evidence.hpp"

namespace policy {
namespace {

using enum Control;

constexpr EvidenceRequirement Rehearsal(Control control, std::string_view rule, Channel needed_for,
                                        std::optional<Duration> maximum_age, std::string_view what) {
    return EvidenceRequirement{.control = control,
                               .rule = rule,
                               .needed_for = needed_for,
                               .minimum_tier = EvidenceTier::kRehearsal,
                               .maximum_age = maximum_age,
                               .what = what};
}

constexpr EvidenceRequirement Declared(Control control, std::string_view rule, EvidenceTier tier,
                                       std::string_view what) {
    return EvidenceRequirement{.control = control,
                               .rule = rule,
                               .needed_for = Channel::kCandidate,
                               .minimum_tier = tier,
                               .not_applicable = NotApplicable::kWithReason,
                               .what = what};
}

constexpr EvidenceRequirement SeenRunning(Control control, std::string_view rule, std::string_view what) {
    return EvidenceRequirement{.control = control,
                               .rule = rule,
                               .needed_for = Channel::kCandidate,
                               .minimum_tier = EvidenceTier::kManagedRuntime,
                               .recorded = Recorded::kFromExperimental,
                               .not_applicable = NotApplicable::kWithReason,
                               .what = what};
}

constexpr EvidenceRequirement RestoreDrill() {
    EvidenceRequirement drill =
        Rehearsal(kRestoreDrill, "RBX-1", Channel::kCandidate, kMaximumRehearsalAge, "the restore drill");
    drill.only_for = ReleaseClass::kMechanism;
    return drill;
}

constexpr EvidenceRequirement KillSwitchDrill() {
    EvidenceRequirement drill =
        Rehearsal(kKillSwitchDrill, "KSW-2", Channel::kExperimental, kMaximumDrillAge, "the kill switch drill");
    drill.age_rule = "KSW-6";
    return drill;
}

constexpr EvidenceTier kDocumentedTier = EvidenceTier::kDocumented;
constexpr EvidenceTier kTestTier = EvidenceTier::kTest;

// The rule ids are literals on purpose: a search for one finds the row that asks for its evidence.
constexpr std::array<EvidenceRequirement, 24> kRequirements{{
    {.control = kTests, .rule = "CHX-1", .minimum_tier = kTestTier, .what = "the test run"},
    {.control = kRegressions, .rule = "CHX-1", .minimum_tier = kTestTier, .what = "the regression run"},
    KillSwitchDrill(),
    Rehearsal(kRollbackDrill, "RBX-2", Channel::kStable, kMaximumRehearsalAge, "the rollback drill"),
    RestoreDrill(),
    {.control = kFeedback,
     .rule = "CHX-4",
     .needed_for = Channel::kCandidate,
     .recorded = Recorded::kFromExperimental,
     .what = "the feedback of experimental tenants"},
    {.control = kExitCriterion,
     .rule = "CHX-2",
     .needed_for = Channel::kCandidate,
     .recorded = Recorded::kFromExperimental,
     .what = "the judgement of the exit criterion"},
    {.control = kCandidateMetrics,
     .rule = "CHX-5",
     .needed_for = Channel::kStable,
     .minimum_tier = EvidenceTier::kManagedRuntime,
     .recorded = Recorded::kInCandidateStay,
     .what = "the metrics of the candidate stay"},
    Declared(kDsv1, "DSV-1", kTestTier, "query isolation"),
    Declared(kDsv2, "DSV-2", kTestTier, "the tenant id in all new queries"),
    Declared(kDsv3, "DSV-3", kTestTier, "the absence of shared mutable state"),
    Declared(kDsv4, "DSV-4", kDocumentedTier, "the tenant id in audit entries"),
    Declared(kDsv5, "DSV-5", kDocumentedTier, "backup and restore"),
    Declared(kDsv6, "DSV-6", kDocumentedTier, "idempotent and reversible migrations"),
    Declared(kDsv7, "DSV-7", kDocumentedTier, "the absence of production data before candidate"),
    Declared(kObs1, "OBS-1", kDocumentedTier, "actions logged with actor and tenant"),
    Declared(kObs2, "OBS-2", kDocumentedTier, "errors logged with stack and context"),
    Declared(kObs3, "OBS-3", kDocumentedTier, "the release version in logs"),
    {.control = kObs4,
     .rule = "OBS-4",
     .recorded = Recorded::kInDev,
     .not_applicable = NotApplicable::kWithReason,
     .what = "the metrics baseline"},
    Declared(kObs5, "OBS-5", kDocumentedTier, "the alert thresholds"),
    SeenRunning(kObs6, "OBS-6", "logs flowing from experimental tenants"),
    SeenRunning(kObs7, "OBS-7", "metrics within bounds"),
    SeenRunning(kObs8, "OBS-8", "the absence of unattributed actions"),
    SeenRunning(kObs9, "OBS-9", "the error rate"),
}};

constexpr bool RequirementsFollowTheEnumeration() {
    for (std::size_t i = 0; i < kRequirements.size(); ++i) {
        if (static_cast<std::size_t>(kRequirements[i].control) != i) {
            return false;
        }
    }
    return true;
}
static_assert(RequirementsFollowTheEnumeration(), "RequirementOf indexes the table by control");

}  // namespace

std::span<const EvidenceRequirement> EvidenceRequirements() {
    return kRequirements;
}

const EvidenceRequirement& RequirementOf(Control control) {
    return kRequirements.at(static_cast<std::size_t>(control));
}

bool IsRequired(const EvidenceRequirement& requirement, const PromotionFacts& facts) {
    return facts.to >= requirement.needed_for &&
           (!requirement.only_for || facts.manifest.classification == requirement.only_for);
}

}  // namespace policy
