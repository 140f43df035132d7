#include "controller/fleet/plan/outcome.hpp"

#include <algorithm>
#include <utility>

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

std::string NotKnownText(const OrderFacts& order) {
    return order.plan.kind == OperationKind::kMultiTenant
               ? " Whether its switch is " + SwitchText(order.enable) + " is not known."
               : " Whether the order is in force there is not known.";
}

Judgement Settled(InstanceOutcome outcome, std::string why = {}) {
    return {outcome, std::move(why), true, false};
}

Judgement JudgeWaiting(const OrderFacts& order) {
    if (order.retired) {
        return Settled(InstanceOutcome::kSuperseded, "It was retired before its batch came.");
    }
    if (order.replaced) {
        return Settled(InstanceOutcome::kSuperseded, "A newer operation was ordered before its batch came.");
    }
    const std::string text = "It is in batch " + std::to_string(order.batch) + " and was ordered nothing";
    if (order.halted) {
        return Settled(InstanceOutcome::kWaiting, text + ", because the operation was halted: " + *order.halted);
    }
    return {InstanceOutcome::kWaiting, text + " yet.", false, false};
}

/// Nobody asks it about this order any more: what is on record counts.
Judgement JudgeReplaced(const OrderFacts& order) {
    if (order.applied_once) {
        const std::string missing = NotPassed(order.plan, order.steps);
        if (AnyFailed(order.plan, order.steps)) {
            return Settled(InstanceOutcome::kFailed,
                           "It said that the order was in force and had not stood the verification when a newer order "
                           "replaced it: " +
                               missing + ".");
        }
        if (!order.plan.verify || !missing.empty()) {
            return Settled(InstanceOutcome::kApplied,
                           order.plan.verify ? "A newer order replaced it before it was verified." : "");
        }
        const StepFacts* watch = FindStep(order.steps, Step::kWatch);
        if (watch != nullptr && watch->outcome == StepOutcome::kFailed) {
            return Settled(InstanceOutcome::kFailed, "It failed its watch: " + watch->detail);
        }
        if (watch == nullptr && order.plan.watch) {
            return Settled(InstanceOutcome::kVerified, "A newer order replaced it before its watch ended.");
        }
        return watch == nullptr || watch->outcome == StepOutcome::kPassed
                   ? Settled(InstanceOutcome::kVerified)
                   : Settled(InstanceOutcome::kApplied, "Its watch was inconclusive: " + watch->detail);
    }
    if (order.contradicted_once) {
        return Settled(InstanceOutcome::kFailed, ContradictionText(!order.enable));
    }
    return Settled(InstanceOutcome::kSuperseded, "A newer order, of generation " +
                                                     std::to_string(order.newest_generation) +
                                                     ", replaced it before it was applied.");
}

/// It said that the order is in force as ordered: is it proven?
Judgement JudgeApplied(const OrderFacts& order, const ObservedFacts& observed, const Patience& patience) {
    const bool heard = IsHeard(observed, patience);
    if (!order.plan.verify) {
        return Settled(InstanceOutcome::kApplied);
    }
    const std::string missing = NotPassed(order.plan, order.steps);
    if (missing.empty()) {
        if (observed.beside_for && *observed.beside_for <= patience.beside) {
            return {InstanceOutcome::kApplied,
                    "It stood the verification; another process was connected under its name, and it is verified when "
                    "that one stays silent for " +
                        SecondsText(patience.beside - *observed.beside_for) + " more.",
                    false, false};
        }
        const StepFacts* watch = FindStep(order.steps, Step::kWatch);
        if (watch == nullptr) {
            return {InstanceOutcome::kVerified, "", true, order.plan.watch};
        }
        switch (watch->outcome) {
            case StepOutcome::kPassed:
                return Settled(InstanceOutcome::kVerified);
            case StepOutcome::kFailed:
                return Settled(InstanceOutcome::kFailed, "It failed its watch: " + watch->detail);
            case StepOutcome::kInconclusive:
                break;
        }
        return Settled(InstanceOutcome::kApplied, "It was verified, but its watch was inconclusive: " + watch->detail);
    }
    const bool asked = order.attempts > 0;
    if (order.applied_age <= patience.verify || (heard && !asked)) {
        return {InstanceOutcome::kApplied,
                asked ? "It says so itself; not verified yet: " + missing + "."
                      : "It says so itself, and is to be verified.",
                false, false};
    }
    if (!heard) {
        return Settled(InstanceOutcome::kApplied,
                       "It said so itself and was not heard since; not verified: " + missing + ".");
    }
    if (!AnyFailed(order.plan, order.steps)) {
        // Nobody saw it do otherwise: that is no proof, and no failure of its either.
        return Settled(InstanceOutcome::kApplied, "It says so itself; it could not be verified: " + missing + ".");
    }
    return Settled(InstanceOutcome::kFailed,
                   "It says that the order is in force and does not stand the verification: " + missing + ".");
}

Judgement JudgeInForce(const OrderFacts& order, const ObservedFacts& observed, const Patience& patience) {
    const bool heard = IsHeard(observed, patience);
    if (order.plan.restart && !order.restart_proven) {
        if (order.age_on_record <= patience.restart) {
            return {InstanceOutcome::kPending, "It took the order and is to restart.", false, false};
        }
        return heard ? Settled(InstanceOutcome::kFailed,
                               "It took the order and did not restart: what serves there is the process from before.")
                     : Settled(InstanceOutcome::kUnreachable,
                               "It took the order, was to restart and was not heard since." + NotKnownText(order));
    }
    if (order.plan.kind == OperationKind::kMultiTenant && observed.enabled != order.enable) {
        return Settled(InstanceOutcome::kFailed, ContradictionText(observed.enabled));
    }
    return JudgeApplied(order, observed, patience);
}

}  // namespace

bool IsHeard(const ObservedFacts& observed, const Patience& patience) {
    return observed.ever_heard && observed.connected && observed.silent_for <= patience.silence;
}

bool IsInForce(const OrderFacts& order, const ObservedFacts& observed) {
    // Another generation in between may be from before this fleet: only those that are known to carry the order count.
    return observed.ever_heard && order.generation > 0 &&
           (observed.generation == order.generation ||
            (!order.replaced && observed.generation == order.newest_generation &&
             order.newest_generation > order.generation));
}

Judgement JudgeInstance(const OrderFacts& order, const ObservedFacts& observed, const Patience& patience) {
    if (observed.hosted && !order.enable && order.plan.kind == OperationKind::kMultiTenant) {
        return Settled(InstanceOutcome::kUnkillable,
                       "It runs in hosted mode, where the switch does not decide who gets in. Suspend its tenants "
                       "instead.");
    }
    if (observed.agent && order.plan.kind != OperationKind::kMultiTenant) {
        return Settled(
            InstanceOutcome::kNotManaged,
            "It says that it speaks for an unmodified Pulse, which has no flags: none is switched there, and "
            "nothing of it was looked at.");
    }
    if (order.generation == 0) {
        return JudgeWaiting(order);
    }
    if (order.replaced) {
        return JudgeReplaced(order);
    }
    if (observed.contested) {
        return Settled(
            InstanceOutcome::kFailed,
            "Two processes use its name and its credential, so what one of them says or shows is not shown of "
            "the other. End one of them, then replace the credential (portcullis fleet rotate-credential).");
    }
    if (IsInForce(order, observed)) {
        return JudgeInForce(order, observed, patience);
    }
    if (order.refusal) {
        return Settled(InstanceOutcome::kFailed, "It turned the order away: " + *order.refusal + ".");
    }
    // What an agent is ordered takes a restart in every mode: it is heard all the while, unlike one that restarts
    // itself.
    const bool restarts =
        observed.ever_heard && (order.plan.restart || (observed.agent && IsHeard(observed, patience)));
    if (order.age_on_record <= (restarts ? std::max(patience.answer, patience.restart) : patience.answer)) {
        return {InstanceOutcome::kPending, "Ordered " + SecondsText(order.age) + " ago.", false, false};
    }
    const std::string not_known = NotKnownText(order);
    if (!observed.ever_heard) {
        return Settled(InstanceOutcome::kUnreachable, "It has never connected." + not_known);
    }
    if (!IsHeard(observed, patience)) {
        return Settled(InstanceOutcome::kUnreachable,
                       "It is not connected; last heard " + SecondsText(observed.silent_for) +
                           " ago, when its switch was " + SwitchText(observed.enabled) + "." + not_known);
    }
    return Settled(InstanceOutcome::kUnreachable,
                   "It is connected and has not answered for " + SecondsText(order.age) + "." + not_known);
}

}  // namespace fleet
