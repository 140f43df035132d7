// The record of an operation: what the evidence report is a view of, and what its hash is taken over. The operation as
// the API shows it, with the approval it spent, the review it opened, and where it stands in the audit chain.
//
// Value types; the functions are pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/wire/fleet_json.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct OperationRecord {
    Operation operation;
    std::optional<SwitchApproval> approval;
    std::optional<KillReview> review;
    std::int64_t audit_first = 0;  // 0: no entry yet
    std::int64_t audit_last = 0;
    std::int64_t audit_entries = 0;
    /// While what is said depends on when it is asked: somebody is still to answer, or is not heard.
    std::optional<policy::Time> as_of;
    bool simulated_clock = false;
};

/// Canonical: the same record is the same text.
std::string EncodeOperationRecord(const OperationRecord& record);

/// A step's evidence, for reading. Whatever form it has is shown: what is not known is a fact like any other.
struct EvidenceView {
    struct Check {
        std::string what;
        std::string with;
        std::string expected;
        std::string got;
        std::string outcome;
        std::string excerpt;
    };
    std::vector<Check> checks;
    std::vector<std::pair<std::string, std::string>> facts;  // "facts/boot_id", "boot_01..."
    std::optional<std::string> tenants;                      // "12 records, sha256 ..."
    std::optional<std::string> baseline;
    std::string boot_id;        // of the process that was looked at; empty: not said
    std::string boot_before;    // of the one before the order
    std::int64_t left_out = 0;  // beyond `most` of either
};

/// `evidence` is a JSON object; anything else is one fact.
EvidenceView ViewEvidence(std::string_view evidence, std::size_t most);

Schemas OperationRecordSchemas();

}  // namespace wire
