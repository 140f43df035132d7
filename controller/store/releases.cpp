#include "controller/store/releases.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define RELEASE_COLUMNS                                                                                          \
    " r.id, r.title, r.class, r.channel, r.status, r.channel_entered_at, r.content_since, r.promotion_begun_at," \
    " r.revision, r.content_hash, r.change_hash, r.flag, r.plan_revision, r.created_at, r.created_by,"           \
    " (SELECT m.created_by FROM manifest_revisions m WHERE m.release_id = r.id AND m.revision = r.revision),"    \
    " r.facts_version, r.version "
#define REVISION_COLUMNS \
    " m.release_id, m.revision, m.content_hash, m.change_hash, m.class, m.document, m.created_at, m.created_by "

constexpr Statement kInsertRelease{"release_insert", R"sql(
    INSERT INTO releases (id, title, class, flag, content_hash, change_hash, created_by)
    SELECT $1, d ->> 'title', d ->> 'classification', d -> 'kill_switch' ->> 'flag', $2, $3, $5
    FROM (SELECT $4::jsonb AS d) manifest)sql"};
constexpr Statement kInsertRevision{"manifest_revision_insert", R"sql(
    INSERT INTO manifest_revisions (release_id, content_hash, change_hash, document, created_by)
    VALUES ($1, $2, $3, $4, $5))sql"};
constexpr Statement kLoadRelease{"release_load", "SELECT" RELEASE_COLUMNS "FROM releases r WHERE r.id = $1"};
constexpr Statement kLockRelease{"release_lock", R"sql(
    SELECT FROM releases WHERE id = $1 FOR NO KEY UPDATE)sql"};
constexpr Statement kListReleases{"release_list", "SELECT" RELEASE_COLUMNS R"sql(FROM releases r
    WHERE ($1::text IS NULL OR r.channel = $1)
      AND ($2::text IS NULL OR r.class = $2)
      AND ($3::text IS NULL OR r.status = $3)
      AND (r.id ILIKE $4 OR r.title ILIKE $4)
      AND ($5::text IS NULL OR r.id > $5)
    ORDER BY r.id LIMIT $6)sql"};
constexpr Statement kLoadRevision{"manifest_revision_load", "SELECT" REVISION_COLUMNS R"sql(
    FROM releases r JOIN manifest_revisions m ON m.release_id = r.id AND m.revision = coalesce($2, r.revision)
    WHERE r.id = $1)sql"};
constexpr Statement kListRevisions{"manifest_revision_list", "SELECT" REVISION_COLUMNS R"sql(FROM manifest_revisions m
    WHERE m.release_id = $1 AND ($2::bigint IS NULL OR m.revision > $2) ORDER BY m.revision LIMIT $3)sql"};
constexpr Statement kSetStatus{"release_set_status", "UPDATE releases SET status = $2 WHERE id = $1"};

#undef RELEASE_COLUMNS
#undef REVISION_COLUMNS

Release ReadRelease(Columns& in) {
    Release release;
    release.id = in.Id<policy::ReleaseId>();
    release.title = in.Text();
    release.classification = in.OptEnum<policy::ReleaseClass>();
    release.channel = in.Enum<policy::Channel>();
    release.status = in.Enum<policy::ReleaseStatus>();
    release.channel_entered_at = in.Instant();
    release.content_since = in.Instant();
    release.promotion_begun_at = in.OptInstant();
    release.revision = in.Int();
    release.content_hash = in.Text();
    release.change_hash = in.Text();
    release.flag = in.OptText();
    release.plan_revision = in.OptInt();
    release.created_at = in.Instant();
    release.created_by = in.Text();
    release.author = in.Text();
    release.facts_version = in.Int();
    release.version = in.Int();
    return release;
}

ManifestRevision ReadManifestRevision(Columns& in) {
    ManifestRevision revision;
    revision.release = in.Id<policy::ReleaseId>();
    revision.revision = in.Int();
    revision.content_hash = in.Text();
    revision.change_hash = in.Text();
    revision.classification = in.OptEnum<policy::ReleaseClass>();
    revision.document = in.Text();
    revision.created_at = in.Instant();
    revision.created_by = in.Text();
    return revision;
}

}  // namespace

Release InsertRelease(Tx& tx, const NewManifest& manifest) {
    tx.Exec(kInsertRelease, manifest.release, manifest.content_hash, manifest.change_hash, manifest.document,
            manifest.created_by);
    return AppendManifestRevision(tx, manifest);
}

Release AppendManifestRevision(Tx& tx, const NewManifest& manifest) {
    tx.Exec(kInsertRevision, manifest.release, manifest.content_hash, manifest.change_hash, manifest.document,
            manifest.created_by);
    return tx.One(kLoadRelease, ReadRelease, manifest.release);
}

std::optional<Release> LoadRelease(Tx& tx, const policy::ReleaseId& id, Lock lock) {
    if (lock == Lock::kForUpdate) {
        // Locked first and read second: a statement that waited for the lock would show the manifest's author as of
        // before it waited.
        tx.Exec(kLockRelease, id);
    }
    return tx.Find(kLoadRelease, ReadRelease, id);
}

Page<Release> ListReleases(Tx& tx, const ReleaseFilter& filter, const PageQuery& page) {
    return tx.ListPage(
        kListReleases, page, ReadRelease, [](const Release& row) { return row.id.Text(); }, filter.channel,
        filter.classification, filter.status, LikePattern(filter.text));
}

std::optional<ManifestRevision> LoadManifestRevision(Tx& tx, const policy::ReleaseId& release,
                                                     std::optional<std::int64_t> revision) {
    return tx.Find(kLoadRevision, ReadManifestRevision, release, revision);
}

Page<ManifestRevision> ListManifestRevisions(Tx& tx, const policy::ReleaseId& release, const PageQuery& page) {
    return tx.ListPage(
        kListRevisions, page, ReadManifestRevision,
        [](const ManifestRevision& row) { return std::to_string(row.revision); }, release);
}

Release SetReleaseStatus(Tx& tx, const policy::ReleaseId& id, policy::ReleaseStatus status) {
    tx.Exec(kSetStatus, id, status);
    return tx.One(kLoadRelease, ReadRelease, id);
}

}  // namespace store
