// Why a tenant receives a release or not, without the sentence. Internal to policy: rules that look at many tenants
// (CHN-8) need the decision and no text. Pure; thread safe.
#pragma once

#include <cstdint>

#include "controller/policy/facts.hpp"

namespace policy {

enum class EligibilityReason : std::uint8_t {
    kDevTenant,
    kInternalOnly,
    kConsentedOnPlan,
    kNotOnPlan,
    kNoConsent,
    kConsentExpired,
    kConsentWithdrawn,
    kStableOnly,
    kAllButStableOnly,
    kAllTenants,
    kNotActive,
    kNotRegistered
};

EligibilityReason FindEligibilityReason(const TenantFacts& tenant, Channel channel, ReleaseStatus status, Time now);
bool IsIncluded(EligibilityReason reason);

}  // namespace policy
