#include "controller/app/incident_view.hpp"

#include <algorithm>

#include "controller/policy/incidents.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/outbox.hpp"

namespace app {
namespace {

wire::Incident IncidentWithoutHistory(const store::Incident& row, policy::Time now) {
    const policy::ResponseBreaches breaches =
        policy::DecideBreaches(row.respond_by, row.acknowledged_at, row.contained_at, now);
    wire::Incident view;
    view.id = row.id.Text();
    view.title = row.title;
    view.description = row.description;
    view.severity = row.severity;
    view.state = row.state;
    view.opened_at = row.opened_at;
    view.opened_by = row.opened_by;
    view.acknowledged_at = row.acknowledged_at;
    view.acknowledged_by = row.acknowledged_by;
    view.contained_at = row.contained_at;
    view.contained_by = row.contained_by;
    view.resolved_at = row.resolved_at;
    view.resolved_by = row.resolved_by;
    view.resolution = row.resolution;
    view.acknowledge_by = row.respond_by;
    view.contain_by = row.respond_by;
    view.acknowledge_breached = breaches.acknowledge;
    view.contain_breached = breaches.contain;
    for (const store::IncidentSubject& concern : row.subjects) {
        view.concerns.push_back({std::string(platform::EnumText(concern.kind)), concern.id});
    }
    view.version = row.version;
    return view;
}

}  // namespace

std::vector<wire::Incident> ViewIncidents(store::Tx& tx, const std::vector<store::Incident>& rows) {
    std::vector<wire::Incident> views;
    std::vector<policy::RecordId> ids;
    for (const store::Incident& row : rows) {
        views.push_back(IncidentWithoutHistory(row, store::Now(tx)));
        ids.push_back(row.id);
    }
    if (ids.empty()) {
        return views;
    }
    const auto view_of = [&](const policy::RecordId& id) -> wire::Incident& {
        return views[static_cast<std::size_t>(std::ranges::find(ids, id) - ids.begin())];
    };
    for (const store::IncidentEvent& event : store::LoadIncidentEvents(tx, ids)) {
        view_of(event.incident).events.push_back({event.n, event.at, event.actor, event.kind, event.detail});
    }
    for (const store::IncidentBreach& breach : store::LoadIncidentBreaches(tx, ids)) {
        wire::Incident& view = view_of(breach.incident);
        const bool acknowledge = breach.clock == store::ResponseClock::kAcknowledge;
        (acknowledge ? view.acknowledge_breached : view.contain_breached) = true;  // whatever its severity is by now
        view.recorded_breaches.push_back(
            {std::string(platform::EnumText(breach.clock)), breach.severity, breach.due_at, breach.recorded_at});
    }
    return views;
}

wire::Incident ViewIncident(store::Tx& tx, const store::Incident& row) {
    return std::move(ViewIncidents(tx, {row}).front());
}

AuditSubject IncidentSubjectOf(std::string action, const std::vector<store::IncidentSubject>& subjects) {
    AuditSubject subject{std::move(action)};
    for (const store::IncidentSubject& concern : subjects) {
        if (concern.kind == store::SubjectKind::kRelease && subject.release.empty()) {
            subject.release = concern.id;
        }
        if (concern.kind == store::SubjectKind::kTenant && subject.tenant.empty()) {
            subject.tenant = concern.id;
        }
    }
    return subject;
}

wire::AuditDetails IncidentDetails(const store::Incident& incident) {
    std::vector<std::string> concerns;
    for (const store::IncidentSubject& concern : incident.subjects) {
        concerns.push_back(std::string(platform::EnumText(concern.kind)) + " " + concern.id);
    }
    wire::AuditDetails details;
    details.Text("incident", incident.id.Text())
        .Text("severity", platform::EnumText(incident.severity))
        .Texts("concerns", concerns);
    return details;
}

void TellBreaches(store::Tx& tx, const wire::Incident& incident, wire::AuditDetails& details) {
    std::vector<std::string> clocks;
    for (const wire::RecordedBreach& breach : incident.recorded_breaches) {
        if (breach.recorded_at == store::Now(tx)) {
            clocks.push_back(breach.clock);
        }
    }
    if (!clocks.empty()) {
        details.Texts("breaches", clocks).Instant("due_at", incident.acknowledge_by);
        store::AppendOutbox(tx, "incident.breached", incident.id, wire::EncodeIncident(incident));
    }
}

}  // namespace app
