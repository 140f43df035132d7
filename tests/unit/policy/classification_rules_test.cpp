// CLS-1..6: the class, its approvals, and what is frozen once promotion has begun.

#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Rule_CLS_1, refused_as_hard_stop_1) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.classification.reset(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil), ElementsAre("HST-1"));
}

TEST(Rule_CLS_1, allowed_in_every_class) {
    for (const auto& name : platform::EnumNames<ReleaseClass>::kNames) {
        EXPECT_THAT(BlocksAfter(
                        Channel::kExperimental, [](PromotionFacts&) {}, name.value),
                    IsEmpty());
    }
}

TEST(Rule_CLS_2, refused_once_promotion_has_begun) {
    ManifestFacts act = GoodRevision();
    act.after.classification = ReleaseClass::kUiOnly;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("CLS-2"));
    act.after.classification.reset();
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("CLS-2"));
}

TEST(Rule_CLS_2, allowed_before_promotion_has_begun) {
    ManifestFacts act = GoodRevision();
    act.promotion_begun = false;
    act.after.classification = ReleaseClass::kMechanism;
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_CLS_3, refused_without_its_own_memo) {
    const auto spoil = [](PromotionFacts& facts) { facts.memos.clear(); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, spoil, ReleaseClass::kMechanism), ElementsAre("CLS-3"));
}

TEST(Rule_CLS_3, allowed_without_a_memo_for_other_classes) {
    const auto spoil = [](PromotionFacts& facts) { facts.memos.clear(); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, spoil, ReleaseClass::kCapability), IsEmpty());
}

TEST(Rule_CLS_4, refused_from_the_start_of_the_review_date) {
    const auto lapse = [](PromotionFacts& facts) {
        facts.risk_acceptances[0].review_date = support::On("2025-01-20");
        facts.now = support::At("2025-01-20T00:00:00Z");
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, lapse, ReleaseClass::kMechanism), ElementsAre("CLS-4"));
    RiskAcceptanceAct act = GoodAcceptance();
    act.now = support::At("2025-01-15T00:00:00Z");
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("CLS-4"));
    act = GoodAcceptance();
    act.rationale.clear();
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("CLS-4"));
    ApprovalAct approval = GoodApproval();
    approval.classification.reset();
    EXPECT_THAT(WhatBlocksAct(approval), ElementsAre("CLS-4"));
}

TEST(Rule_CLS_4, allowed_a_microsecond_before_the_review_date) {
    const auto last = [](PromotionFacts& facts) {
        facts.risk_acceptances[0].review_date = support::On("2025-01-20");
        facts.now = support::At("2025-01-20T00:00:00Z") - Duration{1};
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, last, ReleaseClass::kMechanism), IsEmpty());
    RiskAcceptanceAct act = GoodAcceptance();
    act.now = support::At("2025-01-15T00:00:00Z") - Duration{1};
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_CLS_5, refused_until_both_acknowledge_the_lower_class) {
    const auto lower = [](PromotionFacts& facts) {
        facts.floor = ClassFloor{ReleaseClass::kMechanism, "src/audit/log.ts", "**/audit/**", "audit"};
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, lower), ElementsAre("CLS-5", "CLS-5"));
    ApprovalAct act = GoodApproval();
    act.scope = ApprovalScope::kClassFloor;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("CLS-5"));  // no text
}

TEST(Rule_CLS_5, allowed_and_shown_when_both_have_and_at_the_floor_itself) {
    PromotionFacts facts = support::GoodRelease(Channel::kExperimental);
    facts.floor = ClassFloor{ReleaseClass::kMechanism, "src/audit/log.ts", "**/audit/**", "audit"};
    facts.approvals.push_back(support::GivenApproval(ApprovalScope::kClassFloor, Role::kDevLead, "dora"));
    facts.approvals.push_back(support::GivenApproval(ApprovalScope::kClassFloor, Role::kSystemOwner, "sam"));
    EXPECT_THAT(WhatBlocks(facts), IsEmpty());
    EXPECT_EQ(OnlyOf(facts, "CLS-5").kind, FindingKind::kDoubt);
    const auto at_floor = [](PromotionFacts& other) {
        other.floor = ClassFloor{ReleaseClass::kWorkflow, "src/a.ts", "**", "workflow"};
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, at_floor), IsEmpty());
}

TEST(Rule_CLS_6, refused_for_each_frozen_part) {
    const auto refused = [](const std::function<void(Manifest&)>& change) {
        ManifestFacts act = GoodRevision();
        change(act.after);
        EXPECT_THAT(WhatBlocksAct(act), ElementsAre("CLS-6"));
    };
    refused([](Manifest& manifest) { manifest.artifacts[0].digest.back() = '2'; });
    refused([](Manifest& manifest) { manifest.files_changed.emplace_back("src/b.ts"); });
    refused([](Manifest& manifest) { manifest.data_changes.present = true; });
    refused([](Manifest& manifest) { manifest.kill_switch->flag = "OTHER"; });
    refused([](Manifest& manifest) { manifest.version = "2025.1.16"; });
}

TEST(Rule_CLS_6, allowed_for_what_is_not_frozen_and_before_promotion) {
    ManifestFacts act = GoodRevision();
    act.after.description = "Said better.";
    act.after.rollback->owner = "diana";
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
    act.after.version = "2025.1.16";
    act.promotion_begun = false;
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

}  // namespace
}  // namespace policy_test
