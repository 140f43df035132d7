#include "controller/policy/evidence.hpp"

#include <cstdint>

#include "controller/policy/checks.hpp"
#include "controller/policy/reporting.hpp"
#include "controller/policy/stay.hpp"

namespace policy {
namespace {

bool WasRecordedInTime(const PromotionFacts& facts, Recorded when, const CheckFacts& item) {
    switch (when) {
        case Recorded::kAnyTime:
            return true;
        case Recorded::kInDev:
            return item.channel == Channel::kDev;
        case Recorded::kFromExperimental:
            return item.channel != Channel::kDev;
        case Recorded::kInCandidateStay:
            return item.channel == Channel::kCandidate && item.performed_at >= StayStart(facts);
    }
    return false;
}

/// What keeps an item that is not red from counting.
ControlProblem FindItemProblem(const PromotionFacts& facts, const EvidenceRequirement& requirement,
                               const CheckFacts& item) {
    if (item.outcome == CheckOutcome::kNotApplicable) {
        // DSV-6 cannot be beside the point of a change that says it migrates data.
        const bool contradicts_manifest =
            requirement.control == Control::kDsv6 && facts.manifest.data_changes.has_migration;
        if (requirement.not_applicable == NotApplicable::kRefused || contradicts_manifest) {
            return ControlProblem::kNotApplicable;
        }
        return item.has_reason ? ControlProblem::kNone : ControlProblem::kNoReason;
    }
    if (!item.has_evidence) {
        return ControlProblem::kNoEvidence;
    }
    if (item.tier < requirement.minimum_tier) {
        return ControlProblem::kTierTooLow;
    }
    if (!WasRecordedInTime(facts, requirement.recorded, item)) {
        return ControlProblem::kRecordedElsewhere;
    }
    // Exactly as old as allowed still counts.
    if (requirement.maximum_age && facts.now - item.performed_at > *requirement.maximum_age) {
        return ControlProblem::kTooOld;
    }
    return ControlProblem::kNone;
}

/// The order in which items were recorded is the database's; the time they were performed is what somebody wrote down.
bool IsLater(const CheckFacts* other, const CheckFacts& item) {
    return other == nullptr || item.recorded_at >= other->recorded_at;
}

std::string NameControl(const EvidenceRequirement& requirement, std::string_view key) {
    const std::string_view control = platform::EnumText(requirement.control);
    return key.empty() ? std::string(control) : Text(control, " ", key);
}

std::string RecordRemedy(const PromotionFacts& facts, const EvidenceRequirement& requirement, std::string_view key) {
    const std::string_view control = platform::EnumText(requirement.control);
    const std::string_view release = facts.release.id.Text();
    if (requirement.rule == "CHX-1") {
        return Text("Run it and keep the result: portcullis evidence run --release ", release, " --control ", control,
                    " -- <command>");
    }
    return Text("Record it with its evidence: portcullis evidence record --release ", release, " --control ", control,
                key.empty() ? "" : " --key ", key, " --outcome passed --tier ",
                platform::EnumText(requirement.minimum_tier), " --evidence <what was seen>");
}

std::string_view DescribeWindow(Recorded when) {
    switch (when) {
        case Recorded::kAnyTime:
            break;
        case Recorded::kInDev:
            return "it counts only when recorded in dev, before experimental";
        case Recorded::kFromExperimental:
            return "it counts only when recorded from experimental on";
        case Recorded::kInCandidateStay:
            return "it counts only when performed and recorded during the current candidate stay";
    }
    return "it was not recorded when it must be";
}

/// No item can be recorded in dev any more: waiting does not help.
FindingKind MissingKind(const PromotionFacts& facts, const EvidenceRequirement& requirement) {
    return requirement.recorded == Recorded::kInDev && facts.release.channel != Channel::kDev ? FindingKind::kDenied
                                                                                              : FindingKind::kPending;
}

using ControlMask = std::uint32_t;
constexpr ControlMask MaskOf(Control control) {
    return ControlMask{1} << static_cast<unsigned>(control);
}

/// Every required control of the mask, exit criteria by key: reports those whose problem is `wanted`.
void ReportProblems(const PromotionFacts& facts, ControlMask mask, ControlProblem wanted, std::string_view rule,
                    Findings& findings) {
    const auto report = [&](const EvidenceRequirement& requirement, std::string_view key) {
        const ControlState state = ViewControl(facts, requirement, key);
        if (state.problem == wanted && RuleOf(wanted, requirement) == rule) {
            ReportControl(facts, requirement, key, state, findings);
        }
    };
    for (const EvidenceRequirement& requirement : EvidenceRequirements()) {
        if ((mask & MaskOf(requirement.control)) == 0 || !IsRequired(requirement, facts)) {
            continue;
        }
        if (requirement.control != Control::kExitCriterion) {
            report(requirement, {});
        } else if (facts.plan) {
            for (const CriterionFacts& criterion : facts.plan->criteria) {
                if (!criterion.criterion.metric) {
                    report(requirement, criterion.criterion.key);
                }
            }
        }
    }
}

/// The controls that have a current item for which `test` holds: looking closer is worth while for these only.
template <typename Test>
ControlMask ControlsWhere(const PromotionFacts& facts, const Test& test) {
    ControlMask mask = 0;
    for (const CheckFacts& item : facts.checks) {
        if (item.change_matches && test(item)) {
            mask |= MaskOf(item.control);
        }
    }
    return mask;
}

/// Metric criteria have no recorded items; what their source answered is judged by the same rules.
void ReportMeasurements(const PromotionFacts& facts, std::string_view rule, Findings& findings) {
    if (!facts.plan || !IsRequired(RequirementOf(Control::kExitCriterion), facts)) {
        return;
    }
    for (const CriterionFacts& criterion : facts.plan->criteria) {
        if (criterion.criterion.metric && FindMeasurementRule(facts, criterion) == rule) {
            ReportMeasurement(facts, criterion, rule, findings);
        }
    }
}

bool IsUnresolvedRed(const CheckFacts& item) {
    return item.outcome == CheckOutcome::kFailed && !item.resolved;
}

}  // namespace

ControlState ViewControl(const PromotionFacts& facts, const EvidenceRequirement& requirement, std::string_view key) {
    const CheckFacts* red = nullptr;
    const CheckFacts* newest = nullptr;
    const CheckFacts* pass = nullptr;      // the newest that says passed or not applicable
    const CheckFacts* adequate = nullptr;  // the newest of those that counts
    ControlProblem pass_problem = ControlProblem::kNone;
    for (const CheckFacts& item : facts.checks) {
        if (item.control != requirement.control || !item.change_matches) {
            continue;
        }
        if (requirement.control == Control::kExitCriterion && item.key != key) {
            continue;
        }
        if (item.outcome == CheckOutcome::kFailed) {
            if (!item.resolved && IsLater(red, item)) {
                red = &item;
            }
            continue;
        }
        if (IsLater(newest, item)) {
            newest = &item;
        }
        if (item.outcome == CheckOutcome::kInconclusive) {
            continue;
        }
        const ControlProblem problem = FindItemProblem(facts, requirement, item);
        if (IsLater(pass, item)) {
            pass = &item;
            pass_problem = problem;
        }
        if (problem == ControlProblem::kNone && IsLater(adequate, item)) {
            adequate = &item;
        }
    }
    if (red != nullptr) {
        if (pass == nullptr) {
            return {ControlProblem::kFailed, red, red};
        }
        return red->recorded_at > pass->recorded_at ? ControlState{ControlProblem::kTakenBack, pass, red}
                                                    : ControlState{ControlProblem::kContradicted, pass, red};
    }
    if (newest == nullptr) {
        return {ControlProblem::kMissing, nullptr, nullptr};
    }
    if (newest->outcome == CheckOutcome::kInconclusive) {
        return {ControlProblem::kInconclusive, newest, nullptr};
    }
    if (adequate != nullptr) {
        return {ControlProblem::kNone, adequate, nullptr};
    }
    return {pass_problem, pass, nullptr};
}

std::string_view RuleOf(ControlProblem problem, const EvidenceRequirement& requirement) {
    switch (problem) {
        case ControlProblem::kNone:
            return {};
        case ControlProblem::kMissing:
        case ControlProblem::kFailed:
        case ControlProblem::kNotApplicable:
        case ControlProblem::kNoReason:
        case ControlProblem::kRecordedElsewhere:
            return requirement.rule;
        case ControlProblem::kNoEvidence:
            // The drill's evidence is what shows that nothing was lost.
            return requirement.control == Control::kKillSwitchDrill ? "KSW-4" : requirement.rule;
        case ControlProblem::kTakenBack:
            return "EVD-3";
        case ControlProblem::kContradicted:
            return "EVD-4";
        case ControlProblem::kInconclusive:
            return "EVD-5";
        case ControlProblem::kTierTooLow:
            return "EVD-1";
        case ControlProblem::kTooOld:
            return requirement.age_rule;
    }
    return requirement.rule;
}

void ReportControl(const PromotionFacts& facts, const EvidenceRequirement& requirement, std::string_view key,
                   const ControlState& state, Findings& findings) {
    if (state.problem == ControlProblem::kNone) {
        return;
    }
    const std::string_view rule = RuleOf(state.problem, requirement);
    const std::string name = NameControl(requirement, key);
    const std::string subject = key.empty() ? name : std::string(key);
    const std::string again = RecordRemedy(facts, requirement, key);
    const std::string resolve =
        state.red == nullptr
            ? std::string()
            : Text("A failed item is closed only by a resolution that cites it: portcullis evidence resolve ",
                   facts.release.id.Text(), " ", state.red->id.Text(),
                   " --resolution <why> --evidence <what shows it>");
    const auto say = [&](FindingKind kind, std::string message, std::string remedy) {
        Report(findings, rule, kind, {std::move(message), std::move(remedy), subject});
    };
    switch (state.problem) {
        case ControlProblem::kNone:
            return;
        case ControlProblem::kMissing:
            return say(MissingKind(facts, requirement),
                       Text("Nothing is recorded for ", name, " (", requirement.what, ") of the current change."),
                       again);
        case ControlProblem::kFailed:
            return say(FindingKind::kDenied,
                       Text(name, " failed: ", state.red->id.Text(), ", recorded ",
                            platform::FormatTime(state.red->recorded_at), "."),
                       Text("Put right what failed. ", resolve));
        case ControlProblem::kTakenBack:
            return say(FindingKind::kDenied,
                       Text(name, " passed (", state.item->id.Text(), ") and failed later: ", state.red->id.Text(),
                            ", recorded ", platform::FormatTime(state.red->recorded_at), "."),
                       resolve);
        case ControlProblem::kContradicted:
            return say(FindingKind::kDenied,
                       Text(name, " has two verdicts for the same change: ", state.red->id.Text(), " failed, ",
                            state.item->id.Text(), " passed. A later pass does not undo a failure."),
                       resolve);
        case ControlProblem::kInconclusive:
            return say(FindingKind::kIndeterminate,
                       Text(name, " is inconclusive: ", state.item->id.Text(), ", recorded ",
                            platform::FormatTime(state.item->recorded_at), "."),
                       again);
        case ControlProblem::kNotApplicable:
            return say(
                FindingKind::kDenied,
                Text(name, " was recorded as not applicable (", state.item->id.Text(), "), but ",
                     requirement.not_applicable == NotApplicable::kRefused ? "that is no answer to it."
                                                                           : "the manifest declares a data migration."),
                again);
        case ControlProblem::kNoReason:
            return say(FindingKind::kPending,
                       Text(name, " was recorded as not applicable without a reason (", state.item->id.Text(), ")."),
                       Text("Record it again with the reason: portcullis evidence record --release ",
                            facts.release.id.Text(), " --control ", platform::EnumText(requirement.control),
                            " --outcome not_applicable --reason <why>"));
        case ControlProblem::kNoEvidence:
            return say(FindingKind::kPending, Text(name, " passed without evidence (", state.item->id.Text(), ")."),
                       again);
        case ControlProblem::kTierTooLow:
            return say(FindingKind::kPending,
                       Text(name, " rests on evidence of tier ", platform::EnumText(state.item->tier), " (",
                            state.item->id.Text(), "); at least ", platform::EnumText(requirement.minimum_tier),
                            " is needed."),
                       again);
        case ControlProblem::kRecordedElsewhere:
            return say(MissingKind(facts, requirement),
                       Text(name, " was recorded in ", platform::EnumText(state.item->channel), " (",
                            state.item->id.Text(), ", performed ", platform::FormatTime(state.item->performed_at),
                            "); ", DescribeWindow(requirement.recorded), "."),
                       again);
        case ControlProblem::kTooOld:
            return say(FindingKind::kDenied,
                       Text(name, " is ", platform::FormatDuration(facts.now - state.item->performed_at), " old (",
                            state.item->id.Text(), ", performed ", platform::FormatTime(state.item->performed_at),
                            "); ", platform::FormatDuration(*requirement.maximum_age), " is the most."),
                       Text("Do it again. ", again));
    }
}

void JudgeControl(const PromotionFacts& facts, Control control, Findings& findings) {
    const EvidenceRequirement& requirement = RequirementOf(control);
    ReportControl(facts, requirement, {}, ViewControl(facts, requirement, {}), findings);
}

void CheckOwnRule(const PromotionFacts& facts, Control control, std::string_view rule, Findings& findings) {
    const EvidenceRequirement& requirement = RequirementOf(control);
    if (!IsRequired(requirement, facts)) {
        return;
    }
    const ControlState state = ViewControl(facts, requirement, {});
    if (state.problem != ControlProblem::kNone && RuleOf(state.problem, requirement) == rule) {
        ReportControl(facts, requirement, {}, state, findings);
    }
}

// EVD-1: evidence of at least the tier that the control asks for.
void CheckEvd1(const PromotionFacts& facts, Findings& findings) {
    const ControlMask mask = ControlsWhere(facts, [](const CheckFacts& item) {
        return item.outcome == CheckOutcome::kPassed && item.tier < RequirementOf(item.control).minimum_tier;
    });
    if (mask != 0) {
        ReportProblems(facts, mask, ControlProblem::kTierTooLow, "EVD-1", findings);
    }
}

// EVD-2: evidence no older than the control allows (the kill switch drill's age is KSW-6).
void CheckEvd2(const PromotionFacts& facts, Findings& findings) {
    const ControlMask mask = ControlsWhere(facts, [&facts](const CheckFacts& item) {
        const std::optional<Duration>& most = RequirementOf(item.control).maximum_age;
        return most && item.outcome == CheckOutcome::kPassed && facts.now - item.performed_at > *most;
    });
    if (mask != 0) {
        ReportProblems(facts, mask, ControlProblem::kTooOld, "EVD-2", findings);
    }
    ReportMeasurements(facts, "EVD-2", findings);
}

// EVD-3: a failing item that comes after a pass takes eligibility back.
void CheckEvd3(const PromotionFacts& facts, Findings& findings) {
    if (const ControlMask mask = ControlsWhere(facts, IsUnresolvedRed); mask != 0) {
        ReportProblems(facts, mask, ControlProblem::kTakenBack, "EVD-3", findings);
    }
}

// EVD-4: items with different verdicts contradict each other until the red one is closed by a resolution that cites it.
void CheckEvd4(const PromotionFacts& facts, Findings& findings) {
    if (const ControlMask mask = ControlsWhere(facts, IsUnresolvedRed); mask != 0) {
        ReportProblems(facts, mask, ControlProblem::kContradicted, "EVD-4", findings);
    }
}

// EVD-5: no samples, no answer, no conclusion: inconclusive, which blocks.
void CheckEvd5(const PromotionFacts& facts, Findings& findings) {
    const ControlMask mask =
        ControlsWhere(facts, [](const CheckFacts& item) { return item.outcome == CheckOutcome::kInconclusive; });
    if (mask != 0) {
        ReportProblems(facts, mask, ControlProblem::kInconclusive, "EVD-5", findings);
    }
    ReportMeasurements(facts, "EVD-5", findings);
}

}  // namespace policy
