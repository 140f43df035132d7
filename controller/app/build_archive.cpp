#include <algorithm>
#include <utility>
#include <vector>

#include "controller/app/audit_export.hpp"
#include "controller/app/memo_view.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/release_view.hpp"
#include "controller/render/archive_index.hpp"
#include "controller/render/format.hpp"
#include "controller/render/memo.hpp"
#include "controller/store/approvals.hpp"
#include "controller/store/checks.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/consents.hpp"
#include "controller/store/hard_stops.hpp"
#include "controller/store/plans.hpp"
#include "controller/store/promotions.hpp"
#include "controller/store/releases.hpp"
#include "controller/store/risk_acceptances.hpp"
#include "controller/wire/archive.hpp"
#include "controller/wire/consent_json.hpp"
#include "controller/wire/memo_json.hpp"
#include "platform/crypto/crypto.hpp"

namespace app {
namespace {

/// Every row of a list, page after page, as one JSON array: `load(page)` gives a page, `encode(row)` its text.
template <typename Load, typename Encode>
std::string JsonArrayOf(Load&& load, Encode&& encode) {
    std::string text = "[";
    PageQuery query;
    query.limit = 500;
    for (;;) {
        const auto page = load(query);
        for (const auto& row : page.rows) {
            text += (text.size() == 1 ? "\n" : ",\n") + encode(row);
        }
        if (!page.next) {
            return text + "\n]\n";
        }
        query.after = *page.next;
    }
}

/// Collects the bundle's files with what each of them is.
class BundleFiles {
public:
    void Add(const std::string& path, std::string what, std::string bytes) {
        index_.push_back({path, std::move(what), bytes.size(), platform::Sha256Hex(bytes)});
        entries_.push_back({path, std::move(bytes)});
    }
    std::vector<render::ArchiveFile> Index() const {
        std::vector<render::ArchiveFile> sorted = index_;
        std::ranges::sort(sorted, {}, &render::ArchiveFile::path);
        return sorted;
    }
    std::vector<wire::ArchiveEntry> TakeEntries() {
        return std::move(entries_);
    }

private:
    std::vector<render::ArchiveFile> index_;
    std::vector<wire::ArchiveEntry> entries_;
};

void AddManifests(store::Tx& tx, const policy::ReleaseId& release, BundleFiles& files) {
    PageQuery query;
    query.limit = 500;
    for (;;) {
        const auto page = store::ListManifestRevisions(tx, release, query);
        for (const store::ManifestRevision& row : page.rows) {
            const std::string number = std::to_string(row.revision);
            files.Add("manifest/" + number + ".json", "manifest revision " + number + ", by " + row.created_by,
                      row.document);
        }
        if (!page.next) {
            return;
        }
        query.after = *page.next;
    }
}

void AddPlans(store::Tx& tx, const policy::ReleaseId& release, BundleFiles& files) {
    PageQuery query;
    query.limit = 500;
    for (;;) {
        const auto page = store::ListPlanRevisions(tx, release, query);
        for (const store::PlanRevision& row : page.rows) {
            const std::string number = std::to_string(row.revision);
            files.Add("plan/" + number + ".json", "exposure plan revision " + number + ", by " + row.created_by,
                      row.document);
        }
        if (!page.next) {
            return;
        }
        query.after = *page.next;
    }
}

void AddMemos(store::Tx& tx, const policy::ReleaseId& release, BundleFiles& files) {
    PageQuery query;
    query.limit = 500;
    for (;;) {
        const auto page = store::ListMemos(tx, release, query);
        for (const store::Memo& row : page.rows) {
            const policy::MemoDocument memo = MemoDocumentOf(row);
            const std::string path = "memos/" + std::to_string(row.number);
            const std::string what =
                "decision memo " + std::to_string(row.number) + ", " + std::string(platform::EnumText(row.decision));
            files.Add(path + ".content.json", what + ", the signed content", row.content);
            files.Add(path + ".json", what + ", with signatures", wire::EncodeMemoWithSignatures(memo));
            files.Add(path + ".md", what + ", as Markdown", render::RenderMemo(memo, render::Format::kMarkdown));
            files.Add(path + ".html", what + ", as a page", render::RenderMemo(memo, render::Format::kHtml));
            files.Add(path + ".txt", what + ", as text", render::RenderMemo(memo, render::Format::kText));
        }
        if (!page.next) {
            return;
        }
        query.after = *page.next;
    }
}

std::string ConsentsOf(store::Tx& tx, const policy::ReleaseId& release) {
    std::string text = "[";
    for (const wire::Consent& consent : store::LoadConsentsForRelease(tx, release)) {
        text +=
            (text.size() == 1 ? "\n" : ",\n") + wire::EncodeConsent({consent, wire::StateOf(consent, store::Now(tx))});
    }
    return text + "\n]\n";
}

std::string StateText(const store::Release& release) {
    return std::string(platform::EnumText(release.status)) + ", in " +
           std::string(platform::EnumText(release.channel)) + " since " +
           render::MinuteText(release.channel_entered_at);
}

}  // namespace

Outcome<std::string> BuildReleaseArchive(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                         const platform::SigningKey& key) {
    const auto row = store::LoadRelease(tx, release);
    if (!row) {
        return Refused(NotFound("release", release.Text()));
    }
    const policy::Time now = store::Now(tx);
    BundleFiles files;
    AddManifests(tx, release, files);
    AddPlans(tx, release, files);
    AddMemos(tx, release, files);
    files.Add("consents.json", "consents of the plan's tenants", ConsentsOf(tx, release));
    files.Add("checks.json", "evidence for every control",
              JsonArrayOf([&](const PageQuery& page) { return store::ListChecks(tx, release, {}, page); },
                          [](const store::Check& check) { return wire::EncodeCheck(ViewCheck(check)); }));
    files.Add(
        "approvals.json", "approvals, void and revoked ones included",
        JsonArrayOf([&](const PageQuery& page) { return store::ListApprovals(tx, release, page); },
                    [](const store::Approval& approval) { return wire::EncodeApproval(ViewApproval(approval)); }));
    files.Add("risk-acceptances.json", "accepted risks",
              JsonArrayOf([&](const PageQuery& page) { return store::ListRiskAcceptances(tx, release, page); },
                          [&](const store::RiskAcceptance& acceptance) {
                              return wire::EncodeRiskAcceptance(ViewRiskAcceptance(acceptance, now));
                          }));
    files.Add("hard-stops.json", "hard stops that were raised",
              JsonArrayOf([&](const PageQuery& page) { return store::ListHardStops(tx, release, std::nullopt, page); },
                          [](const store::HardStopRecord& stop) { return wire::EncodeHardStop(ViewHardStop(stop)); }));
    files.Add(
        "promotions.json", "promotions that happened",
        JsonArrayOf([&](const PageQuery& page) { return store::ListPromotions(tx, release, page); },
                    [](const store::Promotion& promotion) { return wire::EncodePromotion(ViewPromotion(promotion)); }));
    files.Add(
        "timeline.json", "everything that happened, in order",
        JsonArrayOf([&](const PageQuery& page) { return *ListTimeline(tx, release, page); }, wire::EncodeTimelineItem));
    AuditExportRange slice;
    slice.release = release;
    auto audit = ExportAudit(tx, slice, key);
    if (!audit) {
        return Refused(std::move(audit.error()));
    }
    files.Add("audit.jsonl", "the release's slice of the audit log", std::move(*audit));
    render::ArchiveIndex index;
    index.release = release;
    index.title = row->title;
    index.classification = row->classification;
    index.state = StateText(*row);
    index.exported_by = call.display_name;
    index.exported_at = now;
    index.product_version = PORTCULLIS_VERSION;
    index.files = files.Index();
    index.verification = {"portcullis archive verify " + release.Text() + ".tar --key portcullis.pub",
                          "sha256sum --check SHA256SUMS"};
    index.simulated_clock = store::IsClockSimulated(tx);
    files.Add("README.md", "this page", render::RenderArchiveIndex(index));
    return wire::BuildArchive(release.Text(), files.TakeEntries(), now, key);
}

}  // namespace app
