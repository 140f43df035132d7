// Incidents, what they concern, what happened in them, and the rollback evaluations a SEV-1 opens (CHN-5).
//
// PostgreSQL writes the times of the states and the record of every severity change itself, refuses a lower severity
// without evidence, and opens the evaluation for every release a SEV-1 concerns.
// Value types; errors as store::Database.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"

namespace store {

enum class SubjectKind : std::uint8_t { kRelease, kTenant, kInstance, kRollout };

struct IncidentSubject {
    SubjectKind kind = SubjectKind::kRelease;
    std::string id;
};

struct Incident {
    policy::RecordId id;
    std::string title;
    std::string description;
    policy::Severity severity = policy::Severity::kSev4;
    policy::IncidentState state = policy::IncidentState::kOpen;
    policy::Time opened_at{};
    std::string opened_by;
    std::optional<policy::Time> acknowledged_at;
    std::optional<std::string> acknowledged_by;
    std::optional<policy::Time> contained_at;
    std::optional<std::string> contained_by;
    std::optional<policy::Time> resolved_at;
    std::optional<std::string> resolved_by;
    std::optional<std::string> resolution;
    policy::Time respond_by{};  // INC-1: acknowledged and contained by then
    std::int64_t version = 1;
    std::vector<IncidentSubject> subjects;
};

struct NewIncident {
    policy::RecordId id;
    std::string title;
    std::string description;
    policy::Severity severity = policy::Severity::kSev4;
    policy::PrincipalId opened_by;
    std::vector<IncidentSubject> subjects;
};

struct IncidentFilter {
    std::optional<policy::IncidentState> state;
    std::optional<bool> open;  // not resolved
    std::optional<policy::Severity> severity;
    std::optional<bool> breached;  // with a breach on record
    std::optional<IncidentSubject> subject;
};

struct IncidentEvent {
    policy::RecordId incident;
    std::int64_t n = 0;
    policy::Time at{};
    std::string actor;
    std::string kind;    // "note", "severity", "acknowledged", "contained", "resolved", "breach"
    std::string detail;  // a JSON object
};

enum class ResponseClock : std::uint8_t { kAcknowledge, kContain };

/// A clock that ran out, with the severity and the due time of that moment. Once for each clock of an incident.
struct IncidentBreach {
    policy::RecordId incident;
    ResponseClock clock = ResponseClock::kAcknowledge;
    policy::Severity severity = policy::Severity::kSev4;
    policy::Time due_at{};
    policy::Time recorded_at{};
};

struct IncidentCounts {
    policy::Severity severity = policy::Severity::kSev4;
    std::int64_t unresolved = 0;
    std::int64_t late_acknowledgements = 0;  // breaches on record
    std::int64_t late_containments = 0;
};

enum class EvaluationDecision : std::uint8_t { kRollBack, kContinue };

struct RollbackEvaluation {
    policy::RecordId id;
    policy::ReleaseId release;
    policy::RecordId incident;
    policy::Time opened_at{};
    std::optional<EvaluationDecision> decision;
    std::optional<std::string> reason;
    std::optional<std::string> decided_by;
    std::optional<policy::Time> decided_at;
};

Incident InsertIncident(Tx& tx, const NewIncident& incident);
std::optional<Incident> LoadIncident(Tx& tx, const policy::RecordId& id, Lock lock = Lock::kNone);
/// Newest first: ids are made from the time.
Page<Incident> ListIncidents(Tx& tx, const IncidentFilter& filter, const PageQuery& page);
void AddIncidentSubject(Tx& tx, const policy::RecordId& incident, const IncidentSubject& subject);

/// To a later state; its time is now, its actor `by`. `resolution` is needed for `resolved` and ignored otherwise.
Incident MoveIncident(Tx& tx, const policy::RecordId& id, policy::IncidentState to, const policy::PrincipalId& by,
                      const std::string& resolution = {});
/// Lower only with evidence. Leaves an event.
Incident ChangeSeverity(Tx& tx, const policy::RecordId& id, policy::Severity to, const policy::PrincipalId& by,
                        const std::string& reason, const std::string& evidence);
void AppendIncidentNote(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by,
                        const std::string& detail_json);
std::vector<IncidentEvent> LoadIncidentEvents(Tx& tx, const policy::RecordId& id);
/// Of all of them, each incident's in order.
std::vector<IncidentEvent> LoadIncidentEvents(Tx& tx, const std::vector<policy::RecordId>& ids);
std::vector<IncidentBreach> LoadIncidentBreaches(Tx& tx, const std::vector<policy::RecordId>& ids);

/// Breaches of at most `most` incidents whose clocks ran out with nothing done; those that are new.
std::vector<IncidentBreach> RecordDueBreaches(Tx& tx, int most);
/// One for each severity, SEV-1 first.
std::vector<IncidentCounts> CountIncidents(Tx& tx);

std::vector<RollbackEvaluation> LoadRollbackEvaluations(Tx& tx, const policy::ReleaseId& release);
std::optional<RollbackEvaluation> LoadRollbackEvaluation(Tx& tx, const policy::RecordId& id, Lock lock = Lock::kNone);
/// Once, by a person.
RollbackEvaluation DecideRollbackEvaluation(Tx& tx, const policy::RecordId& id, EvaluationDecision decision,
                                            const policy::PrincipalId& by, const std::string& reason);

}  // namespace store

namespace platform {

template <>
struct EnumNames<store::SubjectKind> {
    static constexpr std::array<EnumName<store::SubjectKind>, 4> kNames{{{store::SubjectKind::kRelease, "release"},
                                                                         {store::SubjectKind::kTenant, "tenant"},
                                                                         {store::SubjectKind::kInstance, "instance"},
                                                                         {store::SubjectKind::kRollout, "rollout"}}};
};
template <>
struct EnumNames<store::ResponseClock> {
    static constexpr std::array<EnumName<store::ResponseClock>, 2> kNames{
        {{store::ResponseClock::kAcknowledge, "acknowledge"}, {store::ResponseClock::kContain, "contain"}}};
};
template <>
struct EnumNames<store::EvaluationDecision> {
    static constexpr std::array<EnumName<store::EvaluationDecision>, 2> kNames{
        {{store::EvaluationDecision::kRollBack, "roll_back"}, {store::EvaluationDecision::kContinue, "continue"}}};
};

}  // namespace platform
