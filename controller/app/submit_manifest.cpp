#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/release_view.hpp"
#include "controller/app/releases.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/releases.hpp"
#include "controller/wire/manifest.hpp"
#include "platform/base/invariant.hpp"

namespace app {
namespace {

store::NewManifest MakeNewManifest(const Call& call, const policy::ReleaseId& id, const policy::Manifest& manifest) {
    return {id, wire::ContentHash(manifest), wire::ChangeHash(manifest), wire::EncodeManifest(manifest), call.actor.id};
}

/// CLS-2, CLS-6 and whatever else judges a manifest as it is submitted.
policy::Findings JudgeManifest(const Call& call, bool promotion_begun, std::optional<policy::Manifest> before,
                               const policy::Manifest& after) {
    policy::ManifestFacts act;
    act.actor = call.actor;
    act.promotion_begun = promotion_begun;
    act.before = std::move(before);
    act.after = after;
    return policy::JudgeAct(act);
}

policy::Manifest DecodeStoredManifest(const store::ManifestRevision& revision) {
    auto manifest = wire::DecodeManifest(revision.document);
    PORTCULLIS_INVARIANT(manifest.has_value(), "a stored manifest decodes");
    return std::move(*manifest);
}

wire::AuditDetails ManifestDetails(const store::NewManifest& manifest, std::int64_t revision) {
    wire::AuditDetails details;
    details.Number("revision", revision)
        .Text("content_hash", manifest.content_hash)
        .Text("change_hash", manifest.change_hash);
    return details;
}

}  // namespace

Outcome<wire::Release> SubmitManifest(store::Tx& tx, const Call& call, const policy::Manifest& manifest) {
    const AuditSubject subject{"release.submit", manifest.id};
    const auto id = policy::ReleaseId::Parse(manifest.id);
    if (!id) {
        return Refused(Invalid("/id", "must be a release id such as 2025-01-15-audit-filter-ui"));
    }
    if (store::LoadRelease(tx, *id)) {
        return Refused(RecordRefusal(tx, call, subject, Exists("release", manifest.id)));
    }
    if (policy::Findings findings = JudgeManifest(call, false, std::nullopt, manifest); Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     FromFindings(std::move(findings), "The manifest cannot be submitted as it is.")));
    }
    const store::NewManifest row = MakeNewManifest(call, *id, manifest);
    const store::Release release = store::InsertRelease(tx, row);
    RecordDone(tx, call, subject, "submitted the manifest '" + manifest.title + "'", ManifestDetails(row, 1));
    return ViewRelease(release);
}

Outcome<wire::Revision> ReviseManifest(store::Tx& tx, const Call& call, const policy::ReleaseId& id,
                                       std::int64_t version, const policy::Manifest& manifest) {
    const AuditSubject subject{"release.revise", id.Text()};
    const auto release = store::LoadRelease(tx, id, store::Lock::kForUpdate);
    if (!release) {
        return Refused(NotFound("release", id.Text()));
    }
    if (manifest.id != id.Text()) {
        return Refused(
            Invalid("/id", "must be '" + id.Text() + "', the release that is revised, not '" + manifest.id + "'"));
    }
    if (release->version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("release", release->version, version)));
    }
    const auto current = store::LoadManifestRevision(tx, id);
    PORTCULLIS_INVARIANT(current.has_value(), "a release has a manifest");
    const store::NewManifest row = MakeNewManifest(call, id, manifest);
    if (row.content_hash == current->content_hash) {
        return ViewRevision(*current, release->version);
    }
    if (release->status != policy::ReleaseStatus::kActive) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("The release is " + std::string(platform::EnumText(release->status)) +
                                              "; its manifest does not change any more. Submit a new release.")));
    }
    policy::Findings findings =
        JudgeManifest(call, release->promotion_begun_at.has_value(), DecodeStoredManifest(*current), manifest);
    if (Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     FromFindings(std::move(findings), "The manifest cannot be changed like that.")));
    }
    const store::Release revised = store::AppendManifestRevision(tx, row);
    const auto stored = store::LoadManifestRevision(tx, id);
    PORTCULLIS_INVARIANT(stored && stored->content_hash == row.content_hash, "the new revision is the current one");
    RecordDone(tx, call, subject, "revised the manifest to revision " + std::to_string(revised.revision),
               ManifestDetails(row, revised.revision));
    return ViewRevision(*stored, revised.version);
}

Outcome<wire::Release> WithdrawRelease(store::Tx& tx, const Call& call, const policy::ReleaseId& id,
                                       std::int64_t version, const std::string& reason) {
    const AuditSubject subject{"release.withdraw", id.Text()};
    const auto release = store::LoadRelease(tx, id, store::Lock::kForUpdate);
    if (!release) {
        return Refused(NotFound("release", id.Text()));
    }
    if (release->version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("release", release->version, version)));
    }
    if (release->status != policy::ReleaseStatus::kActive || release->channel == policy::Channel::kStable) {
        return Refused(
            RecordRefusal(tx, call, subject,
                          Conflict("Only an active release that is not stable can be withdrawn; this one is " +
                                   std::string(platform::EnumText(release->status)) + " in " +
                                   std::string(platform::EnumText(release->channel)) + ". Use a rollback instead.")));
    }
    const store::Release withdrawn = store::SetReleaseStatus(tx, id, policy::ReleaseStatus::kWithdrawn);
    wire::AuditDetails details;
    details.Text("reason", reason);
    RecordDone(tx, call, subject, "withdrew the release: " + reason, details);
    return ViewRelease(withdrawn);
}

}  // namespace app
