// Verification over the channel: the controller asks an instance to look at itself from outside, the instance answers
// with what it did and saw.
//
// Controller to instance:
//   {"type":"verify","request":"...","purpose":"verify|watch","kind":"multi_tenant|flag|rollback","operation":"op_...",
//    "generation":42,"enabled":false,"mode":"hot","ordered_ms_ago":1234,"previous_boot_id":"boot_...",
//    "baseline":{"count":2,"digest":"..."}}                     previous_boot_id and baseline: null when not known
// Instance to controller, once for each request:
//   {"type":"evidence","request":"...","sent_at":"...",
//    "steps":[{"step":"probes","outcome":"passed","at":"...","detail":"...","evidence":{...}}],
//    "sample":{"requests":9,"errors_5xx":0,"errors_501":2,"default_org_ok":true}}          or null
// Purpose verify has steps and no sample. Purpose watch has the step `watch`, and a sample when the counters could be
// read: they count since the process started.
//
// `evidence` of a step is an object for people and reports: what each probe asked, expected and got. Steps that look
// from outside write it as ProbeEvidence; others are free in it. It never holds a secret.
//
// Strict: unknown fields, missing fields and wrong types are no message. Pure; thread safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"
#include "tenancy/model.hpp"
#include "tenancy/wire/control_document.hpp"

namespace tenancy::wire {

constexpr std::size_t kMaxEvidenceBytes = 64 * 1024;
constexpr std::size_t kMaxProbeSteps = 16;

enum class VerifyPurpose : std::uint8_t { kVerify, kWatch };
/// What the operation moves: the switch, or the flags of a release while the switch stays as it is.
enum class VerifyKind : std::uint8_t { kMultiTenant, kFlag, kRollback };
/// In the order of the checklist.
enum class ProbeKind : std::uint8_t { kValue, kRestart, kProbes, kUi, kWebsocket, kData, kFlags, kWatch };
/// What could not be found out is inconclusive, never passed.
enum class ProbeOutcome : std::uint8_t { kPassed, kFailed, kInconclusive };

/// How many records belong to tenants, and the SHA-256 (hex) over them in a fixed order.
struct TenantDigest {
    std::int64_t count = 0;
    std::string digest;

    friend bool operator==(const TenantDigest&, const TenantDigest&) = default;
};

struct VerifyRequest {
    std::string request;  // names the answer
    VerifyPurpose purpose = VerifyPurpose::kVerify;
    VerifyKind kind = VerifyKind::kMultiTenant;
    std::string operation;
    std::int64_t generation = 0;
    bool enabled = false;  // as ordered
    ApplyMode mode = ApplyMode::kHot;
    std::int64_t ordered_ms_ago = 0;
    std::optional<std::string> previous_boot_id;
    std::optional<TenantDigest> baseline;

    friend bool operator==(const VerifyRequest&, const VerifyRequest&) = default;
};

struct ProbeStep {
    ProbeKind step = ProbeKind::kValue;
    ProbeOutcome outcome = ProbeOutcome::kInconclusive;
    Time at;                      // by the clock of who probed
    std::string detail;           // for people: one sentence; what was expected and what was got when it did not pass
    std::string evidence = "{}";  // the text of a JSON object

    friend bool operator==(const ProbeStep&, const ProbeStep&) = default;
};

/// Counted since the process started.
struct WatchSample {
    std::int64_t requests = 0;
    std::int64_t errors_5xx = 0;  // without 501
    std::int64_t errors_501 = 0;
    bool default_org_ok = false;

    friend bool operator==(const WatchSample&, const WatchSample&) = default;
};

struct Evidence {
    std::string request;
    Time sent_at;  // the instance's clock
    std::vector<ProbeStep> steps;
    std::optional<WatchSample> sample;

    friend bool operator==(const Evidence&, const Evidence&) = default;
};

/// One question to the instance and its answer.
struct ProbeCheck {
    std::string what;  // "GET /api/orgs", "page", "websocket"
    std::string with;  // how it was asked, without secrets: "canary", "X-Pulse-Org-ID: acme"; empty: nothing
    ProbeOutcome outcome = ProbeOutcome::kInconclusive;
    std::string expected;
    std::string got;
    std::int64_t duration_ms = 0;
    std::string excerpt;  // of the answer; empty when it adds nothing
};

/// What a step that looks from outside keeps.
///   {"probed_by":"instance","facts":{"boot_id":"..."},
///    "tenants":{...},"baseline":{...},                                                     step data
///    "checks":[{"what":"GET /api/orgs","with":"canary","outcome":"passed","expected":"501 feature_disabled",
///               "got":"501 feature_disabled","duration_ms":2,"excerpt":"..."}]}
struct ProbeEvidence {
    std::string probed_by;  // instance, agent or controller
    std::map<std::string, std::variant<bool, std::int64_t, std::string>> facts;
    std::optional<TenantDigest> tenants;
    std::optional<TenantDigest> baseline;
    std::vector<ProbeCheck> checks;
};

/// For ProbeStep::evidence. Texts that are too long are cut, so are checks beyond the first hundred.
std::string EncodeProbeEvidence(const ProbeEvidence& evidence);

std::string EncodeVerify(const VerifyRequest& request);
/// Never above kMaxEvidenceBytes: when it would be, the largest evidence is left out and says so.
std::string EncodeEvidence(const Evidence& evidence);
platform::Expected<Evidence, platform::FieldErrors> DecodeEvidence(std::string_view text);

}  // namespace tenancy::wire

namespace platform {

template <>
struct EnumNames<tenancy::wire::VerifyPurpose> {
    static constexpr std::array<EnumName<tenancy::wire::VerifyPurpose>, 2> kNames{{
        {tenancy::wire::VerifyPurpose::kVerify, "verify"},
        {tenancy::wire::VerifyPurpose::kWatch, "watch"},
    }};
};

template <>
struct EnumNames<tenancy::wire::VerifyKind> {
    static constexpr std::array<EnumName<tenancy::wire::VerifyKind>, 3> kNames{{
        {tenancy::wire::VerifyKind::kMultiTenant, "multi_tenant"},
        {tenancy::wire::VerifyKind::kFlag, "flag"},
        {tenancy::wire::VerifyKind::kRollback, "rollback"},
    }};
};

template <>
struct EnumNames<tenancy::wire::ProbeKind> {
    static constexpr std::array<EnumName<tenancy::wire::ProbeKind>, 8> kNames{{
        {tenancy::wire::ProbeKind::kValue, "value"},
        {tenancy::wire::ProbeKind::kRestart, "restart"},
        {tenancy::wire::ProbeKind::kProbes, "probes"},
        {tenancy::wire::ProbeKind::kUi, "ui"},
        {tenancy::wire::ProbeKind::kWebsocket, "websocket"},
        {tenancy::wire::ProbeKind::kData, "data"},
        {tenancy::wire::ProbeKind::kFlags, "flags"},
        {tenancy::wire::ProbeKind::kWatch, "watch"},
    }};
};

template <>
struct EnumNames<tenancy::wire::ProbeOutcome> {
    static constexpr std::array<EnumName<tenancy::wire::ProbeOutcome>, 3> kNames{{
        {tenancy::wire::ProbeOutcome::kPassed, "passed"},
        {tenancy::wire::ProbeOutcome::kFailed, "failed"},
        {tenancy::wire::ProbeOutcome::kInconclusive, "inconclusive"},
    }};
};

}  // namespace platform
