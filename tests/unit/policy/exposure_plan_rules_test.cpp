// CHN-3, CHN-9 and EXP-1..7: the plan, when it is set and when a promotion stands on it.

#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// What blocks setting the good plan after this change.
Rules PlanBlocksAfter(const std::function<void(PlanFactsAct&)>& change) {
    PlanFactsAct act = GoodPlanAct();
    change(act);
    return WhatBlocksAct(act);
}

TEST(Rule_CHN_3, refused_a_microsecond_under_seven_days) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) { facts.plan->minimum_stay = Days{7} - Duration{1}; }),
                ElementsAre("CHN-3"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.minimum_stay = Days{7} - Duration{1}; }),
                ElementsAre("CHN-3"));
}

TEST(Rule_CHN_3, allowed_at_exactly_seven_days) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->minimum_stay = Days{7}; }),
                IsEmpty());
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.minimum_stay = Days{7}; }), IsEmpty());
}

TEST(Rule_CHN_9, refused_for_an_empty_list) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->criteria.clear(); }),
                ElementsAre("CHN-9"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.exit_criteria.clear(); }), ElementsAre("CHN-9"));
}

TEST(Rule_CHN_9, allowed_for_a_single_criterion) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->criteria.pop_back(); }),
                IsEmpty());
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.exit_criteria.pop_back(); }), IsEmpty());
}

TEST(Rule_EXP_1, refused_without_registered_tenants) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan.reset(); }),
                ElementsAre("EXP-1"));
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->tenants.clear(); }),
                ElementsAre("EXP-1"));
    EXPECT_THAT(
        BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->tenants[0].registered = false; }),
        ElementsAre("EXP-1"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.tenants.clear(); }), ElementsAre("EXP-1"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.unregistered = {act.plan.tenants[0]}; }),
                ElementsAre("EXP-1"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.tenants[1] = act.plan.tenants[0]; }),
                ElementsAre("EXP-1"));
}

TEST(Rule_EXP_1, allowed_for_a_single_tenant) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->tenants.pop_back(); }),
                IsEmpty());
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.tenants.pop_back(); }), IsEmpty());
}

TEST(Rule_EXP_2, refused_without_a_method_or_a_consent_that_holds) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->opt_in_method = " "; }),
                ElementsAre("EXP-2"));
    EXPECT_THAT(
        BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->tenants[1].consent.reset(); }),
        ElementsAre("EXP-2"));
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) { facts.plan->tenants[1].consent->withdrawn_at = facts.now; }),
                ElementsAre("EXP-2"));
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) { facts.plan->tenants[1].consent->expires_at = facts.now; }),
                ElementsAre("EXP-2"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.opt_in_method.clear(); }), ElementsAre("EXP-2"));
}

TEST(Rule_EXP_2, allowed_with_consents_that_hold_a_microsecond_longer_or_for_good) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) {
                                facts.plan->tenants[1].consent->expires_at = facts.now + Duration{1};
                            }),
                IsEmpty());
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) { facts.plan->tenants[1].consent->expires_at.reset(); }),
                IsEmpty());
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.opt_in_method = "By letter"; }), IsEmpty());
}

TEST(Rule_EXP_2, refused_for_a_consent_that_says_too_little) {
    const auto refused = [](const std::function<void(ConsentAct&)>& spoil) {
        ConsentAct act = GoodConsent();
        spoil(act);
        EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EXP-2"));
    };
    refused([](ConsentAct& act) { act.tenant_registered = false; });
    refused([](ConsentAct& act) { act.given_by.clear(); });
    refused([](ConsentAct& act) { act.capacity = " "; });
    refused([](ConsentAct& act) { act.evidence.clear(); });
    refused([](ConsentAct& act) { act.given_at = act.now + Duration{1}; });
    refused([](ConsentAct& act) { act.expires_at = act.now; });
}

TEST(Rule_EXP_2, allowed_for_a_consent_that_lasts_a_microsecond) {
    ConsentAct act = GoodConsent();
    act.expires_at = act.now + Duration{1};
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_EXP_3, refused_without_start_minimum_or_room) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->start_date.reset(); }),
                ElementsAre("EXP-3"));
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->minimum_stay.reset(); }),
                ElementsAre("EXP-3"));
    EXPECT_THAT(
        BlocksAfter(Channel::kExperimental,
                    [](PromotionFacts& facts) { facts.plan->maximum_stay = *facts.plan->minimum_stay - Duration{1}; }),
        ElementsAre("EXP-3"));
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) {
                                facts.now = platform::StartOfDay(*facts.plan->start_date) - Duration{1};
                            }),
                ElementsAre("EXP-3"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.start_date.reset(); }), ElementsAre("EXP-3"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.minimum_stay.reset(); }), ElementsAre("EXP-3"));
    EXPECT_THAT(
        PlanBlocksAfter([](PlanFactsAct& act) { act.plan.maximum_stay = *act.plan.minimum_stay - Duration{1}; }),
        ElementsAre("EXP-3"));
}

TEST(Rule_EXP_3, allowed_from_the_start_of_the_day_and_with_a_maximum_equal_to_the_minimum) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) { facts.now = platform::StartOfDay(*facts.plan->start_date); }),
                IsEmpty());
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) { facts.plan->maximum_stay = facts.plan->minimum_stay; }),
                IsEmpty());
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->maximum_stay.reset(); }),
                IsEmpty());
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.maximum_stay = act.plan.minimum_stay; }), IsEmpty());
}

TEST(Rule_EXP_4, refused_for_a_criterion_that_cannot_be_judged) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) { facts.plan->criteria[0].criterion.text.clear(); }),
                ElementsAre("EXP-4"));
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) { facts.plan->criteria[1].criterion.metric->query.clear(); }),
                ElementsAre("EXP-4"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.exit_criteria[0].key.clear(); }),
                ElementsAre("EXP-4"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.exit_criteria[1].metric->min_samples = 0; }),
                ElementsAre("EXP-4"));
    EXPECT_THAT(
        PlanBlocksAfter([](PlanFactsAct& act) { act.plan.exit_criteria[1].key = act.plan.exit_criteria[0].key; }),
        ElementsAre("EXP-4"));
}

TEST(Rule_EXP_4, allowed_for_a_single_sample) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) { facts.plan->criteria[1].criterion.metric->min_samples = 1; }),
                IsEmpty());
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.exit_criteria[1].metric->min_samples = 1; }),
                IsEmpty());
}

TEST(Rule_EXP_4, refused_for_a_judgement_of_no_criterion_of_the_plan) {
    CheckAct act = GoodCheck();
    act.key = "filter-errors";
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EXP-4"));
    act.control = Control::kExitCriterion;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EXP-4"));
    act.key_on_plan = true;
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_EXP_5, refused_without_an_owner_who_is_an_active_user) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->owner.clear(); }),
                ElementsAre("EXP-5"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.owner = " "; }), ElementsAre("EXP-5"));
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.owner_is_active_user = false; }), ElementsAre("EXP-5"));
}

TEST(Rule_EXP_5, allowed_with_an_owner) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, [](PromotionFacts& facts) { facts.plan->owner = "olga"; }),
                IsEmpty());
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.plan.owner = "olga"; }), IsEmpty());
}

TEST(Rule_EXP_6, refused_without_a_dev_leads_approval) {
    const auto drop = [](PromotionFacts& facts) { support::DropApproval(facts, ApprovalScope::kPlan, Role::kDevLead); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, drop), ElementsAre("EXP-6"));
    ApprovalAct act = GoodApproval();
    act.scope = ApprovalScope::kPlan;
    act.role = Role::kQa;
    act.actor = User("quinn", {Role::kQa});
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("EXP-6"));
}

TEST(Rule_EXP_6, allowed_and_doubted_when_the_owner_is_the_only_approver) {
    PromotionFacts facts = support::GoodRelease(Channel::kExperimental);
    facts.plan->owner = "dora";
    EXPECT_THAT(WhatBlocks(facts), IsEmpty());
    EXPECT_EQ(OnlyOf(facts, "EXP-6").kind, FindingKind::kDoubt);
}

TEST(Rule_EXP_7, refused_with_a_band_that_neither_covers) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) {
                                facts.manifest.rollback->triggers[0].limit->comparison = Comparison::kGreater;
                            }),
                ElementsAre("EXP-7"));
    // Setting a plan only shows the band: the manifest may still change.
    PlanFactsAct act = GoodPlanAct();
    act.manifest.rollback->triggers[0].limit->threshold = 201;
    EXPECT_THAT(Doubts(JudgeAct(act)), ElementsAre("EXP-7"));
}

TEST(Rule_EXP_7, allowed_where_they_meet_overlap_or_differ_in_unit) {
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) { facts.manifest.rollback->triggers[0].limit->threshold = 199; }),
                IsEmpty());
    EXPECT_THAT(PlanBlocksAfter([](PlanFactsAct& act) { act.manifest.rollback->triggers[0].limit->unit = "s"; }),
                IsEmpty());
}

}  // namespace
}  // namespace policy_test
