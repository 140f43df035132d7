// KSW-1..8: the switch, its drill, and its use.

#include "tests/unit/policy/good_acts.hpp"
#include "tests/unit/policy/held_by_database.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using support::CheckOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Rule_KSW_1, refused_when_it_needs_a_deployment) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.kill_switch->needs_deployment = true; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil), ElementsAre("KSW-1"));
}

TEST(Rule_KSW_1, allowed_without_a_deployment) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts&) {}), IsEmpty());
}

TEST(Rule_KSW_2, refused_without_a_drill_in_dev) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kKillSwitchDrill); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, drop), ElementsAre("KSW-2"));
    const auto elsewhere = [](PromotionFacts& facts) {
        CheckOf(facts, Control::kKillSwitchDrill).channel = Channel::kExperimental;
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, elsewhere), ElementsAre("KSW-2"));
}

TEST(Rule_KSW_2, allowed_with_a_later_drill_elsewhere_beside_the_one_in_dev) {
    const auto again = [](PromotionFacts& facts) {
        facts.checks.push_back(support::PassedCheck(Control::kKillSwitchDrill, Channel::kExperimental, facts.now));
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, again), IsEmpty());
}

TEST(Rule_KSW_3, refused_by_the_database) {
    ExpectHeldByDatabase("KSW-3", {"audit_append_only"});
}

TEST(Rule_KSW_3, allowed_for_every_good_release) {
    ExpectJudgesNothing("KSW-3");
}

TEST(Rule_KSW_4, refused_when_the_drill_shows_nothing) {
    const auto spoil = [](PromotionFacts& facts) { CheckOf(facts, Control::kKillSwitchDrill).has_evidence = false; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil), ElementsAre("KSW-4"));
}

TEST(Rule_KSW_4, allowed_when_a_repeated_drill_shows_it) {
    const auto again = [](PromotionFacts& facts) {
        CheckOf(facts, Control::kKillSwitchDrill).has_evidence = false;
        facts.checks.push_back(support::PassedCheck(Control::kKillSwitchDrill, Channel::kDev, facts.now));
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, again), IsEmpty());
}

TEST(Rule_KSW_5, refused_when_the_activation_is_not_documented) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.kill_switch->activation = " \n"; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil), ElementsAre("KSW-5"));
}

TEST(Rule_KSW_5, allowed_with_any_words) {
    const auto change = [](PromotionFacts& facts) { facts.manifest.kill_switch->activation = "By flag"; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, change), IsEmpty());
}

TEST(Rule_KSW_6, refused_a_microsecond_past_30_days) {
    const auto spoil = [](PromotionFacts& facts) {
        CheckOf(facts, Control::kKillSwitchDrill).performed_at = facts.now - Days{30} - Duration{1};
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, spoil), ElementsAre("KSW-6"));
}

TEST(Rule_KSW_6, allowed_at_exactly_30_days) {
    const auto change = [](PromotionFacts& facts) {
        CheckOf(facts, Control::kKillSwitchDrill).performed_at = facts.now - Days{30};
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, change), IsEmpty());
}

TEST(Rule_KSW_7, refused_without_a_name_or_a_reason_of_ten_characters) {
    KillAct act = GoodKill();
    act.actor.id = {};
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("KSW-7"));
    act = GoodKill();
    act.reason = "  too short  ";  // nine without the blanks around them
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("KSW-7"));
}

TEST(Rule_KSW_7, allowed_for_a_component_during_a_freeze) {
    KillAct act = GoodKill();
    act.actor = Component("monitor");
    act.reason = "5xx over 1";
    act.frozen = true;
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_KSW_8, refused_as_a_toggle) {
    KillAct act = GoodKill();
    act.switching_on = true;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("KSW-8"));
}

TEST(Rule_KSW_8, refused_for_a_release_whose_flag_was_killed) {
    const auto kill = [](PromotionFacts& facts) { facts.flag_killed_by = RecordId::Trusted("op_1"); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, kill), ElementsAre("KSW-8"));
}

TEST(Rule_KSW_8, allowed_with_a_decision_that_passed_its_gate) {
    KillAct act = GoodKill();
    act.switching_on = true;
    act.governed_decision = true;
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

}  // namespace
}  // namespace policy_test
