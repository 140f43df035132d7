#include "controller/store/incidents.hpp"

#include <algorithm>

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define INCIDENT_COLUMNS                                                                                            \
    " i.id, i.title, i.description, i.severity, i.state, i.opened_at, i.opened_by, i.acknowledged_at,"              \
    " i.acknowledged_by, i.contained_at, i.contained_by, i.resolved_at, i.resolved_by, i.resolution, i.respond_by," \
    " i.version "
#define EVALUATION_COLUMNS " id, release_id, incident_id, opened_at, decision, reason, decided_by, decided_at "

constexpr Statement kInsertIncident{"incident_insert", R"sql(
    INSERT INTO incidents (id, title, description, severity, opened_by) VALUES ($1, $2, $3, $4, $5))sql"};
constexpr Statement kInsertSubject{"incident_subject_insert", R"sql(
    INSERT INTO incident_subjects (incident_id, kind, subject_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING)sql"};
constexpr Statement kLoadIncident{"incident_load", "SELECT" INCIDENT_COLUMNS "FROM incidents i WHERE i.id = $1"};
constexpr Statement kLockIncident{"incident_lock",
                                  "SELECT" INCIDENT_COLUMNS "FROM incidents i WHERE i.id = $1 FOR NO KEY UPDATE"};
constexpr Statement kListIncidents{"incident_list", "SELECT" INCIDENT_COLUMNS R"sql(FROM incidents i
    WHERE ($1::text IS NULL OR i.state = $1)
      AND ($2::boolean IS NULL OR (i.state <> 'resolved') = $2)
      AND ($3::text IS NULL OR i.severity = $3)
      AND ($4::text IS NULL OR EXISTS (SELECT FROM incident_subjects s
                                       WHERE s.incident_id = i.id AND s.kind = $4 AND s.subject_id = $5))
      AND ($6::boolean IS NULL OR EXISTS (SELECT FROM incident_breaches b WHERE b.incident_id = i.id) = $6)
      AND ($7::text IS NULL OR i.id < $7)
    ORDER BY i.id DESC LIMIT $8)sql"};
constexpr Statement kSubjectsOf{"incident_subjects_of", R"sql(
    SELECT incident_id, kind, subject_id FROM incident_subjects WHERE incident_id = ANY ($1::text[])
    ORDER BY incident_id, kind, subject_id)sql"};
constexpr Statement kMoveIncident{"incident_move", R"sql(
    UPDATE incidents SET state = $2,
        acknowledged_by = CASE WHEN acknowledged_at IS NULL THEN $3 ELSE acknowledged_by END,
        contained_by = CASE WHEN contained_at IS NULL AND $2 IN ('contained', 'resolved') THEN $3 ELSE contained_by END,
        resolved_by = CASE WHEN $2 = 'resolved' THEN $3 ELSE resolved_by END,
        resolution = CASE WHEN $2 = 'resolved' THEN $4 ELSE resolution END
    WHERE id = $1)sql"};
constexpr Statement kChangeSeverity{"incident_change_severity", "SELECT change_severity($1, $2, $3, $4, $5)"};
constexpr Statement kNoteIncident{"incident_note", "SELECT note_incident($1, $2, $3::jsonb)"};
constexpr Statement kIncidentEvents{"incident_events", R"sql(
    SELECT incident_id, n, at, actor, kind, detail::text FROM incident_events WHERE incident_id = ANY ($1::text[])
    ORDER BY incident_id, n)sql"};
constexpr Statement kIncidentBreaches{"incident_breaches_of", R"sql(
    SELECT incident_id, clock, severity, due_at, recorded_at FROM incident_breaches
    WHERE incident_id = ANY ($1::text[]) ORDER BY incident_id, clock)sql"};
constexpr Statement kRecordDueBreaches{"incident_breaches_record", R"sql(
    SELECT incident_id, clock, severity, due_at, recorded_at FROM record_due_breaches($1))sql"};
constexpr Statement kCountIncidents{"incident_counts", R"sql(
    SELECT s.severity,
           (SELECT count(*) FROM incidents i WHERE i.severity = s.severity AND i.state <> 'resolved'),
           (SELECT count(*) FROM incident_breaches b WHERE b.severity = s.severity AND b.clock = 'acknowledge'),
           (SELECT count(*) FROM incident_breaches b WHERE b.severity = s.severity AND b.clock = 'contain')
    FROM (VALUES ('SEV-1'), ('SEV-2'), ('SEV-3'), ('SEV-4')) s (severity) ORDER BY s.severity)sql"};

constexpr Statement kListEvaluations{"evaluation_list", "SELECT" EVALUATION_COLUMNS R"sql(
    FROM rollback_evaluations WHERE release_id = $1 ORDER BY opened_at, id)sql"};
constexpr Statement kLoadEvaluation{"evaluation_load",
                                    "SELECT" EVALUATION_COLUMNS "FROM rollback_evaluations WHERE id = $1"};
constexpr Statement kLockEvaluation{
    "evaluation_lock", "SELECT" EVALUATION_COLUMNS "FROM rollback_evaluations WHERE id = $1 FOR NO KEY UPDATE"};
constexpr Statement kDecideEvaluation{"evaluation_decide", R"sql(
    UPDATE rollback_evaluations SET decision = $2, decided_by = $3, reason = $4 WHERE id = $1
    RETURNING)sql" EVALUATION_COLUMNS};

#undef INCIDENT_COLUMNS
#undef EVALUATION_COLUMNS

Incident ReadIncident(Columns& in) {
    Incident incident;
    incident.id = in.Id<policy::RecordId>();
    incident.title = in.Text();
    incident.description = in.Text();
    incident.severity = in.Enum<policy::Severity>();
    incident.state = in.Enum<policy::IncidentState>();
    incident.opened_at = in.Instant();
    incident.opened_by = in.Text();
    incident.acknowledged_at = in.OptInstant();
    incident.acknowledged_by = in.OptText();
    incident.contained_at = in.OptInstant();
    incident.contained_by = in.OptText();
    incident.resolved_at = in.OptInstant();
    incident.resolved_by = in.OptText();
    incident.resolution = in.OptText();
    incident.respond_by = in.Instant();
    incident.version = in.Int();
    return incident;
}

IncidentBreach ReadIncidentBreach(Columns& in) {
    IncidentBreach breach;
    breach.incident = in.Id<policy::RecordId>();
    breach.clock = in.Enum<ResponseClock>();
    breach.severity = in.Enum<policy::Severity>();
    breach.due_at = in.Instant();
    breach.recorded_at = in.Instant();
    return breach;
}

RollbackEvaluation ReadRollbackEvaluation(Columns& in) {
    RollbackEvaluation evaluation;
    evaluation.id = in.Id<policy::RecordId>();
    evaluation.release = in.Id<policy::ReleaseId>();
    evaluation.incident = in.Id<policy::RecordId>();
    evaluation.opened_at = in.Instant();
    evaluation.decision = in.OptEnum<EvaluationDecision>();
    evaluation.reason = in.OptText();
    evaluation.decided_by = in.OptText();
    evaluation.decided_at = in.OptInstant();
    return evaluation;
}

void FillSubjects(Tx& tx, std::vector<Incident>& incidents) {
    std::vector<policy::RecordId> ids;
    for (const Incident& incident : incidents) {
        ids.push_back(incident.id);
    }
    const auto subjects = tx.All(
        kSubjectsOf,
        [](Columns& in) {
            auto id = in.Id<policy::RecordId>();
            const auto kind = in.Enum<SubjectKind>();
            return std::pair(std::move(id), IncidentSubject{kind, in.Text()});
        },
        ids);
    for (const auto& [id, subject] : subjects) {
        const auto owner = std::find_if(incidents.begin(), incidents.end(),
                                        [&id = id](const Incident& incident) { return incident.id == id; });
        owner->subjects.push_back(subject);
    }
}

}  // namespace

Incident InsertIncident(Tx& tx, const NewIncident& incident) {
    tx.Exec(kInsertIncident, incident.id, incident.title, incident.description, incident.severity, incident.opened_by);
    // In one order for everybody: each release among them is locked.
    std::vector<IncidentSubject> subjects = incident.subjects;
    std::sort(subjects.begin(), subjects.end(), [](const IncidentSubject& a, const IncidentSubject& b) {
        return std::tie(a.kind, a.id) < std::tie(b.kind, b.id);
    });
    for (const IncidentSubject& subject : subjects) {
        AddIncidentSubject(tx, incident.id, subject);
    }
    return *LoadIncident(tx, incident.id);
}

std::optional<Incident> LoadIncident(Tx& tx, const policy::RecordId& id, Lock lock) {
    auto incidents = tx.All(lock == Lock::kForUpdate ? kLockIncident : kLoadIncident, ReadIncident, id);
    if (incidents.empty()) {
        return std::nullopt;
    }
    FillSubjects(tx, incidents);
    return std::move(incidents.front());
}

Page<Incident> ListIncidents(Tx& tx, const IncidentFilter& filter, const PageQuery& page) {
    const auto kind = filter.subject ? std::optional(filter.subject->kind) : std::nullopt;
    const auto subject = filter.subject ? std::optional(filter.subject->id) : std::nullopt;
    auto result = tx.ListPage(
        kListIncidents, page, ReadIncident, [](const Incident& row) { return row.id.Text(); }, filter.state,
        filter.open, filter.severity, kind, subject, filter.breached);
    FillSubjects(tx, result.rows);
    return result;
}

void AddIncidentSubject(Tx& tx, const policy::RecordId& incident, const IncidentSubject& subject) {
    tx.Exec(kInsertSubject, incident, subject.kind, subject.id);
}

Incident MoveIncident(Tx& tx, const policy::RecordId& id, policy::IncidentState to, const policy::PrincipalId& by,
                      const std::string& resolution) {
    tx.Exec(kMoveIncident, id, to, by, resolution);
    return *LoadIncident(tx, id);
}

Incident ChangeSeverity(Tx& tx, const policy::RecordId& id, policy::Severity to, const policy::PrincipalId& by,
                        const std::string& reason, const std::string& evidence) {
    tx.Exec(kChangeSeverity, id, to, by, reason, evidence);
    return *LoadIncident(tx, id);
}

void AppendIncidentNote(Tx& tx, const policy::RecordId& id, const policy::PrincipalId& by,
                        const std::string& detail_json) {
    tx.Exec(kNoteIncident, id, by, detail_json);
}

std::vector<IncidentEvent> LoadIncidentEvents(Tx& tx, const policy::RecordId& id) {
    return LoadIncidentEvents(tx, std::vector{id});
}

std::vector<IncidentEvent> LoadIncidentEvents(Tx& tx, const std::vector<policy::RecordId>& ids) {
    return tx.All(
        kIncidentEvents,
        [](Columns& in) {
            IncidentEvent event;
            event.incident = in.Id<policy::RecordId>();
            event.n = in.Int();
            event.at = in.Instant();
            event.actor = in.Text();
            event.kind = in.Text();
            event.detail = in.Text();
            return event;
        },
        ids);
}

std::vector<IncidentBreach> LoadIncidentBreaches(Tx& tx, const std::vector<policy::RecordId>& ids) {
    return tx.All(kIncidentBreaches, ReadIncidentBreach, ids);
}

std::vector<IncidentBreach> RecordDueBreaches(Tx& tx, int most) {
    return tx.All(kRecordDueBreaches, ReadIncidentBreach, most);
}

std::vector<IncidentCounts> CountIncidents(Tx& tx) {
    return tx.All(kCountIncidents, [](Columns& in) {
        IncidentCounts counts;
        counts.severity = in.Enum<policy::Severity>();
        counts.unresolved = in.Int();
        counts.late_acknowledgements = in.Int();
        counts.late_containments = in.Int();
        return counts;
    });
}

std::vector<RollbackEvaluation> LoadRollbackEvaluations(Tx& tx, const policy::ReleaseId& release) {
    return tx.All(kListEvaluations, ReadRollbackEvaluation, release);
}

std::optional<RollbackEvaluation> LoadRollbackEvaluation(Tx& tx, const policy::RecordId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockEvaluation : kLoadEvaluation, ReadRollbackEvaluation, id);
}

RollbackEvaluation DecideRollbackEvaluation(Tx& tx, const policy::RecordId& id, EvaluationDecision decision,
                                            const policy::PrincipalId& by, const std::string& reason) {
    return tx.One(kDecideEvaluation, ReadRollbackEvaluation, id, decision, by, reason);
}

}  // namespace store
