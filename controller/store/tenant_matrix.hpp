// What many releases are to many tenants: the facts that policy::DecideEligibility asks for, for some of both at once,
// in one statement. Value types; errors as store::Database.
#pragma once

#include <string>
#include <vector>

#include "controller/policy/facts.hpp"
#include "controller/store/database.hpp"

namespace store {

struct MatrixFacts {
    policy::ReleaseId release;
    policy::TenantFacts tenant;
};
/// For every pair of these that there is, ordered by tenant, then release.
std::vector<MatrixFacts> LoadMatrixFacts(Tx& tx, const std::vector<policy::ReleaseId>& releases,
                                         const std::vector<policy::TenantId>& tenants);

/// Of these, those whose instances differ from what they are to expose (CHX-7), noted by the controllers as they see
/// it; ordered by id.
std::vector<policy::ReleaseId> ListDriftingReleases(Tx& tx, const std::vector<policy::ReleaseId>& releases);

}  // namespace store
