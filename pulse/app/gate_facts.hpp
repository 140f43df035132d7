// What the gate decides with, of one caller and one organization, as it is now: for requests, and again for whatever
// stays open.
//
// Errors: platform::Unavailable. Thread safe.
#pragma once

#include <memory>

#include "pulse/app/services.hpp"
#include "tenancy/gate.hpp"

namespace pulse::app {

/// The part that is the same for all callers: read once for many.
struct OrgFacts {
    tenancy::OrgId org;
    tenancy::GateFacts facts;                            // without `access`
    std::shared_ptr<const tenancy::Organization> found;  // not looked up for `default`
};

OrgFacts LoadOrgFacts(Services& services, const tenancy::OrgId& org, platform::Time now);

/// With the caller's membership. Whoever has no identity is told nothing about organizations.
tenancy::GateFacts FactsFor(const OrgFacts& org, const tenancy::Caller& caller);

}  // namespace pulse::app
