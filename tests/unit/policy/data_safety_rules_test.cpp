// DSV-1..7: what is verified before candidate.

#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using support::CheckOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <Control kControl>
void SaysBesideThePoint(PromotionFacts& facts) {
    CheckOf(facts, kControl).outcome = CheckOutcome::kNotApplicable;
    CheckOf(facts, kControl).has_reason = true;
}

TEST(Rule_DSV_1, refused_without_its_item) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kDsv1); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("DSV-1"));
}

TEST(Rule_DSV_1, refused_when_failed_which_is_a_hard_stop_too) {
    const auto fail = [](PromotionFacts& facts) { CheckOf(facts, Control::kDsv1).outcome = CheckOutcome::kFailed; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, fail), ElementsAre("DSV-1", "HST-4"));
}

TEST(Rule_DSV_1, allowed_when_not_applicable_with_a_reason) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, SaysBesideThePoint<Control::kDsv1>), IsEmpty());
}

TEST(Rule_DSV_2, refused_without_its_item) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kDsv2); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("DSV-2"));
}

TEST(Rule_DSV_2, refused_when_failed_which_is_a_hard_stop_too) {
    const auto fail = [](PromotionFacts& facts) { CheckOf(facts, Control::kDsv2).outcome = CheckOutcome::kFailed; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, fail), ElementsAre("DSV-2", "HST-4"));
}

TEST(Rule_DSV_2, allowed_when_not_applicable_with_a_reason) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, SaysBesideThePoint<Control::kDsv2>), IsEmpty());
}

TEST(Rule_DSV_3, refused_without_its_item) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kDsv3); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("DSV-3"));
}

TEST(Rule_DSV_3, refused_when_failed_which_is_a_hard_stop_too) {
    const auto fail = [](PromotionFacts& facts) { CheckOf(facts, Control::kDsv3).outcome = CheckOutcome::kFailed; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, fail), ElementsAre("DSV-3", "HST-4"));
}

TEST(Rule_DSV_3, allowed_when_not_applicable_with_a_reason) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, SaysBesideThePoint<Control::kDsv3>), IsEmpty());
}

TEST(Rule_DSV_4, refused_without_its_item) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kDsv4); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("DSV-4"));
}

TEST(Rule_DSV_4, refused_when_failed_which_is_a_hard_stop_too) {
    const auto fail = [](PromotionFacts& facts) { CheckOf(facts, Control::kDsv4).outcome = CheckOutcome::kFailed; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, fail), ElementsAre("DSV-4", "HST-5"));
}

TEST(Rule_DSV_4, allowed_when_not_applicable_with_a_reason) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, SaysBesideThePoint<Control::kDsv4>), IsEmpty());
}

TEST(Rule_DSV_5, refused_without_its_item) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kDsv5); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("DSV-5"));
}

TEST(Rule_DSV_5, allowed_when_not_applicable_with_a_reason) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, SaysBesideThePoint<Control::kDsv5>), IsEmpty());
}

TEST(Rule_DSV_7, refused_without_its_item) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kDsv7); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("DSV-7"));
}

TEST(Rule_DSV_7, allowed_when_not_applicable_with_a_reason) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, SaysBesideThePoint<Control::kDsv7>), IsEmpty());
}

TEST(Rule_DSV_6, refused_for_a_migration_that_cannot_run_twice_or_is_said_not_to_matter) {
    const auto once = [](PromotionFacts& facts) { facts.manifest.data_changes.idempotent = false; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, once, ReleaseClass::kMechanism), ElementsAre("DSV-6"));
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, SaysBesideThePoint<Control::kDsv6>, ReleaseClass::kMechanism),
                ElementsAre("DSV-6"));
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kDsv6); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("DSV-6"));
}

TEST(Rule_DSV_6, allowed_when_not_applicable_to_a_release_without_a_migration) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, SaysBesideThePoint<Control::kDsv6>), IsEmpty());
}

}  // namespace
}  // namespace policy_test
