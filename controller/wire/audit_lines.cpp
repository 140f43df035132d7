#include "controller/wire/audit_lines.hpp"

#include <utility>

namespace wire {
namespace {

using platform::Json;

/// Keep a signature over one thing from being one over another.
constexpr std::string_view kCheckpointPrefix = "portcullis-audit-checkpoint-v1\n";
constexpr std::string_view kExportPrefix = "portcullis-audit-export-v1\n";

constexpr std::size_t kHashDigits = 64;
constexpr platform::TextRule kLineText{.min = 1, .max = 200};

bool IsHash(std::string_view text) {
    return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string ReadHash(platform::ObjectReader& in, std::string_view field) {
    std::string text = in.Text(field, kLineText);
    if (!IsHash(text)) {
        in.Error(field, "must be 64 hexadecimal digits");
    }
    return text;
}

Json CheckpointFields(const AuditCheckpoint& checkpoint) {
    return {{"seq", checkpoint.seq},
            {"hash", checkpoint.hash},
            {"at", platform::FormatTime(checkpoint.at)},
            {"key_id", checkpoint.key_id}};
}

std::string CheckpointMessage(const AuditCheckpoint& checkpoint) {
    return std::string(kCheckpointPrefix) + platform::CanonicalJson(CheckpointFields(checkpoint));
}

Json EndFields(const AuditEnd& end) {
    return {{"entries", end.entries}, {"checkpoints", end.checkpoints}, {"last_seq", end.last_seq},
            {"hash", end.hash},       {"digest", end.digest},           {"key_id", end.key_id}};
}

std::string EndMessage(const AuditEnd& end, std::string_view header_line) {
    return std::string(kExportPrefix) + std::string(header_line) + "\n" + platform::CanonicalJson(EndFields(end));
}

std::string WrappedLine(const char* field, Json fields) {
    return platform::CanonicalJson(Json::object({{field, std::move(fields)}}));
}

}  // namespace

std::string AuditEntryName(std::int64_t seq) {
    return "entry " + std::to_string(seq);
}

AuditCheckpoint SignCheckpoint(std::int64_t seq, std::string_view hash, policy::Time at,
                               const platform::SigningKey& key) {
    AuditCheckpoint checkpoint{.seq = seq, .hash = std::string(hash), .at = at, .key_id = key.KeyId()};
    checkpoint.signature = key.Sign(CheckpointMessage(checkpoint));
    return checkpoint;
}

bool CheckpointHolds(const AuditCheckpoint& checkpoint, const platform::VerifyingKey& key) {
    return key.Verify(CheckpointMessage(checkpoint), checkpoint.signature);
}

std::string AuditHeaderLine(const AuditStart& start, policy::Time exported_at) {
    Json fields{{"format", kAuditFormat},
                {"from_seq", start.from_seq},
                {"prev_hash", start.prev_hash},
                {"exported_at", platform::FormatTime(exported_at)}};
    if (!start.release.empty()) {
        fields["release"] = start.release;
    }
    return WrappedLine("audit", std::move(fields));
}

std::string AuditEntryLine(std::string_view document, std::string_view prev_hash, std::string_view hash) {
    std::string line;
    line.reserve(document.size() + 2 * kHashDigits + 64);
    line += R"({"document":)";
    line += document;
    line += R"(,"hash":")";
    line += hash;
    line += R"(","prev_hash":")";
    line += prev_hash;
    line += R"("})";
    return line;
}

std::optional<AuditEntryParts> SplitAuditEntryLine(std::string_view line) {
    constexpr std::string_view kStart = R"({"document":)";
    constexpr std::string_view kHashField = R"(,"hash":")";
    constexpr std::string_view kPrevField = R"(","prev_hash":")";
    constexpr std::string_view kClose = R"("})";
    constexpr std::size_t kTail = kHashField.size() + kHashDigits + kPrevField.size() + kHashDigits + kClose.size();
    if (line.size() < kStart.size() + kTail || line.substr(0, kStart.size()) != kStart) {
        return std::nullopt;
    }
    // From the end, where every part has a fixed length: the document is whatever stands before.
    const std::size_t tail = line.size() - kTail;
    const std::size_t hash = tail + kHashField.size();
    const std::size_t prev_field = hash + kHashDigits;
    const std::size_t prev = prev_field + kPrevField.size();
    const AuditEntryParts parts{.document = line.substr(kStart.size(), tail - kStart.size()),
                                .prev_hash = line.substr(prev, kHashDigits),
                                .hash = line.substr(hash, kHashDigits)};
    if (line.substr(tail, kHashField.size()) != kHashField ||
        line.substr(prev_field, kPrevField.size()) != kPrevField || line.substr(prev + kHashDigits) != kClose ||
        !IsHash(parts.hash) || !IsHash(parts.prev_hash)) {
        return std::nullopt;
    }
    return parts;
}

std::string AuditCheckpointLine(const AuditCheckpoint& checkpoint) {
    Json fields = CheckpointFields(checkpoint);
    fields["signature"] = checkpoint.signature;
    return WrappedLine("checkpoint", std::move(fields));
}

void SignAuditEnd(AuditEnd& end, std::string_view header_line, const platform::SigningKey& key) {
    end.key_id = key.KeyId();
    end.signature = key.Sign(EndMessage(end, header_line));
}

bool AuditEndHolds(const AuditEnd& end, std::string_view header_line, const platform::VerifyingKey& key) {
    return key.Verify(EndMessage(end, header_line), end.signature);
}

std::string AuditEndLine(const AuditEnd& end) {
    Json fields = EndFields(end);
    fields["signature"] = end.signature;
    return WrappedLine("end", std::move(fields));
}

std::optional<Json> AuditLineObject(std::string_view line, std::string_view field) {
    auto json = platform::ParseJson(line, kAuditLineLimits);
    if (!json || !json->is_object() || json->size() != 1 || json->begin().key() != field ||
        !json->begin()->is_object() || platform::CanonicalJson(*json) != line) {
        return std::nullopt;
    }
    return std::move(*json->begin());
}

std::optional<AuditHeader> ReadAuditHeader(const Json& json) {
    platform::FieldErrors errors;
    platform::ObjectReader in(json, "", errors);
    AuditHeader header;
    if (in.Text("format", kLineText) != kAuditFormat) {
        in.Error("format", "is another format");
    }
    header.start.from_seq = in.Integer("from_seq", 1, INT64_MAX);
    header.start.prev_hash = ReadHash(in, "prev_hash");
    header.start.release = in.OptionalText("release", kLineText).value_or("");
    header.exported_at = in.Instant("exported_at");
    in.Finish();
    return errors.empty() ? std::optional(header) : std::nullopt;
}

std::optional<AuditCheckpoint> ReadAuditCheckpoint(const Json& json) {
    platform::FieldErrors errors;
    platform::ObjectReader in(json, "", errors);
    AuditCheckpoint checkpoint;
    checkpoint.seq = in.Integer("seq", 1, INT64_MAX);
    checkpoint.hash = ReadHash(in, "hash");
    checkpoint.at = in.Instant("at");
    checkpoint.key_id = in.Text("key_id", kLineText);
    checkpoint.signature = in.Text("signature", kLineText);
    in.Finish();
    return errors.empty() ? std::optional(checkpoint) : std::nullopt;
}

std::optional<AuditEnd> ReadAuditEnd(const Json& json) {
    platform::FieldErrors errors;
    platform::ObjectReader in(json, "", errors);
    AuditEnd end;
    end.entries = in.Integer("entries", 0, INT64_MAX);
    end.checkpoints = in.Integer("checkpoints", 0, INT64_MAX);
    end.last_seq = in.Integer("last_seq", 0, INT64_MAX);
    end.hash = ReadHash(in, "hash");
    end.digest = ReadHash(in, "digest");
    end.key_id = in.Text("key_id", kLineText);
    end.signature = in.Text("signature", kLineText);
    in.Finish();
    return errors.empty() ? std::optional(end) : std::nullopt;
}

}  // namespace wire
