// The report that Pulse's own release control prints about itself (status_audit.py --check), as evidence for a
// programme: which of its gates passed with the evidence they ask for, what blocks, at which commit. Value types; pure;
// thread safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"
#include "platform/base/time.hpp"

namespace wire {

struct AuditedGate {
    std::string id;
    std::string blocking_level;    // "rc-ready", "release-ready"
    std::string status;            // as stored
    std::string effective_status;  // after its evidence was looked at; the stored one where the report has none
    std::string minimum_tier;      // empty: none asked for
    std::string highest_tier;      // empty: no evidence
};

struct ImportStatusAudit {
    std::string commit;
    std::string document;  // canonical JSON of the report: what the digest is over
    bool repo_ready = false;
    bool rc_ready = false;
    bool release_ready = false;
    std::int64_t errors = 0;
    std::vector<AuditedGate> gates;
    std::vector<std::string> blockers;
    std::vector<std::string> failing_gates;  // that have not passed, or with less evidence than they ask for
};

struct StatusAudit {
    std::string id;
    std::string programme;
    std::string commit;
    std::string document_sha256;
    bool repo_ready = false;
    bool rc_ready = false;
    bool release_ready = false;
    std::int64_t errors = 0;
    std::string gates;  // a JSON array
    std::vector<std::string> blockers;
    std::vector<std::string> failing_gates;
    bool green = false;
    std::string recorded_by;
    platform::Time recorded_at{};
};

/// `commit` and `report`, the document as it was printed. Fields that are not needed are not looked at: the report
/// belongs to somebody else and grows.
Decoded<ImportStatusAudit> DecodeStatusAudit(const Document& document);
std::string EncodeAuditedGates(const std::vector<AuditedGate>& gates);
std::string EncodeStatusAudit(const StatusAudit& audit);

Schemas StatusAuditSchemas();

}  // namespace wire
