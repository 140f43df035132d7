// HST-1..7 and HSX-1: what blocks every promotion, and how a raised one ends.

#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using support::CheckOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Rule_HST_1, refused_when_derived_and_when_raised) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.classification.reset(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil, ReleaseClass::kWorkflow), ElementsAre("HST-1"));
    PromotionFacts raised = support::GoodRelease(Channel::kStable);
    raised.hard_stops = {RaisedStop(HardStop::kHst1)};
    const Finding finding = OnlyOf(raised, "HST-1");
    EXPECT_TRUE(finding.hard_stop);
    EXPECT_EQ(finding.kind, FindingKind::kDenied);
}

TEST(Rule_HST_1, allowed_once_the_raised_stop_is_closed) {
    const auto close = [](PromotionFacts& facts) { facts.hard_stops = {RaisedStop(HardStop::kHst1, false)}; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, close), IsEmpty());
}

TEST(Rule_HST_2, refused_when_derived_and_when_raised) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.rollback.reset(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil, ReleaseClass::kWorkflow), ElementsAre("HST-2"));
    PromotionFacts raised = support::GoodRelease(Channel::kStable);
    raised.hard_stops = {RaisedStop(HardStop::kHst2)};
    const Finding finding = OnlyOf(raised, "HST-2");
    EXPECT_TRUE(finding.hard_stop);
    EXPECT_EQ(finding.kind, FindingKind::kDenied);
}

TEST(Rule_HST_2, allowed_once_the_raised_stop_is_closed) {
    const auto close = [](PromotionFacts& facts) { facts.hard_stops = {RaisedStop(HardStop::kHst2, false)}; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, close), IsEmpty());
}

TEST(Rule_HST_3, refused_when_derived_and_when_raised) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.data_changes.restore_path.clear(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil, ReleaseClass::kMechanism), ElementsAre("HST-3"));
    PromotionFacts raised = support::GoodRelease(Channel::kStable);
    raised.hard_stops = {RaisedStop(HardStop::kHst3)};
    const Finding finding = OnlyOf(raised, "HST-3");
    EXPECT_TRUE(finding.hard_stop);
    EXPECT_EQ(finding.kind, FindingKind::kDenied);
}

TEST(Rule_HST_3, allowed_once_the_raised_stop_is_closed) {
    const auto close = [](PromotionFacts& facts) { facts.hard_stops = {RaisedStop(HardStop::kHst3, false)}; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, close), IsEmpty());
    // Nothing is to be restored where no data changes.
    const auto no_path = [](PromotionFacts& facts) { facts.manifest.data_changes.restore_path.clear(); };
    EXPECT_THAT(BlocksAfter(Channel::kStable, no_path), IsEmpty());
}

TEST(Rule_HST_4, refused_when_derived_and_when_raised) {
    const auto spoil = [](PromotionFacts& facts) { CheckOf(facts, Control::kDsv2).outcome = CheckOutcome::kFailed; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil, ReleaseClass::kWorkflow), ElementsAre("HST-4"));
    PromotionFacts raised = support::GoodRelease(Channel::kStable);
    raised.hard_stops = {RaisedStop(HardStop::kHst4)};
    const Finding finding = OnlyOf(raised, "HST-4");
    EXPECT_TRUE(finding.hard_stop);
    EXPECT_EQ(finding.kind, FindingKind::kDenied);
}

TEST(Rule_HST_4, allowed_once_the_raised_stop_is_closed) {
    const auto close = [](PromotionFacts& facts) { facts.hard_stops = {RaisedStop(HardStop::kHst4, false)}; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, close), IsEmpty());
    const auto resolved_item = [](PromotionFacts& facts) {
        CheckOf(facts, Control::kDsv2).outcome = CheckOutcome::kFailed;
        CheckOf(facts, Control::kDsv2).resolved = true;
        facts.checks.push_back(support::PassedCheck(Control::kDsv2, Channel::kDev, facts.now));
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, resolved_item), IsEmpty());
}

TEST(Rule_HST_5, refused_when_derived_and_when_raised) {
    const auto spoil = [](PromotionFacts& facts) { CheckOf(facts, Control::kDsv4).outcome = CheckOutcome::kFailed; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil, ReleaseClass::kWorkflow), ElementsAre("HST-5"));
    PromotionFacts raised = support::GoodRelease(Channel::kStable);
    raised.hard_stops = {RaisedStop(HardStop::kHst5)};
    const Finding finding = OnlyOf(raised, "HST-5");
    EXPECT_TRUE(finding.hard_stop);
    EXPECT_EQ(finding.kind, FindingKind::kDenied);
}

TEST(Rule_HST_5, allowed_once_the_raised_stop_is_closed) {
    const auto close = [](PromotionFacts& facts) { facts.hard_stops = {RaisedStop(HardStop::kHst5, false)}; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, close), IsEmpty());
    const auto older_change = [](PromotionFacts& facts) {
        CheckFacts failed = CheckOf(facts, Control::kDsv4);
        failed.outcome = CheckOutcome::kFailed;
        failed.change_matches = false;
        facts.checks.push_back(failed);
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, older_change), IsEmpty());
}

TEST(Rule_HST_6, refused_when_derived_and_when_raised) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.kill_switch.reset(); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil, ReleaseClass::kWorkflow), ElementsAre("HST-6"));
    PromotionFacts raised = support::GoodRelease(Channel::kStable);
    raised.hard_stops = {RaisedStop(HardStop::kHst6)};
    const Finding finding = OnlyOf(raised, "HST-6");
    EXPECT_TRUE(finding.hard_stop);
    EXPECT_EQ(finding.kind, FindingKind::kDenied);
}

TEST(Rule_HST_6, allowed_once_the_raised_stop_is_closed) {
    const auto close = [](PromotionFacts& facts) { facts.hard_stops = {RaisedStop(HardStop::kHst6, false)}; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, close), IsEmpty());
}

TEST(Rule_HST_7, refused_when_derived_and_when_raised) {
    const auto spoil = [](PromotionFacts& facts) { facts.manifest.data_changes.reversible = false; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, spoil, ReleaseClass::kMechanism), ElementsAre("HST-7"));
    PromotionFacts raised = support::GoodRelease(Channel::kStable);
    raised.hard_stops = {RaisedStop(HardStop::kHst7)};
    const Finding finding = OnlyOf(raised, "HST-7");
    EXPECT_TRUE(finding.hard_stop);
    EXPECT_EQ(finding.kind, FindingKind::kDenied);
}

TEST(Rule_HST_7, allowed_once_the_raised_stop_is_closed) {
    const auto close = [](PromotionFacts& facts) { facts.hard_stops = {RaisedStop(HardStop::kHst7, false)}; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, close), IsEmpty());
    const auto no_migration = [](PromotionFacts& facts) { facts.manifest.data_changes.reversible = false; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, no_migration), IsEmpty());
}

TEST(Rule_HSX_1, refused_without_what_a_resolution_needs) {
    const auto refused = [](const std::function<void(HardStopResolutionAct&)>& spoil) {
        HardStopResolutionAct act = GoodResolution();
        spoil(act);
        EXPECT_THAT(WhatBlocksAct(act), ElementsAre("HSX-1"));
    };
    refused([](HardStopResolutionAct& act) { act.stop.open = false; });
    refused([](HardStopResolutionAct& act) { act.actor.kind = PrincipalKind::kComponent; });
    refused([](HardStopResolutionAct& act) { act.raised_by = act.actor.id; });
    refused([](HardStopResolutionAct& act) { act.author = act.actor.id; });
    refused([](HardStopResolutionAct& act) { act.cites = "hs_2"; });
    refused([](HardStopResolutionAct& act) { act.resolution = "  "; });
    refused([](HardStopResolutionAct& act) { act.evidence.clear(); });
}

TEST(Rule_HSX_1, allowed_for_another_person_with_evidence) {
    EXPECT_THAT(WhatBlocksAct(GoodResolution()), IsEmpty());
}

}  // namespace
}  // namespace policy_test
