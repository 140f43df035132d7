#include "tests/unit/wire/audit_samples.hpp"

#include <sstream>

#include "platform/base/text.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {

std::vector<ChainedEntry> SampleChain(std::int64_t count) {
    std::vector<ChainedEntry> chain;
    chain.reserve(static_cast<std::size_t>(count));
    const policy::Time start = At("2025-01-15T08:00:00Z");
    for (std::int64_t seq = 1; seq <= count; ++seq) {
        ChainedEntry chained;
        chained.entry.seq = seq;
        chained.entry.at = start + std::chrono::seconds(seq);
        chained.entry.actor = "jane.doe";
        chained.entry.action = seq % 2 == 0 ? "check.record" : "approval.give";
        chained.entry.outcome = seq % 7 == 0 ? AuditOutcome::kRefused : AuditOutcome::kDone;
        chained.entry.release = seq % 3 == 0 ? "2025-01-15-audit-filter-ui" : "";
        chained.entry.tenant = seq % 5 == 0 ? "SBNC-dev" : "";
        chained.entry.request_id = "req_" + std::to_string(seq);
        chained.entry.summary = "recorded DSV-1 as passed";
        chained.entry.details = R"({"control":"DSV-1","evidence":{"text":"reviewed all queries"},"outcome":"passed"})";
        chain.push_back(std::move(chained));
    }
    Rechain(chain, 0);
    return chain;
}

void Rechain(std::vector<ChainedEntry>& chain, std::size_t first) {
    for (std::size_t i = first; i < chain.size(); ++i) {
        chain[i].prev_hash = i == 0 ? std::string(kGenesisHash) : chain[i - 1].hash;
        chain[i].document = EncodeAuditDocument(chain[i].entry);
        chain[i].hash = AuditHash(chain[i].prev_hash, chain[i].document);
    }
}

std::vector<std::string> ExportLines(const std::vector<ChainedEntry>& chain, const ExportOptions& options) {
    const platform::SigningKey& key = options.key == nullptr ? TestKey() : *options.key;
    const policy::Time at = At("2025-03-01T00:00:00Z");
    AuditStart start;
    start.release = options.release;
    if (!chain.empty()) {
        start.from_seq = chain.front().entry.seq;
        start.prev_hash = chain.front().prev_hash;
    }
    AuditExportWriter writer(start, at);
    std::string text = writer.Begin();
    for (const ChainedEntry& chained : chain) {
        if (!options.release.empty() && chained.entry.release != options.release) {
            continue;
        }
        text += writer.Entry(chained.entry.seq, chained.document, chained.prev_hash, chained.hash);
        if (options.checkpoint_every > 0 && chained.entry.seq % options.checkpoint_every == 0) {
            text += writer.Checkpoint(SignCheckpoint(chained.entry.seq, chained.hash, chained.entry.at, key));
        }
    }
    text += writer.End(key);
    std::vector<std::string> lines;
    for (const std::string_view line : platform::Split(text, '\n')) {
        lines.emplace_back(line);
    }
    lines.pop_back();  // nothing after the last line break
    return lines;
}

std::string JoinLines(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

AuditReport VerifyText(const std::string& text) {
    std::istringstream in(text);
    return VerifyAuditExport(in, TestPublicKey());
}

AuditReport VerifyLines(const std::vector<std::string>& lines) {
    return VerifyText(JoinLines(lines));
}

std::string ProblemLines(const AuditReport& report) {
    std::string text;
    for (const AuditProblem& problem : report.problems) {
        text += std::string(platform::EnumText(problem.kind)) + " " + std::to_string(problem.seq) + ": " +
                problem.message + "\n";
    }
    return text;
}

}  // namespace wire
