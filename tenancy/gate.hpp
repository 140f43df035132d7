// The gate: may this request enter the organization it selected, and may it use the organization endpoints at all?
//
// DecideSelection, the tenant layer, in this order for an organization other than `default`:
//   1 it exists                      else kInvalidOrg            400
//   2 it is active                   else kOrgSuspended          403 (suspended and pending deletion alike)
//   3 hosted: subscription           else kSubscriptionRequired  402
//     self-hosted: switch, licence   else kFeatureDisabled       501, kLicenseRequired 402
//   4 the caller belongs to it       else kAccessDenied          403
// `default` is subject to 4 only. Who has no identity cannot probe which organizations exist: for them the switch and
// the licence answer first, and then it is kNeedsIdentity whether the organization exists or not: the request goes on
// without any organization, to routes that need no identity or to 401.
//
// DecideOrgRoute, in front of every organization endpoint: self-hosted switch (501), licence (402); hosted:
// subscription.
//
// Invariants: a fact the decision needs and that is not known gives kUndecided (503), never kAllowed; in every mode
// `default` stays reachable for its callers. Pure, noexcept, no allocation, below 100 ns (tests/bench/bench_tenancy).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "platform/base/enum_text.hpp"
#include "tenancy/access.hpp"
#include "tenancy/model.hpp"
#include "tenancy/refusal.hpp"

namespace tenancy {

enum class Mode : std::uint8_t { kUnknown, kSelfHosted, kHosted };
enum class Selected : std::uint8_t { kUnknown, kDefault, kTenant };
enum class OrgState : std::uint8_t { kUnknown, kMissing, kActive, kSuspended, kPendingDeletion };
/// A yes or no that may not be known.
enum class Fact : std::uint8_t { kUnknown, kNo, kYes };
/// Of hosted mode. A trial counts while its end is in the future.
enum class Subscription : std::uint8_t { kUnknown, kNone, kActive, kGrace, kTrial, kTrialOver };

struct GateFacts {
    Mode mode = Mode::kUnknown;
    Selected selected = Selected::kUnknown;
    OrgState org = OrgState::kUnknown;
    Fact switch_on = Fact::kUnknown;
    Fact licensed = Fact::kUnknown;  // the feature multi_tenant
    Subscription subscription = Subscription::kUnknown;
    Access access = Access::kUnknown;
};

enum class GateOutcome : std::uint8_t {
    kUndecided,  // first: what nobody set opens nothing
    kAllowed,
    kInvalidOrg,
    kOrgSuspended,
    kSubscriptionRequired,
    kFeatureDisabled,
    kLicenseRequired,
    kAccessDenied,
    kNeedsIdentity,
};

struct GateDecision {
    GateOutcome outcome = GateOutcome::kUndecided;
    Access access = Access::kUnknown;  // the reason that goes with kAccessDenied

    bool Allowed() const noexcept {
        return outcome == GateOutcome::kAllowed;
    }
};

GateDecision DecideSelection(const GateFacts& facts) noexcept;
GateDecision DecideOrgRoute(const GateFacts& facts) noexcept;

/// What the tenant layer answers (shapes B, C, D1, D3; kUndecided: 503 A; kNeedsIdentity: 401 E). Not for kAllowed.
Refusal SelectionRefusal(GateDecision decision);
/// What the organization endpoints answer (shapes C, D2, D3).
Refusal OrgRouteRefusal(GateDecision decision);

constexpr OrgState StateOf(OrgStatus status) noexcept {
    switch (status) {
        case OrgStatus::kActive:
            return OrgState::kActive;
        case OrgStatus::kSuspended:
            return OrgState::kSuspended;
        case OrgStatus::kPendingDeletion:
            return OrgState::kPendingDeletion;
    }
    return OrgState::kUnknown;
}
constexpr Fact FactOf(bool value) noexcept {
    return value ? Fact::kYes : Fact::kNo;
}

}  // namespace tenancy

namespace platform {

template <>
struct EnumNames<tenancy::Mode> {
    static constexpr std::array<EnumName<tenancy::Mode>, 3> kNames{{
        {tenancy::Mode::kUnknown, "unknown"},
        {tenancy::Mode::kSelfHosted, "self_hosted"},
        {tenancy::Mode::kHosted, "hosted"},
    }};
};

/// As logs, audit and metrics name the outcome; for refusals the code of the answer.
template <>
struct EnumNames<tenancy::GateOutcome> {
    static constexpr std::array<EnumName<tenancy::GateOutcome>, 9> kNames{{
        {tenancy::GateOutcome::kUndecided, "tenant_unavailable"},
        {tenancy::GateOutcome::kAllowed, "allowed"},
        {tenancy::GateOutcome::kInvalidOrg, "invalid_org"},
        {tenancy::GateOutcome::kOrgSuspended, "org_suspended"},
        {tenancy::GateOutcome::kSubscriptionRequired, "subscription_required"},
        {tenancy::GateOutcome::kFeatureDisabled, "feature_disabled"},
        {tenancy::GateOutcome::kLicenseRequired, "license_required"},
        {tenancy::GateOutcome::kAccessDenied, "access_denied"},
        {tenancy::GateOutcome::kNeedsIdentity, "authentication_required"},
    }};
};

template <>
struct EnumNames<tenancy::Subscription> {
    static constexpr std::array<EnumName<tenancy::Subscription>, 6> kNames{{
        {tenancy::Subscription::kUnknown, "unknown"},
        {tenancy::Subscription::kNone, "none"},
        {tenancy::Subscription::kActive, "active"},
        {tenancy::Subscription::kGrace, "grace"},
        {tenancy::Subscription::kTrial, "trial"},
        {tenancy::Subscription::kTrialOver, "trial_over"},
    }};
};

}  // namespace platform
