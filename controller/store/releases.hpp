// Releases and the revisions of their manifests (specification, section 3).
//
// A revision is append-only. The release's own columns that follow from its current manifest (class, hashes, flag,
// title) and from its promotions (channel and its times) are written by triggers only: the application has no right to
// change them. PostgreSQL refuses a document whose SHA-256 is not its content hash, and, once promotion has begun, a
// change of class (CLS-2) or of what CLS-6 freezes. Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"

namespace store {

struct Release {
    policy::ReleaseId id;
    std::string title;
    std::optional<policy::ReleaseClass> classification;
    policy::Channel channel = policy::Channel::kDev;
    policy::ReleaseStatus status = policy::ReleaseStatus::kActive;
    policy::Time channel_entered_at{};
    policy::Time content_since{};
    std::optional<policy::Time> promotion_begun_at;
    std::int64_t revision = 1;
    std::string content_hash;
    std::string change_hash;
    std::optional<std::string> flag;
    std::optional<std::int64_t> plan_revision;
    policy::Time created_at{};
    std::string created_by;
    std::string author;              // of the current manifest revision
    std::int64_t facts_version = 1;  // any change of a fact about this release
    std::int64_t version = 1;        // the ETag: manifest, plan, channel, status
};

struct ManifestRevision {
    policy::ReleaseId release;
    std::int64_t revision = 1;
    std::string content_hash;
    std::string change_hash;
    std::optional<policy::ReleaseClass> classification;
    std::string document;  // canonical JSON
    policy::Time created_at{};
    std::string created_by;
};

/// What a manifest brings along; title, class and flag are read from the document by PostgreSQL itself.
struct NewManifest {
    policy::ReleaseId release;
    std::string content_hash;
    std::string change_hash;
    std::string document;  // canonical JSON
    policy::PrincipalId created_by;
};

struct ReleaseFilter {
    std::optional<policy::Channel> channel;
    std::optional<policy::ReleaseClass> classification;
    std::optional<policy::ReleaseStatus> status;
    std::string text;  // part of id or title, any case; empty: all
};

/// A new release in dev with revision 1. Conflict when the id is taken, in any case of its letters.
Release InsertRelease(Tx& tx, const NewManifest& manifest);
/// The next revision. The content's clock (CHN-2) restarts when the content hash differs. Lock the release first.
Release AppendManifestRevision(Tx& tx, const NewManifest& manifest);
std::optional<Release> LoadRelease(Tx& tx, const policy::ReleaseId& id, Lock lock = Lock::kNone);
/// Ordered by id.
Page<Release> ListReleases(Tx& tx, const ReleaseFilter& filter, const PageQuery& page);
/// The current revision, or the given one.
std::optional<ManifestRevision> LoadManifestRevision(Tx& tx, const policy::ReleaseId& release,
                                                     std::optional<std::int64_t> revision = std::nullopt);
/// Ordered by revision; `after` is a revision's number. Documents included.
Page<ManifestRevision> ListManifestRevisions(Tx& tx, const policy::ReleaseId& release, const PageQuery& page);
/// From `active` only; `rolled_back` needs a rollback of this release.
Release SetReleaseStatus(Tx& tx, const policy::ReleaseId& id, policy::ReleaseStatus status);

}  // namespace store
