// Operations on releases: submit and revise a manifest, withdraw, read (specification, section 3).
// Errors, attribution and transactions as controller/app/call.hpp says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/store/releases.hpp"
#include "controller/wire/release_json.hpp"

namespace app {

class GateCache;

/// A new release in dev. CLS-* is judged when it is promoted: a draft may be incomplete.
Outcome<wire::Release> SubmitManifest(store::Tx& tx, const Call& call, const policy::Manifest& manifest);

/// The next revision. The same content again changes nothing and gives the current revision. CLS-2 and CLS-6 once
/// promotion has begun; approvals of the older content stop counting (SOD-5) and the stay restarts (CHN-2).
Outcome<wire::Revision> ReviseManifest(store::Tx& tx, const Call& call, const policy::ReleaseId& id,
                                       std::int64_t version, const policy::Manifest& manifest);

/// Ends a release for good; only an active one that has not reached stable.
Outcome<wire::Release> WithdrawRelease(store::Tx& tx, const Call& call, const policy::ReleaseId& id,
                                       std::int64_t version, const std::string& reason);

/// With stay and next gate.
Outcome<wire::Release> ShowRelease(store::Tx& tx, const policy::ReleaseId& id);
/// Of the facts that gates remember; what has changed since is loaded and remembered for the next one.
Outcome<Page<wire::Release>> ListReleases(store::Tx& tx, GateCache& gates, const store::ReleaseFilter& filter,
                                          const PageQuery& page);

Outcome<wire::Revision> ShowRevision(store::Tx& tx, const policy::ReleaseId& id, std::optional<std::int64_t> revision);
Outcome<Page<wire::Revision>> ListRevisions(store::Tx& tx, const policy::ReleaseId& id, const PageQuery& page);
/// `against`: the revision before unless given.
Outcome<wire::RevisionDiff> CompareRevisions(store::Tx& tx, const policy::ReleaseId& id, std::int64_t revision,
                                             std::optional<std::int64_t> against);

/// Which tenants receive the release in its channel, or would in `channel` (CHN-6).
Outcome<wire::Exposure> ShowExposure(store::Tx& tx, const policy::ReleaseId& id,
                                     std::optional<policy::Channel> channel);

}  // namespace app
