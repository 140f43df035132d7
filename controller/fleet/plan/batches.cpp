#include "controller/fleet/plan/batches.hpp"

#include <algorithm>
#include <limits>

namespace fleet {
namespace {

constexpr std::size_t kMostReasons = 5;

bool IsDoneOrNotItsMatter(InstanceOutcome outcome, bool verify) {
    switch (outcome) {
        case InstanceOutcome::kVerified:
        case InstanceOutcome::kUnkillable:
        case InstanceOutcome::kSuperseded:
        case InstanceOutcome::kNotManaged:
            return true;
        case InstanceOutcome::kApplied:
            return !verify;
        case InstanceOutcome::kWaiting:
        case InstanceOutcome::kPending:
        case InstanceOutcome::kFailed:
        case InstanceOutcome::kUnreachable:
            break;
    }
    return false;
}

}  // namespace

NextStep DecideNext(const std::vector<BatchedInstance>& instances, bool verify, bool stop_on_failure) {
    int next = std::numeric_limits<int>::max();
    for (const BatchedInstance& instance : instances) {
        if (instance.judgement.outcome == InstanceOutcome::kWaiting) {
            next = std::min(next, instance.batch);
        }
    }
    if (next == std::numeric_limits<int>::max()) {
        return {};
    }
    NextStep halt{NextStep::What::kHalt, next - 1, "", {}};
    bool unsettled = false;
    for (const BatchedInstance& instance : instances) {
        if (!instance.issued) {
            continue;
        }
        if (!instance.judgement.settled) {
            unsettled = true;
        } else if (!IsDoneOrNotItsMatter(instance.judgement.outcome, verify)) {
            halt.instances.push_back(instance.name);
            if (halt.instances.size() <= kMostReasons) {
                halt.why.append(halt.why.empty() ? "" : " ").append(instance.name).append(" is ");
                halt.why.append(platform::EnumText(instance.judgement.outcome)).append(": ");
                halt.why.append(instance.judgement.why);
            }
        }
    }
    if (stop_on_failure && !halt.instances.empty()) {
        if (halt.instances.size() > kMostReasons) {
            halt.why += " And " + std::to_string(halt.instances.size() - kMostReasons) + " more.";
        }
        return halt;
    }
    if (unsettled) {
        return {NextStep::What::kWait, next, "", {}};
    }
    return {NextStep::What::kIssue, next, "", {}};
}

}  // namespace fleet
