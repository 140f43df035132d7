#include "controller/fleet/plan/outcome.hpp"

namespace fleet {
namespace {

std::string SwitchText(bool enabled) {
    return enabled ? "on" : "off";
}

std::string SecondsText(platform::Duration span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(span).count()) + " s";
}

std::string ContradictionText(bool enabled) {
    return enabled
               ? "It took the order to switch off and still says that the switch is on. Look at the machine."
               : "It took the order to switch on and says that the switch is off: its environment, or its operator, "
                 "keeps it off. Look at the machine.";
}

}  // namespace

bool IsHeard(const ObservedFacts& observed, const Patience& patience) {
    return observed.ever_heard && observed.connected && observed.silent_for <= patience.silence;
}

Judgement JudgeInstance(const OrderFacts& order, const ObservedFacts& observed, const Patience& patience) {
    if (observed.hosted && !order.enable) {
        return {InstanceOutcome::kUnkillable,
                "It runs in hosted mode, where the switch does not decide who gets in. Suspend its tenants instead."};
    }
    if (order.newest_generation > order.generation) {
        // Nobody asks it about this order any more: what is on record counts.
        if (order.applied_once) {
            return {InstanceOutcome::kApplied, ""};
        }
        if (order.contradicted_once) {
            return {InstanceOutcome::kFailed, ContradictionText(!order.enable)};
        }
        return {InstanceOutcome::kSuperseded, "A newer order, of generation " +
                                                  std::to_string(order.newest_generation) +
                                                  ", replaced it before it was applied."};
    }
    if (observed.ever_heard && observed.generation == order.generation) {
        if (observed.enabled == order.enable) {
            return {InstanceOutcome::kApplied, ""};
        }
        return {InstanceOutcome::kFailed, ContradictionText(observed.enabled)};
    }
    if (order.refusal) {
        return {InstanceOutcome::kFailed, "It turned the order away: " + *order.refusal + "."};
    }
    if (order.age <= patience.answer) {
        return {InstanceOutcome::kPending, "Ordered " + SecondsText(order.age) + " ago."};
    }
    const std::string not_known = " Whether its switch is " + SwitchText(order.enable) + " is not known.";
    if (!observed.ever_heard) {
        return {InstanceOutcome::kUnreachable, "It has never connected." + not_known};
    }
    if (!IsHeard(observed, patience)) {
        return {InstanceOutcome::kUnreachable, "It is not connected; last heard " + SecondsText(observed.silent_for) +
                                                   " ago, when its switch was " + SwitchText(observed.enabled) + "." +
                                                   not_known};
    }
    return {InstanceOutcome::kUnreachable,
            "It is connected and has not answered for " + SecondsText(order.age) + "." + not_known};
}

}  // namespace fleet
