// What holds of any order and anything that is observed of an instance.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "controller/fleet/plan/outcome.hpp"
#include "controller/fleet/plan/verdict.hpp"

namespace fleet_test {
namespace {

using fleet::InstanceOutcome;
using fleet::JudgeInstance;
using fleet::ObservedFacts;
using fleet::OrderFacts;
using std::chrono::seconds;

const fleet::Patience kAnyPatience;

InstanceOutcome AnyOutcome(const OrderFacts& order, const ObservedFacts& observed) {
    return JudgeInstance(order, observed, kAnyPatience).outcome;
}

std::vector<fleet::StepFacts> AnySteps() {
    std::vector<fleet::StepFacts> steps;
    for (const auto& name : platform::EnumNames<fleet::Step>::kNames) {
        if (name.value >= fleet::Step::kValue && *rc::gen::inRange(0, 6) > 0) {
            steps.push_back({name.value,
                             *rc::gen::weightedElement<fleet::StepOutcome>({{6, fleet::StepOutcome::kPassed},
                                                                            {1, fleet::StepOutcome::kFailed},
                                                                            {1, fleet::StepOutcome::kInconclusive}}),
                             "seen"});
        }
    }
    return steps;
}

OrderFacts AnyOrder() {
    OrderFacts order;
    order.plan.kind = *rc::gen::element(fleet::OperationKind::kMultiTenant, fleet::OperationKind::kFlag,
                                        fleet::OperationKind::kRollback);
    order.plan.restart = *rc::gen::arbitrary<bool>();
    order.plan.verify = *rc::gen::arbitrary<bool>();
    order.plan.watch = order.plan.verify && *rc::gen::arbitrary<bool>();
    order.enable = *rc::gen::arbitrary<bool>();
    order.batch = *rc::gen::inRange(1, 4);
    order.generation = *rc::gen::inRange<std::int64_t>(0, 6);
    order.newest_generation = order.generation + *rc::gen::inRange<std::int64_t>(0, 3);
    order.replaced = *rc::gen::arbitrary<bool>();
    order.retired = *rc::gen::arbitrary<bool>();
    order.age = order.age_on_record = seconds(*rc::gen::inRange(0, 200));
    order.applied_once = *rc::gen::arbitrary<bool>();
    order.contradicted_once = *rc::gen::arbitrary<bool>();
    order.restart_proven = *rc::gen::arbitrary<bool>();
    order.applied_age = seconds(*rc::gen::inRange(0, 100));
    order.attempts = *rc::gen::inRange(0, 4);
    order.steps = AnySteps();
    if (*rc::gen::arbitrary<bool>()) {
        order.refusal = "forged";
    }
    if (*rc::gen::arbitrary<bool>()) {
        order.halted = "eu-1 failed.";
    }
    return order;
}

ObservedFacts AnyObserved() {
    ObservedFacts observed;
    observed.ever_heard = *rc::gen::arbitrary<bool>();
    if (observed.ever_heard) {
        observed.connected = *rc::gen::arbitrary<bool>();
        observed.silent_for = seconds(*rc::gen::inRange(0, 60));
        observed.hosted = *rc::gen::arbitrary<bool>();
        observed.agent = *rc::gen::arbitrary<bool>();
        observed.enabled = *rc::gen::arbitrary<bool>();
        observed.generation = *rc::gen::inRange<std::int64_t>(0, 9);
        if (*rc::gen::inRange(0, 4) == 0) {
            observed.beside_for = seconds(*rc::gen::inRange(0, 40));
        }
    }
    return observed;
}

bool IsDone(InstanceOutcome outcome) {
    return outcome == InstanceOutcome::kApplied || outcome == InstanceOutcome::kVerified;
}

RC_GTEST_PROP(InstanceOutcomeProperty, NothingIsAppliedThatTheInstanceDidNotSay, ()) {
    const OrderFacts order = AnyOrder();
    const ObservedFacts observed = AnyObserved();
    if (IsDone(AnyOutcome(order, observed))) {
        const bool says_so =
            fleet::IsInForce(order, observed) &&
            (order.plan.kind != fleet::OperationKind::kMultiTenant || observed.enabled == order.enable) &&
            (!order.plan.restart || order.restart_proven);
        RC_ASSERT(says_so || (order.replaced && order.applied_once));
    }
}

RC_GTEST_PROP(InstanceOutcomeProperty, NothingIsVerifiedWithAStepThatDidNotPass, ()) {
    const OrderFacts order = AnyOrder();
    const ObservedFacts observed = AnyObserved();
    const auto judgement = JudgeInstance(order, observed, kAnyPatience);
    if (judgement.outcome == InstanceOutcome::kVerified) {
        RC_ASSERT(order.plan.verify);
        const bool alone = !observed.beside_for || *observed.beside_for > kAnyPatience.beside;
        RC_ASSERT(order.replaced || alone);
        for (const fleet::Step step : fleet::DueSteps(order.plan)) {
            const fleet::StepFacts* facts = fleet::FindStep(order.steps, step);
            RC_ASSERT(facts != nullptr);
            RC_ASSERT(facts->outcome == fleet::StepOutcome::kPassed);
        }
        const fleet::StepFacts* watch = fleet::FindStep(order.steps, fleet::Step::kWatch);
        RC_ASSERT(
            (watch == nullptr || watch->outcome == fleet::StepOutcome::kPassed));  // it captures both sides without
    }
    RC_ASSERT(!judgement.watching || judgement.outcome == InstanceOutcome::kVerified);
}

RC_GTEST_PROP(InstanceOutcomeProperty, OnlyWhatIsHeardOrProvenIsKilled, ()) {
    OrderFacts order = AnyOrder();
    order.replaced = false;
    const ObservedFacts observed = AnyObserved();
    const InstanceOutcome outcome = AnyOutcome(order, observed);
    if (order.generation == 0 || !observed.ever_heard || observed.generation < order.generation) {
        RC_ASSERT(!IsDone(outcome));
    }
}

RC_GTEST_PROP(InstanceOutcomeProperty, WithoutAWordOfItsOwnAnInstanceIsNeverDone, ()) {
    OrderFacts order = AnyOrder();
    order.replaced = false;
    const InstanceOutcome outcome = AnyOutcome(order, {});
    RC_ASSERT(
        outcome == InstanceOutcome::kPending || outcome == InstanceOutcome::kUnreachable ||
        (order.generation == 0 && (outcome == InstanceOutcome::kWaiting || outcome == InstanceOutcome::kSuperseded)) ||
        (outcome == InstanceOutcome::kFailed && order.refusal));
}

RC_GTEST_PROP(InstanceOutcomeProperty, TimeAloneNeverMakesAnythingDone, ()) {
    const OrderFacts order = AnyOrder();
    const ObservedFacts observed = AnyObserved();
    OrderFacts later = order;
    const auto passed = seconds(*rc::gen::inRange(0, 100));
    later.age += passed;
    later.applied_age += passed;
    ObservedFacts quieter = observed;
    quieter.silent_for += passed;
    const InstanceOutcome before = AnyOutcome(order, observed);
    const InstanceOutcome after = AnyOutcome(later, quieter);
    RC_ASSERT(before == after ||
              (before == InstanceOutcome::kPending &&
               (after == InstanceOutcome::kUnreachable || after == InstanceOutcome::kFailed)) ||
              (before == InstanceOutcome::kFailed && after == InstanceOutcome::kUnreachable) ||
              // Applied and not verified in time; or that and nobody to ask any more.
              (before == InstanceOutcome::kApplied && after == InstanceOutcome::kFailed) ||
              (before == InstanceOutcome::kFailed && after == InstanceOutcome::kApplied));
}

RC_GTEST_PROP(InstanceOutcomeProperty, EveryOutcomeThatIsNotAskedForSaysWhy, ()) {
    const OrderFacts order = AnyOrder();
    const auto judgement = JudgeInstance(order, AnyObserved(), kAnyPatience);
    const bool wanted = judgement.outcome == InstanceOutcome::kVerified ||
                        (judgement.outcome == InstanceOutcome::kApplied && !order.plan.verify);
    const bool cut_short = judgement.outcome == InstanceOutcome::kVerified && order.replaced && order.plan.watch &&
                           fleet::FindStep(order.steps, fleet::Step::kWatch) == nullptr;
    RC_ASSERT(judgement.why.empty() == (wanted && !cut_short));
}

RC_GTEST_PROP(VerdictProperty, TheFractionCountsEveryInstanceOnce, ()) {
    const auto outcomes = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9));
    fleet::Verdict verdict(fleet::OperationKind::kMultiTenant, false, true);
    std::size_t verified = 0;
    std::size_t not_managed = 0;
    for (const int outcome : outcomes) {
        verdict.Add("i", {static_cast<InstanceOutcome>(outcome), "", true, false});
        verified += static_cast<InstanceOutcome>(outcome) == InstanceOutcome::kVerified ? 1 : 0;
        not_managed += static_cast<InstanceOutcome>(outcome) == InstanceOutcome::kNotManaged ? 1 : 0;
    }
    std::size_t sum = 0;
    for (const auto& name : platform::EnumNames<InstanceOutcome>::kNames) {
        sum += verdict.Count(name.value);
    }
    RC_ASSERT(sum == outcomes.size());
    RC_ASSERT(verdict.Complete() == (verified + not_managed == outcomes.size()));
    RC_ASSERT(outcomes.size() == not_managed || verdict.Summary().starts_with(std::to_string(verified) + " of "));
}

}  // namespace
}  // namespace fleet_test
