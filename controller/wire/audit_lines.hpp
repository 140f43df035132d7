// The lines of an audit export: how each is written, and how it is taken apart again. Only for .cpp files of this
// folder; pulls the JSON library in. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/wire/audit_chain.hpp"
#include "platform/json/json.hpp"

namespace wire {

inline constexpr std::string_view kAuditFormat = "portcullis-audit/1";
/// Room for an entry that carries the largest manifest.
inline constexpr std::size_t kLongestAuditLine = 16 * 1024 * 1024;
inline constexpr platform::DocumentLimits kAuditLineLimits{
    .max_bytes = kLongestAuditLine, .max_depth = 64, .max_nodes = 1'000'000};

/// "entry 17", as problems name it.
std::string AuditEntryName(std::int64_t seq);

/// Without its line break.
std::string AuditHeaderLine(const AuditStart& start, policy::Time exported_at);
std::string AuditEntryLine(std::string_view document, std::string_view prev_hash, std::string_view hash);
std::string AuditCheckpointLine(const AuditCheckpoint& checkpoint);

/// What the last line says and signs.
struct AuditEnd {
    std::int64_t entries = 0;
    std::int64_t checkpoints = 0;
    std::int64_t last_seq = 0;  // from_seq - 1 when there are none
    std::string hash;           // of the last entry; the start's when there are none
    std::string digest;
    std::string key_id;
    std::string signature;
};

void SignAuditEnd(AuditEnd& end, std::string_view header_line, const platform::SigningKey& key);
bool AuditEndHolds(const AuditEnd& end, std::string_view header_line, const platform::VerifyingKey& key);
std::string AuditEndLine(const AuditEnd& end);

/// Views into the line. None when the line is no entry exactly as AuditEntryLine writes it.
struct AuditEntryParts {
    std::string_view document;
    std::string_view prev_hash;
    std::string_view hash;
};
std::optional<AuditEntryParts> SplitAuditEntryLine(std::string_view line);

/// The object under `field` of a line that has nothing else, as its writer wrote it.
std::optional<platform::Json> AuditLineObject(std::string_view line, std::string_view field);
struct AuditHeader {
    AuditStart start;
    policy::Time exported_at{};
};
std::optional<AuditHeader> ReadAuditHeader(const platform::Json& json);
std::optional<AuditCheckpoint> ReadAuditCheckpoint(const platform::Json& json);
std::optional<AuditEnd> ReadAuditEnd(const platform::Json& json);

}  // namespace wire
