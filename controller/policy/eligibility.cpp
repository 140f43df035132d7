#include "controller/policy/eligibility.hpp"

#include "controller/policy/eligibility_reason.hpp"
#include "controller/policy/reporting.hpp"

namespace policy {
namespace {

EligibilityReason ExperimentalEligibility(const TenantFacts& tenant, Time now) {
    if (!tenant.on_plan) {
        return EligibilityReason::kNotOnPlan;
    }
    if (!tenant.consent || tenant.consent->recorded_by_kind != PrincipalKind::kUser) {
        return EligibilityReason::kNoConsent;
    }
    // CHN-7: a withdrawal ends the exposure at once, whatever its recorded time.
    if (tenant.consent->withdrawn_at) {
        return EligibilityReason::kConsentWithdrawn;
    }
    return ConsentHolds(*tenant.consent, now) ? EligibilityReason::kConsentedOnPlan
                                              : EligibilityReason::kConsentExpired;
}

std::string_view EligibilityCode(EligibilityReason reason) {
    switch (reason) {
        case EligibilityReason::kDevTenant:
            return "dev_tenant";
        case EligibilityReason::kInternalOnly:
            return "internal_only";
        case EligibilityReason::kConsentedOnPlan:
            return "consented_on_plan";
        case EligibilityReason::kNotOnPlan:
            return "not_on_plan";
        case EligibilityReason::kNoConsent:
            return "no_consent";
        case EligibilityReason::kConsentExpired:
            return "consent_expired";
        case EligibilityReason::kConsentWithdrawn:
            return "consent_withdrawn";
        case EligibilityReason::kStableOnly:
            return "stable_only";
        case EligibilityReason::kAllButStableOnly:
            return "all_but_stable_only";
        case EligibilityReason::kAllTenants:
            return "all_tenants";
        case EligibilityReason::kNotActive:
            return "not_active";
        case EligibilityReason::kNotRegistered:
            return "not_registered";
    }
    return "not_active";
}

std::string EligibilitySentence(EligibilityReason reason, const TenantFacts& tenant, Channel channel,
                                ReleaseStatus status) {
    const std::string& id = tenant.id.Text();
    const std::string_view kind = platform::EnumText(tenant.kind);
    switch (reason) {
        case EligibilityReason::kDevTenant:
            return Text(id, " is a ", kind, " tenant, and dev is for dev and test tenants.");
        case EligibilityReason::kInternalOnly:
            return Text(id, " is a ", kind, " tenant; only dev and test tenants receive what is in dev.");
        case EligibilityReason::kConsentedOnPlan:
            return Text(id, " is on the exposure plan and consented (", tenant.consent->given_by, ", ",
                        platform::FormatTime(tenant.consent->given_at), ").");
        case EligibilityReason::kNotOnPlan:
            return Text(id, " is not on the exposure plan.");
        case EligibilityReason::kNoConsent:
            return Text(id, " has no recorded consent of a person.");
        case EligibilityReason::kConsentExpired:
            return Text(id, "'s consent ended at ", platform::FormatTime(*tenant.consent->expires_at), ".");
        case EligibilityReason::kConsentWithdrawn:
            return Text(id, " withdrew its consent at ", platform::FormatTime(*tenant.consent->withdrawn_at), ".");
        case EligibilityReason::kStableOnly:
            return Text(id, " receives nothing before stable, and the channel is ", platform::EnumText(channel), ".");
        case EligibilityReason::kAllButStableOnly:
            return Text("Candidate is for all tenants but those on stable only; ", id, " accepts it.");
        case EligibilityReason::kAllTenants:
            return Text("Stable is for all tenants, ", id, " too.");
        case EligibilityReason::kNotActive:
            return Text("The release is ", platform::EnumText(status), "; only an active release is exposed.");
        case EligibilityReason::kNotRegistered:
            return Text(id, " is not in the tenant registry.");
    }
    return {};
}

}  // namespace

bool ConsentHolds(const ConsentFacts& consent, Time now) {
    return consent.recorded_by_kind == PrincipalKind::kUser && !consent.withdrawn_at &&
           (!consent.expires_at || now < *consent.expires_at);
}

EligibilityReason FindEligibilityReason(const TenantFacts& tenant, Channel channel, ReleaseStatus status, Time now) {
    if (status != ReleaseStatus::kActive) {
        return EligibilityReason::kNotActive;
    }
    if (!tenant.registered) {
        return EligibilityReason::kNotRegistered;
    }
    if (channel == Channel::kStable) {
        return EligibilityReason::kAllTenants;
    }
    if (tenant.preference == ChannelPreference::kStableOnly) {
        return EligibilityReason::kStableOnly;
    }
    if (channel == Channel::kCandidate) {
        return EligibilityReason::kAllButStableOnly;
    }
    if (channel == Channel::kExperimental) {
        return ExperimentalEligibility(tenant, now);
    }
    const bool is_internal = tenant.kind == TenantKind::kDev || tenant.kind == TenantKind::kTest;
    return is_internal ? EligibilityReason::kDevTenant : EligibilityReason::kInternalOnly;
}

bool IsIncluded(EligibilityReason reason) {
    switch (reason) {
        case EligibilityReason::kDevTenant:
        case EligibilityReason::kConsentedOnPlan:
        case EligibilityReason::kAllButStableOnly:
        case EligibilityReason::kAllTenants:
            return true;
        case EligibilityReason::kInternalOnly:
        case EligibilityReason::kNotOnPlan:
        case EligibilityReason::kNoConsent:
        case EligibilityReason::kConsentExpired:
        case EligibilityReason::kConsentWithdrawn:
        case EligibilityReason::kStableOnly:
        case EligibilityReason::kNotActive:
        case EligibilityReason::kNotRegistered:
            return false;
    }
    return false;
}

Eligibility DecideEligibility(const TenantFacts& tenant, Channel channel, ReleaseStatus status, Time now) {
    const EligibilityReason reason = FindEligibilityReason(tenant, channel, status, now);
    return Eligibility{tenant.id, IsIncluded(reason), EligibilityCode(reason),
                       EligibilitySentence(reason, tenant, channel, status)};
}

}  // namespace policy
