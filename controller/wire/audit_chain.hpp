// The audit log outside the database (AUD-2): an export in JSON Lines, and its verification with nothing but the
// public key.
//
//     {"audit":{"exported_at":"...","format":"portcullis-audit/1","from_seq":1,"prev_hash":"000..."}}
//     {"document":{...the entry's canonical document...},"hash":"...","prev_hash":"..."}
//     {"checkpoint":{"at":"...","hash":"...","key_id":"...","seq":1000,"signature":"..."}}
//     {"end":{"checkpoints":1,"digest":"...","entries":1000,"hash":"...","key_id":"...","last_seq":1000,...}}
//
// An entry's hash is SHA-256 over prev_hash, a newline and the document's bytes as they stand in the line, so any tool
// can check it. A checkpoint signs the hash at one seq when it was made; the end signs the first line and everything it
// says: how many entries, which (`digest` is SHA-256 over their hashes, one per line), and where the chain stood. So a
// changed, added, removed or moved entry is found by the chain, a rewritten chain by the next checkpoint, and a cut
// file by the missing end.
//
// A slice (`"release"` in the first line) holds one release's entries only. docs/adr/0033 says what it proves.
//
// Text and structs only. AuditChainCheck and AuditExportWriter are for one thread at a time; functions are pure.
#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/wire/audit_entry.hpp"
#include "platform/crypto/crypto.hpp"

namespace wire {

/// AUD-2: the signed statement that the chain had this hash at this entry.
struct AuditCheckpoint {
    std::int64_t seq = 0;
    std::string hash;
    policy::Time at{};
    std::string key_id;
    std::string signature;
};

AuditCheckpoint SignCheckpoint(std::int64_t seq, std::string_view hash, policy::Time at,
                               const platform::SigningKey& key);
/// Made by the holder of that key, and not changed since.
bool CheckpointHolds(const AuditCheckpoint& checkpoint, const platform::VerifyingKey& key);

enum class AuditProblemKind : std::uint8_t { kChanged, kMissing, kMisplaced, kForged, kTruncated, kMalformed };

struct AuditProblem {
    AuditProblemKind kind = AuditProblemKind::kMalformed;
    std::int64_t seq = 0;   // of the entry concerned; 0 when there is none
    std::int64_t line = 0;  // in the export, from 1; 0 when it was no export
    std::string message;    // "entry 17 was changed: its content does not have its hash"
};

struct AuditReport {
    bool valid = false;
    std::int64_t entries = 0;
    std::int64_t first_seq = 0;
    std::int64_t last_seq = 0;
    std::string head;  // hash of the last entry
    std::int64_t checkpoints = 0;
    std::string release;  // of a slice
    std::optional<policy::Time> exported_at;
    std::vector<AuditProblem> problems;  // the first hundred
    std::int64_t problem_count = 0;
};

/// Where a run of entries begins.
struct AuditStart {
    std::int64_t from_seq = 1;
    std::string prev_hash{kGenesisHash};
    std::string release;  // for a slice: only entries of this release, with gaps between them
};

/// Checks entries one by one, in order; what `GET /v1/audit/verify` runs over the rows, and VerifyAuditExport over a
/// file. After a problem it goes on from what the entry claims, so that one change is one problem.
class AuditChainCheck {
public:
    /// Without keys, signatures are not checked.
    AuditChainCheck(AuditStart start, const platform::VerifyingKeys* keys);
    ~AuditChainCheck();
    AuditChainCheck(const AuditChainCheck&) = delete;
    AuditChainCheck& operator=(const AuditChainCheck&) = delete;

    void Entry(std::string_view document, std::string_view prev_hash, std::string_view hash, std::int64_t line = 0);
    void Checkpoint(const AuditCheckpoint& checkpoint, std::int64_t line = 0);
    void Problem(AuditProblemKind kind, std::int64_t seq, std::int64_t line, std::string message);

    /// What has been found so far; `valid` when that is nothing.
    AuditReport Report() const;
    /// SHA-256 hex over the hashes seen, one per line. Once, at the end.
    std::string FinishDigest();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Makes the lines of an export, each with its line break, in the order they are to be written: Begin, entries and
/// checkpoints (each after its entry), End.
class AuditExportWriter {
public:
    AuditExportWriter(AuditStart start, policy::Time exported_at);
    ~AuditExportWriter();
    AuditExportWriter(const AuditExportWriter&) = delete;
    AuditExportWriter& operator=(const AuditExportWriter&) = delete;

    std::string Begin();
    std::string Entry(std::int64_t seq, std::string_view document, std::string_view prev_hash, std::string_view hash);
    std::string Checkpoint(const AuditCheckpoint& checkpoint);
    std::string End(const platform::SigningKey& key);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Reads to the end of the stream, holding one line at a time. A stream that fails to read is a problem, too.
/// Each signature must be of one of the keys: several after the controller has taken a new one.
AuditReport VerifyAuditExport(std::istream& in, const platform::VerifyingKeys& keys);

}  // namespace wire

namespace platform {

template <>
struct EnumNames<wire::AuditProblemKind> {
    static constexpr std::array<EnumName<wire::AuditProblemKind>, 6> kNames{
        {{wire::AuditProblemKind::kChanged, "changed"},
         {wire::AuditProblemKind::kMissing, "missing"},
         {wire::AuditProblemKind::kMisplaced, "misplaced"},
         {wire::AuditProblemKind::kForged, "forged"},
         {wire::AuditProblemKind::kTruncated, "truncated"},
         {wire::AuditProblemKind::kMalformed, "malformed"}}};
};

}  // namespace platform
