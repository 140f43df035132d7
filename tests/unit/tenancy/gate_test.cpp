#include <gtest/gtest.h>

#include "platform/base/invariant.hpp"
#include "tenancy/gate.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::Access;
using tenancy::BodyShape;
using tenancy::Fact;
using tenancy::GateFacts;
using tenancy::GateOutcome;
using tenancy::Mode;
using tenancy::OrgState;
using tenancy::Selected;
using tenancy::Subscription;

GateOutcome Select(const GateFacts& facts) {
    return DecideSelection(facts).outcome;
}

TEST(SelectionGate, EverythingInFavourIsAllowed) {
    EXPECT_EQ(Select(GoodFacts()), GateOutcome::kAllowed);
    EXPECT_TRUE(DecideSelection(GoodFacts()).Allowed());
}

// Each step with every later one against the request, too: the first that refuses is the one that answers.
TEST(SelectionGate, RefusesInOrderSelfHosted) {
    auto facts = GoodFacts();
    facts.access = Access::kNotAMember;
    EXPECT_EQ(Select(facts), GateOutcome::kAccessDenied);
    facts.licensed = Fact::kNo;
    EXPECT_EQ(Select(facts), GateOutcome::kLicenseRequired);
    facts.switch_on = Fact::kNo;
    EXPECT_EQ(Select(facts), GateOutcome::kFeatureDisabled);
    facts.org = OrgState::kSuspended;
    EXPECT_EQ(Select(facts), GateOutcome::kOrgSuspended);
    facts.org = OrgState::kPendingDeletion;
    EXPECT_EQ(Select(facts), GateOutcome::kOrgSuspended);
    facts.org = OrgState::kMissing;
    EXPECT_EQ(Select(facts), GateOutcome::kInvalidOrg);
}

TEST(SelectionGate, RefusesInOrderHosted) {
    auto facts = GoodFacts();
    facts.mode = Mode::kHosted;
    facts.switch_on = Fact::kNo;  // of no effect there
    facts.licensed = Fact::kNo;
    EXPECT_EQ(Select(facts), GateOutcome::kAllowed);
    facts.access = Access::kTokenNotAuthorized;
    EXPECT_EQ(Select(facts), GateOutcome::kAccessDenied);
    facts.subscription = Subscription::kNone;
    EXPECT_EQ(Select(facts), GateOutcome::kSubscriptionRequired);
    facts.org = OrgState::kSuspended;
    EXPECT_EQ(Select(facts), GateOutcome::kOrgSuspended);
}

TEST(SelectionGate, ASubscriptionCountsWhileItRunsOrIsInGrace) {
    auto facts = GoodFacts();
    facts.mode = Mode::kHosted;
    for (const auto good : {Subscription::kActive, Subscription::kGrace, Subscription::kTrial}) {
        facts.subscription = good;
        EXPECT_EQ(Select(facts), GateOutcome::kAllowed);
    }
    for (const auto over : {Subscription::kNone, Subscription::kTrialOver}) {
        facts.subscription = over;
        EXPECT_EQ(Select(facts), GateOutcome::kSubscriptionRequired);
    }
}

TEST(SelectionGate, DefaultStaysReachableWhateverTheSwitchSays) {
    for (const Mode mode : {Mode::kUnknown, Mode::kSelfHosted, Mode::kHosted}) {
        GateFacts facts;
        facts.mode = mode;
        facts.selected = Selected::kDefault;
        facts.switch_on = Fact::kNo;
        facts.licensed = Fact::kNo;
        facts.access = Access::kAllowed;
        EXPECT_EQ(Select(facts), GateOutcome::kAllowed);
        facts.access = Access::kTokenNotAuthorized;
        EXPECT_EQ(Select(facts), GateOutcome::kAccessDenied);
        facts.access = Access::kUnknown;
        EXPECT_EQ(Select(facts), GateOutcome::kUndecided);
        facts.access = Access::kNoIdentity;
        EXPECT_EQ(Select(facts), GateOutcome::kNeedsIdentity);
    }
}

TEST(SelectionGate, WithoutAnIdentityNobodyLearnsWhichOrgsExist) {
    for (const Mode mode : {Mode::kSelfHosted, Mode::kHosted}) {
        for (const Fact on : {Fact::kYes, Fact::kNo}) {
            for (const Fact licensed : {Fact::kYes, Fact::kNo}) {
                auto facts = GoodFacts();
                facts.mode = mode;
                facts.switch_on = on;
                facts.licensed = licensed;
                facts.access = Access::kNoIdentity;
                const GateOutcome known = Select(facts);
                EXPECT_NE(known, GateOutcome::kAllowed);
                for (const auto state : {OrgState::kMissing, OrgState::kSuspended, OrgState::kPendingDeletion}) {
                    facts.org = state;
                    facts.subscription = Subscription::kNone;
                    EXPECT_EQ(Select(facts), known);
                }
            }
        }
    }
}

TEST(SelectionGate, WithoutAnIdentityTheSwitchAndTheLicenceStillShow) {
    auto facts = GoodFacts();
    facts.access = Access::kNoIdentity;
    EXPECT_EQ(Select(facts), GateOutcome::kNeedsIdentity);
    facts.licensed = Fact::kNo;
    EXPECT_EQ(Select(facts), GateOutcome::kLicenseRequired);
    facts.switch_on = Fact::kNo;
    EXPECT_EQ(Select(facts), GateOutcome::kFeatureDisabled);
}

TEST(SelectionGate, NothingSetOpensNothing) {
    EXPECT_EQ(Select(GateFacts{}), GateOutcome::kUndecided);
    EXPECT_FALSE(tenancy::GateDecision{}.Allowed());
    EXPECT_EQ(DecideOrgRoute(GateFacts{}).outcome, GateOutcome::kUndecided);
}

TEST(OrgRouteGate, SwitchThenLicence) {
    GateFacts facts;
    facts.mode = Mode::kSelfHosted;
    facts.switch_on = Fact::kNo;
    facts.licensed = Fact::kNo;
    EXPECT_EQ(DecideOrgRoute(facts).outcome, GateOutcome::kFeatureDisabled);
    facts.switch_on = Fact::kYes;
    EXPECT_EQ(DecideOrgRoute(facts).outcome, GateOutcome::kLicenseRequired);
    facts.licensed = Fact::kYes;
    EXPECT_EQ(DecideOrgRoute(facts).outcome, GateOutcome::kAllowed);
    facts.mode = Mode::kHosted;
    facts.switch_on = Fact::kNo;
    EXPECT_EQ(DecideOrgRoute(facts).outcome, GateOutcome::kUndecided) << "the subscription is not known";
    facts.subscription = Subscription::kActive;
    EXPECT_EQ(DecideOrgRoute(facts).outcome, GateOutcome::kAllowed);
    facts.subscription = Subscription::kTrialOver;
    EXPECT_EQ(DecideOrgRoute(facts).outcome, GateOutcome::kSubscriptionRequired);
}

struct ExpectedRefusal {
    GateOutcome outcome;
    int status;
    std::string_view code;
    BodyShape in_layer;
    BodyShape in_handler;
};

TEST(GateRefusals, HaveTheStatusCodeAndBodyClientsKnow) {
    for (const auto& expected : {
             ExpectedRefusal{GateOutcome::kInvalidOrg, 400, "invalid_org", BodyShape::kAgent, BodyShape::kAgent},
             {GateOutcome::kOrgSuspended, 403, "org_suspended", BodyShape::kAgent, BodyShape::kAgent},
             {GateOutcome::kSubscriptionRequired, 402, "subscription_required", BodyShape::kSubscription,
              BodyShape::kSubscription},
             {GateOutcome::kFeatureDisabled, 501, "feature_disabled", BodyShape::kFeatureOff, BodyShape::kFeatureOff},
             {GateOutcome::kLicenseRequired, 402, "license_required", BodyShape::kLicenseMiddleware,
              BodyShape::kLicenseHandler},
             {GateOutcome::kAccessDenied, 403, "access_denied", BodyShape::kAgent, BodyShape::kPlatform},
             {GateOutcome::kNeedsIdentity, 401, "authentication_required", BodyShape::kUnauthenticated,
              BodyShape::kUnauthenticated},
             {GateOutcome::kUndecided, 503, "tenant_unavailable", BodyShape::kPlatform, BodyShape::kPlatform},
         }) {
        const auto layer = tenancy::SelectionRefusal({expected.outcome, Access::kNotAMember});
        const auto handler = tenancy::OrgRouteRefusal({expected.outcome, Access::kNotAMember});
        EXPECT_EQ(layer.status, expected.status) << expected.code;
        EXPECT_EQ(layer.code, expected.code);
        EXPECT_EQ(layer.shape, expected.in_layer) << expected.code;
        EXPECT_EQ(handler.status, expected.status) << expected.code;
        EXPECT_EQ(handler.code, expected.code);
        EXPECT_EQ(handler.shape, expected.in_handler) << expected.code;
        EXPECT_FALSE(layer.message.empty());
        EXPECT_EQ(platform::EnumText(expected.outcome), expected.code) << "logs say what the answer says";
    }
    EXPECT_THROW(tenancy::SelectionRefusal({GateOutcome::kAllowed, Access::kAllowed}), platform::InvariantViolation);
}

TEST(GateRefusals, TheMessageOfADenialIsItsReason) {
    EXPECT_EQ(tenancy::SelectionRefusal({GateOutcome::kAccessDenied, Access::kTokenNotAuthorized}).message,
              AccessReason(Access::kTokenNotAuthorized));
}

TEST(GateRefusals, WhatASingleTenantInstallCanMeetSpeaksOfNoOrganizations) {
    for (const auto outcome : {GateOutcome::kFeatureDisabled, GateOutcome::kInvalidOrg, GateOutcome::kLicenseRequired,
                               GateOutcome::kUndecided, GateOutcome::kNeedsIdentity}) {
        const std::string message = tenancy::SelectionRefusal({outcome, Access::kUnknown}).message;
        EXPECT_EQ(message.find("rganization"), std::string::npos) << message;
    }
    EXPECT_NE(tenancy::SelectionRefusal({GateOutcome::kFeatureDisabled, Access::kUnknown})
                  .message.find("PULSE_MULTI_TENANT_ENABLED"),
              std::string::npos);
}

}  // namespace
}  // namespace tenancy_test
