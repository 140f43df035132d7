// KSW-1, 2, 4..8 (specification, section 7). KSW-3 is held by the audit log.

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"
#include "platform/base/text.hpp"

namespace policy {
namespace {

constexpr std::size_t kMinimumKillReason = 10;

bool HasDevDrill(const PromotionFacts& facts) {
    for (const CheckFacts& item : facts.checks) {
        if (item.control == Control::kKillSwitchDrill && item.change_matches && item.channel == Channel::kDev &&
            item.outcome == CheckOutcome::kPassed) {
            return true;
        }
    }
    return false;
}

}  // namespace

// KSW-1: the switch works without a deployment.
void CheckKsw1(const PromotionFacts& facts, Findings& findings) {
    if (facts.manifest.kill_switch && facts.manifest.kill_switch->needs_deployment) {
        Deny(findings, "KSW-1",
             {Text("The kill switch ", facts.manifest.kill_switch->flag, " needs a deployment."),
              "Make it configurable without one.", "kill_switch.needs_deployment"});
    }
}

// KSW-2: a drill passed in dev before experimental. Later drills, in any channel, keep it fresh (KSW-6).
void CheckKsw2(const PromotionFacts& facts, Findings& findings) {
    const EvidenceRequirement& requirement = RequirementOf(Control::kKillSwitchDrill);
    const ControlState state = ViewControl(facts, requirement, {});
    if (state.problem != ControlProblem::kNone && RuleOf(state.problem, requirement) == "KSW-2") {
        return ReportControl(facts, requirement, {}, state, findings);
    }
    // A drill that passed, whatever else is wrong with it: was one of them run in dev?
    if (state.item != nullptr && state.item->outcome == CheckOutcome::kPassed && !HasDevDrill(facts)) {
        Report(findings, "KSW-2", facts.release.channel == Channel::kDev ? FindingKind::kPending : FindingKind::kDenied,
               {"No kill switch drill passed in dev.",
                Text("Run it in dev: portcullis drill run --release ", facts.release.id.Text(),
                     " --instance <name> --reason <why>; or record one that was done by hand: portcullis evidence "
                     "record --release ",
                     facts.release.id.Text(),
                     " --control kill-switch-drill --outcome passed --tier rehearsal --evidence <what was seen>"),
                "kill-switch-drill"});
    }
}

// KSW-4: the drill's evidence shows that switching loses no data.
void CheckKsw4(const PromotionFacts& facts, Findings& findings) {
    CheckOwnRule(facts, Control::kKillSwitchDrill, "KSW-4", findings);
}

// KSW-5: how to activate it is documented in the manifest.
void CheckKsw5(const PromotionFacts& facts, Findings& findings) {
    const auto& kill_switch = facts.manifest.kill_switch;
    if (kill_switch && !IsBlank(kill_switch->flag) && IsBlank(kill_switch->activation)) {
        Deny(findings, "KSW-5",
             {Text("The manifest does not say how ", kill_switch->flag, " is activated."),
              "Document it (kill_switch.activation).", "kill_switch.activation"});
    }
}

// KSW-6: a drill older than 30 days is stale.
void CheckKsw6(const PromotionFacts& facts, Findings& findings) {
    CheckOwnRule(facts, Control::kKillSwitchDrill, "KSW-6", findings);
}

// KSW-7: a kill needs a reason and a named actor, and nothing else: neither a freeze nor a pending decision stops it.
void CheckKsw7(const KillAct& act, Findings& findings) {
    if (act.switching_on) {
        return;
    }
    if (act.actor.id.Empty()) {
        Deny(findings, "KSW-7", {"Nobody is named as the one who kills.", "Sign in as a person or a component."});
    }
    if (platform::CountCodePoints(platform::Trim(act.reason)) < kMinimumKillReason) {
        Deny(findings, "KSW-7",
             {Text("The reason is missing or shorter than ", std::to_string(kMinimumKillReason), " characters."),
              "Say in a few words why (--reason)."});
    }
}

// KSW-8: switching back on is a governed decision.
void CheckKsw8(const KillAct& act, Findings& findings) {
    if (act.switching_on && !act.governed_decision) {
        Deny(findings, "KSW-8",
             {"Switching back on is not a toggle; no decision that passed its gate is named.",
              "Promote the release, or a corrected one, through its gates."});
    }
}

}  // namespace policy
