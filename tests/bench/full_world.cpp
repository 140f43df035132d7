#include "tests/bench/full_world.hpp"

#include <algorithm>
#include <string>

#include "controller/store/incidents.hpp"
#include "controller/store/outbox.hpp"
#include "controller/store/programmes.hpp"
#include "controller/store/rollouts.hpp"
#include "controller/store/tenants.hpp"
#include "controller/store/webhooks.hpp"

namespace bench {
namespace {

constexpr int kRollouts = 60;    // more than a page
constexpr int kProgrammes = 60;  // the same
constexpr int kPackets = 5;      // of each
constexpr int kBoxes = 8;        // of each packet
constexpr int kRowsEach = 100;   // in one transaction
constexpr int kEvents = 5'000;

/// Somebody who is told of everything, and has not been told yet.
void FillDeliveries(ServiceWorld& world) {
    world.Database().Write([&](store::Tx& tx) {
        store::NewWebhook webhook;
        webhook.id = policy::RecordId::Trusted(kWebhook);
        webhook.name = "bench";
        webhook.url = "https://receiver.example/events";
        webhook.key_id = "key";
        webhook.salt = std::string(16, 's');
        webhook.created_by = policy::PrincipalId::Trusted("ada");
        store::InsertWebhook(tx, webhook);
        for (int n = 0; n < kEvents; ++n) {
            store::AppendOutbox(tx, "incident.opened", "inc_bench" + std::to_string(n), "{}");
        }
    });
}

void FillTenantsAndReleases(ServiceWorld& world) {
    for (int n = kTenantsEach; n < kTenants; n += kRowsEach) {
        world.Database().Write([&](store::Tx& tx) {
            for (int row = n; row < std::min(n + kRowsEach, kTenants); ++row) {
                InsertBenchTenant(tx, row);
            }
        });
    }
    for (int n = 1; n < kReleases; ++n) {
        world.MakeReadyRelease("release-" + std::to_string(n), kTenantsEach);
    }
    for (int n = 0; n < kIncidents; ++n) {
        store::NewIncident incident;
        incident.id = policy::RecordId::Trusted("inc_bench" + std::to_string(100'000 + n));
        incident.title = "Search answers slowly";
        incident.severity = policy::Severity::kSev3;
        incident.opened_by = policy::PrincipalId::Trusted("rita");
        incident.subjects = {{store::SubjectKind::kTenant, "tenant-" + std::to_string(n)},
                             {store::SubjectKind::kRelease, "release-" + std::to_string(n + 1)}};
        world.Database().Write([&](store::Tx& tx) { store::InsertIncident(tx, incident); });
    }
}

void FillRolloutsAndProgrammes(ServiceWorld& world) {
    const auto rita = policy::PrincipalId::Trusted("rita");
    world.Database().Write([&](store::Tx& tx) {
        for (int n = 0; n < kRollouts; ++n) {
            const std::string number = std::to_string(n);
            wire::CreateRollout rollout{policy::RolloutId::Trusted("rollout-" + number),
                                        "Rollout " + number,
                                        "a capability",
                                        "FLAG_" + number,
                                        rita,
                                        rita,
                                        rita,
                                        rita,
                                        {}};
            for (const auto stage : {policy::RolloutStage::kPilot, policy::RolloutStage::kLimited}) {
                wire::StageMetric metric;
                metric.key = "errors";
                metric.text = "errors stay rare";
                metric.threshold = 0.01;
                rollout.stages.push_back({stage, {{policy::TenantId::Trusted("tenant-" + number)}, {metric}, {}}});
            }
            store::InsertRollout(tx, rollout, rita);
        }
        for (int n = 0; n < kProgrammes; ++n) {
            wire::CreateProgramme programme;
            programme.id = policy::ProgrammeId::Trusted("programme-" + std::to_string(n));
            programme.title = "Programme";
            programme.capability = "a capability";
            programme.definition_of_done = {"nobody is missing"};
            for (int packet = 0; packet < kPackets; ++packet) {
                wire::NewPacket made;
                made.number = policy::PacketNumber::Trusted("0" + std::to_string(packet));
                made.title = "A packet";
                for (int box = 1; box <= kBoxes; ++box) {
                    wire::PacketItem item;
                    item.n = box;
                    item.section = box % 2 == 0 ? policy::PacketSection::kTests : policy::PacketSection::kWork;
                    item.text = "make order";
                    made.items.push_back(item);
                }
                programme.packets.push_back(made);
            }
            store::InsertProgramme(tx, programme, rita);
        }
    });
}

}  // namespace

void InsertBenchTenant(store::Tx& tx, int n) {
    const auto tenant = policy::TenantId::Trusted("tenant-" + std::to_string(n));
    store::InsertTenant(
        tx, {tenant, tenant.Text(), policy::TenantKind::kProduction, policy::ChannelPreference::kAny, "rita"});
}

void FillWorld(ServiceWorld& world) {
    FillDeliveries(world);
    FillTenantsAndReleases(world);
    FillRolloutsAndProgrammes(world);
}

double Share(std::vector<double> values, double share) {
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, static_cast<std::size_t>(static_cast<double>(values.size()) * share))];
}

}  // namespace bench
