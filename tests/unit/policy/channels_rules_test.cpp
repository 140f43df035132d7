// CHN-1, 2, 4..8 and CHX-1..6: order, stay, freezes, and leaving a channel.

#include "controller/policy/eligibility.hpp"
#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using support::CheckOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Rule_CHN_1, refused_when_a_channel_is_skipped) {
    PromotionFacts facts = support::GoodRelease(Channel::kCandidate);
    facts.release.channel = Channel::kDev;
    const Finding skipped = OnlyOf(facts, "CHN-1");
    EXPECT_EQ(skipped.kind, FindingKind::kDenied);
    EXPECT_EQ(skipped.message, "The release is in dev; candidate does not follow it, experimental does.");
}

TEST(Rule_CHN_1, refused_with_nothing_else_to_say_where_the_release_is_or_was) {
    for (const Channel from : {Channel::kExperimental, Channel::kCandidate, Channel::kStable}) {
        for (const Channel to : {Channel::kExperimental, Channel::kCandidate, Channel::kStable}) {
            if (to > from) {
                continue;
            }
            PromotionFacts facts = support::GoodRelease(to);
            facts.release.channel = from;
            facts.checks.clear();
            facts.memos.clear();
            const Verdict verdict = EvaluatePromotion(facts);
            EXPECT_EQ(verdict.state, VerdictState::kDeny);
            EXPECT_EQ(verdict.earliest, std::nullopt);
            ASSERT_EQ(verdict.findings.size(), 1U);
            EXPECT_EQ(verdict.findings[0].rule, "CHN-1");
            const std::string expected =
                "The release is in " + std::string(platform::EnumText(from)) +
                (to == from ? " already, since " + platform::FormatTime(facts.release.channel_entered_at) + "."
                            : " since " + platform::FormatTime(facts.release.channel_entered_at) +
                                  " and does not go back to " + std::string(platform::EnumText(to)) + ".");
            EXPECT_EQ(verdict.findings[0].message, expected);
        }
    }
}

TEST(Rule_CHN_1, allowed_one_channel_at_a_time) {
    for (const Channel to : {Channel::kExperimental, Channel::kCandidate, Channel::kStable}) {
        EXPECT_THAT(BlocksAfter(to, [](PromotionFacts&) {}), IsEmpty());
    }
}

TEST(Rule_CHN_2, refused_a_microsecond_too_early) {
    PromotionFacts facts = support::GoodRelease(Channel::kCandidate);
    facts.now = facts.release.channel_entered_at + *facts.plan->minimum_stay - Duration{1};
    const Verdict verdict = EvaluatePromotion(facts);
    EXPECT_THAT(Blocking(verdict.findings), ElementsAre("CHN-2"));
    EXPECT_EQ(verdict.state, VerdictState::kPending);
    EXPECT_EQ(verdict.earliest, facts.now + Duration{1});
}

TEST(Rule_CHN_2, allowed_at_exactly_the_end_of_the_stay) {
    const auto at_end = [](PromotionFacts& facts) {
        facts.now = facts.release.channel_entered_at + *facts.plan->minimum_stay;
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, at_end), IsEmpty());
}

TEST(Rule_CHN_4, refused_a_microsecond_past_the_maximum) {
    const auto past = [](PromotionFacts& facts) {
        facts.plan->maximum_stay = facts.now - facts.release.channel_entered_at - Duration{1};
        facts.plan->minimum_stay = Days{7};
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, past), ElementsAre("CHN-4"));
}

TEST(Rule_CHN_4, allowed_at_exactly_the_maximum) {
    const auto last = [](PromotionFacts& facts) {
        facts.plan->maximum_stay = facts.now - facts.release.channel_entered_at;
        facts.plan->minimum_stay = Days{7};
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, last), IsEmpty());
}

TEST(Rule_CHN_5, refused_with_an_open_sev_1_or_an_undecided_evaluation) {
    const auto open = [](PromotionFacts& facts) { facts.incidents = {OpenIncident(facts, Severity::kSev1)}; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, open), ElementsAre("CHN-5"));
    const auto undecided = [](PromotionFacts& facts) {
        facts.evaluations = {{RecordId::Trusted("rbe_1"), RecordId::Trusted("inc_1"), false}};
    };
    EXPECT_THAT(BlocksAfter(Channel::kStable, undecided), ElementsAre("CHN-5"));
}

TEST(Rule_CHN_5, allowed_once_resolved_and_decided) {
    const auto closed = [](PromotionFacts& facts) {
        facts.incidents = {OpenIncident(facts, Severity::kSev1)};
        facts.incidents[0].state = IncidentState::kResolved;
        facts.incidents[0].resolved_at = facts.now;
        facts.evaluations = {{RecordId::Trusted("rbe_1"), RecordId::Trusted("inc_1"), true}};
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, closed), IsEmpty());
}

TEST(Rule_CHN_6, refused_with_a_reason_for_each_exclusion) {
    TenantFacts tenant = support::ConsentingTenant("tenant-9");
    tenant.on_plan = false;
    const Eligibility excluded =
        DecideEligibility(tenant, Channel::kExperimental, ReleaseStatus::kActive, support::EntersExperimental());
    EXPECT_FALSE(excluded.included);
    EXPECT_EQ(excluded.code, "not_on_plan");
    EXPECT_FALSE(excluded.reason.empty());
}

TEST(Rule_CHN_6, allowed_with_a_reason_for_each_inclusion) {
    const Eligibility included = DecideEligibility(support::ConsentingTenant("tenant-9"), Channel::kExperimental,
                                                   ReleaseStatus::kActive, support::EntersExperimental());
    EXPECT_TRUE(included.included);
    EXPECT_EQ(included.code, "consented_on_plan");
    EXPECT_FALSE(included.reason.empty());
}

TEST(Rule_CHN_7, refused_to_a_stable_only_tenant_before_stable) {
    PromotionFacts facts = support::GoodRelease(Channel::kExperimental);
    facts.plan->tenants[0].preference = ChannelPreference::kStableOnly;
    EXPECT_EQ(OnlyOf(facts, "CHN-7").kind, FindingKind::kDoubt);
    EXPECT_FALSE(
        DecideEligibility(facts.plan->tenants[0], Channel::kCandidate, ReleaseStatus::kActive, facts.now).included);
}

TEST(Rule_CHN_7, allowed_to_a_stable_only_tenant_in_stable_and_blocks_nothing) {
    PromotionFacts facts = support::GoodRelease(Channel::kExperimental);
    facts.plan->tenants[0].preference = ChannelPreference::kStableOnly;
    EXPECT_EQ(EvaluatePromotion(facts).state, VerdictState::kAllow);
    EXPECT_TRUE(
        DecideEligibility(facts.plan->tenants[0], Channel::kStable, ReleaseStatus::kActive, facts.now).included);
}

TEST(Rule_CHN_8, refused_from_its_start_to_a_microsecond_before_its_end) {
    PromotionFacts facts = support::GoodRelease(Channel::kExperimental);
    facts.freezes = {GlobalFreeze(facts.now, facts.now + std::chrono::hours{1})};
    EXPECT_EQ(OnlyOf(facts, "CHN-8").ends_at, facts.now + std::chrono::hours{1});
    facts.freezes = {GlobalFreeze(facts.now - std::chrono::hours{1}, facts.now + Duration{1})};
    EXPECT_THAT(WhatBlocks(facts), ElementsAre("CHN-8"));
    facts.freezes[0].scope = FreezeScope::kChannel;
    facts.freezes[0].channel = Channel::kExperimental;
    EXPECT_THAT(WhatBlocks(facts), ElementsAre("CHN-8"));
    facts.freezes[0].scope = FreezeScope::kTenant;
    facts.freezes[0].tenant = facts.plan->tenants[0];
    EXPECT_THAT(WhatBlocks(facts), ElementsAre("CHN-8"));
}

TEST(Rule_CHN_8, allowed_before_its_start_at_its_end_and_where_it_does_not_apply) {
    PromotionFacts facts = support::GoodRelease(Channel::kExperimental);
    facts.freezes = {GlobalFreeze(facts.now + Duration{1}, facts.now + std::chrono::hours{1}),
                     GlobalFreeze(facts.now - std::chrono::hours{1}, facts.now)};
    EXPECT_THAT(WhatBlocks(facts), IsEmpty());
    facts.freezes = {GlobalFreeze(facts.now, facts.now + Duration{1})};
    facts.freezes[0].scope = FreezeScope::kChannel;
    facts.freezes[0].channel = Channel::kStable;
    EXPECT_THAT(WhatBlocks(facts), IsEmpty());
    facts.freezes[0].scope = FreezeScope::kTenant;
    facts.freezes[0].tenant = support::ConsentingTenant("tenant-9");
    facts.freezes[0].tenant->on_plan = false;
    EXPECT_THAT(WhatBlocks(facts), IsEmpty());
}

TEST(Rule_CHX_1, refused_without_tests_or_with_a_regression) {
    const auto no_tests = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kTests); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, no_tests), ElementsAre("CHX-1"));
    const auto worse = [](PromotionFacts& facts) {
        CheckOf(facts, Control::kRegressions).outcome = CheckOutcome::kFailed;
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, worse), ElementsAre("CHX-1"));
}

TEST(Rule_CHX_1, allowed_with_tests_of_any_age_for_the_current_change) {
    const auto old = [](PromotionFacts& facts) { CheckOf(facts, Control::kTests).performed_at -= Days{400}; };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, old), IsEmpty());
}

TEST(Rule_CHX_2, refused_when_a_criterion_is_unmet) {
    const auto unmet = [](PromotionFacts& facts) {
        facts.plan->criteria[1].measurement->state = MeasurementState::kUnmet;
    };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, unmet), ElementsAre("CHX-2"));
    const auto unjudged = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kExitCriterion); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, unjudged), ElementsAre("CHX-2"));
}

TEST(Rule_CHX_2, allowed_to_be_open_before_candidate_and_with_just_enough_samples) {
    const auto unmet = [](PromotionFacts& facts) {
        facts.plan->criteria[1].measurement->state = MeasurementState::kUnmet;
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, unmet), IsEmpty());
    const auto just = [](PromotionFacts& facts) { facts.plan->criteria[1].measurement->samples = 100; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, just), IsEmpty());
}

TEST(Rule_CHX_3, refused_while_a_disqualifying_incident_is_open) {
    const auto sev2 = [](PromotionFacts& facts) { facts.incidents = {OpenIncident(facts, Severity::kSev2)}; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, sev2), ElementsAre("CHX-3"));
    const auto sev4 = [](PromotionFacts& facts) { facts.incidents = {OpenIncident(facts, Severity::kSev4)}; };
    EXPECT_THAT(BlocksAfter(Channel::kStable, sev4), ElementsAre("CHX-3"));
}

TEST(Rule_CHX_3, allowed_with_an_open_sev_3_in_experimental) {
    const auto sev3 = [](PromotionFacts& facts) { facts.incidents = {OpenIncident(facts, Severity::kSev3)}; };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, sev3), IsEmpty());
}

TEST(Rule_CHX_4, refused_without_feedback) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kFeedback); };
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, drop), ElementsAre("CHX-4"));
}

TEST(Rule_CHX_4, allowed_to_be_open_before_candidate) {
    const auto drop = [](PromotionFacts& facts) { support::DropCheck(facts, Control::kFeedback); };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, drop), IsEmpty());
}

TEST(Rule_CHX_5, refused_when_performed_a_microsecond_before_the_stay) {
    const auto before = [](PromotionFacts& facts) {
        CheckOf(facts, Control::kCandidateMetrics).performed_at = facts.release.channel_entered_at - Duration{1};
    };
    EXPECT_THAT(BlocksAfter(Channel::kStable, before), ElementsAre("CHX-5"));
}

TEST(Rule_CHX_5, allowed_at_exactly_the_start_of_the_stay) {
    const auto start = [](PromotionFacts& facts) {
        CheckOf(facts, Control::kCandidateMetrics).performed_at = facts.release.channel_entered_at;
    };
    EXPECT_THAT(BlocksAfter(Channel::kStable, start), IsEmpty());
}

TEST(Rule_CHX_6, refused_unless_active) {
    for (const ReleaseStatus status :
         {ReleaseStatus::kRolledBack, ReleaseStatus::kWithdrawn, ReleaseStatus::kSuperseded}) {
        EXPECT_THAT(BlocksAfter(Channel::kCandidate, [&](PromotionFacts& facts) { facts.release.status = status; }),
                    ElementsAre("CHX-6"));
    }
}

TEST(Rule_CHX_6, allowed_when_active) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, [](PromotionFacts&) {}), IsEmpty());
}

TEST(Rule_CHX_7, refused_while_an_instance_exposes_it_to_somebody_else) {
    const auto exposed = [](PromotionFacts& facts) {
        facts.drifts = {{InstanceId::Trusted("eu-1"), ExposureDrift::kExposed, {"tenant-9"}}};
    };
    for (const Channel to : {Channel::kExperimental, Channel::kCandidate, Channel::kStable}) {
        EXPECT_THAT(BlocksAfter(to, exposed), ElementsAre("CHX-7"));
    }
}

TEST(Rule_CHX_7, allowed_with_an_organization_that_is_no_tenant_while_the_plan_names_who_receives_it) {
    const auto unknown = [](PromotionFacts& facts) {
        facts.drifts = {{InstanceId::Trusted("eu-1"), ExposureDrift::kUnknown, {"stranger"}}};
    };
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, unknown), IsEmpty());
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, unknown), ElementsAre("CHX-7"));
}

/// What the release needs: stage `needed` of a rollout that is in `stage`, before candidate.
RequirementFacts StageStanding(std::int64_t needed, std::optional<std::int64_t> stage) {
    RequirementFacts standing;
    standing.requirement.from = Channel::kCandidate;
    standing.requirement.rollout = RolloutId::Trusted("tenancy");
    standing.requirement.stage = needed;
    standing.exists = true;
    standing.state = stage ? RolloutState::kActive : RolloutState::kPlanned;
    standing.stage = stage;
    return standing;
}

auto Needing(RequirementFacts standing) {
    return [standing = std::move(standing)](PromotionFacts& facts) {
        facts.manifest.requirements = {standing.requirement};
        facts.requirements = {standing};
    };
}

TEST(Rule_CHX_8, refused_before_the_stage_is_entered) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, Needing(StageStanding(2, 1))), ElementsAre("CHX-8"));
    EXPECT_THAT(BlocksAfter(Channel::kStable, Needing(StageStanding(0, std::nullopt))), ElementsAre("CHX-8"));
    EXPECT_EQ(DecideRequirement(StageStanding(2, 1)), RequirementState::kUnmet);
    RequirementFacts questioned = StageStanding(2, 2);
    questioned.evaluation = RecordId::Trusted("rev_1");
    EXPECT_EQ(DecideRequirement(questioned), RequirementState::kUnknown);
}

TEST(Rule_CHX_8, allowed_in_the_stage_or_a_later_one_and_before_a_channel_that_does_not_need_it) {
    EXPECT_THAT(BlocksAfter(Channel::kCandidate, Needing(StageStanding(2, 2))), IsEmpty());
    EXPECT_THAT(BlocksAfter(Channel::kStable, Needing(StageStanding(2, 3))), IsEmpty());
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, Needing(StageStanding(2, std::nullopt))), IsEmpty());
    EXPECT_EQ(DecideRequirement(StageStanding(2, 3)), RequirementState::kMet);
}

TEST(Rule_CHX_9, refused_until_the_programme_is_certified) {
    RequirementFacts standing;
    standing.requirement.programme = ProgrammeId::Trusted("parcels");
    standing.exists = true;
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, Needing(standing)), ElementsAre("CHX-9"));
    EXPECT_EQ(DecideRequirement(standing), RequirementState::kUnmet);
}

TEST(Rule_CHX_9, allowed_with_a_certified_programme) {
    RequirementFacts standing;
    standing.requirement.programme = ProgrammeId::Trusted("parcels");
    standing.exists = true;
    standing.certified = true;
    EXPECT_THAT(BlocksAfter(Channel::kExperimental, Needing(standing)), IsEmpty());
    EXPECT_EQ(DecideRequirement(standing), RequirementState::kMet);
}

}  // namespace
}  // namespace policy_test
