// A database as full as the bounds of lists and of pages speak of: 10,000 tenants, 1,000 releases, 500 open incidents,
// and more rollouts, programmes and deliveries than one page shows. Throws std::runtime_error when it cannot be made.
#pragma once

#include <vector>

#include "controller/store/tx.hpp"
#include "tests/bench/service_world.hpp"

namespace bench {

inline constexpr int kTenants = 10'000;
inline constexpr int kReleases = 1'000;
inline constexpr int kIncidents = 500;
inline constexpr int kTenantsEach = 2;
inline constexpr const char* kGateOf = "release-0";  // made first, of kTenantsEach tenants
inline constexpr const char* kWebhook = "whk_bench";

/// "tenant-7".
void InsertBenchTenant(store::Tx& tx, int n);
/// A world whose only release is kGateOf.
void FillWorld(ServiceWorld& world);
/// Of the values, the one below which this share of them is.
double Share(std::vector<double> values, double share);

}  // namespace bench
