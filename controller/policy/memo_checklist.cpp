// MEM-2: the memo's seven boxes, computed from the facts (specification, section 9).

#include <algorithm>
#include <initializer_list>

#include "controller/policy/checks.hpp"
#include "controller/policy/memo.hpp"
#include "controller/policy/reporting.hpp"
#include "controller/policy/stay.hpp"
#include "platform/base/text.hpp"

namespace policy {
namespace {

using PromotionCheck = void (*)(const PromotionFacts&, Findings&);

void RunChecks(const PromotionFacts& facts, std::initializer_list<PromotionCheck> checks, Findings& findings) {
    for (const PromotionCheck check : checks) {
        check(facts, findings);
    }
}

void JudgeControls(const PromotionFacts& facts, std::initializer_list<Control> controls, Findings& findings) {
    for (const Control control : controls) {
        JudgeControl(facts, control, findings);
    }
}

ChecklistItem MakeItem(std::string_view key, std::string_view title, std::string detail, const Findings& findings) {
    ChecklistItem item{key, title, false, std::move(detail), {}};
    for (const Finding& finding : findings) {
        if (!IsBlocking(finding)) {
            continue;
        }
        std::string reason = Text(finding.rule, ": ", finding.message);
        // A rule and its control may both have said it.
        if (std::find(item.reasons.begin(), item.reasons.end(), reason) == item.reasons.end()) {
            item.reasons.push_back(std::move(reason));
        }
    }
    item.holds = item.reasons.empty();
    return item;
}

std::string CountPassed(const PromotionFacts& facts, std::initializer_list<Control> controls) {
    int passed = 0;
    int beside_the_point = 0;
    for (const Control control : controls) {
        const ControlState state = ViewControl(facts, RequirementOf(control), {});
        if (state.problem == ControlProblem::kNone) {
            (state.item->outcome == CheckOutcome::kNotApplicable ? beside_the_point : passed) += 1;
        }
    }
    return Text(std::to_string(passed), " passed, ", std::to_string(beside_the_point), " not applicable, of ",
                std::to_string(controls.size()));
}

std::string DescribeControl(const PromotionFacts& facts, Control control, std::string_view name) {
    const ControlState state = ViewControl(facts, RequirementOf(control), {});
    return state.problem == ControlProblem::kNone
               ? Text(name, " passed ", platform::FormatTime(state.item->performed_at), " (", state.item->id.Text(),
                      ")")
               : Text(name, " not passed");
}

ChecklistItem JudgeDurations(const PromotionFacts& facts) {
    Findings findings;
    RunChecks(facts, {CheckChn1, CheckChn2, CheckChn4}, findings);
    const Channel channel = facts.release.channel;
    const Time start = StayStart(facts);
    if (channel != Channel::kStable && !StayEnd(facts)) {
        Deny(findings, "CHN-2",
             {Text("The stay in ", platform::EnumText(channel), " starts again when its incident is resolved."),
              {},
              {}});
    }
    return MakeItem("durations", "All channel durations met",
                    Text(platform::EnumText(channel), " since ", platform::FormatTime(start), ": ",
                         platform::FormatDuration(std::max(facts.now - start, Duration::zero())), ", ",
                         platform::FormatDuration(RequiredStay(channel, facts.plan)), " needed"),
                    findings);
}

ChecklistItem JudgeIncidents(const PromotionFacts& facts) {
    Findings findings;
    RunChecks(facts, {CheckChn5, CheckChx3}, findings);
    const auto open = std::count_if(facts.incidents.begin(), facts.incidents.end(), IsOpen);
    const auto severe =
        std::count_if(facts.incidents.begin(), facts.incidents.end(),
                      [](const IncidentFacts& incident) { return incident.severity <= Severity::kSev2; });
    return MakeItem("incidents", "No SEV-1 or SEV-2 incidents during soak",
                    Text(platform::Plural(static_cast<long long>(facts.incidents.size()), "incident"), " recorded, ",
                         std::to_string(severe), " of them SEV-1 or SEV-2, ", std::to_string(open), " open"),
                    findings);
}

ChecklistItem JudgeDataSafety(const PromotionFacts& facts) {
    using enum Control;
    Findings findings;
    RunChecks(facts, {CheckHst3, CheckHst4, CheckHst5, CheckHst7, CheckDsv6}, findings);
    JudgeControls(facts, {kDsv1, kDsv2, kDsv3, kDsv4, kDsv5, kDsv6, kDsv7}, findings);
    return MakeItem("data_safety", "Data safety verification passed",
                    CountPassed(facts, {kDsv1, kDsv2, kDsv3, kDsv4, kDsv5, kDsv6, kDsv7}), findings);
}

ChecklistItem JudgeKillSwitch(const PromotionFacts& facts) {
    Findings findings;
    RunChecks(facts, {CheckHst6, CheckKsw1, CheckKsw2, CheckKsw5}, findings);
    JudgeControl(facts, Control::kKillSwitchDrill, findings);
    const std::string flag = facts.manifest.kill_switch ? facts.manifest.kill_switch->flag : std::string("no flag");
    return MakeItem("kill_switch", "Kill switch tested and functional",
                    Text(flag, ", ", DescribeControl(facts, Control::kKillSwitchDrill, "drill")), findings);
}

ChecklistItem JudgeRollback(const PromotionFacts& facts) {
    Findings findings;
    RunChecks(facts, {CheckHst2, CheckRbk1, CheckRbk2, CheckRbk3, CheckRbk4, CheckRbk5, CheckRbk6, CheckRbx1},
              findings);
    JudgeControl(facts, Control::kRollbackDrill, findings);
    std::string detail = DescribeControl(facts, Control::kRollbackDrill, "rollback drill");
    if (facts.manifest.classification == ReleaseClass::kMechanism) {
        JudgeControl(facts, Control::kRestoreDrill, findings);
        detail += ", " + DescribeControl(facts, Control::kRestoreDrill, "restore drill");
    }
    return MakeItem("rollback", "Rollback plan documented and tested", std::move(detail), findings);
}

ChecklistItem JudgeObservability(const PromotionFacts& facts) {
    using enum Control;
    Findings findings;
    JudgeControls(facts, {kObs1, kObs2, kObs3, kObs4, kObs5, kObs6, kObs7, kObs8, kObs9}, findings);
    std::string detail = CountPassed(facts, {kObs1, kObs2, kObs3, kObs4, kObs5, kObs6, kObs7, kObs8, kObs9});
    if (facts.to == Channel::kStable) {
        JudgeControl(facts, kCandidateMetrics, findings);
        detail += ", " + DescribeControl(facts, kCandidateMetrics, "metrics of the candidate stay");
    }
    return MakeItem("observability", "Observability verified", std::move(detail), findings);
}

ChecklistItem JudgeExitCriteria(const PromotionFacts& facts) {
    Findings findings;
    std::size_t met = 0;
    if (!facts.plan) {
        Deny(findings, "EXP-1", {"There is no exposure plan.", {}, {}});
        return MakeItem("exit_criteria", "Exit criteria from Tenant Exposure Plan met", "no plan", findings);
    }
    CheckChn9(facts, findings);
    for (const CriterionFacts& criterion : facts.plan->criteria) {
        const std::size_t before = findings.size();
        JudgeCriterion(facts, criterion, findings);
        met += findings.size() == before ? 1 : 0;
    }
    return MakeItem("exit_criteria", "Exit criteria from Tenant Exposure Plan met",
                    Text(std::to_string(met), " of ", std::to_string(facts.plan->criteria.size()), " met"), findings);
}

}  // namespace

std::vector<ChecklistItem> ComputeChecklist(const PromotionFacts& facts) {
    return {JudgeDurations(facts), JudgeIncidents(facts),     JudgeDataSafety(facts),  JudgeKillSwitch(facts),
            JudgeRollback(facts),  JudgeObservability(facts), JudgeExitCriteria(facts)};
}

}  // namespace policy
