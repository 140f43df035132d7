// Taking a release back: the approval, the steps of its plan with what was found at each, and how it came out.
#include "controller/app/rollbacks.hpp"

#include "controller/app/releases.hpp"
#include "controller/web/acts.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/release_frame.hpp"
#include "controller/web/parts.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

constexpr int kRollbacksOfPage = 10;

Tone ToneOfRollback(const wire::Rollback& rollback) {
    return rollback.state == "succeeded" ? Tone::kGood : rollback.state == "failed" ? Tone::kBad : Tone::kWaiting;
}

Tone ToneOfStep(std::string_view state) {
    return state == "done" ? Tone::kGood : state == "failed" ? Tone::kBad : Tone::kWaiting;
}

/// The first that is not settled: its form is open, those of the others are behind their legends.
std::int64_t NextStep(const wire::Rollback& rollback) {
    for (const wire::RollbackStepView& step : rollback.steps) {
        if (step.state == "pending") {
            return step.n;
        }
    }
    return 0;
}

void PutStep(Visit& visit, Slots row, const policy::ReleaseId& release, const wire::Rollback& rollback,
             const wire::RollbackStepView& step) {
    row.Set("N", step.n);
    row.Set("KIND", PlainWords(step.kind));
    row.Set("TEXT", step.text);
    PutBadge(row, "STATE", step.state, ToneOfStep(step.state));
    if (step.due_at) {
        PutTime(row.Add("DUE"), "AT", *step.due_at);
    }
    if (step.sent_at) {
        PutTime(row.Add("SENT"), "AT", *step.sent_at);
    }
    if (step.done_at) {
        Slots done = row.Add("DONE");
        done.Set("BY", step.done_by.value_or("portcullis"));
        done.Set("EVIDENCE", step.evidence.value_or(""));
        PutTime(done, "AT", *step.done_at);
    }
    if (rollback.outcome || step.state != "pending") {
        return;
    }
    PutAct(visit, row, "FINISH",
           {.form = "step",
            .action = ReleasePath(release, "/rollbacks/" + rollback.id + "/steps/" + std::to_string(step.n)),
            .legend = "What came of step " + std::to_string(step.n),
            .button = "Record it",
            .version = rollback.version,
            .about = "about",
            .about_value = rollback.id + "/" + std::to_string(step.n),
            .fields = {{.name = "state",
                        .label = "It",
                        .kind = FieldKind::kChoice,
                        .value = "done",
                        .choices = {{"done", "is done"}, {"failed", "failed"}}},
                       {.name = "evidence", .label = "What shows it", .kind = FieldKind::kText}},
            .primary = true,
            .folded = step.n != NextStep(rollback),
            .permission = Permission::kRollBack});
}

void PutRollback(Visit& visit, Slots row, const policy::ReleaseId& release, const wire::Rollback& rollback) {
    row.Set("ID", rollback.id);
    row.Set("REASON", rollback.reason);
    row.Set("AUTHORITY", PlainWords(rollback.authority));
    row.Set("BY", rollback.started_by);
    PutBadge(row, "STATE", rollback.state, ToneOfRollback(rollback));
    PutTime(row, "AT", rollback.started_at);
    row.AddText("APPROVED", "WHO", rollback.approved_by.value_or(""));
    row.AddText("INCIDENT", "ID", rollback.incident.value_or(""));
    row.AddText("OPERATION", "ID", rollback.operation.value_or(""));
    if (rollback.watch_until) {
        PutTime(row.Add("WATCHED"), "UNTIL", *rollback.watch_until);
    }
    for (const std::string& note : rollback.notes) {
        row.Add("NOTE").Set("TEXT", note);
    }
    for (const wire::RollbackStepView& step : rollback.steps) {
        PutStep(visit, row.Add("STEP"), release, rollback, step);
    }
    if (rollback.outcome) {
        return;
    }
    PutAct(visit, row, "END",
           {.form = "finish",
            .action = ReleasePath(release, "/rollbacks/" + rollback.id + "/finish"),
            .legend = "Say how it came out",
            .what = "It succeeded when every step is done and the watch is over; otherwise it is said to have failed.",
            .button = "End the rollback",
            .version = rollback.version,
            .about = "rollback",
            .about_value = rollback.id,
            .fields = {{.name = "outcome",
                        .label = "It",
                        .kind = FieldKind::kChoice,
                        .value = "succeeded",
                        .choices = {{"succeeded", "succeeded"}, {"failed", "failed"}}},
                       {.name = "reason", .label = "What shows it", .kind = FieldKind::kText}},
            .folded = true,
            .permission = Permission::kRollBack});
}

void PutBeginnings(Visit& visit, Slots page, const policy::ReleaseId& release) {
    if (visit.Holds(policy::Role::kSystemOwner)) {
        PutAct(
            visit, page, "APPROVE",
            {.form = "approve",
             .action = ReleasePath(release, "/rollbacks/approve"),
             .legend = "Approve a rollback",
             .what = "For somebody who has not the authority alone. It is good for one rollback of this release, and "
                     "for a time.",
             .button = "Approve",
             .fields = {{.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
             .folded = true,
             .permission = Permission::kRollBack});
    }
    PutAct(
        visit, page, "START",
        {.form = "start",
         .action = ReleasePath(release, "/rollbacks"),
         .legend = "Roll it back",
         .what = "The release leaves its channel for dev, its flag goes off on every instance at once, and the steps "
                 "of its plan begin. A freeze does not stop it.",
         .button = "Roll it back",
         .fields = {{.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText},
                    {.name = "incident", .label = "Incident", .hint = "its id, if one asks for it", .required = false},
                    {.name = "watch",
                     .label = "Watched for",
                     .kind = FieldKind::kChoice,
                     .required = false,
                     .choices = {{"", "as its plan says"},
                                 {"30m", "30 minutes"},
                                 {"1h", "an hour"},
                                 {"4h", "4 hours"},
                                 {"24h", "a day"}}}},
         .dangerous = true,
         .folded = true,
         .permission = Permission::kRollBack});
}

Reply ShowRollbacks(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto query = visit.PageOf(kRollbacksOfPage);
    struct Loaded {
        wire::Release release;
        app::Page<wire::Rollback> rollbacks;
    };
    const auto loaded = visit.Read([&](store::Tx& tx) {
        return Loaded{Visit::ValueOf(app::ShowRelease(tx, id)), Visit::ValueOf(app::ListRollbacks(tx, id, query))};
    });
    Slots page =
        BeginReleasePage(visit, loaded.release, {.file = "rollbacks", .tab = "rollbacks", .title = "Rollbacks"});
    for (const wire::Rollback& rollback : loaded.rollbacks.rows) {
        PutRollback(visit, page.Add("ROLLBACK"), id, rollback);
    }
    page.ShowIf(loaded.rollbacks.rows.empty(), "NONE");
    if (loaded.release.status == policy::ReleaseStatus::kActive) {
        PutBeginnings(visit, page.Add("BEGIN"), id);
    }
    PutPaging(page, "PAGING",
              loaded.rollbacks.next ? std::optional(visit.HereWith("after", *loaded.rollbacks.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

Json TypedOf(const Visit& visit, std::initializer_list<const char*> fields) {
    Json json = Json::object();
    for (const char* field : fields) {
        if (const std::string_view text = platform::Trim(visit.Typed().Text(field)); !text.empty()) {
            json[field] = text;
        }
    }
    return json;
}

/// `act(tx, release)` gives what was done.
template <typename Script>
Reply ActOnRollback(Visit& visit, std::string said, Script act) {
    const policy::ReleaseId release = ReleaseOf(visit);
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto done = act(tx, release);
        if (!done) {
            return app::Refused(done.error());
        }
        return ActDone{ReleasePath(release, "/rollbacks"), said};
    });
}

Reply PostRollbackApproval(Visit& visit) {
    const auto command = DecodeTyped(wire::DecodeReason, TypedOf(visit, {"reason"}).dump());
    return ActOnRollback(visit, "Approved: one rollback of this release may be started by somebody else.",
                         [&](store::Tx& tx, const policy::ReleaseId& release) {
                             return app::ApproveRollback(tx, visit.Caller(), release, command.reason);
                         });
}

Reply PostRollbackStart(Visit& visit) {
    const auto command = DecodeTyped(wire::DecodeStartRollback, TypedOf(visit, {"reason", "incident", "watch"}).dump());
    return ActOnRollback(visit, "It is being rolled back. These are its steps.",
                         [&](store::Tx& tx, const policy::ReleaseId& release) {
                             return app::StartRollback(tx, visit.Caller(), release, command);
                         });
}

Reply PostRollbackStep(Visit& visit) {
    const auto rollback = visit.Id<policy::RecordId>("rollback", "rollback");
    const std::int64_t step = visit.Number("step", "step");
    const auto command = DecodeTyped(wire::DecodeFinishStep, TypedOf(visit, {"state", "evidence"}).dump());
    return ActOnRollback(
        visit, "Step " + std::to_string(step) + " is on record.", [&](store::Tx& tx, const policy::ReleaseId& release) {
            return app::FinishRollbackStep(tx, visit.Caller(), release, rollback, VersionOfAct(visit), step, command);
        });
}

Reply PostRollbackEnd(Visit& visit) {
    const auto rollback = visit.Id<policy::RecordId>("rollback", "rollback");
    const auto command = DecodeTyped(wire::DecodeFinishRollback, TypedOf(visit, {"outcome", "reason"}).dump());
    return ActOnRollback(visit, "Its outcome is on record.", [&](store::Tx& tx, const policy::ReleaseId& release) {
        return app::FinishRollback(tx, visit.Caller(), release, rollback, VersionOfAct(visit), command);
    });
}

constexpr Route kRollbackRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/releases/{release}/rollbacks", .handler = ShowRollbacks},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/rollbacks",
     .permission = Permission::kRollBack,
     .handler = PostRollbackStart,
     .page = ShowRollbacks,
     .form = "start"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/rollbacks/approve",
     .permission = Permission::kRollBack,
     .handler = PostRollbackApproval,
     .page = ShowRollbacks,
     .form = "approve"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/rollbacks/{rollback}/steps/{step}",
     .permission = Permission::kRollBack,
     .handler = PostRollbackStep,
     .page = ShowRollbacks,
     .form = "step"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/rollbacks/{rollback}/finish",
     .permission = Permission::kRollBack,
     .handler = PostRollbackEnd,
     .page = ShowRollbacks,
     .form = "finish"},
};

}  // namespace

std::span<const Route> RollbackRoutes() {
    return kRollbackRoutes;
}

}  // namespace web
