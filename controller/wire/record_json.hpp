// Memo decisions, rollbacks, incidents, freezes, timeline and audit entries as the API and the operations see them
// (specification, sections 7 and 9). Value types; the functions are pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/policy/acts.hpp"
#include "controller/policy/types.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

// --- Memos -----------------------------------------------------------------------------------------------------------

struct MemoSummary {
    std::string release;
    std::int64_t number = 0;
    policy::Channel target = policy::Channel::kStable;
    policy::Decision decision = policy::Decision::kNoGo;
    std::string content_hash;
    std::string decided_by;
    platform::Time decided_at{};
    bool is_signed = false;
    bool newest = false;
    std::string document;  // canonical JSON: content, hash and signatures
};

struct DecideMemo {
    policy::Channel target = policy::Channel::kStable;
    policy::Decision decision = policy::Decision::kGo;
    std::string notes;
    std::string rationale;
    std::string remediation;
    std::vector<policy::AcceptedRisk> risks;
};

struct SignMemo {
    policy::Role role = policy::Role::kSystemOwner;
    std::string content_hash;
};

std::string EncodeMemoSummary(const MemoSummary& memo);
Decoded<DecideMemo> DecodeDecideMemo(const Document& document);
Decoded<SignMemo> DecodeSignMemo(const Document& document);

struct LintLine {
    std::string rule;
    std::int64_t line = 0;
    std::string severity;  // contradiction, doubt, unreadable
    std::string message;
    std::string remedy;
};
std::string EncodeLint(const std::vector<LintLine>& findings);

// --- Rollbacks -------------------------------------------------------------------------------------------------------

struct RollbackStepView {
    std::int64_t n = 0;
    std::string kind;
    std::string text;
    std::string state;
    std::optional<platform::Time> due_at;
    std::optional<std::string> evidence;
    std::optional<std::string> done_by;
    std::optional<platform::Time> done_at;
    std::optional<platform::Time> sent_at;  // of a communication plan's entry: when subscribers were sent it
};

struct Rollback {
    std::string id;
    std::string release;
    std::string reason;
    std::string authority;
    std::string state;  // running, watching, succeeded, failed
    std::string started_by;
    platform::Time started_at{};
    std::optional<std::string> approved_by;
    std::optional<std::string> incident;
    std::optional<std::string> operation;  // that switches the instances
    std::optional<platform::Time> watch_until;
    std::optional<std::string> outcome;
    std::optional<std::string> outcome_reason;
    std::optional<platform::Time> finished_at;
    std::vector<RollbackStepView> steps;
    std::vector<std::string> notes;
    std::int64_t version = 1;
};

struct StartRollback {
    std::string reason;
    std::optional<std::string> incident;
    std::optional<platform::Duration> watch;
};

struct FinishStep {
    bool done = true;  // else failed
    std::string evidence;
};

struct FinishRollback {
    bool succeeded = true;
    std::string reason;
};

struct RollbackApproval {
    std::string id;
    std::string release;
    std::string approved_by;
    std::string reason;
    platform::Time approved_at{};
    platform::Time expires_at{};
};

struct Evaluation {
    std::string id;
    std::string release;
    std::string incident;
    platform::Time opened_at{};
    std::optional<std::string> decision;
    std::optional<std::string> reason;
    std::optional<std::string> decided_by;
    std::optional<platform::Time> decided_at;
};

struct DecideEvaluation {
    bool roll_back = true;
    std::string reason;
};

std::string EncodeRollback(const Rollback& rollback);
std::string EncodeRollbackApproval(const RollbackApproval& approval);
std::string EncodeEvaluation(const Evaluation& evaluation);
Decoded<StartRollback> DecodeStartRollback(const Document& document);
Decoded<FinishStep> DecodeFinishStep(const Document& document);
Decoded<FinishRollback> DecodeFinishRollback(const Document& document);
Decoded<DecideEvaluation> DecodeDecideEvaluation(const Document& document);

// --- Incidents -------------------------------------------------------------------------------------------------------

struct IncidentConcern {
    std::string kind;  // release, tenant, instance, rollout
    std::string id;
};

struct IncidentEvent {
    std::int64_t n = 0;
    platform::Time at{};
    std::string actor;
    std::string kind;
    std::string detail;  // a JSON object
};

/// A response clock that ran out, as it stood then.
struct RecordedBreach {
    std::string clock;  // acknowledge, contain
    policy::Severity severity = policy::Severity::kSev4;
    platform::Time due_at{};
    platform::Time recorded_at{};
};

struct Incident {
    std::string id;
    std::string title;
    std::string description;
    policy::Severity severity = policy::Severity::kSev4;
    policy::IncidentState state = policy::IncidentState::kOpen;
    platform::Time opened_at{};
    std::string opened_by;
    std::optional<platform::Time> acknowledged_at;
    std::optional<std::string> acknowledged_by;
    std::optional<platform::Time> contained_at;
    std::optional<std::string> contained_by;
    std::optional<platform::Time> resolved_at;
    std::optional<std::string> resolved_by;
    std::optional<std::string> resolution;
    platform::Time acknowledge_by{};
    platform::Time contain_by{};
    bool acknowledge_breached = false;
    bool contain_breached = false;
    std::vector<RecordedBreach> recorded_breaches;
    std::vector<IncidentConcern> concerns;
    std::vector<IncidentEvent> events;
    std::int64_t version = 1;
};

struct OpenIncident {
    std::string title;
    std::string description;
    policy::Severity severity = policy::Severity::kSev4;
    std::vector<IncidentConcern> concerns;
};

struct NoteCommand {
    std::string note;
};

struct ResolveIncident {
    std::string resolution;
    std::string evidence;
};

struct ChangeSeverity {
    policy::Severity severity = policy::Severity::kSev4;
    std::string reason;
    std::string evidence;
};

/// SEV-1 to SEV-4, also written P1 to P4.
std::optional<policy::Severity> ParseSeverity(std::string_view text);

std::string EncodeIncident(const Incident& incident);
/// {"note": ...}: an incident event's detail.
std::string EncodeNoteDetail(const std::string& note, const std::string& evidence = {});
Decoded<OpenIncident> DecodeOpenIncident(const Document& document);
Decoded<NoteCommand> DecodeOptionalNote(const Document& document);
Decoded<NoteCommand> DecodeNote(const Document& document);
Decoded<ResolveIncident> DecodeResolveIncident(const Document& document);
Decoded<ChangeSeverity> DecodeChangeSeverity(const Document& document);

// --- Freezes ---------------------------------------------------------------------------------------------------------

struct Freeze {
    std::string id;
    policy::FreezeScope scope = policy::FreezeScope::kGlobal;
    std::optional<policy::Channel> channel;
    std::optional<std::string> tenant;
    std::string zone;
    std::string starts;  // local
    std::string ends;
    std::string recurrence;
    std::optional<platform::Date> until;
    std::string reason;
    std::string created_by;
    platform::Time created_at{};
    std::optional<platform::Time> cancelled_at;
    std::optional<std::string> cancelled_by;
    bool active = false;
    std::optional<platform::Time> next_start;
    std::optional<platform::Time> next_end;
    std::int64_t version = 1;
};

struct AddFreeze {
    policy::FreezeScope scope = policy::FreezeScope::kGlobal;
    std::optional<policy::Channel> channel;
    std::optional<policy::TenantId> tenant;
    std::string zone;
    std::string starts;
    std::string ends;
    std::string recurrence = "none";
    std::optional<platform::Date> until;
    std::string reason;
};

std::string EncodeFreeze(const Freeze& freeze);
Decoded<AddFreeze> DecodeAddFreeze(const Document& document);

// --- Audit and timeline ----------------------------------------------------------------------------------------------

struct AuditRecord {
    std::int64_t seq = 0;
    std::string document;  // canonical JSON
    std::string prev_hash;
    std::string hash;
};

struct AuditVerification {
    std::int64_t entries = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::string head;
    std::vector<std::string> problems;
};

/// The entry's document with `prev_hash` and `hash`.
std::string EncodeAuditRecord(const AuditRecord& record);
/// `{at, actor, action, outcome, summary, seq}`.
std::string EncodeTimelineItem(const AuditRecord& record);
std::string EncodeAuditVerification(const AuditVerification& verification);

Schemas RecordSchemas();

}  // namespace wire
