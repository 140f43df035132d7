// Offline verification of an audit export: 100,000 entries, a checkpoint every 1,000, in under 2 s
// (docs/performance.md).
//
// Ends with 1 when the target is missed.
#include <iostream>
#include <sstream>
#include <string>

#include "controller/wire/audit_chain.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"

namespace {

constexpr std::int64_t kEntries = 100'000;
constexpr std::int64_t kCheckpointEvery = 1'000;
constexpr double kTargetSeconds = 2.0;

std::string MakeExport(const platform::SigningKey& key) {
    const policy::Time start = platform::SystemNow();
    wire::AuditExportWriter writer({}, start);
    std::string text = writer.Begin();
    std::string prev(wire::kGenesisHash);
    for (std::int64_t seq = 1; seq <= kEntries; ++seq) {
        wire::AuditEntry entry;
        entry.seq = seq;
        entry.at = start + std::chrono::seconds(seq);
        entry.actor = "jane.doe";
        entry.action = "check.record";
        entry.release = "2025-01-15-audit-filter-ui";
        entry.request_id = "01JHFE8BQ2S66V9BJ1BFP9JR9S";
        entry.summary = "recorded DSV-1 as passed";
        wire::AuditDetails details;
        details.Text("check", "chk_01JHFE8BQ2S66V9BJ1BFP9JR9S").Text("control", "DSV-1").Number("n", seq);
        entry.details = details.Encode();
        const std::string document = wire::EncodeAuditDocument(entry);
        const std::string hash = wire::AuditHash(prev, document);
        text += writer.Entry(seq, document, prev, hash);
        if (seq % kCheckpointEvery == 0) {
            text += writer.Checkpoint(wire::SignCheckpoint(seq, hash, entry.at, key));
        }
        prev = hash;
    }
    return text + writer.End(key);
}

}  // namespace

int main() {
    const auto key = platform::SigningKey::Generate();
    const auto verifying = platform::VerifyingKey::FromPem(key.PublicPem());
    std::istringstream in(MakeExport(key));
    const platform::Stopwatch watch;
    const wire::AuditReport report = wire::VerifyAuditExport(in, *verifying);
    const double seconds = static_cast<double>(watch.Elapsed().count()) / 1e6;
    std::cout << "audit verification: " << report.entries << " entries, " << report.checkpoints << " checkpoints, "
              << (report.valid ? "valid" : "NOT VALID") << ", " << seconds << " s (target: under " << kTargetSeconds
              << " s)\n";
    return report.valid && report.entries == kEntries && seconds < kTargetSeconds ? 0 : 1;
}
