#include "controller/fleet/plan/checks.hpp"

#include <algorithm>

namespace fleet {

std::vector<Step> DueSteps(const CheckPlan& plan) {
    if (!plan.verify) {
        return {};
    }
    std::vector<Step> due = {Step::kValue};
    if (plan.restart) {
        due.push_back(Step::kRestart);
    }
    if (plan.kind == OperationKind::kMultiTenant) {
        due.insert(due.end(), {Step::kProbes, Step::kUi, Step::kWebsocket});
    }
    due.push_back(Step::kData);
    if (plan.kind != OperationKind::kMultiTenant) {
        due.push_back(Step::kFlags);
    }
    return due;
}

const StepFacts* FindStep(const std::vector<StepFacts>& steps, Step step) {
    const auto found =
        std::find_if(steps.begin(), steps.end(), [&](const StepFacts& facts) { return facts.step == step; });
    return found == steps.end() ? nullptr : &*found;
}

bool AnyFailed(const CheckPlan& plan, const std::vector<StepFacts>& steps) {
    const std::vector<Step> due = DueSteps(plan);
    return std::any_of(due.begin(), due.end(), [&](Step step) {
        const StepFacts* facts = FindStep(steps, step);
        return facts != nullptr && facts->outcome == StepOutcome::kFailed;
    });
}

std::string NotPassed(const CheckPlan& plan, const std::vector<StepFacts>& steps) {
    std::string text;
    for (const Step step : DueSteps(plan)) {
        const StepFacts* facts = FindStep(steps, step);
        if (facts != nullptr && facts->outcome == StepOutcome::kPassed) {
            continue;
        }
        text.append(text.empty() ? "" : ", ").append(platform::EnumText(step));
        if (facts == nullptr) {
            text += " is missing";
            continue;
        }
        text += facts->outcome == StepOutcome::kFailed ? " failed" : " was inconclusive";
        if (!facts->detail.empty()) {
            text += " (" + facts->detail + ")";
        }
    }
    return text;
}

}  // namespace fleet
