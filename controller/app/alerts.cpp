#include "controller/app/alerts.hpp"

#include <cmath>

#include "controller/app/audit_trail.hpp"
#include "controller/app/component.hpp"
#include "controller/app/incidents.hpp"
#include "controller/app/refusals.hpp"
#include "controller/store/instances.hpp"
#include "platform/base/invariant.hpp"

namespace app {
namespace {

using store::AlertRowPhase;

wire::Alert ViewAlert(const store::Alert& row) {
    wire::Alert view;
    view.id = row.id.Text();
    view.trigger = row.trigger;
    view.severity = std::string(platform::EnumText(row.severity));
    const auto trigger = platform::ParseEnum<policy::MonitorTrigger>(row.trigger);
    view.consequence =
        std::string(platform::EnumText(trigger ? policy::RowOf(*trigger).consequence : policy::Consequence::kAlert));
    view.state = row.phase == AlertRowPhase::kResolved ? "resolved" : "firing";
    view.instance = row.instance;
    view.tenant = row.tenant;
    view.opened_at = row.opened_at.value_or(platform::Time{});
    view.resolved_at = row.resolved_at;
    view.value = row.value;
    view.limit = row.limit;
    view.detail = row.detail;
    view.evidence = row.evidence;
    view.operation = row.operation;
    view.incident = row.incident;
    return view;
}

wire::Baseline ViewBaseline(const store::Baseline& row) {
    wire::Baseline view;
    view.id = row.id.Text();
    view.since = row.since;
    view.until = row.until;
    view.reason = row.reason;
    view.recorded_by = row.recorded_by;
    view.recorded_at = row.recorded_at;
    view.instances = row.instances;
    view.requests = std::llround(row.requests);
    return view;
}

wire::MonitoredInstance ViewMonitored(const store::MonitoredInstance& row) {
    wire::MonitoredInstance view;
    view.instance = row.instance;
    view.alerts = row.alerts;
    if (row.last) {
        view.last = wire::MonitoredWindow{row.last->ended_at, row.last->seconds, row.last->requests,   row.last->denied,
                                          row.last->disabled, row.last->failed,  row.last->p95_seconds};
    }
    if (row.canary) {
        view.canary = wire::MonitoredCanary{row.canary->outcome, row.canary->confirmed, row.canary->detail,
                                            row.canary->tried_at, row.kept_at};
    }
    return view;
}

template <typename Row, typename View>
auto ViewPage(const store::Page<Row>& rows, View view) {
    Page<decltype(view(std::declval<const Row&>()))> page;
    for (const Row& row : rows.rows) {
        page.rows.push_back(view(row));
    }
    page.next = rows.next;
    return page;
}

void TellAlert(store::Tx& tx, const store::Alert& alert, const std::string& what) {
    const auto row = store::LoadAlert(tx, alert.id);
    PORTCULLIS_INVARIANT(row.has_value(), "an alert that fires is on record");
    wire::AuditDetails details;
    details.Text("alert", alert.id.Text())
        .Text("trigger", alert.trigger)
        .Text("severity", platform::EnumText(alert.severity))
        .Text("instance", alert.instance)
        .Document("evidence", alert.evidence);
    if (alert.operation) {
        details.Text("operation", *alert.operation);
    }
    if (alert.incident) {
        details.Text("incident", *alert.incident);
    }
    RecordDone(tx, ComponentCall(), {"alert." + what, {}, alert.tenant},
               alert.trigger + " at " + alert.instance + " is " + what + ": " + alert.detail, details,
               {"alert." + what, alert.id.Text(), wire::EncodeAlert(ViewAlert(*row))});
}

/// STG-4: what fires in a stage of a rollout is for a person to decide about.
void AskRollouts(store::Tx& tx, const store::Alert& alert) {
    const auto trigger = platform::ParseEnum<policy::MonitorTrigger>(alert.trigger);
    if (!trigger || policy::RowOf(*trigger).consequence == policy::Consequence::kAlert) {
        return;
    }
    const Call call = ComponentCall();
    const std::string evidence = wire::EncodeEvaluationEvidence(alert.id.Text(), alert.instance, alert.detail);
    for (const store::OpenedEvaluation& opened : store::OpenRolloutEvaluations(
             tx, NewRecordId(tx, "rev"), alert.instance, alert.trigger, evidence, call.actor.id)) {
        wire::AuditDetails details;
        details.Text("rollout", opened.rollout)
            .Text("evaluation", opened.id)
            .Text("trigger", alert.trigger)
            .Text("alert", alert.id.Text());
        RecordDone(tx, call, {"rollout.evaluation"},
                   "opened an evaluation of rollout " + opened.rollout + ": " + alert.trigger + " at " + alert.instance,
                   details,
                   {"rollout.evaluation_opened", opened.rollout,
                    wire::EncodeOpenedEvaluation(opened.id, opened.rollout, alert.trigger, evidence)});
    }
}

}  // namespace

Outcome<Page<wire::Alert>> ListAlerts(store::Tx& tx, const store::AlertFilter& filter, const PageQuery& page) {
    return ViewPage(store::ListAlerts(tx, filter, page), ViewAlert);
}

Outcome<wire::Alert> ShowAlert(store::Tx& tx, const policy::RecordId& id) {
    const auto row = store::LoadAlert(tx, id);
    if (!row) {
        return Refused(NotFound("alert", id.Text()));
    }
    return ViewAlert(*row);
}

Outcome<Page<wire::MonitoredInstance>> ListMonitoredInstances(store::Tx& tx, const PageQuery& page) {
    return ViewPage(store::ListMonitoredInstances(tx, page), ViewMonitored);
}

Outcome<wire::Baseline> RecordBaseline(store::Tx& tx, const Call& call, const wire::RecordBaseline& command) {
    const AuditSubject subject{"monitoring.baseline"};
    const auto row = store::RecordBaseline(tx, NewRecordId(tx, "bsl"), command.span, command.reason, call.actor.id);
    if (!row) {
        return Refused(RecordRefusal(
            tx, call, subject,
            Conflict("Nothing was measured in that span, so there is nothing that could be called well. See that the "
                     "instances are monitored (portcullis monitoring list).")));
    }
    wire::AuditDetails details;
    details.Text("baseline", row->id.Text())
        .Instant("since", row->since)
        .Instant("until", row->until)
        .Number("instances", row->instances)
        .Text("reason", command.reason);
    RecordDone(tx, call, subject, "recorded a baseline of " + std::to_string(row->instances) + " instances", details);
    return ViewBaseline(*row);
}

Outcome<Page<wire::Baseline>> ListBaselines(store::Tx& tx, const PageQuery& page) {
    return ViewPage(store::ListBaselines(tx, page), ViewBaseline);
}

void PutComponent(store::Tx& tx) {
    const Call call = ComponentCall();
    if (store::PutComponentPrincipal(tx, call.actor.id, "Portcullis itself")) {
        RecordDone(tx, call, {"principal.register"}, "made the component " + call.actor.id.Text() + ", which monitors");
    }
}

void WriteAlert(store::Tx& tx, std::optional<AlertRowPhase> before, store::Alert& alert) {
    if (before == AlertRowPhase::kPending && alert.phase == AlertRowPhase::kResolved) {
        store::DeletePendingAlert(tx, alert.id);  // it never was one
        return;
    }
    const bool stood = before == AlertRowPhase::kFiring || before == AlertRowPhase::kClearing;
    const AlertRowPhase now = alert.phase;
    if (!stood && now == AlertRowPhase::kClearing) {
        // It fired while nothing could be written.
        alert.phase = AlertRowPhase::kFiring;
        WriteAlert(tx, before, alert);
        alert.phase = now;
        store::UpdateAlert(tx, alert);
        return;
    }
    if (!before) {
        alert.id = NewRecordId(tx, "alt");
        store::InsertAlert(tx, alert);
    } else {
        store::UpdateAlert(tx, alert);
    }
    if (now == AlertRowPhase::kFiring && !stood) {
        TellAlert(tx, alert, "firing");
        AskRollouts(tx, alert);
    } else if (now == AlertRowPhase::kResolved && stood) {
        TellAlert(tx, alert, "resolved");
    }
}

void WriteLeak(store::Tx& tx, std::optional<AlertRowPhase> before, store::Alert& alert) {
    if (!alert.incident) {
        wire::OpenIncident command;
        command.title = "Tenants are not kept apart at " + alert.instance;
        command.description = alert.detail + (alert.operation ? "\nSwitched off by " + *alert.operation + "." : "") +
                              "\nThe alert has what the canaries saw.";
        command.severity = policy::Severity::kSev1;
        command.concerns.push_back({"instance", alert.instance});
        const auto incident = OpenIncident(tx, ComponentCall(), command);
        PORTCULLIS_INVARIANT(incident.has_value(), "an incident about an instance can be opened");
        alert.incident = incident->id;
    }
    WriteAlert(tx, before, alert);
}

}  // namespace app
