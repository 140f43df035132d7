// Desired against observed: what may be claimed about an instance, and about a fleet.
#include "controller/fleet/plan/outcome.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "controller/fleet/plan/verdict.hpp"

namespace fleet_test {
namespace {

using fleet::InstanceOutcome;
using fleet::JudgeInstance;
using fleet::ObservedFacts;
using fleet::OrderFacts;
using std::chrono::seconds;

const fleet::Patience kPatience;

OrderFacts Kill() {
    OrderFacts order;
    order.generation = 7;
    order.newest_generation = 7;
    order.age = seconds(2);
    return order;
}

ObservedFacts Alive() {
    ObservedFacts observed;
    observed.ever_heard = true;
    observed.connected = true;
    observed.silent_for = seconds(1);
    observed.enabled = true;
    observed.generation = 6;
    return observed;
}

InstanceOutcome Outcome(const OrderFacts& order, const ObservedFacts& observed) {
    return JudgeInstance(order, observed, kPatience).outcome;
}

TEST(InstanceOutcome, AppliedIsWhatTheInstanceSaysOfThatVeryOrder) {
    ObservedFacts observed = Alive();
    EXPECT_EQ(Outcome(Kill(), observed), InstanceOutcome::kPending);
    observed.enabled = false;  // by its environment, say: not by this order
    EXPECT_EQ(Outcome(Kill(), observed), InstanceOutcome::kPending);
    observed.generation = 7;
    EXPECT_EQ(Outcome(Kill(), observed), InstanceOutcome::kApplied);
    observed.connected = false;  // it holds across a loss of the connection, and across restarts
    EXPECT_EQ(Outcome(Kill(), observed), InstanceOutcome::kApplied);
}

TEST(InstanceOutcome, AnInstanceThatContradictsHasFailed) {
    ObservedFacts observed = Alive();
    observed.generation = 7;
    OrderFacts order = Kill();
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kFailed);
    order.applied_once = true;
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kFailed) << "what it says now counts";
    order = Kill();
    order.enable = true;
    observed.enabled = false;
    EXPECT_NE(JudgeInstance(order, observed, kPatience).why.find("environment"), std::string::npos);
}

TEST(InstanceOutcome, UnreachableIsSaidWithWhatIsKnown) {
    OrderFacts order = Kill();
    order.age = seconds(11);
    EXPECT_EQ(Outcome(order, {}), InstanceOutcome::kUnreachable);
    EXPECT_NE(JudgeInstance(order, {}, kPatience).why.find("never connected"), std::string::npos);
    ObservedFacts observed = Alive();
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kUnreachable) << "connected is not killed";
    observed.connected = false;
    EXPECT_NE(JudgeInstance(order, observed, kPatience).why.find("its switch was on"), std::string::npos);
}

TEST(InstanceOutcome, HostedInstancesAreUnkillableBeforeTheyAreNeeded) {
    ObservedFacts observed = Alive();
    observed.hosted = true;
    observed.generation = 7;
    observed.enabled = false;
    EXPECT_EQ(Outcome(Kill(), observed), InstanceOutcome::kUnkillable);
}

TEST(InstanceOutcome, ARefusedOrderHasFailedUntilItIsTaken) {
    OrderFacts order = Kill();
    order.refusal = "not_stored (the disk is full)";
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kFailed);
    ObservedFacts observed = Alive();
    observed.generation = 7;
    observed.enabled = false;
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kApplied);
}

TEST(InstanceOutcome, AReplacedOrderIsJudgedByWhatIsOnRecord) {
    OrderFacts order = Kill();
    order.newest_generation = 8;
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kSuperseded);
    order.contradicted_once = true;
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kFailed);
    order.applied_once = true;
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kApplied);
}

OrderFacts AnyOrder() {
    OrderFacts order;
    order.enable = *rc::gen::arbitrary<bool>();
    order.generation = *rc::gen::inRange<std::int64_t>(1, 6);
    order.newest_generation = order.generation + *rc::gen::inRange<std::int64_t>(0, 3);
    order.age = seconds(*rc::gen::inRange(0, 40));
    order.applied_once = *rc::gen::arbitrary<bool>();
    order.contradicted_once = *rc::gen::arbitrary<bool>();
    if (*rc::gen::arbitrary<bool>()) {
        order.refusal = "forged";
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
        observed.enabled = *rc::gen::arbitrary<bool>();
        observed.generation = *rc::gen::inRange<std::int64_t>(0, 9);
    }
    return observed;
}

RC_GTEST_PROP(InstanceOutcomeProperty, NothingIsAppliedThatTheInstanceDidNotSay, ()) {
    const OrderFacts order = AnyOrder();
    const ObservedFacts observed = AnyObserved();
    if (Outcome(order, observed) == InstanceOutcome::kApplied) {
        const bool says_so =
            observed.ever_heard && observed.generation == order.generation && observed.enabled == order.enable;
        RC_ASSERT(says_so || (order.newest_generation > order.generation && order.applied_once));
    }
}

RC_GTEST_PROP(InstanceOutcomeProperty, WithoutAWordOfItsOwnAnInstanceIsNeverDone, ()) {
    OrderFacts order = AnyOrder();
    order.newest_generation = order.generation;
    const InstanceOutcome outcome = Outcome(order, {});
    RC_ASSERT(outcome == InstanceOutcome::kPending || outcome == InstanceOutcome::kUnreachable ||
              (outcome == InstanceOutcome::kFailed && order.refusal));
}

RC_GTEST_PROP(InstanceOutcomeProperty, TimeAloneNeverMakesAnythingApplied, ()) {
    const OrderFacts order = AnyOrder();
    const ObservedFacts observed = AnyObserved();
    OrderFacts later = order;
    later.age += seconds(*rc::gen::inRange(0, 100));
    ObservedFacts quieter = observed;
    quieter.silent_for += later.age - order.age;
    const InstanceOutcome before = Outcome(order, observed);
    const InstanceOutcome after = Outcome(later, quieter);
    RC_ASSERT(before == after || (before == InstanceOutcome::kPending && after == InstanceOutcome::kUnreachable));
}

RC_GTEST_PROP(InstanceOutcomeProperty, EveryOutcomeButAppliedSaysWhy, ()) {
    const auto judgement = JudgeInstance(AnyOrder(), AnyObserved(), kPatience);
    RC_ASSERT(judgement.why.empty() == (judgement.outcome == InstanceOutcome::kApplied));
}

RC_GTEST_PROP(VerdictProperty, TheFractionCountsEveryInstanceOnce, ()) {
    const auto outcomes = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6));
    fleet::Verdict verdict(false);
    std::size_t applied = 0;
    for (const int outcome : outcomes) {
        verdict.Add("i", static_cast<InstanceOutcome>(outcome));
        applied += static_cast<InstanceOutcome>(outcome) == InstanceOutcome::kApplied ? 1 : 0;
    }
    std::size_t sum = 0;
    for (const auto& name : platform::EnumNames<InstanceOutcome>::kNames) {
        sum += verdict.Count(name.value);
    }
    RC_ASSERT(sum == outcomes.size());
    RC_ASSERT(verdict.Complete() == (applied == outcomes.size()));
    RC_ASSERT(outcomes.empty() || verdict.Summary().starts_with(std::to_string(applied) + " of "));
}

TEST(Verdict, NamesWhoIsNotDone) {
    fleet::Verdict verdict(false);
    verdict.Add("eu-1", InstanceOutcome::kApplied);
    verdict.Add("eu-2", InstanceOutcome::kUnreachable);
    verdict.Add("eu-3", InstanceOutcome::kUnkillable);
    EXPECT_EQ(verdict.Summary(), "1 of 3 instances are switched off. Not: eu-2 (unreachable), eu-3 (unkillable).");
    EXPECT_TRUE(verdict.Finished());
    EXPECT_FALSE(verdict.Complete());
    EXPECT_EQ(fleet::Verdict(true).Summary(), "The fleet has no instances; those that join are to be switched on.");
}

TEST(InstanceOutcome, TextsReadBack) {
    for (const auto& name : platform::EnumNames<InstanceOutcome>::kNames) {
        EXPECT_EQ(platform::ParseEnum<InstanceOutcome>(name.text), name.value);
    }
}

}  // namespace
}  // namespace fleet_test
