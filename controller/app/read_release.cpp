#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "controller/app/gate.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/release_view.hpp"
#include "controller/app/releases.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/policy/eligibility.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/exposure.hpp"
#include "controller/store/facts.hpp"
#include "controller/wire/flags_json.hpp"
#include "platform/base/invariant.hpp"

namespace app {
namespace {

/// The verdict of a list or a release page: metric criteria count as not asked yet, which is indeterminate and never a
/// yes. The gate itself asks.
wire::Release WithGate(store::Tx& tx, const store::Release& row) {
    const policy::Channel next = policy::NextChannel(row.channel);
    const auto facts = store::LoadPromotionFacts(tx, row.id, next, store::Lock::kNone);
    PORTCULLIS_INVARIANT(facts.has_value(), "a release that was read has facts in the same snapshot");
    return ViewReleaseWithGate(row, *facts, policy::EvaluatePromotion(*facts));
}

/// The same for a row of a list: by the facts that are remembered for gates as long as they are those of this moment,
/// so that a page costs as many loads as it has releases of which something changed.
wire::Release WithRememberedGate(store::Tx& tx, GateCache& gates, const store::Release& row,
                                 const store::GateState& state) {
    const policy::Channel next = policy::NextChannel(row.channel);
    auto snapshot = gates.Find(row.id, next, {row.facts_version, state.epoch}, state.now);
    if (!snapshot) {
        auto loaded = store::LoadVersionedFacts(tx, row.id, next, store::Lock::kNone);
        PORTCULLIS_INVARIANT(loaded.has_value(), "a release that was read has facts in the same snapshot");
        snapshot = MakeGateSnapshot(std::move(*loaded));
        gates.Keep(row.id, next, snapshot);
    }
    if (snapshot->asks_metrics) {
        policy::PromotionFacts facts = snapshot->facts;  // never changed for such a snapshot
        facts.now = state.now;
        return ViewReleaseWithGate(row, facts, policy::EvaluatePromotion(facts));
    }
    const std::lock_guard lock(snapshot->mutex);
    snapshot->facts.now = std::max(state.now, snapshot->facts.now);
    return ViewReleaseWithGate(row, snapshot->facts, policy::EvaluatePromotion(snapshot->facts));
}

}  // namespace

Outcome<wire::Release> ShowRelease(store::Tx& tx, const policy::ReleaseId& id) {
    const auto row = store::LoadRelease(tx, id);
    if (!row) {
        return Refused(NotFound("release", id.Text()));
    }
    return WithGate(tx, *row);
}

Outcome<Page<wire::Release>> ListReleases(store::Tx& tx, GateCache& gates, const store::ReleaseFilter& filter,
                                          const PageQuery& page) {
    const Page<store::Release> rows = store::ListReleases(tx, filter, page);
    Page<wire::Release> view;
    view.next = rows.next;
    if (rows.rows.empty()) {
        return view;
    }
    const store::GateState state = store::LoadGateState(tx, rows.rows.front().id);
    for (const store::Release& row : rows.rows) {
        view.rows.push_back(WithRememberedGate(tx, gates, row, state));
    }
    return view;
}

Outcome<wire::Revision> ShowRevision(store::Tx& tx, const policy::ReleaseId& id, std::optional<std::int64_t> revision) {
    const auto release = store::LoadRelease(tx, id);
    if (!release) {
        return Refused(NotFound("release", id.Text()));
    }
    const auto row = store::LoadManifestRevision(tx, id, revision);
    if (!row) {
        return Refused(NotFound("revision of " + id.Text(), std::to_string(revision.value_or(0))));
    }
    return ViewRevision(*row, release->version);
}

Outcome<Page<wire::Revision>> ListRevisions(store::Tx& tx, const policy::ReleaseId& id, const PageQuery& page) {
    const auto release = store::LoadRelease(tx, id);
    if (!release) {
        return Refused(NotFound("release", id.Text()));
    }
    const Page<store::ManifestRevision> rows = store::ListManifestRevisions(tx, id, page);
    Page<wire::Revision> view;
    view.next = rows.next;
    for (const store::ManifestRevision& row : rows.rows) {
        view.rows.push_back(ViewRevision(row, release->version));
    }
    return view;
}

Outcome<wire::RevisionDiff> CompareRevisions(store::Tx& tx, const policy::ReleaseId& id, std::int64_t revision,
                                             std::optional<std::int64_t> against) {
    const auto after = store::LoadManifestRevision(tx, id, revision);
    if (!after) {
        return Refused(NotFound("revision of " + id.Text(), std::to_string(revision)));
    }
    const std::int64_t other = against.value_or(revision - 1);
    const auto before = other == 0 ? std::nullopt : store::LoadManifestRevision(tx, id, other);
    if (!before && other != 0) {
        return Refused(NotFound("revision of " + id.Text(), std::to_string(other)));
    }
    // The first revision is compared with nothing: everything in it is new.
    return wire::RevisionDiff{other, revision, before ? before->document : "{}", after->document};
}

namespace {

std::vector<std::string> TenantsOf(const policy::WantedFlags& flags, const std::string& flag) {
    const auto found = flags.find(flag);
    return found == flags.end() ? std::vector<std::string>()
                                : std::vector<std::string>(found->second.tenants.begin(), found->second.tenants.end());
}

/// A plan names tenants and no instances: who is to have the flag and lives nowhere that is known of is no drift of any
/// instance, and has nothing all the same.
void AddWhoIsHosted(wire::Exposure& exposure) {
    std::set<std::string> hosted;
    for (const wire::InstanceExposure& instance : exposure.instances) {
        hosted.insert(instance.hosts.begin(), instance.hosts.end());
    }
    for (wire::ExposureItem& item : exposure.items) {
        if (item.eligibility.included && !exposure.instances.empty()) {
            item.hosted = hosted.contains(item.eligibility.tenant.Text());
        }
    }
}

/// Plan against reality, for the flag of the release.
void AddInstances(store::Tx& tx, const policy::ReleaseId& id, wire::Exposure& exposure) {
    const auto kills = store::ListFlagKills(tx, exposure.flag);
    if (!kills.empty()) {
        exposure.killed_by = kills.front().operation.Text();
    }
    std::map<store::InstanceId, std::vector<std::string>> on;
    for (const store::InstanceInventory& said : store::ListInventories(tx)) {
        on[said.instance] = TenantsOf(wire::ReadStoredFlags(said.flags, said.orgs), *exposure.flag);
    }
    std::map<std::string, std::vector<policy::ExposureDriftFacts>> drifts;
    for (store::ExposureDriftRow& drift : store::LoadDrifts(tx, id)) {
        drifts[drift.instance.Text()].push_back({drift.instance, drift.kind, std::move(drift.tenants)});
    }
    std::map<store::InstanceId, wire::InstanceExposure::Seen> seen;
    for (const store::SightingRow& row : store::ListSightings(tx)) {
        auto& one = seen[row.instance] = wire::ReadSeenFlags(row.seen, *exposure.flag);
        one.at = row.seen_at;
        one.problem = row.problem;
    }
    for (const store::InstanceFlags& instance : store::LoadInstanceFlags(tx)) {
        const auto said = on.find(instance.instance);
        wire::InstanceExposure view;
        view.instance = instance.instance.Text();
        view.managed = instance.managed;
        view.reported = said != on.end();
        view.hosts = instance.orgs;
        view.ordered = TenantsOf(instance.ordered, *exposure.flag);
        if (view.reported) {
            view.on = said->second;
        }
        if (const auto sight = seen.find(instance.instance); sight != seen.end()) {
            view.seen = sight->second;
        }
        view.drifts = std::move(drifts[view.instance]);
        exposure.instances.push_back(std::move(view));
    }
    AddWhoIsHosted(exposure);
}

}  // namespace

Outcome<wire::Exposure> ShowExposure(store::Tx& tx, const policy::ReleaseId& id,
                                     std::optional<policy::Channel> channel) {
    const auto release = store::LoadRelease(tx, id);
    if (!release) {
        return Refused(NotFound("release", id.Text()));
    }
    wire::Exposure exposure;
    exposure.channel = channel.value_or(release->channel);
    for (const policy::TenantFacts& tenant : store::LoadTenantFacts(tx, id)) {
        exposure.items.push_back(
            {tenant.kind, policy::DecideEligibility(tenant, exposure.channel, release->status, store::Now(tx))});
    }
    exposure.flag = release->flag;
    if (exposure.flag) {
        AddInstances(tx, id, exposure);
    }
    return exposure;
}

}  // namespace app
