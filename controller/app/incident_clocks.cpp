#include "controller/app/incident_clocks.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/component.hpp"
#include "controller/app/incident_view.hpp"

namespace app {
namespace {

/// In one transaction; the others wait for the next round.
constexpr int kMostLateIncidents = 50;

}  // namespace

int RecordDueBreaches(store::Tx& tx) {
    std::vector<policy::RecordId> late;
    for (const store::IncidentBreach& breach : store::RecordDueBreaches(tx, kMostLateIncidents)) {
        if (std::ranges::find(late, breach.incident) == late.end()) {
            late.push_back(breach.incident);
        }
    }
    const Call call = ComponentCall();
    for (const policy::RecordId& id : late) {
        const auto row = store::LoadIncident(tx, id);
        const wire::Incident view = ViewIncident(tx, *row);
        wire::AuditDetails details = IncidentDetails(*row);
        TellBreaches(tx, view, details);
        std::string clocks;
        for (const wire::RecordedBreach& breach : view.recorded_breaches) {
            clocks += (clocks.empty() ? "" : ", ") + breach.clock;
        }
        RecordDone(tx, call, IncidentSubjectOf("incident.breach", row->subjects),
                   "the response clock ran out at " + platform::FormatTime(row->respond_by) + " (" + clocks +
                       "): " + row->title,
                   details);
    }
    return static_cast<int>(late.size());
}

}  // namespace app
