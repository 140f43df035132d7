// Incidents with their response clocks, and the alerts of the monitoring.
#include "controller/app/incidents.hpp"

#include <array>

#include "controller/app/alerts.hpp"
#include "controller/web/acts.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

constexpr std::int64_t kIncidentsOfPage = 50;

Tone ToneOfSeverity(policy::Severity severity) {
    return severity == policy::Severity::kSev1   ? Tone::kBad
           : severity == policy::Severity::kSev2 ? Tone::kWaiting
                                                 : Tone::kPlain;
}

std::vector<std::pair<std::string, std::string>> SeverityChoices() {
    std::vector<std::pair<std::string, std::string>> choices;
    for (const auto& name : platform::EnumNames<policy::Severity>::kNames) {
        choices.emplace_back(name.text, name.text);
    }
    return choices;
}

/// The clock that runs, and whether it ran out.
void PutIncidentClocks(Slots row, const wire::Incident& incident) {
    const auto put = [&](std::string_view what, const std::optional<policy::Time>& done, policy::Time due, bool late) {
        if (done && !late) {
            return;
        }
        Slots clock = row.Add("CLOCK");
        clock.Set("WHAT", what);
        clock.ShowIf(late, "LATE");
        PutTime(clock, "DUE", due);
    };
    put("acknowledge by", incident.acknowledged_at, incident.acknowledge_by, incident.acknowledge_breached);
    put("contain by", incident.contained_at, incident.contain_by, incident.contain_breached);
}

void PutIncidentHead(Slots row, const wire::Incident& incident) {
    row.Set("ID", incident.id);
    row.Set("TITLE", incident.title);
    PutBadge(row, "SEVERITY", platform::EnumText(incident.severity), ToneOfSeverity(incident.severity));
    PutBadge(row, "STATE", platform::EnumText(incident.state),
             incident.state == policy::IncidentState::kResolved ? Tone::kGood
             : incident.state == policy::IncidentState::kOpen   ? Tone::kBad
                                                                : Tone::kWaiting);
    PutTime(row, "OPENED", incident.opened_at);
    row.Set("BY", incident.opened_by);
    PutIncidentClocks(row, incident);
    for (const wire::IncidentConcern& concern : incident.concerns) {
        Slots slot = row.Add("CONCERN");
        slot.Set("KIND", concern.kind);
        slot.Set("SUBJECT", concern.id);
        constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kPlaces{
            {{"release", "/console/releases/"},
             {"tenant", "/console/tenants/"},
             {"instance", "/console/fleet/instances/"},
             {"rollout", "/console/rollouts/"}}};
        for (const auto& [kind, place] : kPlaces) {
            if (kind == concern.kind) {
                slot.Set("PATH", std::string(place) + PercentEncode(concern.id));
            }
        }
    }
}

void PutOpenForm(Visit& visit, Slots page) {
    PutAct(visit, page, "OPEN",
           {.form = "open",
            .action = "/incidents",
            .legend = "Open an incident",
            .what = "A SEV-1 stops every promotion of the releases it concerns at once. The clocks run from now.",
            .button = "Open it",
            .fields = {{.name = "title", .label = "Title"},
                       {.name = "severity",
                        .label = "Severity",
                        .kind = FieldKind::kChoice,
                        .value = "SEV-3",
                        .choices = SeverityChoices()},
                       {.name = "kind",
                        .label = "It concerns a",
                        .kind = FieldKind::kChoice,
                        .value = "releases",
                        .choices = {{"releases", "release"},
                                    {"tenants", "tenant"},
                                    {"instances", "instance"},
                                    {"rollouts", "rollout"}}},
                       {.name = "subject", .label = "Its id", .value = visit.Query("concerns")},
                       {.name = "description", .label = "What is known", .kind = FieldKind::kText, .required = false}},
            .primary = true,
            .folded = true,
            .permission = Permission::kOpenIncident});
}

Reply ShowIncidents(Visit& visit) {
    store::IncidentFilter filter;
    const bool all = visit.Query("all") == "true";
    if (!all) {
        filter.open = true;
    }
    filter.severity = visit.QueryChoice<policy::Severity>("severity");
    const auto query = visit.PageOf(kIncidentsOfPage);
    const auto incidents = visit.Read([&](store::Tx& tx) { return app::ListIncidents(tx, filter, query); });
    Slots page = visit.Page("incidents", {.title = "Incidents", .place = "incidents", .style = "fleet.css"});
    page.ShowIf(all, "ALL");
    page.ShowIf(!all, "OPEN_ONLY");
    for (const wire::Incident& incident : incidents.rows) {
        PutIncidentHead(page.Add("INCIDENT"), incident);
    }
    page.ShowIf(incidents.rows.empty(), "NONE");
    page.ShowIf(!incidents.rows.empty(), "SOME");
    PutPaging(page, "PAGING", incidents.next ? std::optional(visit.HereWith("after", *incidents.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    PutOpenForm(visit, page);
    return visit.Show();
}

policy::RecordId IncidentOf(const Visit& visit) {
    return visit.Id<policy::RecordId>("incident", "incident");
}

/// What a JSON object says, one line for each of its members.
void PutDetail(Slots row, const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) {
        return;
    }
    for (const auto& [name, value] : json.items()) {
        Slots fact = row.Add("DETAIL");
        fact.Set("NAME", PlainWords(name));
        fact.Set("VALUE", value.is_string() ? value.get<std::string>() : value.dump());
    }
}

void PutIncidentActs(Visit& visit, Slots page, const wire::Incident& incident) {
    const std::string path = "/incidents/" + incident.id;
    const ActField note{.name = "note", .label = "Note", .kind = FieldKind::kText, .required = false};
    if (incident.state == policy::IncidentState::kOpen) {
        PutAct(visit, page, "ACKNOWLEDGE",
               {.form = "acknowledge",
                .action = path + "/acknowledge",
                .legend = "Acknowledge it",
                .button = "Acknowledge",
                .version = incident.version,
                .fields = {note},
                .primary = true,
                .permission = Permission::kHandleIncident});
    }
    if (incident.state == policy::IncidentState::kOpen || incident.state == policy::IncidentState::kAcknowledged) {
        PutAct(visit, page, "CONTAIN",
               {.form = "contain",
                .action = path + "/contain",
                .legend = "Contained",
                .what = "It does no more harm; the cause may still be there.",
                .button = "It is contained",
                .version = incident.version,
                .fields = {note},
                .folded = true,
                .permission = Permission::kHandleIncident});
    }
    PutAct(visit, page, "NOTE",
           {.form = "note",
            .action = path + "/note",
            .legend = "Write a note",
            .button = "Write it down",
            .version = incident.version,
            .fields = {{.name = "note", .label = "Note", .kind = FieldKind::kText}},
            .folded = true,
            .permission = Permission::kOpenIncident});
    PutAct(visit, page, "SEVERE",
           {.form = "severity",
            .action = path + "/severity",
            .legend = "Change the severity",
            .what = "Anyone may raise it. It is lowered with evidence only, by those who handle incidents.",
            .button = "Change it",
            .version = incident.version,
            .fields = {{.name = "severity",
                        .label = "Severity",
                        .kind = FieldKind::kChoice,
                        .value = std::string(platform::EnumText(incident.severity)),
                        .choices = SeverityChoices()},
                       {.name = "reason", .label = "Reason", .kind = FieldKind::kText},
                       {.name = "evidence", .label = "Evidence", .hint = "to lower it", .required = false}},
            .folded = true,
            .permission = Permission::kOpenIncident});
    PutAct(visit, page, "RESOLVE",
           {.form = "resolve",
            .action = path + "/resolve",
            .legend = "Resolve it",
            .button = "Resolve",
            .version = incident.version,
            .fields = {{.name = "resolution", .label = "What was done", .kind = FieldKind::kText},
                       {.name = "evidence", .label = "Evidence that it is over", .kind = FieldKind::kText}},
            .folded = true,
            .permission = Permission::kHandleIncident});
}

Reply ShowIncidentPage(Visit& visit) {
    const policy::RecordId id = IncidentOf(visit);
    const wire::Incident incident = visit.Read([&](store::Tx& tx) { return app::ShowIncident(tx, id); });
    Slots page = visit.Page(
        "incident",
        {.title = incident.title, .place = "incidents", .crumbs = {{"Incidents", "/incidents"}}, .style = "fleet.css"});
    PutIncidentHead(page, incident);
    page.Set("DESCRIPTION", incident.description);
    page.AddText("RESOLVED", "RESOLUTION", incident.resolution.value_or(""));
    for (auto event = incident.events.rbegin(); event != incident.events.rend(); ++event) {
        Slots row = page.Add("EVENT");
        row.Set("KIND", PlainWords(event->kind));
        row.Set("ACTOR", event->actor);
        PutTime(row, "AT", event->at);
        PutDetail(row, event->detail);
    }
    if (incident.state != policy::IncidentState::kResolved) {
        PutIncidentActs(visit, page.Add("ACTS"), incident);
    }
    return visit.Show();
}

/// `act(tx, id)` gives the incident as it is then.
template <typename Script>
Reply ActOnIncident(Visit& visit, std::string said, Script act) {
    const policy::RecordId id = IncidentOf(visit);
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const app::Outcome<wire::Incident> done = act(tx, id);
        if (!done) {
            return app::Refused(done.error());
        }
        return ActDone{"/incidents/" + id.Text(), said};
    });
}

Json TypedTexts(const Visit& visit, std::initializer_list<const char*> fields) {
    Json json = Json::object();
    for (const char* field : fields) {
        if (const std::string_view text = visit.Typed().Text(field); !platform::Trim(text).empty()) {
            json[field] = text;
        }
    }
    return json;
}

Reply PostIncident(Visit& visit) {
    Json json = TypedTexts(visit, {"title", "severity", "description"});
    const std::string_view subject = platform::Trim(visit.Typed().Text("subject"));
    json["concerns"] = Json::object();
    if (!subject.empty()) {
        json["concerns"][std::string(visit.Typed().Text("kind"))] = Json::array({subject});
    }
    const auto command = DecodeTyped(wire::DecodeOpenIncident, json.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto opened = app::OpenIncident(tx, visit.Caller(), command);
        if (!opened) {
            return app::Refused(opened.error());
        }
        return ActDone{"/incidents/" + opened->id, "It is open, and its clocks run."};
    });
}

template <policy::IncidentState kTo>
Reply PostStep(Visit& visit) {
    const auto command = DecodeTyped(wire::DecodeOptionalNote, TypedTexts(visit, {"note"}).dump());
    return ActOnIncident(
        visit, "It is " + std::string(platform::EnumText(kTo)) + ".", [&](store::Tx& tx, const policy::RecordId& id) {
            return app::AdvanceIncident(tx, visit.Caller(), id, VersionOfAct(visit), kTo, command.note);
        });
}

Reply PostIncidentNote(Visit& visit) {
    const auto command = DecodeTyped(wire::DecodeNote, TypedTexts(visit, {"note"}).dump());
    return ActOnIncident(visit, "Written down.", [&](store::Tx& tx, const policy::RecordId& id) {
        return app::NoteIncident(tx, visit.Caller(), id, VersionOfAct(visit), command.note);
    });
}

Reply PostSeverity(Visit& visit) {
    const auto command =
        DecodeTyped(wire::DecodeChangeSeverity, TypedTexts(visit, {"severity", "reason", "evidence"}).dump());
    return ActOnIncident(visit, "The severity is changed.", [&](store::Tx& tx, const policy::RecordId& id) {
        return app::ChangeSeverity(tx, visit.Caller(), id, VersionOfAct(visit), command);
    });
}

Reply PostResolution(Visit& visit) {
    const auto command = DecodeTyped(wire::DecodeResolveIncident, TypedTexts(visit, {"resolution", "evidence"}).dump());
    return ActOnIncident(visit, "It is resolved.", [&](store::Tx& tx, const policy::RecordId& id) {
        return app::ResolveIncident(tx, visit.Caller(), id, VersionOfAct(visit), command);
    });
}

Tone ToneOfAlert(const wire::Alert& alert) {
    if (alert.resolved_at) {
        return Tone::kPlain;
    }
    return alert.severity == "critical" ? Tone::kBad : alert.severity == "warning" ? Tone::kWaiting : Tone::kInfo;
}

Reply ShowAlerts(Visit& visit) {
    store::AlertFilter filter;
    filter.standing_only = visit.Query("all") != "true";
    filter.severity = visit.QueryChoice<policy::AlertSeverity>("severity");
    filter.instance = visit.Query("instance");
    const auto query = visit.PageOf(kIncidentsOfPage);
    const auto alerts = visit.Read([&](store::Tx& tx) { return app::ListAlerts(tx, filter, query); });
    Slots page = visit.Page(
        "alerts",
        {.title = "Alerts", .place = "alerts", .crumbs = {{"Incidents", "/incidents"}}, .style = "fleet.css"});
    for (const wire::Alert& alert : alerts.rows) {
        Slots row = page.Add("ALERT");
        PutBadge(row, "SEVERITY", alert.severity, ToneOfAlert(alert));
        row.Set("TRIGGER", PlainWords(alert.trigger));
        row.Set("STATE", alert.state);
        row.Set("INSTANCE", alert.instance);
        row.Set("INSTANCE_PATH", PercentEncode(alert.instance));
        row.AddText("OF_TENANT", "TENANT", alert.tenant);
        row.Set("DETAIL", alert.detail);
        PutTime(row, "OPENED", alert.opened_at);
        PutTime(row, "OVER", alert.resolved_at);
        row.AddText("KILLED", "OPERATION", alert.operation.value_or(""));
        row.AddText("INCIDENT", "ID", alert.incident.value_or(""));
    }
    page.ShowIf(alerts.rows.empty(), "NONE");
    page.ShowIf(!alerts.rows.empty(), "SOME");
    page.ShowIf(filter.standing_only, "STANDING");
    PutPaging(page, "PAGING", alerts.next ? std::optional(visit.HereWith("after", *alerts.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

constexpr Route Step(std::string_view pattern, Permission permission, Handler handler, std::string_view form) {
    return {.verb = Verb::kPost,
            .pattern = pattern,
            .permission = permission,
            .handler = handler,
            .page = ShowIncidentPage,
            .form = form};
}

constexpr Route kIncidentRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/incidents", .handler = ShowIncidents},
    {.verb = Verb::kPost,
     .pattern = "/incidents",
     .permission = Permission::kOpenIncident,
     .handler = PostIncident,
     .page = ShowIncidents,
     .form = "open"},
    {.verb = Verb::kGet, .pattern = "/incidents/{incident}", .handler = ShowIncidentPage},
    Step("/incidents/{incident}/acknowledge", Permission::kHandleIncident,
         PostStep<policy::IncidentState::kAcknowledged>, "acknowledge"),
    Step("/incidents/{incident}/contain", Permission::kHandleIncident, PostStep<policy::IncidentState::kContained>,
         "contain"),
    Step("/incidents/{incident}/note", Permission::kOpenIncident, PostIncidentNote, "note"),
    Step("/incidents/{incident}/severity", Permission::kOpenIncident, PostSeverity, "severity"),
    Step("/incidents/{incident}/resolve", Permission::kHandleIncident, PostResolution, "resolve"),
    {.verb = Verb::kGet, .pattern = "/alerts", .handler = ShowAlerts},
};

}  // namespace

std::span<const Route> IncidentRoutes() {
    return kIncidentRoutes;
}

}  // namespace web
