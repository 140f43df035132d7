// The store alone, without HTTP (docs/performance.md): what a gate's probe, the facts of a release with 200 tenants, an
// audit entry and a promotion cost, and how promotions compare with pgbench's tpcb-like transactions on the same
// cluster (target: at least 0.15 of them). Clusters are durable, as in production.
//
// Ends with 1 when the target is missed.
#include <atomic>
#include <charconv>
#include <iomanip>
#include <iostream>
#include <thread>
#include <vector>

#include "controller/store/facts.hpp"
#include "controller/store/tenants.hpp"
#include "platform/base/clock.hpp"
#include "platform/postgres/cluster.hpp"
#include "tests/store/world.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using store_test::Channel;
using store_test::World;

constexpr int kClients = 8;
constexpr int kPromotions = 400;
constexpr int kTenants = 200;
constexpr int kPgbenchSeconds = 6;
constexpr double kTargetRatio = 0.15;

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

double PgbenchRate(const platform::PrivateCluster& cluster) {
    const std::string database = cluster.SuperuserConninfo("pgbench");
    const auto run = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "pgbench");
        arguments.push_back(database);
        const auto finished = support::RunToEnd(std::move(arguments), {}, std::chrono::minutes(2));
        if (finished.exit_code != 0) {
            throw std::runtime_error(finished.output + finished.error);
        }
        return finished.output;
    };
    run({"-i", "-s", "10", "-q"});
    const std::string output =
        run({"-c", std::to_string(kClients), "-j", "2", "-M", "prepared", "-T", std::to_string(kPgbenchSeconds)});
    const std::string label = "tps = ";
    const auto at = output.find(label);
    double rate = 0;
    std::from_chars(output.data() + at + label.size(), output.data() + output.size(), rate);
    return rate;
}

// The whole transaction of a promotion: facts held and loaded, the row, the audit entry last.
void Promote(store::Database& database, const policy::ReleaseId& release) {
    database.Write([&](store::Tx& tx) {
        const auto facts = store::LoadPromotionFacts(tx, release, Channel::kExperimental, store::Lock::kForUpdate);
        store::NewPromotion promotion;
        promotion.id = store_test::NewId("prm");
        promotion.release = release;
        promotion.from = facts->release.channel;
        promotion.to = Channel::kExperimental;
        promotion.content_hash = facts->release.content_hash;
        promotion.facts_hash = facts->release.content_hash;
        promotion.verdict = "{}";
        promotion.promoted_by = store_test::Person("ana");
        store::InsertPromotion(tx, promotion);
        store::AuditEntry entry;
        entry.actor = "ana";
        entry.action = "release.promote";
        entry.release = release.Text();
        entry.summary = "promoted from dev to experimental";
        store::AppendAudit(tx, entry);
    });
}

double PromotionRate(World& world, const std::string& conninfo) {
    std::vector<policy::ReleaseId> releases;
    for (int i = 0; i < kPromotions; ++i) {
        releases.push_back(world.NewRelease());
        world.MakeReadyFor(releases.back(), Channel::kExperimental);
    }
    store::Database database(store_test::OptionsFor(conninfo, kClients));
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> clients;
    const platform::Stopwatch watch;
    for (int i = 0; i < kClients; ++i) {
        clients.emplace_back([&] {
            for (std::size_t mine = next++; mine < releases.size(); mine = next++) {
                Promote(database, releases[mine]);
            }
        });
    }
    for (auto& client : clients) {
        client.join();
    }
    return kPromotions / Seconds(watch);
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
    Measure("gate probe", 5'000,
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
    cluster.EnsureDatabase("pgbench");
    store_test::SchemaWith(store_test::Clock::kSimulated).build(cluster.OwnerConninfo("portcullis"));

    World world(cluster.AppConninfo("portcullis"));
    MeasureReads(world, ReleaseWithManyTenants(world));
    Measure("audit entry, durable", 200, [&] { world.AppendAudit(); });
    const double promotions = PromotionRate(world, cluster.AppConninfo("portcullis"));
    const double reference = PgbenchRate(cluster);
    const double ratio = promotions / reference;
    std::cout << "promotions: " << promotions << " per second, pgbench tpcb-like: " << reference
              << " per second, ratio " << std::setprecision(3) << ratio << " (target: at least " << kTargetRatio
              << ")\n";
    return ratio >= kTargetRatio ? 0 : 1;
}
