// OBS-1..9: what is declared before experimental and seen before candidate.

#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using support::CheckOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Rule_OBS_1, refused_without_its_item) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kObs1); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("OBS-1"));
}

TEST(Rule_OBS_1, allowed_to_be_open_before_candidate) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kObs1); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, drop), IsEmpty());
}

TEST(Rule_OBS_2, refused_without_its_item) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kObs2); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("OBS-2"));
}

TEST(Rule_OBS_2, allowed_to_be_open_before_candidate) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kObs2); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, drop), IsEmpty());
}

TEST(Rule_OBS_3, refused_without_its_item) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kObs3); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("OBS-3"));
}

TEST(Rule_OBS_3, allowed_to_be_open_before_candidate) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kObs3); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, drop), IsEmpty());
}

TEST(Rule_OBS_5, refused_without_its_item) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kObs5); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("OBS-5"));
}

TEST(Rule_OBS_5, allowed_to_be_open_before_candidate) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kObs5); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, drop), IsEmpty());
}

TEST(Rule_OBS_4, refused_without_its_item) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kObs4); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, drop), ElementsAre("OBS-4"));
}

TEST(Rule_OBS_4, refused_when_the_baseline_came_after_dev) {
    const auto late = [](PromotionFacts& facts) { CheckOf(facts, Control::kObs4).channel = Channel::kExperimental; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, late), ElementsAre("OBS-4"));
}

TEST(Rule_OBS_4, allowed_with_a_baseline_of_dev_however_old) {
    const auto old = [](PromotionFacts& facts) { CheckOf(facts, Control::kObs4).performed_at -= Days{400}; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, old), IsEmpty());
}

TEST(Rule_OBS_6, refused_when_seen_in_dev_only_or_failed) {
    const auto in_dev = [](PromotionFacts& facts) { CheckOf(facts, Control::kObs6).channel = Channel::kDev; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, in_dev), ElementsAre("OBS-6"));
    const auto fail = [](PromotionFacts& facts) { CheckOf(facts, Control::kObs6).outcome = CheckOutcome::kFailed; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, fail), ElementsAre("OBS-6"));
}

TEST(Rule_OBS_6, allowed_when_seen_in_experimental) {
    PromotionFacts facts = support::GoodRelease(Channel::kCandidate);
    EXPECT_EQ(CheckOf(facts, Control::kObs6).channel, Channel::kExperimental);
    EXPECT_THAT(WhatBlocks(facts), IsEmpty());
}

TEST(Rule_OBS_7, refused_when_seen_in_dev_only_or_failed) {
    const auto in_dev = [](PromotionFacts& facts) { CheckOf(facts, Control::kObs7).channel = Channel::kDev; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, in_dev), ElementsAre("OBS-7"));
    const auto fail = [](PromotionFacts& facts) { CheckOf(facts, Control::kObs7).outcome = CheckOutcome::kFailed; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, fail), ElementsAre("OBS-7"));
}

TEST(Rule_OBS_7, allowed_when_seen_in_experimental) {
    PromotionFacts facts = support::GoodRelease(Channel::kCandidate);
    EXPECT_EQ(CheckOf(facts, Control::kObs7).channel, Channel::kExperimental);
    EXPECT_THAT(WhatBlocks(facts), IsEmpty());
}

TEST(Rule_OBS_8, refused_when_seen_in_dev_only_or_failed) {
    const auto in_dev = [](PromotionFacts& facts) { CheckOf(facts, Control::kObs8).channel = Channel::kDev; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, in_dev), ElementsAre("OBS-8"));
    const auto fail = [](PromotionFacts& facts) { CheckOf(facts, Control::kObs8).outcome = CheckOutcome::kFailed; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, fail), ElementsAre("OBS-8"));
}

TEST(Rule_OBS_8, allowed_when_seen_in_experimental) {
    PromotionFacts facts = support::GoodRelease(Channel::kCandidate);
    EXPECT_EQ(CheckOf(facts, Control::kObs8).channel, Channel::kExperimental);
    EXPECT_THAT(WhatBlocks(facts), IsEmpty());
}

TEST(Rule_OBS_9, refused_when_seen_in_dev_only_or_failed) {
    const auto in_dev = [](PromotionFacts& facts) { CheckOf(facts, Control::kObs9).channel = Channel::kDev; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, in_dev), ElementsAre("OBS-9"));
    const auto fail = [](PromotionFacts& facts) { CheckOf(facts, Control::kObs9).outcome = CheckOutcome::kFailed; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, fail), ElementsAre("OBS-9"));
}

TEST(Rule_OBS_9, allowed_when_seen_in_experimental) {
    PromotionFacts facts = support::GoodRelease(Channel::kCandidate);
    EXPECT_EQ(CheckOf(facts, Control::kObs9).channel, Channel::kExperimental);
    EXPECT_THAT(WhatBlocks(facts), IsEmpty());
}

}  // namespace
}  // namespace policy_test
