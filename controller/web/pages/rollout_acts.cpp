// What is done to a rollout while it runs: its register of risks, its measurements, whether it may go on, and taking an
// organization off.
#include "controller/app/rollouts.hpp"
#include "controller/app/services.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/rollout_pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/wire/release_json.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

bool IsOpen(const wire::Rollout& rollout) {
    return rollout.state == policy::RolloutState::kPlanned || rollout.state == policy::RolloutState::kActive;
}

const wire::RolloutStage* StageNow(const wire::Rollout& rollout) {
    for (const wire::RolloutStage& stage : rollout.stages) {
        if (rollout.state == policy::RolloutState::kActive && rollout.stage == stage.stage) {
            return &stage;
        }
    }
    return nullptr;
}

Json TrimmedTexts(const Visit& visit, std::initializer_list<const char*> fields) {
    Json json = Json::object();
    for (const char* field : fields) {
        if (const std::string_view text = platform::Trim(visit.Typed().Text(field)); !text.empty()) {
            json[field] = text;
        }
    }
    return json;
}

Reply PostRisk(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    const auto command =
        DecodeTyped(wire::DecodeRaiseRisk, TrimmedTexts(visit, {"title", "severity", "owner", "mitigation"}).dump());
    return ActOnRollout(visit, id, "The risk is on the register.",
                        [&](store::Tx& tx) { return app::RaiseRisk(tx, visit.Caller(), id, command); });
}

Reply PostRiskResolution(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    const auto risk = visit.Id<policy::RecordId>("risk", "risk");
    const auto command = DecodeTyped(wire::DecodeReason, TrimmedTexts(visit, {"reason"}).dump());
    return ActOnRollout(visit, id, "The risk is resolved.", [&](store::Tx& tx) {
        return app::ResolveRisk(tx, visit.Caller(), id, VersionOfAct(visit), risk, command.reason);
    });
}

Reply PostMeasurement(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    Json json = TrimmedTexts(visit, {"metric", "evidence"});
    json["stage"] = visit.Typed().Number("stage").value_or(-1);
    if (const std::string_view value = platform::Trim(visit.Typed().Text("value")); !value.empty()) {
        const Json number = Json::parse(value, nullptr, false);
        json["value"] = number.is_number() ? number : Json(value);  // the decoder says what is wrong with it
    }
    const auto command = DecodeTyped(wire::DecodeMeasureStage, json.dump());
    app::Services& services = visit.Services();
    const auto measured = app::MeasureStageMetric(services.database, services.metrics, id, command);
    return ActOnRollout(visit, id, "The measurement is on record.", [&](store::Tx& tx) {
        return app::RecordStageMeasurement(tx, visit.Caller(), id, command, measured);
    });
}

Reply PostEvaluation(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    Json json = TrimmedTexts(visit, {"trigger"});
    if (const std::string_view text = platform::Trim(visit.Typed().Text("evidence")); !text.empty()) {
        json["evidence"] = {{"note", text}};
    }
    const auto command = DecodeTyped(wire::DecodeOpenEvaluation, json.dump());
    return ActOnRollout(visit, id, "Asked. The rollout enters no stage until somebody decides.",
                        [&](store::Tx& tx) { return app::OpenEvaluation(tx, visit.Caller(), id, command); });
}

Reply PostWithdrawal(Visit& visit) {
    const policy::RolloutId id = RolloutOf(visit);
    const auto command =
        DecodeTyped(wire::DecodeWithdrawOrganization, TrimmedTexts(visit, {"organization", "reason"}).dump());
    return ActOnRollout(visit, id, "It is taken off.", [&](store::Tx& tx) {
        return app::WithdrawOrganization(tx, visit.Caller(), id, VersionOfAct(visit), command);
    });
}

std::vector<std::pair<std::string, std::string>> SeveritiesOfRisk() {
    std::vector<std::pair<std::string, std::string>> choices;
    for (const auto& name : platform::EnumNames<policy::RiskSeverity>::kNames) {
        choices.emplace_back(name.text, PlainWords(name.text));
    }
    return choices;
}

void PutMeasureAct(Visit& visit, Slots work, const wire::Rollout& rollout, const wire::RolloutStage& stage) {
    std::vector<std::pair<std::string, std::string>> metrics;
    for (const wire::StageMetric& metric : stage.metrics) {
        metrics.emplace_back(metric.key, metric.key + ": " + metric.text);
    }
    if (metrics.empty()) {
        return;
    }
    PutAct(visit, work, "MEASURE",
           {.form = "measure",
            .action = RolloutPath(rollout.id, "/measurements"),
            .legend = "Measure a success metric",
            .what = "Without a value the source of the metrics is asked now; a metric without a query of its own needs "
                    "a value and what shows it.",
            .button = "Record the measurement",
            .fields = {{.name = "stage", .kind = FieldKind::kHidden, .value = std::to_string(stage.stage)},
                       {.name = "metric",
                        .label = "Metric",
                        .kind = FieldKind::kChoice,
                        .value = metrics.front().first,
                        .choices = metrics},
                       {.name = "value", .label = "Value", .hint = "empty: ask the source", .required = false},
                       {.name = "evidence",
                        .label = "What shows it",
                        .kind = FieldKind::kText,
                        .hint = "with a value",
                        .required = false}},
            .folded = true,
            .permission = Permission::kWorkOnRollout});
}

void PutWithdrawAct(Visit& visit, Slots work, const wire::Rollout& rollout, const wire::RolloutStage& stage) {
    if (stage.organizations.empty()) {
        return;
    }
    PutAct(visit, work, "WITHDRAW",
           {.form = "withdraw",
            .action = RolloutPath(rollout.id, "/withdrawals"),
            .legend = "Take an organization off",
            .what = "The flag " + rollout.flag + " goes off for it at once. The others stay in the stage.",
            .button = "Take it off",
            .version = rollout.version,
            .fields = {{.name = "organization", .label = "Organization", .hint = "its id, as in the stage"},
                       {.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
            .dangerous = true,
            .folded = true,
            .permission = Permission::kManageRollout});
}

constexpr Route kRolloutActRoutes[] = {
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/risks",
     .permission = Permission::kWorkOnRollout,
     .handler = PostRisk,
     .page = ShowRolloutPage,
     .form = "risk"},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/risks/{risk}/resolve",
     .permission = Permission::kDecideRollout,
     .handler = PostRiskResolution,
     .page = ShowRolloutPage,
     .form = "resolve"},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/measurements",
     .permission = Permission::kWorkOnRollout,
     .handler = PostMeasurement,
     .page = ShowRolloutPage,
     .form = "measure"},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/evaluations",
     .permission = Permission::kWorkOnRollout,
     .handler = PostEvaluation,
     .page = ShowRolloutPage,
     .form = "evaluate"},
    {.verb = Verb::kPost,
     .pattern = "/rollouts/{rollout}/withdrawals",
     .permission = Permission::kManageRollout,
     .handler = PostWithdrawal,
     .page = ShowRolloutPage,
     .form = "withdraw"},
};

}  // namespace

policy::RolloutId RolloutOf(const Visit& visit) {
    return visit.Id<policy::RolloutId>("rollout", "rollout");
}

std::string RolloutPath(const std::string& rollout, std::string_view rest) {
    return "/rollouts/" + PercentEncode(rollout) + std::string(rest);
}

Reply ActOnRollout(Visit& visit, const policy::RolloutId& id, const std::string& said,
                   const std::function<app::Outcome<wire::Rollout>(store::Tx&)>& act) {
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const app::Outcome<wire::Rollout> done = act(tx);
        if (!done) {
            return app::Refused(done.error());
        }
        return ActDone{RolloutPath(id.Text()), said};
    });
}

void PutRolloutRisks(Visit& visit, Slots page, const wire::Rollout& rollout) {
    for (const wire::RolloutRisk& risk : rollout.risks) {
        Slots row = page.Add("RISK");
        row.Set("TITLE", risk.title);
        row.Set("OWNER", risk.owner);
        row.Set("MITIGATION", risk.mitigation);
        const bool open = !risk.resolved_at;
        PutBadge(row, "SEVERITY", std::string(platform::EnumText(risk.severity)) + (open ? "" : ", resolved"),
                 open && risk.severity == policy::RiskSeverity::kHigh ? Tone::kBad
                 : open                                               ? Tone::kWaiting
                                                                      : Tone::kPlain);
        row.AddText("RESOLVED", "RESOLUTION", risk.resolution.value_or(""));
        if (open && IsOpen(rollout)) {
            PutAct(visit, row, "RESOLVE",
                   {.form = "resolve",
                    .action = RolloutPath(rollout.id, "/risks/" + risk.id + "/resolve"),
                    .legend = "Resolve it",
                    .button = "Resolve the risk",
                    .version = rollout.version,
                    .about = "risk",
                    .about_value = risk.id,
                    .fields = {{.name = "reason", .label = "What resolves it", .kind = FieldKind::kText}},
                    .folded = true,
                    .permission = Permission::kDecideRollout});
        }
    }
    page.ShowIf(rollout.risks.empty(), "NO_RISKS");
    if (!IsOpen(rollout)) {
        return;
    }
    PutAct(visit, page, "RAISE",
           {.form = "risk",
            .action = RolloutPath(rollout.id, "/risks"),
            .legend = "Put a risk on the register",
            .what = "An open risk that is high stops the next stage until it is resolved.",
            .button = "Put it on the register",
            .fields = {{.name = "title", .label = "Risk"},
                       {.name = "severity",
                        .label = "Severity",
                        .kind = FieldKind::kChoice,
                        .value = std::string(platform::EnumText(policy::RiskSeverity::kHigh)),
                        .choices = SeveritiesOfRisk()},
                       {.name = "owner", .label = "Owner", .hint = "the name to sign in with"},
                       {.name = "mitigation", .label = "Mitigation", .kind = FieldKind::kText, .required = false}},
            .folded = true,
            .permission = Permission::kWorkOnRollout});
}

void PutRolloutWork(Visit& visit, Slots page, const wire::Rollout& rollout) {
    const wire::RolloutStage* stage = StageNow(rollout);
    if (stage == nullptr) {
        return;
    }
    Slots work = page.Add("WORK");
    PutMeasureAct(visit, work, rollout, *stage);
    PutAct(visit, work, "ASK",
           {.form = "evaluate",
            .action = RolloutPath(rollout.id, "/evaluations"),
            .legend = "Ask whether it may go on",
            .what = "The rollout enters no stage until somebody who may decide says continue, hold or reverse.",
            .button = "Ask for an evaluation",
            .fields = {{.name = "trigger", .label = "What asks for it"},
                       {.name = "evidence", .label = "What was seen", .kind = FieldKind::kText, .required = false}},
            .folded = true,
            .permission = Permission::kWorkOnRollout});
    PutWithdrawAct(visit, work, rollout, *stage);
}

void PutStagePlanLink(Visit& visit, Slots stage, const wire::Rollout& rollout, const wire::RolloutStage& shown) {
    if (IsOpen(rollout) && !shown.entered_at && visit.May(Permission::kManageRollout)) {
        stage.Add("PLAN").Set("PATH",
                              std::string(kHome) + RolloutPath(rollout.id, "/stages/" + std::to_string(shown.stage)));
    }
}

std::span<const Route> RolloutActRoutes() {
    return kRolloutActRoutes;
}

}  // namespace web
