// The archive bundle of a release: everything its decisions stood on, as files in one tar, checkable offline.
//
//     <release>/index.json     what is in the bundle: path, size and SHA-256 of every other file; signed
//     <release>/SHA256SUMS     the same for `sha256sum --check`
//     <release>/...            manifest revisions, plan, consents, checks, approvals, memos, timeline, audit.jsonl
//
// The same entries, time and key give the same bytes: plain ustar, files in order of their paths, one fixed owner, mode
// and time. Verification therefore can, and does, refuse a tar that is not byte for byte what this writer makes of its
// files: nothing can hide in padding, in headers, behind the end, or under a second entry of one name. `audit.jsonl`,
// where there is one, is verified as an audit export of its own.
//
// Holds the bundle in memory, at most kLargestArchive. Text and structs only. Pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/types.hpp"
#include "platform/crypto/crypto.hpp"

namespace wire {

inline constexpr std::size_t kLargestArchive = 256 * 1024 * 1024;

struct ArchiveEntry {
    std::string path;  // "memos/1.md": parts of `A-Z a-z 0-9 . _ -`, below the release's folder
    std::string bytes;
};

/// The tar. Throws platform::InvariantViolation for a path that is none, is there twice, or is one of the two the
/// bundle writes itself, and for a bundle over kLargestArchive: entries are made by us.
std::string BuildArchive(std::string_view release, std::vector<ArchiveEntry> entries, policy::Time at,
                         const platform::SigningKey& key);

struct ArchiveProblem {
    std::string path;  // empty for the bundle itself
    std::string message;
};

struct ArchiveReport {
    bool valid = false;
    std::string release;  // from the index; only when its signature holds
    std::optional<policy::Time> created_at;
    std::vector<ArchiveEntry> files;  // as found, without index.json and SHA256SUMS; only when valid
    std::vector<ArchiveProblem> problems;
};

ArchiveReport VerifyArchive(std::string_view tar, const platform::VerifyingKeys& keys);

}  // namespace wire
