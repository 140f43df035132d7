#include "controller/app/incidents.hpp"

#include "controller/app/audit_trail.hpp"
#include "controller/app/incident_view.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/policy/permissions.hpp"
#include "controller/store/instances.hpp"
#include "controller/store/releases.hpp"
#include "controller/store/rollouts.hpp"
#include "controller/store/tenants.hpp"

namespace app {
namespace {

std::string IncidentSeverityText(policy::Severity severity) {
    return std::string(platform::EnumText(severity));
}

/// The incident, locked, when it exists and is at this version.
Outcome<store::Incident> LockIncident(store::Tx& tx, const Call& call, const std::string& action,
                                      const policy::RecordId& id, std::int64_t version) {
    auto row = store::LoadIncident(tx, id, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("incident", id.Text()));
    }
    const AuditSubject subject = IncidentSubjectOf(action, row->subjects);
    if (row->version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("incident", row->version, version)));
    }
    if (row->state == policy::IncidentState::kResolved) {
        return Refused(RecordRefusal(tx, call, subject, Conflict("The incident is resolved; open a new one.")));
    }
    return std::move(*row);
}

}  // namespace

Outcome<wire::Incident> OpenIncident(store::Tx& tx, const Call& call, const wire::OpenIncident& command) {
    store::NewIncident incident;
    incident.id = NewRecordId(tx, "inc");
    incident.title = command.title;
    incident.description = command.description;
    incident.severity = command.severity;
    incident.opened_by = call.actor.id;
    for (const wire::IncidentConcern& concern : command.concerns) {
        incident.subjects.push_back({*platform::ParseEnum<store::SubjectKind>(concern.kind), concern.id});
    }
    const AuditSubject subject = IncidentSubjectOf("incident.open", incident.subjects);
    platform::FieldErrors unknown;
    for (const store::IncidentSubject& concern : incident.subjects) {
        const auto release = policy::ReleaseId::Parse(concern.id);
        const auto tenant = policy::TenantId::Parse(concern.id);
        if (concern.kind == store::SubjectKind::kRelease && (!release || !store::LoadRelease(tx, *release))) {
            unknown.push_back({"/concerns/releases", "there is no release '" + concern.id + "'"});
        }
        if (concern.kind == store::SubjectKind::kTenant && (!tenant || !store::LoadTenant(tx, *tenant))) {
            unknown.push_back({"/concerns/tenants", "there is no tenant '" + concern.id + "'"});
        }
        const auto instance = policy::InstanceId::Parse(concern.id);
        if (concern.kind == store::SubjectKind::kInstance && (!instance || !store::LoadInstance(tx, *instance))) {
            unknown.push_back({"/concerns/instances", "there is no instance '" + concern.id + "'"});
        }
        const auto rollout = policy::RolloutId::Parse(concern.id);
        if (concern.kind == store::SubjectKind::kRollout && (!rollout || !store::LoadRollout(tx, *rollout))) {
            unknown.push_back({"/concerns/rollouts", "there is no rollout '" + concern.id + "'"});
        }
    }
    if (!unknown.empty()) {
        Refusal refusal = Invalid("", "");
        refusal.errors = std::move(unknown);
        return Refused(std::move(refusal));
    }
    const store::Incident row = store::InsertIncident(tx, incident);
    wire::Incident view = ViewIncident(tx, row);
    RecordDone(tx, call, subject, "opened " + IncidentSeverityText(row.severity) + ": " + row.title,
               IncidentDetails(row), {"incident.opened", view.id, wire::EncodeIncident(view)});
    return view;
}

Outcome<wire::Incident> AdvanceIncident(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                        std::int64_t version, policy::IncidentState to, const std::string& note) {
    const std::string state(platform::EnumText(to));
    auto row = LockIncident(tx, call, "incident." + state, id, version);
    if (!row) {
        return Refused(std::move(row.error()));
    }
    const AuditSubject subject = IncidentSubjectOf("incident." + state, row->subjects);
    if (row->state >= to) {
        return Refused(
            RecordRefusal(tx, call, subject,
                          Conflict("The incident is " + std::string(platform::EnumText(row->state)) + " already.")));
    }
    if (!note.empty()) {
        store::AppendIncidentNote(tx, id, call.actor.id, wire::EncodeNoteDetail(note));
    }
    const store::Incident moved = store::MoveIncident(tx, id, to, call.actor.id);
    wire::Incident view = ViewIncident(tx, moved);
    wire::AuditDetails details = IncidentDetails(moved);
    TellBreaches(tx, view, details);
    RecordDone(tx, call, subject, "incident " + state + (note.empty() ? "" : ": " + note), details,
               {"incident." + state, view.id, wire::EncodeIncident(view)});
    return view;
}

Outcome<wire::Incident> ResolveIncident(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                        std::int64_t version, const wire::ResolveIncident& command) {
    auto row = LockIncident(tx, call, "incident.resolve", id, version);
    if (!row) {
        return Refused(std::move(row.error()));
    }
    store::AppendIncidentNote(tx, id, call.actor.id, wire::EncodeNoteDetail(command.resolution, command.evidence));
    const store::Incident resolved = store::MoveIncident(tx, id, policy::IncidentState::kResolved, call.actor.id,
                                                         command.resolution + "\nEvidence: " + command.evidence);
    wire::AuditDetails details = IncidentDetails(resolved);
    details.Text("resolution", command.resolution).Text("evidence", command.evidence);
    wire::Incident view = ViewIncident(tx, resolved);
    TellBreaches(tx, view, details);
    RecordDone(tx, call, IncidentSubjectOf("incident.resolve", resolved.subjects),
               "resolved the incident: " + command.resolution, details,
               {"incident.resolved", view.id, wire::EncodeIncident(view)});
    return view;
}

Outcome<wire::Incident> ChangeSeverity(store::Tx& tx, const Call& call, const policy::RecordId& id,
                                       std::int64_t version, const wire::ChangeSeverity& command) {
    auto row = LockIncident(tx, call, "incident.severity", id, version);
    if (!row) {
        return Refused(std::move(row.error()));
    }
    const AuditSubject subject = IncidentSubjectOf("incident.severity", row->subjects);
    if (row->severity == command.severity) {
        return Refused(RecordRefusal(tx, call, subject,
                                     Conflict("The incident is " + IncidentSeverityText(row->severity) + " already.")));
    }
    const bool lowered = command.severity > row->severity;
    if (lowered && !policy::MayUse(policy::Permission::kHandleIncident, call.actor.kind, call.actor.roles)) {
        Refusal refusal;
        refusal.kind = RefusalKind::kForbidden;
        refusal.code = "auth.role_missing";
        refusal.detail = "Anyone may raise a severity; lowering it needs a role that handles incidents.";
        return Refused(RecordRefusal(tx, call, subject, std::move(refusal)));
    }
    policy::SeverityChangeAct act;
    act.actor = call.actor;
    act.before = row->severity;
    act.after = command.severity;
    act.reason = command.reason;
    act.evidence = command.evidence;
    if (policy::Findings findings = policy::JudgeAct(act); Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     FromFindings(std::move(findings), "The severity cannot be changed like that.")));
    }
    const store::Incident changed =
        store::ChangeSeverity(tx, id, command.severity, call.actor.id, command.reason, command.evidence);
    wire::AuditDetails details = IncidentDetails(changed);
    details.Text("before", platform::EnumText(row->severity))
        .Text("reason", command.reason)
        .Text("evidence", command.evidence);
    wire::Incident view = ViewIncident(tx, changed);
    TellBreaches(tx, view, details);
    RecordDone(tx, call, subject,
               std::string(lowered ? "lowered" : "raised") + " the severity to " +
                   IncidentSeverityText(changed.severity) + ": " + command.reason,
               details, {"incident.severity_changed", view.id, wire::EncodeIncident(view)});
    return view;
}

Outcome<wire::Incident> NoteIncident(store::Tx& tx, const Call& call, const policy::RecordId& id, std::int64_t version,
                                     const std::string& note) {
    auto row = LockIncident(tx, call, "incident.note", id, version);
    if (!row) {
        return Refused(std::move(row.error()));
    }
    store::AppendIncidentNote(tx, id, call.actor.id, wire::EncodeNoteDetail(note));
    const auto after = store::LoadIncident(tx, id);
    wire::Incident view = ViewIncident(tx, after.value_or(*row));
    RecordDone(tx, call, IncidentSubjectOf("incident.note", row->subjects), "noted: " + note, IncidentDetails(*row));
    return view;
}

Outcome<wire::Incident> ShowIncident(store::Tx& tx, const policy::RecordId& id) {
    const auto row = store::LoadIncident(tx, id);
    if (!row) {
        return Refused(NotFound("incident", id.Text()));
    }
    return ViewIncident(tx, *row);
}

Outcome<Page<wire::Incident>> ListIncidents(store::Tx& tx, const store::IncidentFilter& filter, const PageQuery& page) {
    const Page<store::Incident> rows = store::ListIncidents(tx, filter, page);
    Page<wire::Incident> view;
    view.next = rows.next;
    view.rows = ViewIncidents(tx, rows.rows);
    return view;
}

}  // namespace app
