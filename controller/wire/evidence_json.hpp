// Evidence, approvals, risk acceptances and hard stops as the API and the operations see them (specification, sections
// 3, 6, 8 and 9). Value types; the functions are pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/acts.hpp"
#include "controller/policy/approvals.hpp"
#include "controller/policy/finding.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct Resolution {
    std::string text;
    std::string evidence;
    std::string by;
    platform::Time at{};
};

struct Revoked {
    std::string by;
    std::string reason;
    platform::Time at{};
};

struct Check {
    std::string id;
    std::string release;
    policy::Control control = policy::Control::kTests;
    std::string key;
    policy::CheckOutcome outcome = policy::CheckOutcome::kInconclusive;
    policy::EvidenceTier tier = policy::EvidenceTier::kDocumented;
    policy::Channel channel = policy::Channel::kDev;
    std::string change_hash;
    bool current = false;  // recorded for the change as it is now
    std::string reason;
    std::string evidence;  // a JSON object
    platform::Time performed_at{};
    std::string recorded_by;
    platform::Time recorded_at{};
    std::optional<Resolution> resolution;
};

/// A command's run, as the contract for command evidence wants it (EVD-6).
struct CommandEvidence {
    int exit_code = 0;
    bool timed_out = false;
    std::int64_t output_bytes = 0;
};

struct RecordCheck {
    policy::Control control = policy::Control::kTests;
    std::string key;
    policy::CheckOutcome outcome = policy::CheckOutcome::kPassed;
    policy::EvidenceTier tier = policy::EvidenceTier::kDocumented;
    std::string reason;
    std::optional<platform::Time> performed_at;
    std::string evidence = "{}";  // canonical JSON object
    bool has_evidence = false;
    std::optional<CommandEvidence> command;
};

struct ResolveCommand {
    std::string cites;  // empty where the path names it
    std::string resolution;
    std::string evidence;
};

struct Approval {
    std::string id;
    std::string release;
    policy::ApprovalScope scope = policy::ApprovalScope::kClass;
    policy::Role role = policy::Role::kDevLead;
    std::string principal;
    std::string content_hash;
    bool self_approved = false;
    std::string note;
    platform::Time created_at{};
    bool entitled = false;
    bool hash_matches = false;
    std::optional<Revoked> revocation;
};

struct ApprovalBoard {
    std::vector<Approval> items;
    std::vector<policy::ApprovalSlot> required;  // of the next transition
};

struct GiveApproval {
    policy::Role role = policy::Role::kDevLead;
    policy::ApprovalScope scope = policy::ApprovalScope::kClass;
    std::string note;
    std::optional<std::string> content_hash;
};

struct RiskAcceptance {
    std::string id;
    std::string release;
    std::string principal;
    std::string content_hash;
    std::string risk;
    std::string rationale;
    platform::Date review_date{};
    platform::Time created_at{};
    bool entitled = false;
    bool hash_matches = false;
    bool lapsed = false;
    std::optional<Revoked> revocation;
};

struct AcceptRisk {
    std::string risk;
    std::string rationale;
    std::optional<platform::Date> review_date;
};

struct HardStop {
    std::string id;
    std::string release;
    policy::HardStop rule = policy::HardStop::kHst1;
    std::string reason;
    std::string raised_by;
    platform::Time raised_at{};
    std::optional<Resolution> resolution;
};

struct HardStopBoard {
    std::vector<HardStop> items;
    policy::Findings derived;
};

struct RaiseHardStop {
    policy::HardStop rule = policy::HardStop::kHst1;
    std::string reason;
};

std::string EncodeCheck(const Check& check);
std::string EncodeApproval(const Approval& approval);
std::string EncodeApprovalBoard(const ApprovalBoard& board);
std::string EncodeRiskAcceptance(const RiskAcceptance& acceptance);
std::string EncodeHardStop(const HardStop& stop);
std::string EncodeHardStopBoard(const HardStopBoard& board);

Decoded<RecordCheck> DecodeRecordCheck(const Document& document);
/// `resolution` and `evidence`.
Decoded<ResolveCommand> DecodeResolve(const Document& document);
/// `cites` too: the resolution of a hard stop names what it resolves.
Decoded<ResolveCommand> DecodeResolveHardStop(const Document& document);
Decoded<GiveApproval> DecodeGiveApproval(const Document& document);
Decoded<AcceptRisk> DecodeAcceptRisk(const Document& document);
Decoded<RaiseHardStop> DecodeRaiseHardStop(const Document& document);

Schemas EvidenceSchemas();

}  // namespace wire
