// CHN-2 and CHN-3: what is needed of a stay, when it began, when it ends.

#include "controller/policy/stay.hpp"

#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules

constexpr std::chrono::hours kHour{1};

PromotionFacts StayingIn(Channel channel) {
    PromotionFacts facts = support::GoodRelease(Channel::kCandidate);
    facts.release.channel = channel;
    return facts;
}

IncidentFacts ResolvedIncident(const PromotionFacts& facts, Severity severity, Time resolved_at) {
    IncidentFacts incident = OpenIncident(facts, severity);
    incident.state = IncidentState::kResolved;
    incident.resolved_at = resolved_at;
    return incident;
}

TEST(RequiredStay, IsTheLongerOfTheSpecificationsAndThePlans) {
    std::optional<PlanFacts> plan = StayingIn(Channel::kExperimental).plan;
    plan->minimum_stay = Days{14};
    EXPECT_EQ(RequiredStay(Channel::kExperimental, plan), Days{14});
    plan->minimum_stay = Days{3};
    EXPECT_EQ(RequiredStay(Channel::kExperimental, plan), Days{7});
    plan->minimum_stay.reset();
    EXPECT_EQ(RequiredStay(Channel::kExperimental, plan), Days{7});
    EXPECT_EQ(RequiredStay(Channel::kExperimental, std::nullopt), Days{7});
}

TEST(RequiredStay, OfThePlanIsForExperimentalAlone) {
    std::optional<PlanFacts> plan = StayingIn(Channel::kExperimental).plan;
    plan->minimum_stay = Days{30};
    EXPECT_EQ(RequiredStay(Channel::kDev, plan), Duration::zero());
    EXPECT_EQ(RequiredStay(Channel::kCandidate, plan), Days{7});
    EXPECT_EQ(RequiredStay(Channel::kStable, plan), Duration::zero());
}

TEST(DisqualifyingIncidents, AreOneAndTwoInExperimentalAndAllInCandidate) {
    for (const Severity severity : {Severity::kSev1, Severity::kSev2, Severity::kSev3, Severity::kSev4}) {
        EXPECT_FALSE(IsDisqualifying(severity, Channel::kDev));
        EXPECT_EQ(IsDisqualifying(severity, Channel::kExperimental), severity <= Severity::kSev2);
        EXPECT_TRUE(IsDisqualifying(severity, Channel::kCandidate));
        EXPECT_FALSE(IsDisqualifying(severity, Channel::kStable));
    }
}

TEST(OpenIncidents, StayOpenUntilAResolutionWithItsTime) {
    IncidentFacts incident = OpenIncident(StayingIn(Channel::kCandidate), Severity::kSev2);
    for (const IncidentState state : {IncidentState::kOpen, IncidentState::kAcknowledged, IncidentState::kContained}) {
        incident.state = state;
        EXPECT_TRUE(IsOpen(incident)) << platform::EnumText(state);
    }
    incident.state = IncidentState::kResolved;
    EXPECT_TRUE(IsOpen(incident));  // no time: nothing to count a stay from
    incident.resolved_at = incident.opened_at + kHour;
    EXPECT_FALSE(IsOpen(incident));
}

TEST(StayStart, IsTheEntryOrTheLaterContent) {
    PromotionFacts facts = StayingIn(Channel::kExperimental);
    EXPECT_EQ(StayStart(facts), facts.release.channel_entered_at);
    facts.release.content_since = facts.release.channel_entered_at - kHour;
    EXPECT_EQ(StayStart(facts), facts.release.channel_entered_at);
    facts.release.content_since = facts.release.channel_entered_at + kHour;
    EXPECT_EQ(StayStart(facts), facts.release.content_since);
}

TEST(StayStart, IsTheLastResolutionOfADisqualifyingIncident) {
    PromotionFacts facts = StayingIn(Channel::kExperimental);
    const Time entered = facts.release.channel_entered_at;
    facts.incidents = {ResolvedIncident(facts, Severity::kSev2, entered + Days{2}),
                       ResolvedIncident(facts, Severity::kSev1, entered + Days{5}),
                       ResolvedIncident(facts, Severity::kSev2, entered + Days{3})};
    EXPECT_EQ(StayStart(facts), entered + Days{5});
}

TEST(StayStart, TakesNoNoticeOfLesserEarlierAndOpenIncidents) {
    PromotionFacts facts = StayingIn(Channel::kExperimental);
    const Time entered = facts.release.channel_entered_at;
    facts.incidents = {ResolvedIncident(facts, Severity::kSev3, entered + Days{2}),
                       ResolvedIncident(facts, Severity::kSev1, entered),
                       ResolvedIncident(facts, Severity::kSev1, entered - kHour), OpenIncident(facts, Severity::kSev1)};
    EXPECT_EQ(StayStart(facts), entered);
    facts.release.channel = Channel::kCandidate;  // where the SEV-3 counts
    EXPECT_EQ(StayStart(facts), entered + Days{2});
}

TEST(StayEnd, IsTheStartAndWhatIsNeeded) {
    PromotionFacts facts = StayingIn(Channel::kExperimental);
    facts.plan->minimum_stay = Days{14};
    EXPECT_EQ(StayEnd(facts), facts.release.channel_entered_at + Days{14});
    facts.release.channel = Channel::kCandidate;
    EXPECT_EQ(StayEnd(facts), facts.release.channel_entered_at + Days{7});
    facts.release.channel = Channel::kDev;
    EXPECT_EQ(StayEnd(facts), facts.release.channel_entered_at);
}

TEST(StayEnd, IsUnknownWhileADisqualifyingIncidentIsOpenAndInStable) {
    PromotionFacts facts = StayingIn(Channel::kExperimental);
    facts.incidents = {OpenIncident(facts, Severity::kSev3)};
    EXPECT_NE(StayEnd(facts), std::nullopt);
    facts.incidents = {OpenIncident(facts, Severity::kSev2)};
    EXPECT_EQ(StayEnd(facts), std::nullopt);
    facts.incidents.clear();
    facts.release.channel = Channel::kStable;
    EXPECT_EQ(StayEnd(facts), std::nullopt);
}

}  // namespace
}  // namespace policy_test
