#include "controller/app/audit_export.hpp"

#include <algorithm>

#include "controller/app/refusals.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/installation.hpp"
#include "controller/store/releases.hpp"
#include "controller/wire/audit_chain.hpp"
#include "platform/base/invariant.hpp"
#include "platform/crypto/crypto.hpp"

namespace app {
namespace {

/// An answer is held in memory; larger exports are made in ranges.
constexpr std::size_t kMostExportBytes = 512 * 1024 * 1024;

wire::AuditRecord ViewAudit(const store::AuditRow& row) {
    return {row.seq, row.document, row.prev_hash, row.hash};
}

wire::AuditCheckpoint WireCheckpoint(const store::AuditCheckpoint& checkpoint) {
    return {checkpoint.seq, checkpoint.hash, checkpoint.at, checkpoint.key_id, checkpoint.signature};
}

/// Where a run that begins with entry `from` stands in the chain.
std::string HashBefore(store::Tx& tx, std::int64_t from) {
    std::string hash(wire::kGenesisHash);
    if (from > 1) {
        store::AuditFilter one;
        one.first_seq = from - 1;
        one.last_seq = from - 1;
        store::StreamAudit(tx, one, [&](const store::AuditRow& row) {
            hash = row.hash;
            return false;
        });
    }
    return hash;
}

}  // namespace

Outcome<Page<wire::AuditRecord>> ListAudit(store::Tx& tx, const store::AuditFilter& filter,
                                           std::optional<wire::AuditOutcome> outcome, const PageQuery& page) {
    const Page<store::AuditRow> rows = store::ListAudit(tx, filter, page);
    Page<wire::AuditRecord> view;
    view.next = rows.next;
    for (const store::AuditRow& row : rows.rows) {
        if (!outcome || row.refused == (*outcome == wire::AuditOutcome::kRefused)) {
            view.rows.push_back(ViewAudit(row));
        }
    }
    return view;
}

Outcome<Page<wire::AuditRecord>> ListTimeline(store::Tx& tx, const policy::ReleaseId& release, const PageQuery& page) {
    if (!store::LoadRelease(tx, release)) {
        return Refused(NotFound("release", release.Text()));
    }
    store::AuditFilter filter;
    filter.release = release.Text();
    if (!page.after.empty()) {
        std::int64_t after = 0;
        for (const char digit : page.after) {
            if (digit < '0' || digit > '9' || after > 1'000'000'000'000) {
                return Refused(Invalid("/cursor", "is not a cursor of this list"));
            }
            after = after * 10 + (digit - '0');
        }
        filter.first_seq = after + 1;
    }
    Page<wire::AuditRecord> view;
    store::StreamAudit(tx, filter, [&](const store::AuditRow& row) {
        if (view.rows.size() == static_cast<std::size_t>(page.limit)) {
            view.next = std::to_string(view.rows.back().seq);
            return false;
        }
        view.rows.push_back(ViewAudit(row));
        return true;
    });
    return view;
}

Outcome<std::string> ListPublicKeys(store::Tx& tx, const platform::SigningKey& key) {
    std::string pems = key.PublicPem();
    for (const auto& [name, pem] : store::LoadInstallation(tx)) {
        if (name.starts_with(kSigningKeyPrefix) && name.substr(kSigningKeyPrefix.size()) != key.KeyId()) {
            pems += pem;
        }
    }
    return pems;
}

Outcome<wire::AuditVerification> VerifyAudit(store::Tx& tx, const platform::SigningKey& key) {
    const auto keys = platform::VerifyingKeys::FromPem(*ListPublicKeys(tx, key));
    PORTCULLIS_INVARIANT(keys.has_value(), "the keys of an installation are public keys");
    wire::AuditChainCheck check({}, &*keys);
    const store::AuditHead head = store::LoadAuditHead(tx);
    std::vector<store::AuditCheckpoint> checkpoints = store::LoadCheckpoints(tx, 1, head.seq);
    auto next = checkpoints.begin();
    store::StreamAudit(tx, {}, [&](const store::AuditRow& row) {
        check.Entry(row.document, row.prev_hash, row.hash);
        while (next != checkpoints.end() && next->seq <= row.seq) {
            check.Checkpoint(WireCheckpoint(*next));
            ++next;
        }
        return true;
    });
    const wire::AuditReport report = check.Report();
    wire::AuditVerification view;
    view.entries = report.entries;
    view.first = report.first_seq;
    view.last = report.last_seq;
    view.head = report.head;
    for (const wire::AuditProblem& problem : report.problems) {
        view.problems.push_back(problem.message);
    }
    if (report.last_seq != head.seq || (head.seq > 0 && report.head != head.hash)) {
        view.problems.push_back("the chain ends at entry " + std::to_string(report.last_seq) +
                                ", but its end is recorded as " + std::to_string(head.seq));
    }
    return view;
}

Outcome<std::string> ExportAudit(store::Tx& tx, const AuditExportRange& range, const platform::SigningKey& key) {
    const store::AuditHead head = store::LoadAuditHead(tx);
    const std::int64_t from = range.from.value_or(1);
    const std::int64_t to = std::min(range.to.value_or(head.seq), head.seq);
    // From behind the last entry on there is nothing yet, and that can be said and signed.
    if (from > head.seq + 1 || (range.to && *range.to < from)) {
        return Refused(Invalid("/from", "must not be after the last entry, which is " + std::to_string(to)));
    }
    if (range.release && !store::LoadRelease(tx, *range.release)) {
        return Refused(NotFound("release", range.release->Text()));
    }
    wire::AuditStart start{from, HashBefore(tx, from), range.release ? range.release->Text() : std::string()};
    wire::AuditExportWriter writer(start, store::Now(tx));
    std::string lines = writer.Begin();
    store::AuditFilter filter;
    filter.first_seq = from;
    filter.last_seq = to;
    filter.release = start.release;
    std::vector<store::AuditCheckpoint> checkpoints;
    if (!range.release) {
        checkpoints = store::LoadCheckpoints(tx, from, to);
    }
    auto next = checkpoints.begin();
    bool too_large = false;
    store::StreamAudit(tx, filter, [&](const store::AuditRow& row) {
        lines += writer.Entry(row.seq, row.document, row.prev_hash, row.hash);
        while (next != checkpoints.end() && next->seq <= row.seq) {
            lines += writer.Checkpoint(WireCheckpoint(*next));
            ++next;
        }
        too_large = lines.size() > kMostExportBytes;
        return !too_large;
    });
    if (too_large) {
        return Refused(Invalid("/to", "makes an export of over 512 MiB; export it in ranges with from and to"));
    }
    lines += writer.End(key);
    return lines;
}

bool MakeCheckpoint(store::Tx& tx, const platform::SigningKey& key) {
    const store::AuditHead head = store::LoadAuditHead(tx);
    const auto last = store::LoadLastCheckpoint(tx);
    if (head.seq == 0 || (last && last->seq >= head.seq)) {
        return false;
    }
    const wire::AuditCheckpoint made = wire::SignCheckpoint(head.seq, head.hash, store::Now(tx), key);
    store::InsertAuditCheckpoint(tx, {made.seq, made.hash, made.at, made.key_id, made.signature});
    return true;
}

}  // namespace app
