// Staged rollouts: the list, and one with its stages, its gate, its checkpoints and whatever waits for a decision.
#include "controller/app/rollouts.hpp"

#include <algorithm>

#include "controller/web/acts.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/rollout_pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/rollout_parts.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/release_json.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

constexpr std::int64_t kRolloutsOfPage = 50;

}  // namespace

Reply ShowRollouts(Visit& visit) {
    const auto query = visit.PageOf(kRolloutsOfPage);
    const auto rollouts = visit.Read([&](store::Tx& tx) { return app::ListRollouts(tx, query); });
    Slots page = visit.Page("rollouts", {.title = "Rollouts", .place = "rollouts", .style = "fleet.css"});
    for (const wire::Rollout& rollout : rollouts.rows) {
        Slots row = page.Add("ROLLOUT");
        row.Set("ID", rollout.id);
        row.Set("TITLE", rollout.title);
        row.Set("FLAG", rollout.flag);
        row.Set("OWNER", rollout.owner);
        PutBadge(row, "STATE", platform::EnumText(rollout.state), ToneOfRollout(rollout));
        row.Set("STAGE", rollout.stage ? "stage " + std::to_string(*rollout.stage) : std::string("no stage yet"));
        PutTime(row, "SINCE", rollout.stage_entered_at);
        const auto open = std::ranges::count_if(rollout.evaluations, [](const auto& one) {
            return !one.decision || *one.decision == policy::StageDecision::kHold;
        });
        if (open > 0) {
            row.Add("OPEN").Set("TEXT", platform::Plural(open, "evaluation") + " open");
        }
    }
    page.ShowIf(visit.May(Permission::kManageRollout), "MAY_PLAN");
    page.ShowIf(rollouts.rows.empty(), "NONE");
    page.ShowIf(!rollouts.rows.empty(), "SOME");
    PutPaging(page, "PAGING", rollouts.next ? std::optional(visit.HereWith("after", *rollouts.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

namespace {

void PutRolloutGate(Visit& visit, Slots page, const wire::Rollout& rollout, const policy::RolloutId& id) {
    const std::int64_t next = rollout.stage ? *rollout.stage + 1 : 0;
    const bool moves =
        rollout.state == policy::RolloutState::kPlanned || rollout.state == policy::RolloutState::kActive;
    if (!moves) {
        return;
    }
    Slots gate = page.Add("GATE");
    if (next > policy::kLastStage) {
        gate.Show("LAST");
        return;
    }
    const auto verdict = visit.Read([&](store::Tx& tx) { return app::EvaluateStage(tx, id, next); });
    Slots asked = gate.Add("ASKED");
    asked.Set("NEXT", next);
    PutVerdict(asked, "VERDICT", verdict.verdict.state);
    if (verdict.verdict.findings.empty()) {
        asked.Show("CLEAR");
    } else {
        PutFindings(asked, "FINDINGS", verdict.verdict.findings, visit.Request().path);
    }
    if (verdict.verdict.earliest) {
        PutTime(asked.Add("EARLIEST"), "AT", *verdict.verdict.earliest);
    }
    PutAct(visit, gate, "ADVANCE",
           {.form = "advance",
            .action = RolloutPath(rollout.id, "/advance"),
            .legend = "Enter stage " + std::to_string(next),
            .what = "The flag " + rollout.flag + " goes on for the organizations of stage " + std::to_string(next) +
                    ", in the order in which instances report. The rules above are asked again at that moment.",
            .button = "Advance to stage " + std::to_string(next),
            .version = rollout.version,
            .fields = {{.name = "to", .kind = FieldKind::kHidden, .value = std::to_string(next)},
                       {.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
            .primary = true,
            .folded = true,
            .permission = Permission::kAdvanceRollout});
}

void PutWays(Visit& visit, Slots page, const wire::Rollout& rollout) {
    if (rollout.state != policy::RolloutState::kPlanned && rollout.state != policy::RolloutState::kActive) {
        return;
    }
    Slots ways = page.Add("WAYS");
    PutAct(visit, ways, "REVERSE",
           {.form = "reverse",
            .action = RolloutPath(rollout.id, "/reverse"),
            .legend = "Reverse it",
            .what = "Takes " + rollout.flag +
                    " off all organizations at once, and for good: this rollout cannot be "
                    "taken up again. It needs a reason and nothing else.",
            .button = "Reverse the rollout",
            .fields = {{.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
            .dangerous = true,
            .folded = true,
            .permission = Permission::kReverseRollout});
    PutAct(visit, ways, "END",
           {.form = "end",
            .action = RolloutPath(rollout.id, "/end"),
            .legend = "End it",
            .what = "The rollout is over; its organizations are taken off.",
            .button = "End the rollout",
            .version = rollout.version,
            .fields = {{.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
            .dangerous = true,
            .folded = true,
            .permission = Permission::kAdvanceRollout});
}

void PutEvaluations(Visit& visit, Slots page, const wire::Rollout& rollout) {
    for (const wire::RolloutEvaluation& evaluation : rollout.evaluations) {
        const bool open = !evaluation.decision || *evaluation.decision == policy::StageDecision::kHold;
        Slots row = page.Add("EVALUATION");
        row.Set("TRIGGER", PlainWords(evaluation.trigger));
        row.Set("STAGE", evaluation.stage);
        row.Set("OPENED_BY", evaluation.opened_by);
        PutTime(row, "AT", evaluation.opened_at);
        PutBadge(row, "STATE", evaluation.decision ? platform::EnumText(*evaluation.decision) : "open",
                 open ? Tone::kBad : Tone::kPlain);
        row.Set("TONE", ToneText(open ? Tone::kBad : Tone::kPlain));
        row.Set("EVIDENCE", evaluation.evidence);
        if (evaluation.decided_by) {
            Slots decided = row.Add("DECIDED");
            decided.Set("BY", *evaluation.decided_by);
            decided.Set("REASON", evaluation.reason.value_or(""));
        }
        if (!open) {
            continue;
        }
        PutAct(visit, row, "DECIDE",
               {.form = "decide",
                .action = RolloutPath(rollout.id, "/evaluations/" + evaluation.id + "/decide"),
                .legend = "Decide",
                .what = "Until somebody decides to continue, the rollout enters no stage.",
                .button = "Decide",
                .version = rollout.version,
                .about = "evaluation",
                .about_value = evaluation.id,
                .fields = {{.name = "decision",
                            .label = "Decision",
                            .kind = FieldKind::kChoice,
                            .value = "hold",
                            .choices = {{"hold", "hold: stay where it is"},
                                        {"continue", "continue: what was asked is answered"},
                                        {"reverse", "reverse: off everywhere, for good"}}},
                           {.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
                .folded = true,
                .permission = Permission::kDecideRollout});
    }
    page.ShowIf(rollout.evaluations.empty(), "NO_EVALUATIONS");
}

void PutCheckpointForms(Visit& visit, Slots page, const wire::Rollout& rollout) {
    bool none = true;
    for (const wire::RolloutStage& stage : rollout.stages) {
        if (!rollout.stage || stage.stage != *rollout.stage || rollout.state != policy::RolloutState::kActive) {
            continue;
        }
        for (const wire::StageCheckpoint& checkpoint : stage.checkpoints) {
            none = false;
            Slots row = page.Add("CHECKPOINT");
            PutCheckpoint(row, checkpoint);
            const bool owns = checkpoint.facts.owner == visit.Caller().actor.id;
            if (checkpoint.facts.completed_at) {
                continue;
            }
            if (!owns) {
                row.Add("NOT_YOURS").Set("OWNER", checkpoint.facts.owner.Text());
                continue;
            }
            PutAct(visit, row, "COMPLETE",
                   {.form = "checkpoint",
                    .action = RolloutPath(rollout.id, "/checkpoints"),
                    .legend = "Complete it",
                    .button = "Complete the checkpoint",
                    .version = rollout.version,
                    .about = "checkpoint",
                    .about_value = std::to_string(checkpoint.facts.n),
                    .fields = {{.name = "note", .label = "What was found", .kind = FieldKind::kText}},
                    .primary = true,
                    .folded = true,
                    .permission = Permission::kAttendRollout});
        }
    }
    page.ShowIf(none, "NO_CHECKPOINTS");
}

void PutMoves(Slots page, const wire::Rollout& rollout) {
    for (auto move = rollout.moves.rbegin(); move != rollout.moves.rend(); ++move) {
        Slots row = page.Add("MOVE");
        std::string what = move->kind == "advance" ? "entered" : move->kind == "reverse" ? "reversed" : "ended";
        row.Set("WHAT", move->to ? what + " stage " + std::to_string(*move->to) : what);
        row.Set("REASON", move->reason);
        row.Set("BY", move->moved_by);
        PutTime(row, "AT", move->moved_at);
    }
}

}  // namespace

Reply ShowRolloutPage(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    const wire::Rollout rollout = visit.Read([&](store::Tx& tx) { return app::ShowRollout(tx, id); });
    Slots page = visit.Page("rollout", {.title = rollout.title,
                                        .place = "rollouts",
                                        .crumbs = {{"Rollouts", "/rollouts"}},
                                        .script = "chart.js",
                                        .style = "fleet.css"});
    page.Set("ID", rollout.id);
    page.Set("PATH", PercentEncode(rollout.id));
    page.Set("TITLE", rollout.title);
    page.Set("CAPABILITY", rollout.capability);
    page.Set("FLAG", rollout.flag);
    page.Set("OWNER", rollout.owner);
    page.Set("ENGINEERING", rollout.engineering);
    page.Set("PRODUCT", rollout.product);
    page.Set("SUPPORT", rollout.support);
    PutBadge(page, "STATE", platform::EnumText(rollout.state), ToneOfRollout(rollout));
    page.AddText("CLOSED", "REASON", rollout.close_reason.value_or(""));
    for (const wire::RolloutStage& stage : rollout.stages) {
        Slots slot = page.Add("STAGE");
        PutStage(slot, rollout, stage);
        PutStagePlanLink(visit, slot, rollout, stage);
    }
    PutRolloutGate(visit, page, rollout, id);
    PutEvaluations(visit, page, rollout);
    PutCheckpointForms(visit, page, rollout);
    PutRolloutRisks(visit, page, rollout);
    PutRolloutWork(visit, page, rollout);
    PutMoves(page, rollout);
    PutWays(visit, page, rollout);
    return visit.Show();
}

namespace {

std::string TypedReason(const Visit& visit) {
    return DecodeTyped(wire::DecodeReason, Json{{"reason", visit.Typed().Text("reason")}}.dump()).reason;
}

Reply PostAdvance(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    const auto command = DecodeTyped(
        wire::DecodeAdvanceRollout,
        Json{{"to", visit.Typed().Number("to").value_or(-1)}, {"reason", visit.Typed().Text("reason")}}.dump());
    return ActOnRollout(visit, id, "Advanced.", [&](store::Tx& tx) {
        return app::AdvanceRollout(tx, visit.Caller(), id, VersionOfAct(visit), command);
    });
}

Reply PostReverse(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    const std::string reason = TypedReason(visit);
    return ActOnRollout(visit, id, "Reversed: it is taken off everywhere.",
                        [&](store::Tx& tx) { return app::ReverseRollout(tx, visit.Caller(), id, reason); });
}

Reply PostEnd(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    const std::string reason = TypedReason(visit);
    return ActOnRollout(visit, id, "Ended.", [&](store::Tx& tx) {
        return app::EndRollout(tx, visit.Caller(), id, VersionOfAct(visit), reason);
    });
}

Reply PostCheckpoint(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    const auto command = DecodeTyped(
        wire::DecodeCompleteCheckpoint,
        Json{{"checkpoint", visit.Typed().Number("checkpoint").value_or(0)}, {"note", visit.Typed().Text("note")}}
            .dump());
    return ActOnRollout(visit, id, "The checkpoint is completed.", [&](store::Tx& tx) {
        return app::CompleteCheckpoint(tx, visit.Caller(), id, VersionOfAct(visit), command);
    });
}

Reply PostDecision(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    const auto evaluation = visit.Id<policy::RecordId>("evaluation", "evaluation");
    const auto command = DecodeTyped(
        wire::DecodeDecideStageEvaluation,
        Json{{"decision", visit.Typed().Text("decision")}, {"reason", visit.Typed().Text("reason")}}.dump());
    return ActOnRollout(visit, id, "Decided.", [&](store::Tx& tx) {
        return app::DecideStageEvaluation(tx, visit.Caller(), id, VersionOfAct(visit), evaluation, command);
    });
}

constexpr Route kRolloutRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/rollouts", .handler = ShowRollouts},
    {.verb = Verb::kGet, .pattern = "/rollouts/{rollout}", .handler = ShowRolloutPage},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/advance",
     .permission = Permission::kAdvanceRollout,
     .handler = PostAdvance,
     .page = ShowRolloutPage,
     .form = "advance"},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/reverse",
     .permission = Permission::kReverseRollout,
     .handler = PostReverse,
     .page = ShowRolloutPage,
     .form = "reverse"},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/end",
     .permission = Permission::kAdvanceRollout,
     .handler = PostEnd,
     .page = ShowRolloutPage,
     .form = "end"},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/checkpoints",
     .permission = Permission::kAttendRollout,
     .handler = PostCheckpoint,
     .page = ShowRolloutPage,
     .form = "checkpoint"},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/evaluations/{evaluation}/decide",
     .permission = Permission::kDecideRollout,
     .handler = PostDecision,
     .page = ShowRolloutPage,
     .form = "decide"},
};

}  // namespace

std::span<const Route> RolloutRoutes() {
    return kRolloutRoutes;
}

}  // namespace web
