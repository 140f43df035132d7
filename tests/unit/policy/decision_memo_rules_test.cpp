// MEM-1..6: what a memo must say, who signs it, and what stands on it.

#include "tests/unit/policy/good_acts.hpp"
#include "tests/unit/policy/held_by_database.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Rule_MEM_1, refused_without_a_signed_go_memo) {
    EXPECT_THAT(BlocksAfter(Channel::kStable, [](PromotionFacts& facts) { facts.memos.clear(); }),
                ElementsAre("MEM-1"));
    const auto no_go = [](PromotionFacts& facts) { facts.memos[0].decision = Decision::kNoGo; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, no_go), ElementsAre("MEM-1"));
    const auto unsigned_memo = [](PromotionFacts& facts) { facts.memos[0].signatures.clear(); };
    EXPECT_THAT(BlocksAfter(Channel::kStable, unsigned_memo), ElementsAre("MEM-1", "MEM-1"));
}

TEST(Rule_MEM_1, allowed_without_a_memo_before_stable) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, [](PromotionFacts& facts) { facts.memos.clear(); }), IsEmpty());
}

TEST(Rule_MEM_2, refused_when_a_box_does_not_hold) {
    MemoAct act = GoodMemo();
    support::DropCheck(act.facts, Control::kDsv1);
    EXPECT_FALSE(Of(JudgeAct(act), "MEM-2").empty());
}

TEST(Rule_MEM_2, allowed_when_every_box_holds_during_a_freeze_and_for_no_go) {
    MemoAct act = GoodMemo();
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
    act.facts.freezes = {GlobalFreeze(act.facts.now, act.facts.now + Days{1})};
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
    support::DropCheck(act.facts, Control::kDsv1);
    act.decision = Decision::kNoGo;
    act.remediation = "Verify query isolation.";
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_MEM_3, refused_without_rationale_or_remediation) {
    MemoAct act = GoodMemo();
    act.decision = Decision::kNoGo;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("MEM-3"));
    act.remediation = "Verify query isolation.";
    act.rationale = " ";
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("MEM-3"));
}

TEST(Rule_MEM_3, allowed_with_both_and_not_asked_of_go) {
    MemoAct act = GoodMemo();
    act.rationale.clear();
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
    act.decision = Decision::kNoGo;
    act.rationale = "Isolation is not verified.";
    act.remediation = "Verify it.";
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_MEM_4, refused_without_the_risk_or_its_rationale) {
    MemoAct act = GoodMemo();
    act.risks = {{"Slow pages", ""}, {" ", "Seen before"}};
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("MEM-4", "MEM-4"));
}

TEST(Rule_MEM_4, allowed_with_both_and_with_no_risks) {
    MemoAct act = GoodMemo();
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
    act.risks = {{"Slow pages", "Within the limit"}};
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_MEM_5, refused_as_another_role_over_other_content_and_for_an_older_memo) {
    SignatureAct act = GoodSignature();
    act.hash_matches = false;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("MEM-5"));
    act = GoodSignature();
    act.is_newest = false;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("MEM-5"));
    act = GoodSignature();
    act.role = Role::kQa;
    act.actor = User("quinn", {Role::kQa});
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("MEM-5"));
}

TEST(Rule_MEM_5, allowed_for_system_owner_and_dev_lead) {
    EXPECT_THAT(WhatBlocksAct(GoodSignature()), IsEmpty());
    SignatureAct act = GoodSignature();
    act.role = Role::kDevLead;
    act.actor = User("dora", {Role::kDevLead});
    act.existing = {{Role::kSystemOwner, support::Person("sam"), PrincipalKind::kUser, true, true, {}}};
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_MEM_6, refused_by_the_database) {
    ExpectHeldByDatabase("MEM-6", {"memos_append_only"});
}

TEST(Rule_MEM_6, allowed_for_every_good_release) {
    ExpectJudgesNothing("MEM-6");
}

}  // namespace
}  // namespace policy_test
