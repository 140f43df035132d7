// Desired against observed: what may be claimed about an instance, and about a fleet.
#include "controller/fleet/plan/outcome.hpp"

#include <gtest/gtest.h>

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
    order.generation = order.newest_generation = 7;
    order.age = order.age_on_record = seconds(2);
    order.plan.verify = false;
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
    order.age = order.age_on_record = seconds(11);
    EXPECT_EQ(Outcome(order, {}), InstanceOutcome::kUnreachable);
    EXPECT_NE(JudgeInstance(order, {}, kPatience).why.find("never connected"), std::string::npos);
    ObservedFacts observed = Alive();
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kUnreachable) << "connected is not killed";
    order.age_on_record = seconds(0);
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kPending)
        << "it was journalled, and answers are only read now";
    order.age_on_record = order.age;
    observed.connected = false;
    EXPECT_NE(JudgeInstance(order, observed, kPatience).why.find("its switch was on"), std::string::npos);
}

TEST(InstanceOutcome, AnAgentThatIsHeardHasTheTimeOfARestart) {
    OrderFacts order = Kill();
    order.age_on_record = kPatience.answer + seconds(1);
    ObservedFacts observed = Alive();
    EXPECT_EQ((observed.agent = true, Outcome(order, observed)), InstanceOutcome::kPending) << "in every mode";
    EXPECT_EQ((observed.connected = false, Outcome(order, observed)), InstanceOutcome::kUnreachable);
}

TEST(InstanceOutcome, HostedInstancesAreUnkillableBeforeTheyAreNeeded) {
    ObservedFacts observed = Alive();
    observed.hosted = true;
    observed.generation = 7;
    observed.enabled = false;
    EXPECT_EQ(Outcome(Kill(), observed), InstanceOutcome::kUnkillable);
}

TEST(InstanceOutcome, AnUnmodifiedPulseHasASwitchAndNoFlags) {
    OrderFacts order = Kill();
    ObservedFacts observed = Alive();
    observed.agent = true;
    observed.generation = 7;
    observed.enabled = false;
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kApplied) << "its switch is managed";
    order.plan.kind = fleet::OperationKind::kFlag;
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kNotManaged) << "taking a document is not having a flag";
    observed.connected = false;
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kNotManaged);
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

TEST(InstanceOutcome, TheWordOfOneOfTwoProcessesIsNotTheOthers) {
    ObservedFacts observed = Alive();
    observed.contested = true;
    EXPECT_EQ(Outcome(Kill(), observed), InstanceOutcome::kFailed);
    observed.generation = 7;
    observed.enabled = false;
    EXPECT_EQ(Outcome(Kill(), observed), InstanceOutcome::kFailed);
    observed.contested = false;
    EXPECT_EQ(Outcome(Kill(), observed), InstanceOutcome::kApplied);
}

TEST(InstanceOutcome, WhoSpeaksBesideAnotherIsNotVerifiedBeforeTheOtherHadItsTurn) {
    OrderFacts order = Kill();
    order.plan.verify = true;
    order.applied_once = true;
    for (const fleet::Step step : fleet::DueSteps(order.plan)) {
        order.steps.push_back({step, fleet::StepOutcome::kPassed, {}});
    }
    ObservedFacts observed = Alive();
    observed.enabled = false;
    observed.generation = 7;
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kVerified);
    observed.beside_for = seconds(3);
    const auto judgement = JudgeInstance(order, observed, kPatience);
    EXPECT_EQ(judgement.outcome, InstanceOutcome::kApplied);
    EXPECT_FALSE(judgement.settled) << "time decides it";
    EXPECT_NE(judgement.why.find("stays silent for 12 s more"), std::string::npos) << judgement.why;
    observed.beside_for = seconds(-20);  // the other one may take so long to dial again
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kApplied);
    EXPECT_NE(JudgeInstance(order, observed, kPatience).why.find("for 35 s more"), std::string::npos);
    order.steps.front().outcome = fleet::StepOutcome::kFailed;
    order.applied_age = kPatience.verify + seconds(1);
    order.attempts = 1;
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kFailed) << "it excuses nothing";
    order.steps.front().outcome = fleet::StepOutcome::kPassed;
    observed.beside_for = kPatience.beside + seconds(1);
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kVerified) << "the other one ended";
}

TEST(InstanceOutcome, AReplacedOrderIsJudgedByWhatIsOnRecord) {
    OrderFacts order = Kill();
    order.newest_generation = 8;
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kPending) << "a later document about something else carries it";
    order.replaced = true;
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kSuperseded);
    order.contradicted_once = true;
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kFailed);
    order.applied_once = true;
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kApplied);
}

TEST(InstanceOutcome, ThatWasReplacedIsWhatIsOnRecordOfIt) {
    OrderFacts order = Kill();
    order.plan.verify = order.plan.watch = true;
    order.replaced = order.applied_once = true;
    for (const fleet::Step step : fleet::DueSteps(order.plan)) {
        order.steps.push_back({step, fleet::StepOutcome::kPassed, {}});
    }
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kVerified);
    EXPECT_NE(JudgeInstance(order, Alive(), kPatience).why.find("before its watch ended"), std::string::npos);
    order.steps.back().outcome = fleet::StepOutcome::kInconclusive;
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kApplied);
    order.steps.front() = {order.steps.front().step, fleet::StepOutcome::kFailed, "GET /api/orgs got 200"};
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kFailed) << "a second order makes nothing of the first well";
    EXPECT_NE(JudgeInstance(order, Alive(), kPatience).why.find("got 200"), std::string::npos);
}

TEST(Verdict, NamesWhoIsNotDone) {
    using fleet::OperationStatus;
    fleet::Verdict verdict(fleet::OperationKind::kMultiTenant, false, true);
    verdict.Add("eu-1", {InstanceOutcome::kVerified, "", true, true});
    verdict.Add("eu-2", {InstanceOutcome::kUnreachable, "", true, false});
    verdict.Add("eu-3", {InstanceOutcome::kUnkillable, "", true, false});
    EXPECT_EQ(verdict.Summary(),
              "1 of 3 instances are switched off and verified. Not: eu-2 (unreachable), eu-3 (unkillable).");
    EXPECT_EQ(verdict.Status(false), OperationStatus::kWatching);
    EXPECT_FALSE(verdict.Complete());
    verdict.Add("eu-4", {InstanceOutcome::kWaiting, "", true, false});
    EXPECT_EQ(verdict.Status(true), OperationStatus::kHalted);
    EXPECT_NE(verdict.Summary("eu-2 is unreachable.").find("1 instance was ordered nothing and NOT killed."),
              std::string::npos);
    verdict.Add("eu-5", {InstanceOutcome::kApplied, "", false, false});
    EXPECT_EQ(verdict.Status(true), OperationStatus::kRunning);
    EXPECT_NE(verdict.Summary().find("eu-5 (applied, not verified)"), std::string::npos);
    EXPECT_EQ(fleet::Verdict(fleet::OperationKind::kMultiTenant, true, true).Summary(),
              "The fleet has no instances; those that join are to be switched on.");
    fleet::Verdict unverified(fleet::OperationKind::kMultiTenant, false, false);
    unverified.Add("eu-1", {InstanceOutcome::kApplied, "", true, false});
    EXPECT_TRUE(unverified.Complete());
    EXPECT_EQ(unverified.Status(false), OperationStatus::kDone);
    EXPECT_EQ(unverified.Summary(), "1 of 1 instance is switched off.");
}

TEST(Verdict, DoesNotCountWhoHasNoFlags) {
    fleet::Verdict verdict(fleet::OperationKind::kFlag, false, true);
    verdict.Add("legacy-1", {InstanceOutcome::kNotManaged, "", true, false});
    EXPECT_EQ(verdict.Summary(),
              "No instance that has flags is concerned. Not managed, by its own word an unmodified Pulse without "
              "flags: legacy-1.");
    verdict.Add("eu-1", {InstanceOutcome::kVerified, "", true, false});
    EXPECT_EQ(verdict.Summary(),
              "1 of 1 instance has the flag as ordered and verified. Not managed, by its own word an unmodified Pulse "
              "without flags: "
              "legacy-1.");
    EXPECT_TRUE(verdict.Complete());
    verdict.Add("eu-2", {InstanceOutcome::kFailed, "", true, false});
    EXPECT_FALSE(verdict.Complete());
    EXPECT_NE(verdict.Summary().find("1 of 2 instances have the flag as ordered and verified. Not: eu-2 (failed)."),
              std::string::npos)
        << verdict.Summary();
}

/// A kill of this generation that was applied and verified, in force now.
OrderFacts VerifiedKill() {
    OrderFacts order = Kill();
    order.plan.verify = true;
    order.plan.watch = true;
    order.applied_once = true;
    order.attempts = 1;
    for (const fleet::Step step : fleet::DueSteps(order.plan)) {
        order.steps.push_back({step, fleet::StepOutcome::kPassed, ""});
    }
    return order;
}

ObservedFacts SwitchedOff() {
    ObservedFacts observed = Alive();
    observed.generation = 7;
    observed.enabled = false;
    return observed;
}

TEST(Verification, NeedsEveryStepThatIsDue) {
    EXPECT_EQ(Outcome(VerifiedKill(), SwitchedOff()), InstanceOutcome::kVerified);
    EXPECT_TRUE(JudgeInstance(VerifiedKill(), SwitchedOff(), kPatience).watching);
    for (std::size_t i = 0; i < VerifiedKill().steps.size(); ++i) {
        for (const auto outcome : {fleet::StepOutcome::kFailed, fleet::StepOutcome::kInconclusive}) {
            OrderFacts order = VerifiedKill();
            order.steps[i].outcome = outcome;
            order.steps[i].detail = "seen otherwise";
            EXPECT_EQ(Outcome(order, SwitchedOff()), InstanceOutcome::kApplied) << "it is asked again";
            order.applied_age = kPatience.verify + seconds(1);
            const auto judgement = JudgeInstance(order, SwitchedOff(), kPatience);
            EXPECT_EQ(judgement.outcome,
                      outcome == fleet::StepOutcome::kFailed ? InstanceOutcome::kFailed : InstanceOutcome::kApplied);
            EXPECT_TRUE(judgement.settled);
            EXPECT_NE(judgement.why.find("seen otherwise"), std::string::npos);
        }
        OrderFacts missing = VerifiedKill();
        missing.steps.erase(missing.steps.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(JudgeInstance(missing, SwitchedOff(), kPatience).settled);
        missing.applied_age = kPatience.verify + seconds(1);
        const auto judgement = JudgeInstance(missing, SwitchedOff(), kPatience);
        EXPECT_EQ(judgement.outcome, InstanceOutcome::kApplied);
        EXPECT_TRUE(judgement.settled);
        EXPECT_NE(judgement.why.find("could not be verified"), std::string::npos);
    }
}

TEST(Verification, OfAnInstanceThatIsNotHeardAnyMoreIsNotClaimed) {
    OrderFacts order = VerifiedKill();
    order.steps.clear();
    order.applied_age = kPatience.verify + seconds(1);
    ObservedFacts gone = SwitchedOff();
    gone.connected = false;
    const auto judgement = JudgeInstance(order, gone, kPatience);
    EXPECT_EQ(judgement.outcome, InstanceOutcome::kApplied);
    EXPECT_TRUE(judgement.settled);
    EXPECT_NE(judgement.why.find("not verified"), std::string::npos);
    order.attempts = 0;
    EXPECT_FALSE(JudgeInstance(order, SwitchedOff(), kPatience).settled) << "nobody has asked it yet";
}

TEST(Verification, FollowsReality) {
    ObservedFacts observed = SwitchedOff();
    observed.enabled = true;
    EXPECT_EQ(Outcome(VerifiedKill(), observed), InstanceOutcome::kFailed);
    OrderFacts order = VerifiedKill();
    order.newest_generation = 9;  // a document about something else: it carries this order along
    EXPECT_EQ(Outcome(order, SwitchedOff()), InstanceOutcome::kVerified);
    observed = SwitchedOff();
    observed.generation = 9;
    EXPECT_EQ(Outcome(order, observed), InstanceOutcome::kVerified);
    observed.generation = 8;
    EXPECT_NE(Outcome(order, observed), InstanceOutcome::kVerified) << "nobody knows what that one says";
}

TEST(WatchStep, DecidesInTheEnd) {
    const struct {
        fleet::StepOutcome watch;
        InstanceOutcome outcome;
    } cases[] = {{fleet::StepOutcome::kPassed, InstanceOutcome::kVerified},
                 {fleet::StepOutcome::kFailed, InstanceOutcome::kFailed},
                 {fleet::StepOutcome::kInconclusive, InstanceOutcome::kApplied}};
    for (const auto& row : cases) {
        OrderFacts order = VerifiedKill();
        order.steps.push_back({fleet::Step::kWatch, row.watch, "in the window"});
        EXPECT_EQ(Outcome(order, SwitchedOff()), row.outcome);
        EXPECT_FALSE(JudgeInstance(order, SwitchedOff(), kPatience).watching);
        order.replaced = true;
        EXPECT_EQ(Outcome(order, SwitchedOff()), row.outcome);
    }
}

TEST(RestartStep, IsProvenBeforeAnythingIsClaimed) {
    OrderFacts order = VerifiedKill();
    order.plan.restart = true;
    EXPECT_EQ(Outcome(order, SwitchedOff()), InstanceOutcome::kPending);
    order.age = order.age_on_record = kPatience.restart + seconds(1);
    EXPECT_EQ(Outcome(order, SwitchedOff()), InstanceOutcome::kFailed);
    ObservedFacts gone = SwitchedOff();
    gone.connected = false;
    EXPECT_EQ(Outcome(order, gone), InstanceOutcome::kUnreachable);
    order.restart_proven = true;
    EXPECT_EQ(Outcome(order, SwitchedOff()), InstanceOutcome::kApplied) << "the step is due";
    order.steps.push_back({fleet::Step::kRestart, fleet::StepOutcome::kPassed, ""});
    EXPECT_EQ(Outcome(order, SwitchedOff()), InstanceOutcome::kVerified);
}

TEST(BatchOutcome, WaitAndSayWhy) {
    OrderFacts order = Kill();
    order.generation = 0;
    order.batch = 3;
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kWaiting);
    EXPECT_FALSE(JudgeInstance(order, Alive(), kPatience).settled);
    order.halted = "eu-1 failed";
    EXPECT_TRUE(JudgeInstance(order, Alive(), kPatience).settled);
    EXPECT_NE(JudgeInstance(order, Alive(), kPatience).why.find("eu-1 failed"), std::string::npos);
    order.replaced = true;
    EXPECT_EQ(Outcome(order, Alive()), InstanceOutcome::kSuperseded);
}

TEST(DueSteps, AreThoseOfTheOrder) {
    using fleet::Step;
    EXPECT_EQ(fleet::DueSteps({fleet::OperationKind::kMultiTenant, false, true, true}),
              (std::vector<Step>{Step::kValue, Step::kProbes, Step::kUi, Step::kWebsocket, Step::kData}));
    EXPECT_EQ(
        fleet::DueSteps({fleet::OperationKind::kMultiTenant, true, true, true}),
        (std::vector<Step>{Step::kValue, Step::kRestart, Step::kProbes, Step::kUi, Step::kWebsocket, Step::kData}));
    EXPECT_EQ(fleet::DueSteps({fleet::OperationKind::kRollback, false, true, false}),
              (std::vector<Step>{Step::kValue, Step::kData, Step::kFlags}));
    EXPECT_TRUE(fleet::DueSteps({fleet::OperationKind::kMultiTenant, true, false, false}).empty());
}

TEST(InstanceOutcome, TextsReadBack) {
    for (const auto& name : platform::EnumNames<InstanceOutcome>::kNames) {
        EXPECT_EQ(platform::ParseEnum<InstanceOutcome>(name.text), name.value);
    }
}

}  // namespace
}  // namespace fleet_test
