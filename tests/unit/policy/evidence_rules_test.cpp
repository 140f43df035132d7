// EVD-1..7: tier, age, contradiction and form of evidence.

#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using support::CheckOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

CheckFacts AnotherTestRun(const PromotionFacts& facts, CheckOutcome outcome, Duration later) {
    CheckFacts other = support::PassedCheck(Control::kTests, Channel::kDev, support::At("2025-01-14T10:00:00Z"));
    other.id = RecordId::Trusted("chk_other");
    other.outcome = outcome;
    other.tier = facts.checks.front().tier;
    other.recorded_at += later;
    return other;
}

TEST(Rule_EVD_1, refused_below_the_tier) {
    const auto low = [](PromotionFacts& facts) { CheckOf(facts, Control::kTests).tier = EvidenceTier::kDocumented; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, low), ElementsAre("EVD-1"));
}

TEST(Rule_EVD_1, allowed_above_the_tier) {
    const auto high = [](PromotionFacts& facts) {
        CheckOf(facts, Control::kTests).tier = EvidenceTier::kProductionObserved;
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, high), IsEmpty());
}

TEST(Rule_EVD_2, refused_a_microsecond_too_old_or_in_the_future) {
    const auto drill = [](PromotionFacts& facts) {
        CheckOf(facts, Control::kRollbackDrill).performed_at = facts.now - Days{90} - Duration{1};
    };
    EXPECT_THAT(BlocksAfter(Channel::kStable, drill), ElementsAre("EVD-2"));
    const auto measured = [](PromotionFacts& facts) {
        facts.plan->criteria[1].measurement->at = facts.now - std::chrono::hours{24} - Duration{1};
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, measured), ElementsAre("EVD-2"));
    CheckAct act = GoodCheck();
    act.performed_at = act.now + Duration{1};
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EVD-2"));
}

TEST(Rule_EVD_2, allowed_at_exactly_the_age) {
    const auto drill = [](PromotionFacts& facts) {
        CheckOf(facts, Control::kRollbackDrill).performed_at = facts.now - Days{90};
    };
    EXPECT_THAT(BlocksAfter(Channel::kStable, drill), IsEmpty());
    const auto measured = [](PromotionFacts& facts) {
        facts.plan->criteria[1].measurement->at = facts.now - std::chrono::hours{24};
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, measured), IsEmpty());
    EXPECT_THAT(WhatBlocksAct(GoodCheck()), IsEmpty());
}

TEST(Rule_EVD_3, refused_when_it_failed_later) {
    const auto fails = [](PromotionFacts& facts) {
        facts.checks.push_back(AnotherTestRun(facts, CheckOutcome::kFailed, Duration{1}));
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, fails), ElementsAre("EVD-3"));
}

TEST(Rule_EVD_3, allowed_when_the_later_failure_is_of_another_change) {
    const auto other_change = [](PromotionFacts& facts) {
        facts.checks.push_back(AnotherTestRun(facts, CheckOutcome::kFailed, Duration{1}));
        facts.checks.back().change_matches = false;
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, other_change), IsEmpty());
}

TEST(Rule_EVD_4, refused_when_a_pass_follows_a_failure) {
    const auto retried = [](PromotionFacts& facts) {
        facts.checks.push_back(AnotherTestRun(facts, CheckOutcome::kFailed, Duration{-1}));
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, retried), ElementsAre("EVD-4"));
}

TEST(Rule_EVD_4, allowed_once_the_failure_is_resolved) {
    const auto resolved = [](PromotionFacts& facts) {
        facts.checks.push_back(AnotherTestRun(facts, CheckOutcome::kFailed, Duration{-1}));
        facts.checks.back().resolved = true;
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, resolved), IsEmpty());
}

TEST(Rule_EVD_5, refused_without_an_answer_or_with_a_sample_too_few) {
    const auto silent = [](PromotionFacts& facts) { facts.plan->criteria[1].measurement.reset(); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, silent), ElementsAre("EVD-5"));
    const auto few = [](PromotionFacts& facts) { facts.plan->criteria[1].measurement->samples = 99; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, few), ElementsAre("EVD-5"));
    const auto open = [](PromotionFacts& facts) {
        facts.checks.push_back(AnotherTestRun(facts, CheckOutcome::kInconclusive, Duration{1}));
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, open), ElementsAre("EVD-5"));
}

TEST(Rule_EVD_5, allowed_with_just_enough_samples_and_after_a_conclusion) {
    const auto enough = [](PromotionFacts& facts) { facts.plan->criteria[1].measurement->samples = 100; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, enough), IsEmpty());
    const auto concluded = [](PromotionFacts& facts) {
        facts.checks.push_back(AnotherTestRun(facts, CheckOutcome::kInconclusive, Duration{-1}));
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, concluded), IsEmpty());
}

CheckAct GoodCommand() {
    CheckAct act = GoodCheck();
    act.is_command = true;
    act.exit_code = 0;
    act.output_bytes = 1;
    return act;
}

TEST(Rule_EVD_6, refused_without_evidence_and_for_a_command_that_did_not_end_well) {
    CheckAct act = GoodCheck();
    act.has_evidence = false;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EVD-6"));
    act = GoodCommand();
    act.timed_out = true;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EVD-6"));
    act = GoodCommand();
    act.exit_code.reset();
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EVD-6"));
    act.exit_code = 1;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EVD-6"));
    act = GoodCommand();
    act.output_bytes = 0;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EVD-6"));
}

TEST(Rule_EVD_6, allowed_for_a_single_byte_of_output_and_for_a_failure) {
    EXPECT_THAT(WhatBlocksAct(GoodCommand()), IsEmpty());
    CheckAct act = GoodCommand();
    act.outcome = CheckOutcome::kFailed;
    act.exit_code = 1;
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_EVD_7, refused_for_tests_and_without_a_reason) {
    CheckAct act = GoodCheck();
    act.outcome = CheckOutcome::kNotApplicable;
    act.reason = "Nothing to test";
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EVD-7"));
    act.control = Control::kDsv1;
    act.reason = " ";
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EVD-7"));
}

TEST(Rule_EVD_7, allowed_with_a_reason_where_it_may_be) {
    CheckAct act = GoodCheck();
    act.control = Control::kDsv1;
    act.outcome = CheckOutcome::kNotApplicable;
    act.reason = "The release reads nothing";
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

}  // namespace
}  // namespace policy_test
