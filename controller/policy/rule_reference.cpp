// The rule reference for people, printed from the tables that the rules run from.

#include "controller/policy/catalogue.hpp"
#include "controller/policy/evidence.hpp"
#include "controller/policy/reporting.hpp"
#include "controller/policy/rule_sections.hpp"

namespace policy {
namespace {

template <typename Facts>
inline constexpr std::string_view kJudges = "";
template <>
inline constexpr std::string_view kJudges<PromotionFacts> = "promotion";
template <>
inline constexpr std::string_view kJudges<ManifestFacts> = "manifest";
template <>
inline constexpr std::string_view kJudges<PlanFactsAct> = "exposure plan";
template <>
inline constexpr std::string_view kJudges<ApprovalAct> = "approval";
template <>
inline constexpr std::string_view kJudges<ConsentAct> = "consent";
template <>
inline constexpr std::string_view kJudges<CheckAct> = "evidence";
template <>
inline constexpr std::string_view kJudges<RiskAcceptanceAct> = "risk acceptance";
template <>
inline constexpr std::string_view kJudges<HardStopResolutionAct> = "hard stop resolution";
template <>
inline constexpr std::string_view kJudges<MemoAct> = "memo";
template <>
inline constexpr std::string_view kJudges<SignatureAct> = "signature";
template <>
inline constexpr std::string_view kJudges<RollbackAct> = "rollback";
template <>
inline constexpr std::string_view kJudges<KillAct> = "kill switch";
template <>
inline constexpr std::string_view kJudges<RoleGrantAct> = "role grant";
template <>
inline constexpr std::string_view kJudges<SeverityChangeAct> = "severity";
template <>
inline constexpr std::string_view kJudges<AuditAct> = "audit entry";
template <>
inline constexpr std::string_view kJudges<PacketStartAct> = "packet start";
template <>
inline constexpr std::string_view kJudges<PacketReviewAct> = "packet review";
template <>
inline constexpr std::string_view kJudges<CertificationAct> = "certification";
template <>
inline constexpr std::string_view kJudges<StageAdvanceFacts> = "rollout stage";
template <>
inline constexpr std::string_view kJudges<CheckpointAct> = "checkpoint";

std::string_view NameJudged(std::monostate) {
    return {};
}
template <typename Facts>
std::string_view NameJudged(Check<Facts>) {
    static_assert(!kJudges<Facts>.empty(), "every kind of facts has a name in the reference");
    return kJudges<Facts>;
}

}  // namespace

std::span<const RuleSection> RuleSections() {
    static constexpr std::array<RuleSection, 14> kSections = {
        {{"ATT- SOD-", "People and components",
          "Let another person do it who holds the role; a role is granted by a proposal and somebody else's "
          "confirmation."},
         {"CLS- APR-", "Classification and approvals",
          "Give the class in the manifest and gather the approvals that are missing; an approval counts for the "
          "content "
          "it was given for."},
         {"CHN- CHX-", "Channels",
          "Take the channels in order. A stay and a freeze end by themselves, and the finding says when; an incident "
          "ends when it is resolved."},
         {"EXP-", "Exposure plan",
          "Set or extend the plan and have it approved by a dev lead; record the consents of the tenants on it, or "
          "take "
          "them off."},
         {"DSV-", "Data safety", "Record the evidence that the finding names, of the tier it asks for."},
         {"OBS-", "Observability", "Record the evidence that the finding names, in the channel it asks for."},
         {"HST- HSX-", "Hard stops",
          "Nothing overrides a hard stop. Remove its cause, and let somebody who may resolve it with evidence."},
         {"KSW-", "Kill switch",
          "Run a drill that passes, and document the switch in the manifest. A kill needs a name and a reason, nothing "
          "else; switching back on also needs a system owner's approval and completed reviews."},
         {"RBK- RBX- RBA-", "Rollback",
          "Complete the rollback plan in the manifest and rehearse it; a rollback itself is started by somebody with "
          "the "
          "authority for its class."},
         {"MEM-", "Decision memo", "Decide a memo over the content as it is now, and have it signed by both roles."},
         {"INC- NTF- EVD-", "Incidents and evidence",
          "Resolve the incident with evidence, or record newer evidence of the tier that is asked for."},
         {"PKT-", "Programmes and packets", "Finish what the packet depends on, and let another person review it."},
         {"STG-", "Staged rollouts", "Attend the checkpoints of the stage, or reverse what a trigger has stopped."},
         {"AUD-", "Audit", "An entry cannot be changed; check the chain, and keep its export."}}};
    return kSections;
}

bool BelongsTo(const Rule& rule, const RuleSection& section) {
    return section.prefixes.find(rule.id.substr(0, 4)) != std::string_view::npos;
}

std::string_view DescribeNeed(const Rule& rule) {
    const bool judges_promotions = DescribeChecks(rule).find("promotion") != std::string::npos;
    if (!judges_promotions) {
        return "-";
    }
    if (!rule.from_transition_to) {
        return "every promotion";
    }
    switch (*rule.from_transition_to) {
        case Channel::kDev:
        case Channel::kExperimental:
            return "experimental and later";
        case Channel::kCandidate:
            return "candidate and later";
        case Channel::kStable:
            return "stable";
    }
    return "-";
}

namespace {

std::string_view DescribeRecorded(Recorded recorded) {
    switch (recorded) {
        case Recorded::kAnyTime:
            return "at any time";
        case Recorded::kInDev:
            return "in dev";
        case Recorded::kFromExperimental:
            return "from experimental on";
        case Recorded::kInCandidateStay:
            return "during the candidate stay";
    }
    return "-";
}

void AppendRules(const RuleSection& section, std::string& text) {
    text += Text("\n## ", section.title,
                 "\n\n| Rule | What it says | Source | Needed for entering | Judges | Held also by |\n",
                 "|---|---|---|---|---|---|\n");
    for (const Rule& rule : Catalogue()) {
        if (BelongsTo(rule, section)) {
            const std::string judges = DescribeChecks(rule);
            text += Text("| ", rule.id, " | ", rule.hard_stop ? "**Hard stop.** " : "", rule.title, " | ",
                         rule.reference, " | ", DescribeNeed(rule), " | ", judges.empty() ? std::string("-") : judges,
                         " | ", rule.enforced_by.empty() ? std::string_view("-") : rule.enforced_by, " |\n");
        }
    }
}

void AppendEvidence(std::string& text) {
    text +=
        "\n## Evidence that controls ask for\n\n"
        "| Control | Rule | Needed for entering | Lowest tier | Not older than | Recorded | Not applicable |\n"
        "|---|---|---|---|---|---|---|\n";
    for (const EvidenceRequirement& requirement : EvidenceRequirements()) {
        const std::string only =
            requirement.only_for ? Text(", class ", platform::EnumText(*requirement.only_for)) : std::string();
        text += Text("| ", platform::EnumText(requirement.control), " | ", requirement.rule, " | ",
                     platform::EnumText(requirement.needed_for),
                     requirement.needed_for == Channel::kStable ? "" : " and later", only, " | ",
                     platform::EnumText(requirement.minimum_tier), " | ",
                     requirement.maximum_age ? platform::FormatDuration(*requirement.maximum_age) : std::string("-"),
                     " | ", DescribeRecorded(requirement.recorded), " | ",
                     requirement.not_applicable == NotApplicable::kWithReason ? "with a reason" : "no", " |\n");
    }
    text += Text("\nA metrics source's answer to an exit criterion is not older than ",
                 platform::FormatDuration(kMaximumMeasurementAge), ".\n");
}

}  // namespace

std::string DescribeChecks(const Rule& rule) {
    std::string text;
    for (const CheckFunction& check : rule.checks) {
        const std::string_view judged = std::visit([](auto function) { return NameJudged(function); }, check);
        if (!judged.empty()) {
            text += text.empty() ? "" : ", ";
            text += judged;
        }
    }
    return text;
}

std::string RenderRuleReference() {
    std::string text = Text(
        "# Rules\n\n"
        "Printed from the rule table by `portcullis-rules`; do not edit. Catalogue version ",
        std::to_string(kCatalogueVersion),
        ".\n\n"
        "A rule with an entry under *Judges* is a function from facts to findings. *Held also by* names what holds it\n"
        "besides: a constraint or trigger of the database, or another mechanism.\n");
    for (const RuleSection& section : RuleSections()) {
        AppendRules(section, text);
    }
    AppendEvidence(text);
    return text;
}

}  // namespace policy
