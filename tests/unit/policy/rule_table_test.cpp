// The property over the whole table: the good release minus one fact yields exactly that rule's finding.

#include <algorithm>
#include <set>

#include "tests/support/good_release.hpp"
#include "tests/unit/policy/mutations.hpp"

namespace policy_test {
namespace {

using policy::Channel;
using policy::ReleaseClass;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::array kTransitions = {Channel::kExperimental, Channel::kCandidate, Channel::kStable};
constexpr std::array kClasses = {ReleaseClass::kUiOnly, ReleaseClass::kWorkflow, ReleaseClass::kCapability,
                                 ReleaseClass::kMechanism};

std::string Name(const Mutation& mutation, Channel to) {
    return mutation.rule + ", " + mutation.what + ", into " + std::string(platform::EnumText(to));
}

TEST(RuleTable, AllowsTheGoodReleaseInEveryClassAndTransition) {
    for (const ReleaseClass classification : kClasses) {
        for (const Channel to : kTransitions) {
            SCOPED_TRACE(std::string(platform::EnumText(classification)) + " " + std::string(platform::EnumText(to)));
            const policy::Verdict verdict = policy::EvaluatePromotion(support::GoodRelease(to, classification));
            EXPECT_EQ(verdict.state, policy::VerdictState::kAllow);
            EXPECT_FALSE(verdict.earliest);
            for (const policy::Finding& finding : verdict.findings) {
                ADD_FAILURE() << finding.rule << ": " << finding.message;
            }
        }
    }
}

TEST(RuleTable, FindsExactlyTheOneThingThatIsWrong) {
    for (const Mutation& mutation : Mutations()) {
        for (const Channel to : mutation.transitions) {
            SCOPED_TRACE(Name(mutation, to));
            policy::PromotionFacts facts = support::GoodRelease(to, mutation.classification);
            mutation.spoil(facts);
            const policy::Verdict verdict = policy::EvaluatePromotion(facts);
            Rules expected = mutation.also;
            expected.push_back(mutation.rule);
            EXPECT_THAT(Blocking(verdict.findings), ::testing::UnorderedElementsAreArray(expected));
            EXPECT_NE(verdict.state, policy::VerdictState::kAllow);
            for (const policy::Finding& finding : Of(verdict.findings, mutation.rule)) {
                if (finding.kind == policy::FindingKind::kDoubt) {
                    continue;
                }
                EXPECT_EQ(finding.kind, mutation.kind);
                EXPECT_FALSE(finding.message.empty());
                EXPECT_FALSE(finding.remedy.empty());
                EXPECT_EQ(finding.hard_stop, policy::FindRule(mutation.rule)->hard_stop);
            }
        }
    }
}

TEST(RuleTable, HasAMutationForEveryRuleThatCanBlockAPromotion) {
    std::set<std::string_view> spoiled;
    for (const Mutation& mutation : Mutations()) {
        spoiled.insert(mutation.rule);
    }
    for (const policy::Rule& rule : policy::Catalogue()) {
        const bool judges_promotions =
            std::any_of(rule.checks.begin(), rule.checks.end(), [](const policy::CheckFunction& check) {
                return std::holds_alternative<policy::Check<policy::PromotionFacts>>(check);
            });
        // CHN-7 speaks of a plan that looks wrong and blocks nothing.
        if (judges_promotions && rule.id != "CHN-7") {
            EXPECT_EQ(spoiled.count(rule.id), 1U) << rule.id << " has no mutation";
        }
    }
}

TEST(RuleTable, AsksForARuleFromItsTransitionOn) {
    for (const Mutation& mutation : Mutations()) {
        const policy::Rule* rule = policy::FindRule(mutation.rule);
        ASSERT_NE(rule, nullptr) << mutation.rule;
        for (const Channel to : kTransitions) {
            if (!rule->from_transition_to || to >= *rule->from_transition_to) {
                continue;
            }
            SCOPED_TRACE(Name(mutation, to));
            policy::PromotionFacts facts = support::GoodRelease(Channel::kStable, mutation.classification);
            mutation.spoil(facts);
            facts.to = to;
            EXPECT_THAT(Of(policy::EvaluatePromotion(facts).findings, mutation.rule), IsEmpty());
        }
    }
}

TEST(RuleTable, FindsRulesById) {
    for (const policy::Rule& rule : policy::Catalogue()) {
        EXPECT_EQ(policy::FindRule(rule.id), &rule);
    }
    EXPECT_EQ(policy::FindRule("HST-9"), nullptr);
    EXPECT_EQ(policy::FindRule(""), nullptr);
}

TEST(RuleTable, ReportsInCatalogueOrder) {
    policy::PromotionFacts facts = support::GoodRelease(Channel::kExperimental);
    facts.manifest.kill_switch.reset();
    facts.plan.reset();
    support::DropCheck(facts, policy::Control::kTests);
    EXPECT_THAT(WhatBlocks(facts), ElementsAre("CHX-1", "EXP-1", "HST-6"));
}

}  // namespace
}  // namespace policy_test
