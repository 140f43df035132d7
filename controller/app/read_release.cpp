#include "controller/app/refusals.hpp"
#include "controller/app/release_view.hpp"
#include "controller/app/releases.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/policy/eligibility.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/facts.hpp"
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

}  // namespace

Outcome<wire::Release> ShowRelease(store::Tx& tx, const policy::ReleaseId& id) {
    const auto row = store::LoadRelease(tx, id);
    if (!row) {
        return Refused(NotFound("release", id.Text()));
    }
    return WithGate(tx, *row);
}

Outcome<Page<wire::Release>> ListReleases(store::Tx& tx, const store::ReleaseFilter& filter, const PageQuery& page) {
    const Page<store::Release> rows = store::ListReleases(tx, filter, page);
    Page<wire::Release> view;
    view.next = rows.next;
    for (const store::Release& row : rows.rows) {
        view.rows.push_back(WithGate(tx, row));
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
    return exposure;
}

}  // namespace app
