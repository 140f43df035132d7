// The store alone, without HTTP (docs/performance.md): what a gate's reading, the facts of a release with 200 tenants
// and an audit entry cost. The cluster is durable, as in production. Nothing here has a bound: bench_service has.
#include <iomanip>
#include <iostream>
#include <vector>

#include "controller/store/facts.hpp"
#include "controller/store/tenants.hpp"
#include "platform/base/clock.hpp"
#include "platform/postgres/cluster.hpp"
#include "tests/store/world.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using store_test::Channel;
using store_test::World;

constexpr int kTenants = 200;

double Seconds(const platform::Stopwatch& watch) {
    return static_cast<double>(watch.Elapsed().count()) / 1e6;
}

template <typename Act>
void Measure(const std::string& what, int times, const Act& act) {
    act();  // statements are prepared, caches are warm
    const platform::Stopwatch watch;
    for (int i = 0; i < times; ++i) {
        act();
    }
    std::cout << std::left << std::setw(44) << what << std::right << std::setw(9) << std::fixed << std::setprecision(1)
              << Seconds(watch) / times * 1e6 << " us\n";
}

policy::ReleaseId ReleaseWithManyTenants(World& world) {
    policy::ExposurePlan plan = support::GoodPlan();
    plan.tenants.clear();
    for (int i = 0; i < kTenants; ++i) {
        const auto id = policy::TenantId::Trusted("bench-" + std::to_string(i));
        plan.tenants.push_back(id);
        world.Db().Write([&](store::Tx& tx) {
            store::InsertTenant(tx,
                                {id, "Bench", policy::TenantKind::kProduction, policy::ChannelPreference::kAny, "ana"});
        });
    }
    const policy::ReleaseId release = world.NewRelease();
    world.SetPlan(release, plan);
    for (const auto& tenant : plan.tenants) {
        world.Consent(release, tenant.Text());
    }
    return release;
}

void MeasureReads(World& world, const policy::ReleaseId& release) {
    const auto token = store_test::TokenHash("ci");
    Measure("gate state", 5'000,
            [&] { world.Db().Once([&](store::Tx& tx) { return store::LoadGateState(tx, release); }); });
    Measure("gate state and caller", 5'000,
            [&] { world.Db().Once([&](store::Tx& tx) { return store::ProbeGate(tx, release, token); }); });
    Measure("facts of a release with 200 tenants", 200, [&] {
        world.Db().Read([&](store::Tx& tx) {
            return store::LoadVersionedFacts(tx, release, Channel::kExperimental, store::Lock::kNone);
        });
    });
}

}  // namespace

int main() {
    const support::TempDir folder("bench-store");
    platform::PrivateCluster cluster(support::DurableClusterOptions(folder.Path()));
    cluster.Start();
    store_test::SchemaWith(store_test::Clock::kSimulated).build(cluster.OwnerConninfo("portcullis"));

    World world(cluster.AppConninfo("portcullis"));
    MeasureReads(world, ReleaseWithManyTenants(world));
    Measure("audit entry, durable", 200, [&] { world.AppendAudit(); });
    return 0;
}
