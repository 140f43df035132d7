// RBK-1..6, RBX-1..2 and RBA-1..4: the rollback plan, its rehearsal, and who may use it.

#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Rule_RBK_1, refused_when_the_plan_does_not_say_it) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.rollback->triggers.clear(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil), ElementsAre("RBK-1"));
}

TEST(Rule_RBK_1, allowed_when_the_plan_says_it_in_its_own_words) {
    const auto change = [](PromotionFacts& facts) { facts.manifest.rollback->triggers[0].limit.reset(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, change), IsEmpty());
}

TEST(Rule_RBK_2, refused_when_the_plan_does_not_say_it) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.rollback->procedure.emplace_back("  "); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil), ElementsAre("RBK-2"));
}

TEST(Rule_RBK_2, allowed_when_the_plan_says_it_in_its_own_words) {
    const auto change = [](PromotionFacts& facts) { facts.manifest.rollback->procedure.emplace_back("Tell support"); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, change), IsEmpty());
}

TEST(Rule_RBK_3, refused_when_the_plan_does_not_say_it) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.rollback->verification = {""}; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil), ElementsAre("RBK-3"));
}

TEST(Rule_RBK_3, allowed_when_the_plan_says_it_in_its_own_words) {
    const auto change = [](PromotionFacts& facts) { facts.manifest.rollback->verification = {"Gone"}; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, change), IsEmpty());
}

TEST(Rule_RBK_5, refused_when_the_plan_does_not_say_it) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.rollback->communication[0].when.clear(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil), ElementsAre("RBK-5"));
}

TEST(Rule_RBK_5, allowed_when_the_plan_says_it_in_its_own_words) {
    const auto change = [](PromotionFacts& facts) { facts.manifest.rollback->communication[0].within.reset(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, change), IsEmpty());
}

TEST(Rule_RBK_6, refused_when_the_plan_does_not_say_it) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.rollback->owner = " "; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil), ElementsAre("RBK-6"));
}

TEST(Rule_RBK_6, allowed_when_the_plan_says_it_in_its_own_words) {
    const auto change = [](PromotionFacts& facts) { facts.manifest.rollback->owner = "diana"; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, change), IsEmpty());
}

TEST(Rule_RBK_4, refused_when_data_changes_without_recovery) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.rollback->data_recovery.clear(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil, ReleaseClass::kMechanism), ElementsAre("RBK-4"));
}

TEST(Rule_RBK_4, allowed_without_recovery_when_no_data_changes) {
    const auto change = [](PromotionFacts& facts) { facts.manifest.rollback->data_recovery.clear(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, change), IsEmpty());
}

TEST(Rule_RBX_1, refused_when_the_rollback_does_not_fit_the_class) {
    const auto no_revert = [](PromotionFacts& facts) { facts.manifest.rollback->procedure.pop_back(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, no_revert, ReleaseClass::kUiOnly), ElementsAre("RBX-1"));
    const auto on = [](PromotionFacts& facts) { facts.manifest.kill_switch->default_on = true; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, on, ReleaseClass::kCapability), ElementsAre("RBX-1"));
    const auto no_drill = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kRestoreDrill); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, no_drill, ReleaseClass::kMechanism), ElementsAre("RBX-1"));
}

TEST(Rule_RBX_1, allowed_with_the_revert_in_a_link_and_without_a_drill_for_other_classes) {
    const auto link = [](PromotionFacts& facts) {
        facts.manifest.rollback->procedure.pop_back();
        facts.manifest.links = {{"The revert", "https://git.example/4e07408"}};
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, link, ReleaseClass::kUiOnly), IsEmpty());
    const auto no_drill = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kRestoreDrill); };
    EXPECT_THAT(BlocksAfter(Channel::kStable, no_drill, ReleaseClass::kCapability), IsEmpty());
}

TEST(Rule_RBX_2, refused_without_a_rehearsal) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kRollbackDrill); };
    EXPECT_THAT(BlocksAfter(Channel::kStable, drop), ElementsAre("RBX-2"));
}

TEST(Rule_RBX_2, allowed_to_be_open_before_stable) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kRollbackDrill); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), IsEmpty());
}

TEST(Rule_RBA_1, refused_for_who_is_no_dev_lead) {
    RollbackAct act = GoodRollback(ReleaseClass::kUiOnly);
    act.actor.roles = {Role::kOperator};
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("RBA-1"));
    act.actor = Component("robot", {Role::kDevLead});
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("RBA-1"));
}

TEST(Rule_RBA_1, allowed_for_a_dev_lead_and_with_a_system_owners_approval) {
    RollbackAct act = GoodRollback(ReleaseClass::kUiOnly);
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
    act.actor.roles = {Role::kOperator};
    act.system_owner_approved = true;
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_RBA_2, refused_for_who_is_no_dev_lead) {
    RollbackAct act = GoodRollback(ReleaseClass::kWorkflow);
    act.actor.roles = {Role::kOperator};
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("RBA-2"));
    act.actor = Component("robot", {Role::kDevLead});
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("RBA-2"));
}

TEST(Rule_RBA_2, allowed_for_a_dev_lead_and_with_a_system_owners_approval) {
    RollbackAct act = GoodRollback(ReleaseClass::kWorkflow);
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
    act.actor.roles = {Role::kOperator};
    act.system_owner_approved = true;
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_RBA_3, refused_without_a_system_owner) {
    RollbackAct act = GoodRollback(ReleaseClass::kCapability);
    act.system_owner_approved = false;
    EXPECT_EQ(Only(JudgeAct(act), "RBA-3").kind, FindingKind::kPending);
}

TEST(Rule_RBA_3, allowed_for_a_system_owner_in_person) {
    RollbackAct act = GoodRollback(ReleaseClass::kCapability);
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
    act.system_owner_approved = false;
    act.actor = User("sam", {Role::kSystemOwner});
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_RBA_4, refused_without_a_system_owner_or_an_incident) {
    RollbackAct act = GoodRollback(ReleaseClass::kMechanism);
    act.system_owner_approved = false;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("RBA-4"));
    act = GoodRollback(ReleaseClass::kMechanism);
    act.has_incident = false;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("RBA-4"));
    act.classification.reset();  // counts as the gravest
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("RBA-4"));
}

TEST(Rule_RBA_4, allowed_with_both) {
    EXPECT_THAT(WhatBlocksAct(GoodRollback(ReleaseClass::kMechanism)), IsEmpty());
}

}  // namespace
}  // namespace policy_test
