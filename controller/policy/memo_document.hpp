// Section 9: the full content of one decision memo, as it is decided, signed, stored and rendered.
//
// Everything above the line in MemoDocument is the signed content: wire::EncodeMemo writes exactly that, and the memo's
// content hash is SHA-256 over it. Names are copied in, so that a memo reads the same after a person has left. Times
// are instants; renderers show UTC. Value types; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/acts.hpp"
#include "controller/policy/types.hpp"

namespace policy {

struct MemoPerson {
    PrincipalId id;
    std::string name;  // display name when the memo was made
};

struct MemoApprover {
    MemoPerson person;
    Role role = Role::kDevLead;
    ApprovalScope scope = ApprovalScope::kClass;
    Time at{};
    bool self_approved = false;  // SOD-3: shown wherever the approval is shown
};

/// ChecklistItem with its own copies of the texts.
struct MemoChecklistItem {
    std::string key;
    std::string title;
    bool holds = false;
    std::string detail;
    std::vector<std::string> reasons;  // why not
};

struct MemoStay {
    Channel channel = Channel::kExperimental;
    Time entered_at{};
    std::optional<Time> left_at;       // none: still there when the memo was made
    std::optional<Time> counted_from;  // CHN-2: where the continuous stay began, when later than entered_at
    Duration required{};               // zero: none
};

struct MemoIncident {
    RecordId id;
    std::string title;
    Severity severity = Severity::kSev4;
    IncidentState state = IncidentState::kOpen;
    Time opened_at{};
    std::optional<Time> resolved_at;
};

/// What the registry held when the memo was made, for readers who were not there.
struct MemoRecord {
    std::vector<MemoStay> stays;  // in order of promotion
    std::vector<MemoIncident> incidents;
    std::optional<MemoPerson> plan_owner;
    std::vector<TenantId> tenants;    // of the exposure plan
    std::vector<std::string> doubts;  // findings that do not block
};

/// MEM-5.
struct MemoSignature {
    Role role = Role::kSystemOwner;
    MemoPerson person;
    Time at{};
};

struct MemoDocument {
    ReleaseId release;
    std::string title;
    std::optional<ReleaseClass> classification;
    Channel target = Channel::kStable;
    std::int64_t number = 0;               // 0: a draft
    Time at{};                             // decided at; of a draft: when its facts were read
    std::optional<Decision> decision;      // none: a draft
    std::optional<MemoPerson> decided_by;  // none: a draft
    std::vector<MemoApprover> approvers;
    std::vector<MemoChecklistItem> checklist;
    std::vector<AcceptedRisk> risks;  // MEM-4
    std::string rationale;            // MEM-3
    std::string remediation;          // MEM-3
    std::string notes;
    MemoRecord record;
    std::string manifest_hash;  // content hash of the manifest decided over
    std::int64_t manifest_revision = 0;
    int catalogue_version = 0;
    bool simulated_clock = false;

    // Not part of the signed content.
    std::string content_hash;  // SHA-256 hex of the content; empty for a draft
    std::vector<MemoSignature> signatures;
};

}  // namespace policy
