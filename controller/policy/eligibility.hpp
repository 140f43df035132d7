// CHN-6 and CHN-7: which tenant receives a release in a channel, with a reason for every inclusion and exclusion
// (specification, section 4). Pure; thread safe.
#pragma once

#include <string>

#include "controller/policy/facts.hpp"

namespace policy {

struct Eligibility {
    TenantId tenant;
    bool included = false;
    std::string_view code;  // stable: "dev_tenant", "consented_on_plan", "no_consent", "consent_expired",
                            // "consent_withdrawn", "not_on_plan", "stable_only", "all_but_stable_only", "all_tenants",
                            // "not_active", "internal_only", "not_registered"
    std::string reason;     // a sentence for people
};

/// `channel` is the channel the release is in (or would be in).
Eligibility DecideEligibility(const TenantFacts& tenant, Channel channel, ReleaseStatus status, Time now);

/// True when the consent is given by a user, not withdrawn and not expired at `now`.
bool ConsentHolds(const ConsentFacts& consent, Time now);

}  // namespace policy
