// A hash chain of any length and its export, for tests that tamper with it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controller/wire/audit_chain.hpp"

namespace wire {

struct ChainedEntry {
    AuditEntry entry;
    std::string document;
    std::string prev_hash;
    std::string hash;
};

/// Entries 1..count; each third is about a release, each fifth about a tenant.
std::vector<ChainedEntry> SampleChain(std::int64_t count);
/// Computes hashes anew from `first` on, as somebody would who rewrites history.
void Rechain(std::vector<ChainedEntry>& chain, std::size_t first);

struct ExportOptions {
    std::int64_t checkpoint_every = 10;         // 0: none
    std::string release;                        // a slice
    const platform::SigningKey* key = nullptr;  // TestKey
};

/// The export of a chain, or of a part of one, line by line without line breaks.
std::vector<std::string> ExportLines(const std::vector<ChainedEntry>& chain, const ExportOptions& options = {});

std::string JoinLines(const std::vector<std::string>& lines);
AuditReport VerifyText(const std::string& text);
AuditReport VerifyLines(const std::vector<std::string>& lines);
/// "kind seq: message" lines.
std::string ProblemLines(const AuditReport& report);

}  // namespace wire
