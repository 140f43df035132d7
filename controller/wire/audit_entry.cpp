#include "controller/wire/audit_entry.hpp"

#include <utility>

#include "controller/wire/fields.hpp"
#include "controller/wire/finding_json.hpp"
#include "platform/base/invariant.hpp"
#include "platform/crypto/crypto.hpp"

namespace wire {
namespace {

using platform::Json;

/// Our own documents: what we wrote, read back.
constexpr platform::DocumentLimits kAuditLimits{.max_bytes = 16 * 1024 * 1024, .max_depth = 64, .max_nodes = 1'000'000};

Json ParseOwnDocument(std::string_view text) {
    auto parsed = platform::ParseJson(text, kAuditLimits);
    PORTCULLIS_INVARIANT(parsed.has_value(), "details of an audit entry are JSON that we made");
    return std::move(*parsed);
}

void PutUnlessEmpty(Json& json, const char* field, const std::string& text) {
    if (!text.empty()) {
        json[field] = CleanUtf8(text);
    }
}

}  // namespace

struct AuditDetails::Fields {
    platform::Json json = platform::Json::object();
};

AuditDetails::AuditDetails() : fields_(std::make_unique<Fields>()) {}
AuditDetails::~AuditDetails() = default;
AuditDetails::AuditDetails(AuditDetails&&) noexcept = default;
AuditDetails& AuditDetails::operator=(AuditDetails&&) noexcept = default;

AuditDetails& AuditDetails::Text(std::string_view field, std::string_view value) {
    fields_->json[std::string(field)] = CleanUtf8(value);
    return *this;
}

AuditDetails& AuditDetails::Texts(std::string_view field, const std::vector<std::string>& values) {
    Json list = Json::array();
    for (const std::string& value : values) {
        list.push_back(CleanUtf8(value));
    }
    fields_->json[std::string(field)] = std::move(list);
    return *this;
}

AuditDetails& AuditDetails::Number(std::string_view field, std::int64_t value) {
    fields_->json[std::string(field)] = value;
    return *this;
}

AuditDetails& AuditDetails::Flag(std::string_view field, bool value) {
    fields_->json[std::string(field)] = value;
    return *this;
}

AuditDetails& AuditDetails::Instant(std::string_view field, policy::Time value) {
    fields_->json[std::string(field)] = platform::FormatTime(value);
    return *this;
}

AuditDetails& AuditDetails::Findings(std::string_view field, const policy::Findings& findings) {
    fields_->json[std::string(field)] = ToJson(findings);
    return *this;
}

AuditDetails& AuditDetails::Document(std::string_view field, std::string_view json) {
    fields_->json[std::string(field)] = ParseOwnDocument(json);
    return *this;
}

std::string AuditDetails::Encode() const {
    return platform::CanonicalJson(fields_->json);
}

std::string EncodeAuditDocument(const AuditEntry& entry) {
    Json json{{"seq", entry.seq},
              {"at", platform::FormatTime(entry.at)},
              {"actor", CleanUtf8(entry.actor)},
              {"actor_kind", platform::EnumText(entry.actor_kind)},
              {"action", CleanUtf8(entry.action)},
              {"outcome", platform::EnumText(entry.outcome)},
              {"summary", CleanUtf8(entry.summary)},
              {"details", entry.details.empty() ? Json::object() : ParseOwnDocument(entry.details)}};
    PutUnlessEmpty(json, "release", entry.release);
    PutUnlessEmpty(json, "tenant", entry.tenant);
    PutUnlessEmpty(json, "request_id", entry.request_id);
    if (entry.simulated_clock) {
        json["simulated_clock"] = true;
    }
    return platform::CanonicalJson(json);
}

UnnumberedAudit EncodeUnnumberedAudit(AuditEntry entry) {
    // Within texts the quotes are escaped, and of the keys of that name the entry's own is the last: `details` is
    // before it, and only texts and a flag are behind.
    constexpr std::string_view kNumber = "\"seq\":0";
    entry.seq = 0;
    const std::string text = EncodeAuditDocument(entry);
    const std::size_t digit = text.rfind(kNumber) + kNumber.size() - 1;
    return {text.substr(0, digit), text.substr(digit + 1)};
}

platform::Expected<AuditEntry, platform::FieldErrors> DecodeAuditDocument(std::string_view document) {
    const auto json = platform::ParseJson(document, kAuditLimits);
    if (!json) {
        return platform::Unexpected<platform::FieldErrors>(json.error());
    }
    constexpr platform::TextRule kAnyText{.min = 0, .max = 1'000'000};
    platform::FieldErrors errors;
    platform::ObjectReader in(*json, "", errors);
    AuditEntry entry;
    entry.seq = in.Integer("seq", 1, INT64_MAX);
    entry.at = in.Instant("at");
    entry.action = in.Text("action", kAnyText);
    entry.actor_kind = in.Enum<policy::PrincipalKind>("actor_kind");
    entry.outcome = in.Enum<AuditOutcome>("outcome");
    entry.release = in.OptionalText("release", kAnyText).value_or("");
    entry.tenant = in.OptionalText("tenant", kAnyText).value_or("");
    entry.simulated_clock = in.OptionalBoolean("simulated_clock").value_or(false);
    // What a caller sent may hold control characters, which the reader's texts may not.
    const auto raw_text = [&](std::string_view field, std::string& out) {
        if (const Json* const value = in.Any(field); value != nullptr && value->is_string()) {
            out = value->get<std::string>();
        } else if (value != nullptr) {
            in.Error(field, "must be text");
        }
    };
    raw_text("actor", entry.actor);
    raw_text("request_id", entry.request_id);
    raw_text("summary", entry.summary);
    if (const Json* const details = in.Object("details")) {
        entry.details = platform::CanonicalJson(*details);
    }
    in.Finish();
    return ValueOrErrors(std::move(entry), std::move(errors));
}

std::string AuditHash(std::string_view prev_hash, std::string_view document) {
    std::string covered;
    covered.reserve(prev_hash.size() + 1 + document.size());
    covered += prev_hash;
    covered += '\n';
    covered += document;
    return platform::Sha256Hex(covered);
}

}  // namespace wire
