// SOD-1..6 and APR-1: who may give what is given in writing.

#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using support::ApprovalOf;
using support::Person;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Rule_SOD_1, refused_when_a_component_gives_it) {
    ApprovalAct approval = GoodApproval();
    approval.actor = Component("robot", {Role::kDevLead});
    EXPECT_THAT(WhatBlocksAct(approval), ElementsAre("SOD-1"));
    ConsentAct consent = GoodConsent();
    consent.actor = Component("robot");
    EXPECT_THAT(WhatBlocksAct(consent), ElementsAre("SOD-1"));
    RiskAcceptanceAct acceptance = GoodAcceptance();
    acceptance.actor = Component("robot", {Role::kSystemOwner});
    EXPECT_THAT(WhatBlocksAct(acceptance), ElementsAre("SOD-1"));
    SignatureAct signature = GoodSignature();
    signature.actor = Component("robot", {Role::kSystemOwner});
    EXPECT_THAT(WhatBlocksAct(signature), ElementsAre("SOD-1"));
    CheckAct judgement = GoodCheck();
    judgement.control = Control::kExitCriterion;
    judgement.key = "filter-errors";
    judgement.key_on_plan = true;
    judgement.actor = Component("robot");
    EXPECT_THAT(WhatBlocksAct(judgement), ElementsAre("SOD-1"));
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) {
                                ApprovalOf(facts, ApprovalScope::kClass, Role::kQa).principal_kind =
                                    PrincipalKind::kComponent;
                            }),
                ElementsAre("SOD-1"));
}

TEST(Rule_SOD_1, allowed_for_people_and_for_a_component_that_reports_a_test) {
    EXPECT_THAT(WhatBlocksAct(GoodApproval()), IsEmpty());
    EXPECT_THAT(WhatBlocksAct(GoodConsent()), IsEmpty());
    EXPECT_THAT(WhatBlocksAct(GoodAcceptance()), IsEmpty());
    EXPECT_THAT(WhatBlocksAct(GoodSignature()), IsEmpty());
    CheckAct tests = GoodCheck();
    tests.actor = Component("pipeline", {Role::kPipeline});
    EXPECT_THAT(WhatBlocksAct(tests), IsEmpty());
}

TEST(Rule_SOD_2, refused_for_a_second_role_in_one_decision) {
    ApprovalAct approval = GoodApproval();
    approval.actor.roles = {Role::kDevLead, Role::kQa};
    approval.role = Role::kQa;
    approval.existing = {support::GivenApproval(ApprovalScope::kClass, Role::kDevLead, "dora")};
    EXPECT_THAT(WhatBlocksAct(approval), ElementsAre("SOD-2"));
    SignatureAct signature = GoodSignature();
    signature.existing = {{Role::kDevLead, Person("sam"), PrincipalKind::kUser, true, true, {}}};
    EXPECT_THAT(WhatBlocksAct(signature), ElementsAre("SOD-2"));
    EXPECT_THAT(BlocksAfter(Channel::kExperimental,
                            [](PromotionFacts& facts) {
                                ApprovalOf(facts, ApprovalScope::kClass, Role::kQa).principal = Person("dora");
                            }),
                ElementsAre("SOD-2"));
}

TEST(Rule_SOD_2, allowed_once_the_first_role_is_taken_back) {
    ApprovalAct approval = GoodApproval();
    approval.actor.roles = {Role::kDevLead, Role::kQa};
    approval.role = Role::kQa;
    approval.existing = {support::GivenApproval(ApprovalScope::kClass, Role::kDevLead, "dora")};
    approval.existing[0].revoked = true;
    EXPECT_THAT(WhatBlocksAct(approval), IsEmpty());
}

TEST(Rule_SOD_3, refused_for_the_author_of_a_capability) {
    ApprovalAct act = GoodApproval();
    act.classification = ReleaseClass::kCapability;
    act.author = act.actor.id;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("SOD-3"));
    EXPECT_THAT(BlocksAfter(
                    Channel::kExperimental,
                    [](PromotionFacts& facts) {
                        ApprovalOf(facts, ApprovalScope::kClass, Role::kDevLead).principal = facts.release.author;
                    },
                    ReleaseClass::kCapability),
                ElementsAre("SOD-3"));
}

TEST(Rule_SOD_3, allowed_and_shown_for_the_dev_lead_of_a_workflow) {
    ApprovalAct act = GoodApproval();
    act.author = act.actor.id;
    const Findings findings = JudgeAct(act);
    EXPECT_THAT(Blocking(findings), IsEmpty());
    EXPECT_THAT(Doubts(findings), ElementsAre("SOD-3"));
    PromotionFacts facts = support::GoodRelease(Channel::kExperimental);
    facts.release.author = Person("dora");
    const Verdict verdict = EvaluatePromotion(facts);
    EXPECT_EQ(verdict.state, VerdictState::kAllow);
    EXPECT_FALSE(Of(verdict.findings, "SOD-3").empty());
}

TEST(Rule_SOD_4, refused_without_the_role_now) {
    ApprovalAct approval = GoodApproval();
    approval.actor.roles = {Role::kQa};
    EXPECT_THAT(WhatBlocksAct(approval), ElementsAre("SOD-4"));
    RiskAcceptanceAct acceptance = GoodAcceptance();
    acceptance.actor.roles.clear();
    EXPECT_THAT(WhatBlocksAct(acceptance), ElementsAre("SOD-4"));
    SignatureAct signature = GoodSignature();
    signature.actor.roles = {Role::kDevLead};
    EXPECT_THAT(WhatBlocksAct(signature), ElementsAre("SOD-4"));
    EXPECT_THAT(BlocksAfter(Channel::kCandidate,
                            [](PromotionFacts& facts) {
                                ApprovalOf(facts, ApprovalScope::kCandidate, Role::kQa).entitled = false;
                            }),
                ElementsAre("SOD-4"));
}

TEST(Rule_SOD_4, allowed_when_another_entitled_person_fills_the_place) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate,
                            [](PromotionFacts& facts) {
                                ApprovalOf(facts, ApprovalScope::kCandidate, Role::kQa).entitled = false;
                                facts.approvals.push_back(
                                    support::GivenApproval(ApprovalScope::kCandidate, Role::kQa, "quentin"));
                            }),
                IsEmpty());
}

TEST(Rule_SOD_5, refused_for_older_content) {
    ApprovalAct act = GoodApproval();
    act.hash_is_current = false;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("SOD-5"));
    PromotionFacts facts = support::GoodRelease(Channel::kExperimental);
    ApprovalOf(facts, ApprovalScope::kPlan, Role::kDevLead).hash_matches = false;
    EXPECT_EQ(OnlyOf(facts, "SOD-5").kind, FindingKind::kPending);
    EXPECT_THAT(WhatBlocks(facts), ElementsAre("SOD-5"));
}

TEST(Rule_SOD_5, allowed_when_the_same_person_approves_the_current_content) {
    EXPECT_THAT(
        BlocksAfter(Channel::kExperimental,
                    [](PromotionFacts& facts) {
                        ApprovalOf(facts, ApprovalScope::kPlan, Role::kDevLead).hash_matches = false;
                        facts.approvals.push_back(support::GivenApproval(ApprovalScope::kPlan, Role::kDevLead, "dora"));
                    }),
        IsEmpty());
}

TEST(Rule_SOD_6, refused_for_oneself_without_another_person_and_for_components) {
    RoleGrantAct own = GoodGrant();
    own.subject = own.proposer.id;
    EXPECT_THAT(WhatBlocksAct(own), ElementsAre("SOD-6"));
    RoleGrantAct proposal = GoodGrant();
    proposal.confirmer.reset();
    EXPECT_EQ(Only(JudgeAct(proposal), "SOD-6").kind, FindingKind::kPending);
    RoleGrantAct alone = GoodGrant();
    alone.confirmer = alone.proposer;
    EXPECT_THAT(WhatBlocksAct(alone), ElementsAre("SOD-6"));
    RoleGrantAct self_confirmed = GoodGrant();
    self_confirmed.confirmer = User("dora", {Role::kDevLead});
    EXPECT_THAT(WhatBlocksAct(self_confirmed), ElementsAre("SOD-6"));
    RoleGrantAct stranger = GoodGrant();
    stranger.confirmer = User("quinn", {Role::kQa});
    EXPECT_THAT(WhatBlocksAct(stranger), ElementsAre("SOD-6"));
    RoleGrantAct robot = GoodGrant();
    robot.subject_kind = PrincipalKind::kComponent;
    EXPECT_THAT(WhatBlocksAct(robot), ElementsAre("SOD-6"));
    RoleGrantAct by_nobody = GoodGrant();
    by_nobody.proposer.roles = {Role::kOperator};
    EXPECT_THAT(WhatBlocksAct(by_nobody), ElementsAre("SOD-6"));
}

TEST(Rule_SOD_6, allowed_with_a_holders_confirmation_and_alone_for_other_roles) {
    EXPECT_THAT(WhatBlocksAct(GoodGrant()), IsEmpty());
    RoleGrantAct by_holder = GoodGrant();
    by_holder.confirmer = User("diana", {Role::kDevLead});
    EXPECT_THAT(WhatBlocksAct(by_holder), IsEmpty());
    RoleGrantAct pipeline = GoodGrant();
    pipeline.role = Role::kPipeline;
    pipeline.subject_kind = PrincipalKind::kComponent;
    pipeline.confirmer.reset();
    EXPECT_THAT(WhatBlocksAct(pipeline), IsEmpty());
}

TEST(Rule_APR_1, refused_without_the_transitions_own_approvals) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate,
                            [](PromotionFacts& facts) {
                                support::DropApproval(facts, ApprovalScope::kCandidate, Role::kDevLead);
                                support::DropApproval(facts, ApprovalScope::kCandidate, Role::kQa);
                            }),
                ElementsAre("APR-1", "APR-1"));
    ApprovalAct act = GoodApproval();
    act.scope = ApprovalScope::kStable;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("APR-1"));
}

TEST(Rule_APR_1, allowed_for_the_roles_that_the_transition_asks_for) {
    ApprovalAct act = GoodApproval();
    for (const ApprovalScope scope : {ApprovalScope::kExperimental, ApprovalScope::kCandidate}) {
        act.scope = scope;
        EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
    }
    act.scope = ApprovalScope::kStable;
    act.role = Role::kSystemOwner;
    act.actor = User("sam", {Role::kSystemOwner});
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

}  // namespace
}  // namespace policy_test
