// CHX-2 and what a metrics source answers to an exit criterion (specification, sections 4 and 5).

#include "controller/policy/checks.hpp"
#include "controller/policy/evidence.hpp"
#include "controller/policy/number_text.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {

MeasurementState EffectiveState(const CriterionFacts& criterion) {
    if (!criterion.measurement || !criterion.criterion.metric || !criterion.measurement->samples ||
        *criterion.measurement->samples < criterion.criterion.metric->min_samples) {
        return MeasurementState::kInconclusive;
    }
    return criterion.measurement->state;
}

std::string_view FindMeasurementRule(const PromotionFacts& facts, const CriterionFacts& criterion) {
    const MeasurementState state = EffectiveState(criterion);
    if (state == MeasurementState::kInconclusive) {
        return "EVD-5";
    }
    if (facts.now - criterion.measurement->at > kMaximumMeasurementAge) {
        return "EVD-2";
    }
    return state == MeasurementState::kUnmet ? "CHX-2" : std::string_view();
}

void ReportMeasurement(const PromotionFacts& facts, const CriterionFacts& criterion, std::string_view rule,
                       Findings& findings) {
    const std::string& key = criterion.criterion.key;
    const std::string name = Text("Exit criterion ", key, " (", criterion.criterion.text, ")");
    const std::string ask =
        Text("Measure it again: portcullis gate ", facts.release.id.Text(), " --to ", platform::EnumText(facts.to));
    if (!criterion.measurement) {
        return LeaveOpen(findings, rule, {Text(name, " has not been measured."), ask, key});
    }
    const Measurement& measurement = *criterion.measurement;
    const std::string when = platform::FormatTime(measurement.at);
    if (rule == "EVD-5") {
        const std::string samples = measurement.samples ? Text(std::to_string(*measurement.samples), " samples")
                                                        : std::string("no sample count");
        return LeaveOpen(
            findings, rule,
            {Text(name, " is inconclusive: ", samples, ", ", std::to_string(criterion.criterion.metric->min_samples),
                  " needed; ", measurement.detail.empty() ? "no detail" : measurement.detail, " (", when, ")."),
             Text("See that the metrics source has data for its query. ", ask), key});
    }
    if (rule == "EVD-2") {
        return Deny(findings, rule,
                    {Text(name, " was measured ", platform::FormatDuration(facts.now - measurement.at), " ago (", when,
                          "); ", platform::FormatDuration(kMaximumMeasurementAge), " is the most."),
                     ask, key});
    }
    Deny(findings, rule,
         {Text(name, " is not met: ", measurement.value ? NumberText(*measurement.value) : std::string("no value"),
               ", needed ", LimitText(criterion.criterion.metric->limit), " (", when, ")."),
          "Bring the metric within its limit; the criterion is measured again at every evaluation.", key});
}

void JudgeCriterion(const PromotionFacts& facts, const CriterionFacts& criterion, Findings& findings) {
    if (!criterion.criterion.metric) {
        const EvidenceRequirement& requirement = RequirementOf(Control::kExitCriterion);
        const std::string& key = criterion.criterion.key;
        ReportControl(facts, requirement, key, ViewControl(facts, requirement, key), findings);
        return;
    }
    if (const std::string_view rule = FindMeasurementRule(facts, criterion); !rule.empty()) {
        ReportMeasurement(facts, criterion, rule, findings);
    }
}

// CHX-2: experimental is left when every exit criterion of the plan is met.
void CheckChx2(const PromotionFacts& facts, Findings& findings) {
    if (!facts.plan) {
        return;  // EXP-1
    }
    const EvidenceRequirement& requirement = RequirementOf(Control::kExitCriterion);
    for (const CriterionFacts& criterion : facts.plan->criteria) {
        if (criterion.criterion.metric) {
            if (FindMeasurementRule(facts, criterion) == "CHX-2") {
                ReportMeasurement(facts, criterion, "CHX-2", findings);
            }
            continue;
        }
        const ControlState state = ViewControl(facts, requirement, criterion.criterion.key);
        if (state.problem != ControlProblem::kNone && RuleOf(state.problem, requirement) == "CHX-2") {
            ReportControl(facts, requirement, criterion.criterion.key, state, findings);
        }
    }
}

}  // namespace policy
