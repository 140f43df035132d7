#include "tenancy/gate.hpp"

#include <string>

#include "platform/base/invariant.hpp"
#include "tenancy/selection.hpp"

namespace tenancy {
namespace {

constexpr GateDecision kGateUndecided{GateOutcome::kUndecided, Access::kUnknown};

/// The switch, then the licence; of hosted mode the subscription. kAllowed: none of them is in the way.
GateOutcome DecideTenancy(const GateFacts& facts) noexcept {
    switch (facts.mode) {
        case Mode::kUnknown:
            return GateOutcome::kUndecided;
        case Mode::kHosted:
            switch (facts.subscription) {
                case Subscription::kUnknown:
                    return GateOutcome::kUndecided;
                case Subscription::kActive:
                case Subscription::kGrace:
                case Subscription::kTrial:
                    return GateOutcome::kAllowed;
                case Subscription::kNone:
                case Subscription::kTrialOver:
                    return GateOutcome::kSubscriptionRequired;
            }
            return GateOutcome::kUndecided;
        case Mode::kSelfHosted:
            break;
    }
    if (facts.switch_on != Fact::kYes) {
        return facts.switch_on == Fact::kNo ? GateOutcome::kFeatureDisabled : GateOutcome::kUndecided;
    }
    if (facts.licensed != Fact::kYes) {
        return facts.licensed == Fact::kNo ? GateOutcome::kLicenseRequired : GateOutcome::kUndecided;
    }
    return GateOutcome::kAllowed;
}

GateDecision DecideMembership(Access access) noexcept {
    switch (access) {
        case Access::kAllowed:
            return {GateOutcome::kAllowed, access};
        case Access::kNoIdentity:
            return {GateOutcome::kNeedsIdentity, access};
        case Access::kTokenNotAuthorized:
        case Access::kNotAMember:
            return {GateOutcome::kAccessDenied, access};
        case Access::kUnknown:
            break;
    }
    return kGateUndecided;
}

/// The same for every organization, there or not: nothing of `facts.org` and of its subscription is looked at.
GateDecision DecideAnonymous(const GateFacts& facts) noexcept {
    if (facts.mode == Mode::kUnknown) {
        return kGateUndecided;
    }
    const GateOutcome tenancy = facts.mode == Mode::kHosted ? GateOutcome::kAllowed : DecideTenancy(facts);
    return {tenancy == GateOutcome::kAllowed ? GateOutcome::kNeedsIdentity : tenancy, facts.access};
}

Refusal FeatureDisabled() {
    return {501,
            "feature_disabled",
            "This feature is switched off. Set PULSE_MULTI_TENANT_ENABLED=true to switch it on.",
            BodyShape::kFeatureOff,
            {}};
}

Refusal SubscriptionRequired() {
    return {402, "subscription_required", "An active subscription is needed for this.", BodyShape::kSubscription, {}};
}

Refusal LicenseRequired(BodyShape shape) {
    return {402, "license_required", "The license of this install does not cover this feature.", shape, "multi_tenant"};
}

}  // namespace

GateDecision DecideSelection(const GateFacts& facts) noexcept {
    switch (facts.selected) {
        case Selected::kUnknown:
            return kGateUndecided;
        case Selected::kDefault:
            return DecideMembership(facts.access);
        case Selected::kTenant:
            break;
    }
    if (facts.access == Access::kNoIdentity) {
        return DecideAnonymous(facts);
    }
    switch (facts.org) {
        case OrgState::kUnknown:
            return kGateUndecided;
        case OrgState::kMissing:
            return {GateOutcome::kInvalidOrg, facts.access};
        case OrgState::kSuspended:
        case OrgState::kPendingDeletion:
            return {GateOutcome::kOrgSuspended, facts.access};
        case OrgState::kActive:
            break;
    }
    const GateOutcome tenancy = DecideTenancy(facts);
    if (tenancy != GateOutcome::kAllowed) {
        return {tenancy, facts.access};
    }
    return DecideMembership(facts.access);
}

GateDecision DecideOrgRoute(const GateFacts& facts) noexcept {
    return {DecideTenancy(facts), facts.access};
}

Refusal SelectionRefusal(GateDecision decision) {
    switch (decision.outcome) {
        case GateOutcome::kUndecided:
            return TenantUnavailable();
        case GateOutcome::kInvalidOrg:
            return InvalidOrg();
        case GateOutcome::kOrgSuspended:
            return {403, "org_suspended", "This organization is suspended.", BodyShape::kAgent, {}};
        case GateOutcome::kSubscriptionRequired:
            return SubscriptionRequired();
        case GateOutcome::kFeatureDisabled:
            return FeatureDisabled();
        case GateOutcome::kLicenseRequired:
            return LicenseRequired(BodyShape::kLicenseMiddleware);
        case GateOutcome::kAccessDenied:
            return {403, "access_denied", std::string(AccessReason(decision.access)), BodyShape::kAgent, {}};
        case GateOutcome::kNeedsIdentity:
            return Unauthenticated();
        case GateOutcome::kAllowed:
            break;
    }
    PORTCULLIS_INVARIANT(false, "an allowed request has no refusal");
    return TenantUnavailable();
}

Refusal OrgRouteRefusal(GateDecision decision) {
    switch (decision.outcome) {
        case GateOutcome::kLicenseRequired:
            return LicenseRequired(BodyShape::kLicenseHandler);
        case GateOutcome::kAccessDenied:
            return AccessDenied();
        default:
            return SelectionRefusal(decision);
    }
}

}  // namespace tenancy
