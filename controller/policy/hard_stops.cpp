// HST-1..7: what blocks every promotion, with no exception (specification, section 6), and how a raised one ends.
//
// A derived stop ends when the facts change. A raised one ends by a resolution only. PostgreSQL refuses both by itself.

#include <initializer_list>

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

void ReportRaised(const PromotionFacts& facts, HardStop stop, std::string_view rule, Findings& findings) {
    for (const HardStopFacts& raised : facts.hard_stops) {
        if (raised.open && raised.rule == stop) {
            Stop(
                findings, rule,
                {Text("Raised by ", raised.raised_by, " (", raised.id.Text(), "): ", raised.reason, "."),
                 Text("A person who neither raised it nor wrote the manifest closes it: portcullis hard-stop resolve ",
                      facts.release.id.Text(), " ", raised.id.Text(), " --resolution <how> --evidence <what shows it>"),
                 raised.id.Text()});
        }
    }
}

void ReportFailedSafety(const PromotionFacts& facts, std::initializer_list<Control> controls, std::string_view rule,
                        std::string_view meaning, Findings& findings) {
    for (const CheckFacts& item : facts.checks) {
        if (item.outcome != CheckOutcome::kFailed || item.resolved || !item.change_matches) {
            continue;
        }
        for (const Control control : controls) {
            if (item.control == control) {
                Stop(
                    findings, rule,
                    {Text(platform::EnumText(control), " failed (", item.id.Text(), ", recorded ",
                          platform::FormatTime(item.recorded_at), "): ", meaning, "."),
                     Text("Put it right in a new change, or close the item with evidence: portcullis evidence resolve ",
                          facts.release.id.Text(), " ", item.id.Text(),
                          " --resolution <why> --evidence <what shows it>"),
                     item.id.Text()});
            }
        }
    }
}

bool HasProcedure(const RollbackPlan& plan) {
    for (const std::string& step : plan.procedure) {
        if (!IsBlank(step)) {
            return true;
        }
    }
    return false;
}

}  // namespace

// HST-1, which is CLS-1: unclear classification.
void CheckHst1(const PromotionFacts& facts, Findings& findings) {
    if (!facts.manifest.classification) {
        Stop(findings, "HST-1",
             {"The release has no class.",
              Text("Classify it in the manifest: ", platform::EnumChoices<ReleaseClass>(), "."), "classification"});
    }
    ReportRaised(facts, HardStop::kHst1, "HST-1", findings);
}

// HST-2: no rollback path.
void CheckHst2(const PromotionFacts& facts, Findings& findings) {
    if (!facts.manifest.rollback) {
        Stop(findings, "HST-2", {"The manifest has no rollback plan.", "Add the rollback plan.", "rollback"});
    } else if (!HasProcedure(*facts.manifest.rollback)) {
        Stop(findings, "HST-2",
             {"The rollback plan has no procedure.", "Write the steps (rollback.procedure).", "rollback.procedure"});
    }
    ReportRaised(facts, HardStop::kHst2, "HST-2", findings);
}

// HST-3: data is affected and nobody knows how to restore it.
void CheckHst3(const PromotionFacts& facts, Findings& findings) {
    const DataChanges& changes = facts.manifest.data_changes;
    if ((changes.present || changes.has_migration) && IsBlank(changes.restore_path)) {
        Stop(findings, "HST-3",
             {"The release changes data, and its restore path is unknown.",
              "Say how the affected data is restored (data_changes.restore_path).", "data_changes.restore_path"});
    }
    ReportRaised(facts, HardStop::kHst3, "HST-3", findings);
}

// HST-4: a risk that one tenant reaches another's data.
void CheckHst4(const PromotionFacts& facts, Findings& findings) {
    ReportFailedSafety(facts, {Control::kDsv1, Control::kDsv2, Control::kDsv3}, "HST-4", "cross-tenant access risk",
                       findings);
    ReportRaised(facts, HardStop::kHst4, "HST-4", findings);
}

// HST-5: audit logging got worse.
void CheckHst5(const PromotionFacts& facts, Findings& findings) {
    ReportFailedSafety(facts, {Control::kDsv4}, "HST-5", "audit logging regression", findings);
    ReportRaised(facts, HardStop::kHst5, "HST-5", findings);
}

// HST-6: no kill switch.
void CheckHst6(const PromotionFacts& facts, Findings& findings) {
    if (!facts.manifest.kill_switch || IsBlank(facts.manifest.kill_switch->flag)) {
        Stop(findings, "HST-6",
             {"No kill switch is configured.", "Name its flag in the manifest (kill_switch.flag).", "kill_switch"});
    }
    ReportRaised(facts, HardStop::kHst6, "HST-6", findings);
}

// HST-7: a data migration that cannot be undone.
void CheckHst7(const PromotionFacts& facts, Findings& findings) {
    const DataChanges& changes = facts.manifest.data_changes;
    if (changes.has_migration && !changes.reversible) {
        Stop(findings, "HST-7",
             {"The data migration is not reversible.",
              "Make it reversible and say so in the manifest (data_changes.reversible).", "data_changes.reversible"});
    }
    ReportFailedSafety(facts, {Control::kDsv6}, "HST-7", "the migration is not idempotent and reversible", findings);
    ReportRaised(facts, HardStop::kHst7, "HST-7", findings);
}

// HSX-1: a raised stop is closed by a written resolution that cites it, with evidence, by somebody who neither raised
// it nor wrote the manifest.
void CheckHsx1(const HardStopResolutionAct& act, Findings& findings) {
    const std::string& id = act.stop.id.Text();
    const auto deny = [&](std::string message, std::string remedy) {
        Deny(findings, "HSX-1", {std::move(message), std::move(remedy), id});
    };
    if (!act.stop.open) {
        deny(Text(id, " is closed already."), "There is nothing to resolve.");
    }
    if (act.actor.kind != PrincipalKind::kUser) {
        deny(Text(act.actor.id.Text(), " is a component; a person closes a hard stop."), "Ask a person to resolve it.");
    }
    if (act.actor.id == act.raised_by) {
        deny(Text(act.actor.id.Text(), " raised the stop and cannot close it."), "Ask another person.");
    }
    if (act.actor.id == act.author) {
        deny(Text(act.actor.id.Text(), " is the manifest's author and cannot close the stop."), "Ask another person.");
    }
    if (act.cites != id) {
        deny(Text("The resolution cites '", act.cites, "', not ", id, "."), Text("Cite ", id, "."));
    }
    if (IsBlank(act.resolution)) {
        deny("The resolution says nothing.", "Write how the stop was resolved.");
    }
    if (IsBlank(act.evidence)) {
        deny("The resolution has no evidence.", "Say what shows that the stop is resolved.");
    }
}

}  // namespace policy
