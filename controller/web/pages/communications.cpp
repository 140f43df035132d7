// Communication plans of incidents and rollouts: whom to tell what and by when, whether it was sent, and what a person
// says came of it. A rollback's plan is its steps, on its own page.
#include "controller/app/communication.hpp"

#include "controller/app/incidents.hpp"
#include "controller/app/rollouts.hpp"
#include "controller/policy/rollouts.hpp"
#include "controller/web/acts.hpp"
#include "controller/web/command.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/plan.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

/// As many as a plan has.
constexpr std::int64_t kEntriesOfPlan = 100;

store::PlanSubject PlanOfIncident(const Visit& visit) {
    return {store::PlanKind::kIncident, visit.Id<policy::RecordId>("incident", "incident").Text()};
}

store::PlanSubject PlanOfRollout(const Visit& visit) {
    return {store::PlanKind::kRollout, visit.Id<policy::RolloutId>("rollout", "rollout").Text()};
}

std::string SubjectPath(const store::PlanSubject& subject) {
    return "/" + std::string(platform::EnumText(subject.kind)) + "s/" + subject.id;
}

std::string PlanPath(const store::PlanSubject& subject) {
    return SubjectPath(subject) + "/communications";
}

std::string StateWords(const wire::Communication& entry) {
    const std::string_view state = wire::StateOf(entry);
    return state == "sent"      ? "sent, nobody has said yet that they were told"
           : state == "waiting" ? "waits for its stage"
                                : PlainWords(state);
}

Tone ToneOfEntry(const wire::Communication& entry) {
    const std::string_view state = wire::StateOf(entry);
    return state == "told"      ? Tone::kGood
           : state == "sent"    ? Tone::kWaiting
           : state == "planned" ? Tone::kInfo
                                : Tone::kPlain;
}

void PutPlanEntry(Visit& visit, Slots row, const store::PlanSubject& subject, const wire::Communication& entry) {
    row.Set("N", entry.n);
    row.Set("WHO", entry.who);
    row.Set("TEXT", entry.text);
    PutBadge(row, "STATE", StateWords(entry), ToneOfEntry(entry));
    if (entry.stage) {
        Slots stage = row.Add("STAGE");
        stage.Set("STAGE_N", *entry.stage);
        stage.Set("WITHIN", entry.due_after ? wire::FormatSpan(*entry.due_after) : std::string("0s"));
    }
    if (entry.due_at) {
        PutTime(row.Add("DUE"), "AT", *entry.due_at);
    }
    if (entry.sent_at) {
        PutTime(row.Add("SENT"), "AT", *entry.sent_at);
    }
    row.Set("ADDED_BY", entry.added_by);
    PutTime(row, "ADDED_AT", entry.added_at);
    if (entry.outcome) {
        Slots recorded = row.Add("RECORDED");
        recorded.Set("NOTE", entry.note);
        recorded.Set("BY", entry.recorded_by.value_or(""));
        PutTime(recorded, "AT", entry.recorded_at);
        return;
    }
    PutAct(visit, row, "RECORD",
           {.form = "record",
            .action = PlanPath(subject) + "/record",
            .legend = "Say what came of entry " + std::to_string(entry.n),
            .what = "Once, by a person. What is on record before its time is not sent any more.",
            .button = "Record it",
            .about = "entry",
            .about_value = std::to_string(entry.n),
            .fields = {{.name = "outcome",
                        .label = "They",
                        .kind = FieldKind::kChoice,
                        .value = "told",
                        .choices = {{"told", "were told"}, {"not_needed", "need not be told"}}},
                       {.name = "note", .label = "What shows it, or why not", .kind = FieldKind::kText}},
            .folded = true,
            .permission = Permission::kRecordCommunication});
}

void PutPlanForm(Visit& visit, Slots page, const store::PlanSubject& subject) {
    Act act{
        .form = "plan",
        .action = PlanPath(subject),
        .legend = "Plan whom to tell",
        .what = "When its time comes it is sent to who subscribed to communication.due, once.",
        .button = "Add it to the plan",
        .fields = {{.name = "who", .label = "Who"},
                   {.name = "text", .label = "What they are told", .kind = FieldKind::kText},
                   {.name = "when", .label = "When", .hint = "immediately, or a span: within 2h", .required = false},
                   {.name = "at", .label = "Or at", .hint = "UTC, such as 2025-02-01T10:00", .required = false}},
        .primary = true,
        .permission = Permission::kHandleIncident};
    if (subject.kind == store::PlanKind::kRollout) {
        act.permission = Permission::kManageRollout;
        ActField stages{.name = "stage",
                        .label = "After entering",
                        .kind = FieldKind::kChoice,
                        .required = false,
                        .choices = {{"", "no stage: from now"}}};
        for (std::int64_t stage = 0; stage <= policy::kLastStage; ++stage) {
            stages.choices.emplace_back(std::to_string(stage), "stage " + std::to_string(stage));
        }
        act.fields.push_back(std::move(stages));
    }
    PutAct(visit, page, "PLAN", act);
}

Reply ShowPlan(Visit& visit, const store::PlanSubject& subject) {
    const bool of_rollout = subject.kind == store::PlanKind::kRollout;
    struct Loaded {
        std::string title;
        app::Page<wire::Communication> entries;
    };
    const auto loaded = visit.Read([&](store::Tx& tx) {
        const std::string title =
            of_rollout ? Visit::ValueOf(app::ShowRollout(tx, policy::RolloutId::Trusted(subject.id))).title
                       : Visit::ValueOf(app::ShowIncident(tx, policy::RecordId::Trusted(subject.id))).title;
        return Loaded{title, Visit::ValueOf(app::ListCommunications(tx, subject, visit.PageOf(kEntriesOfPlan)))};
    });
    const std::string_view place = of_rollout ? "rollouts" : "incidents";
    Slots page =
        visit.Page("communications", {.title = "Communication plan",
                                      .place = place,
                                      .crumbs = {{of_rollout ? "Rollouts" : "Incidents", "/" + std::string(place)},
                                                 {loaded.title, SubjectPath(subject)}},
                                      .style = "fleet.css"});
    page.Set("SUBJECT_TITLE", loaded.title);
    page.Set("KIND", platform::EnumText(subject.kind));
    for (const wire::Communication& entry : loaded.entries.rows) {
        PutPlanEntry(visit, page.Add("ENTRY"), subject, entry);
    }
    page.ShowIf(loaded.entries.rows.empty(), "NONE");
    PutPlanForm(visit, page, subject);
    return visit.Show();
}

Json TypedPlanEntry(const Visit& visit, std::initializer_list<const char*> fields) {
    Json json = Json::object();
    for (const char* field : fields) {
        if (const std::string_view text = platform::Trim(visit.Typed().Text(field)); !text.empty()) {
            json[field] = text;
        }
    }
    return json;
}

Reply ChangePlan(Visit& visit, const store::PlanSubject& subject, const wire::PlanCommunication& command) {
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto entry = app::PlanCommunication(tx, visit.Caller(), subject, command);
        if (!entry) {
            return app::Refused(entry.error());
        }
        return ActDone{PlanPath(subject), "Entry " + std::to_string(entry->n) + " is planned."};
    });
}

Json PlannedEntry(const Visit& visit) {
    Json json = TypedPlanEntry(visit, {"who", "text", "when"});
    if (const std::string_view at = platform::Trim(visit.Typed().Text("at")); !at.empty()) {
        json["at"] = InstantOfField(at);
    }
    return json;
}

Reply RecordPlanEntry(Visit& visit, const store::PlanSubject& subject) {
    const std::int64_t n = visit.Typed().Number("entry").value_or(0);
    const auto command =
        DecodeTyped(wire::DecodeRecordCommunication, TypedPlanEntry(visit, {"outcome", "note"}).dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto entry = app::RecordCommunication(tx, visit.Caller(), subject, n, command);
        if (!entry) {
            return app::Refused(entry.error());
        }
        return ActDone{PlanPath(subject), "What came of entry " + std::to_string(n) + " is on record."};
    });
}

Reply ShowIncidentPlan(Visit& visit) {
    return ShowPlan(visit, PlanOfIncident(visit));
}
Reply ShowRolloutPlan(Visit& visit) {
    return ShowPlan(visit, PlanOfRollout(visit));
}
Reply PostIncidentPlan(Visit& visit) {
    return ChangePlan(visit, PlanOfIncident(visit),
                      DecodeTyped(wire::DecodePlanCommunication, PlannedEntry(visit).dump()));
}
Reply PostRolloutPlan(Visit& visit) {
    Json json = PlannedEntry(visit);
    if (const auto stage = visit.Typed().Number("stage")) {
        json["stage"] = *stage;
    }
    return ChangePlan(visit, PlanOfRollout(visit), DecodeTyped(wire::DecodePlanRolloutCommunication, json.dump()));
}
Reply RecordOfIncident(Visit& visit) {
    return RecordPlanEntry(visit, PlanOfIncident(visit));
}
Reply RecordOfRollout(Visit& visit) {
    return RecordPlanEntry(visit, PlanOfRollout(visit));
}

constexpr Route kCommunicationRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/incidents/{incident}/communications", .handler = ShowIncidentPlan},
    {.verb = Verb::kPost,
     .pattern = "/incidents/{incident}/communications",
     .permission = Permission::kHandleIncident,
     .handler = PostIncidentPlan,
     .page = ShowIncidentPlan,
     .form = "plan"},
    {.verb = Verb::kPost,
     .pattern = "/incidents/{incident}/communications/record",
     .permission = Permission::kRecordCommunication,
     .handler = RecordOfIncident,
     .page = ShowIncidentPlan,
     .form = "record"},
    {.verb = Verb::kGet, .pattern = "/rollouts/{rollout}/communications", .handler = ShowRolloutPlan},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/communications",
     .permission = Permission::kManageRollout,
     .handler = PostRolloutPlan,
     .page = ShowRolloutPlan,
     .form = "plan"},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/communications/record",
     .permission = Permission::kRecordCommunication,
     .handler = RecordOfRollout,
     .page = ShowRolloutPlan,
     .form = "record"},
};

}  // namespace

std::span<const Route> CommunicationRoutes() {
    return kCommunicationRoutes;
}

}  // namespace web
