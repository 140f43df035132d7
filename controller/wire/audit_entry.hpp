// One entry of the audit log (AUD-1, AUD-2) and its canonical document, which is what the hash chain covers.
//
// An entry's hash is SHA-256 over the hash before it, a newline, and the entry's document. The document is the entry's
// canonical JSON without hashes, so an entry cannot be moved, and cannot be changed in any field, without its hash
// changing. Text that is no UTF-8 (a request may carry any bytes) is written with U+FFFD for what is not: a refusal of
// a hostile request must be recorded too.
// Text and structs only. Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/finding.hpp"
#include "controller/policy/types.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace wire {

enum class AuditOutcome : std::uint8_t { kDone, kRefused };

struct AuditEntry {
    std::int64_t seq = 0;  // from 1, without gaps
    policy::Time at{};
    std::string actor;  // ATT-1, ATT-2: a principal's id or a component's name
    policy::PrincipalKind actor_kind = policy::PrincipalKind::kUser;
    std::string action;  // "release.promote"
    AuditOutcome outcome = AuditOutcome::kDone;
    std::string release;         // ATT-4; empty when it concerns none
    std::string tenant;          // ATT-3; empty when it concerns none
    std::string request_id;      // empty for what no request caused
    std::string summary;         // one sentence for people: the timeline's line
    std::string details = "{}";  // a JSON object; see AuditDetails
    bool simulated_clock = false;
};

/// Makes an entry's details without showing the JSON library to those who write entries.
class AuditDetails {
public:
    AuditDetails();
    ~AuditDetails();
    AuditDetails(AuditDetails&&) noexcept;
    AuditDetails& operator=(AuditDetails&&) noexcept;

    AuditDetails& Text(std::string_view field, std::string_view value);
    AuditDetails& Texts(std::string_view field, const std::vector<std::string>& values);
    AuditDetails& Number(std::string_view field, std::int64_t value);
    AuditDetails& Flag(std::string_view field, bool value);
    AuditDetails& Instant(std::string_view field, policy::Time value);
    /// All of them, with rule, kind, message and remedy.
    AuditDetails& Findings(std::string_view field, const policy::Findings& findings);
    /// JSON text that was made by us (a manifest's canonical text, an earlier document).
    AuditDetails& Document(std::string_view field, std::string_view json);

    /// The canonical JSON object.
    std::string Encode() const;

private:
    struct Fields;
    std::unique_ptr<Fields> fields_;
};

/// The hash before the first entry.
inline constexpr std::string_view kGenesisHash = "0000000000000000000000000000000000000000000000000000000000000000";

/// The canonical JSON text of an entry, without hashes.
std::string EncodeAuditDocument(const AuditEntry& entry);
/// The same text on both sides of the entry's number, which the end of the chain gives; `entry.seq` does not matter.
struct UnnumberedAudit {
    std::string before;
    std::string after;
};
UnnumberedAudit EncodeUnnumberedAudit(AuditEntry entry);
platform::Expected<AuditEntry, platform::FieldErrors> DecodeAuditDocument(std::string_view document);

/// SHA-256 hex of `prev_hash`, a newline and `document`.
std::string AuditHash(std::string_view prev_hash, std::string_view document);

}  // namespace wire

namespace platform {

template <>
struct EnumNames<wire::AuditOutcome> {
    static constexpr std::array<EnumName<wire::AuditOutcome>, 2> kNames{
        {{wire::AuditOutcome::kDone, "done"}, {wire::AuditOutcome::kRefused, "refused"}}};
};

}  // namespace platform
