// RBK-1..6 and RBX-1: the rollback plan (specification, sections 3 and 7). RBX-2, the rollback drill, is CheckControl.

#include <algorithm>

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"
#include "platform/base/text.hpp"

namespace policy {
namespace {

bool HasBlank(const std::vector<std::string>& lines) {
    return std::any_of(lines.begin(), lines.end(), [](const std::string& line) { return IsBlank(line); });
}

void DenyPlan(std::string_view rule, std::string message, std::string_view field, Findings& findings) {
    Deny(findings, rule, {std::move(message), Text("Complete the rollback plan (", field, ")."), std::string(field)});
}

bool NamesRevert(const Manifest& manifest) {
    const auto says_revert = [](std::string_view text) {
        return platform::ToLowerAscii(text).find("revert") != std::string::npos;
    };
    const std::vector<std::string>& steps = manifest.rollback->procedure;
    return std::any_of(steps.begin(), steps.end(), says_revert) ||
           std::any_of(manifest.links.begin(), manifest.links.end(),
                       [&](const Link& link) { return says_revert(link.title) || says_revert(link.url); });
}

void DoubtUnnamedFlag(const Manifest& manifest, Findings& findings) {
    if (!manifest.kill_switch || IsBlank(manifest.kill_switch->flag)) {
        return;  // HST-6
    }
    const std::string& flag = manifest.kill_switch->flag;
    const std::vector<std::string>& steps = manifest.rollback->procedure;
    if (std::none_of(steps.begin(), steps.end(),
                     [&flag](const std::string& step) { return step.find(flag) != std::string::npos; })) {
        Doubt(findings, "RBX-1",
              {Text("No step of the rollback procedure names the flag ", flag, "."),
               "Write the step that switches the flag off.", "rollback.procedure"});
    }
}

}  // namespace

// RBK-1: triggers.
void CheckRbk1(const PromotionFacts& facts, Findings& findings) {
    const auto& plan = facts.manifest.rollback;
    if (plan && (plan->triggers.empty() || std::any_of(plan->triggers.begin(), plan->triggers.end(),
                                                       [](const auto& trigger) { return IsBlank(trigger.text); }))) {
        DenyPlan("RBK-1", "The rollback plan does not say what triggers it.", "rollback.triggers", findings);
    }
}

// RBK-2: every step of the procedure says what to do. None at all is HST-2.
void CheckRbk2(const PromotionFacts& facts, Findings& findings) {
    const auto& plan = facts.manifest.rollback;
    if (!plan) {
        return;
    }
    const auto blank = std::count_if(plan->procedure.begin(), plan->procedure.end(),
                                     [](const std::string& step) { return IsBlank(step); });
    if (blank > 0 && blank < static_cast<std::ptrdiff_t>(plan->procedure.size())) {
        DenyPlan("RBK-2", "A step of the rollback procedure says nothing.", "rollback.procedure", findings);
    }
}

// RBK-3: verification.
void CheckRbk3(const PromotionFacts& facts, Findings& findings) {
    const auto& plan = facts.manifest.rollback;
    if (plan && (plan->verification.empty() || HasBlank(plan->verification))) {
        DenyPlan("RBK-3", "The rollback plan does not say how its success is verified.", "rollback.verification",
                 findings);
    }
}

// RBK-4: data recovery, when data changes.
void CheckRbk4(const PromotionFacts& facts, Findings& findings) {
    const auto& plan = facts.manifest.rollback;
    const DataChanges& changes = facts.manifest.data_changes;
    if (plan && (changes.present || changes.has_migration) && IsBlank(plan->data_recovery)) {
        DenyPlan("RBK-4", "The release changes data, and the rollback plan does not say how it is recovered.",
                 "rollback.data_recovery", findings);
    }
}

// RBK-5: whom to tell, and when.
void CheckRbk5(const PromotionFacts& facts, Findings& findings) {
    const auto& plan = facts.manifest.rollback;
    if (plan && (plan->communication.empty() ||
                 std::any_of(plan->communication.begin(), plan->communication.end(),
                             [](const Communication& entry) { return IsBlank(entry.who) || IsBlank(entry.when); }))) {
        DenyPlan("RBK-5", "The communication plan does not say who is told and when.", "rollback.communication",
                 findings);
    }
}

// RBK-6: an owner.
void CheckRbk6(const PromotionFacts& facts, Findings& findings) {
    const auto& plan = facts.manifest.rollback;
    if (plan && IsBlank(plan->owner)) {
        DenyPlan("RBK-6", "The rollback plan has no owner.", "rollback.owner", findings);
    }
}

// RBX-1: what the class expects of a rollback. The plan itself is HST-2 and RBK-*, the flag HST-6.
void CheckRbx1(const PromotionFacts& facts, Findings& findings) {
    const Manifest& manifest = facts.manifest;
    if (!manifest.classification || !manifest.rollback) {
        return;
    }
    switch (*manifest.classification) {
        case ReleaseClass::kUiOnly:
            if (!NamesRevert(manifest)) {
                Deny(findings, "RBX-1",
                     {"A ui_only release is rolled back by reverting its commit; neither procedure nor links name it.",
                      "Name the commit to revert in a step or a link.", "rollback.procedure"});
            }
            return;
        case ReleaseClass::kWorkflow:
            return DoubtUnnamedFlag(manifest, findings);
        case ReleaseClass::kCapability:
            if (manifest.kill_switch && manifest.kill_switch->default_on) {
                Deny(findings, "RBX-1",
                     {Text("A capability is off until it is enabled, and ", manifest.kill_switch->flag,
                           " is on by default."),
                      "Make its default off (kill_switch.default).", "kill_switch.default"});
            }
            return DoubtUnnamedFlag(manifest, findings);
        case ReleaseClass::kMechanism:
            return CheckControl<Control::kRestoreDrill>(facts, findings);
    }
}

}  // namespace policy
