// Drills of the kill switch: approve one, order one, stop one, and what each came to.
#include "controller/app/drills.hpp"
#include "controller/app/fleet_watch.hpp"
#include "controller/web/command.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/release_json.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

using policy::Permission;

constexpr int kDrillsListed = 25;
constexpr std::string_view kStopForm = "stop";

/// Names as they are typed: between commas, spaces or lines.
std::vector<std::string> TypedNames(std::string_view text) {
    std::vector<std::string> names;
    std::string name;
    for (const char character : std::string(text) + " ") {
        if (character != ' ' && character != ',' && character != '\n' && character != '\t') {
            name += character;
        } else if (!name.empty()) {
            names.push_back(std::move(name));
            name.clear();
        }
    }
    return names;
}

std::string JoinedNames(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text.append(text.empty() ? "" : ", ").append(name);
    }
    return text;
}

Tone ToneOfDrill(std::string_view state) {
    return state == "passed" ? Tone::kGood : state == "killing" || state == "restoring" ? Tone::kWaiting : Tone::kBad;
}

void PutPhases(Slots row, std::string_view direction, const wire::DrillPhases& phases) {
    for (const auto& [instance, phase] : phases) {
        Slots slot = row.Add("PHASE");
        slot.Set("INSTANCE", instance);
        slot.Set("DIRECTION", direction);
        slot.Set("OUTCOME", phase.outcome);
        slot.AddText("WITH_WHY", "WHY", phase.why);
        if (phase.verified_ms) {
            slot.Add("VERIFIED").Set("MS", *phase.verified_ms);
        }
    }
}

void PutDrill(Visit& visit, Slots row, const wire::Drill& drill) {
    row.Set("ID", drill.id);
    PutBadge(row, "STATE", drill.state, ToneOfDrill(drill.state));
    row.Set("INSTANCES", JoinedNames(drill.instances));
    row.Set("REASON_TEXT", drill.reason);
    row.Set("SUMMARY", drill.summary);
    row.Set("BY", drill.ordered_by);
    row.Set("APPROVED_BY", drill.approved_by);
    row.AddText("NOT_RESTORED", "WHICH", drill.not_restored.value_or(""));
    row.AddText("ABORTED", "ABORT_REASON", drill.abort_reason.value_or(""));
    PutTime(row, "ORDERED_AT", drill.ordered_at);
    PutPhases(row, "off", drill.killed);
    PutPhases(row, "on again", drill.restored);
    if (drill.finished_at || drill.aborted_by || !visit.May(Permission::kKill)) {
        return;
    }
    const FormState form = visit.FormOf(kStopForm);
    const bool typed = form.Typed() && form.Text("drill") == drill.id;
    Slots slot = row.Add("STOP");
    slot.ShowIf(typed, "OPEN");
    if (typed) {
        form.PutRefusal(slot, "REFUSAL");
    }
    Confirmation confirmation;
    confirmation.form = kStopForm;
    confirmation.action = "/drills/stop";
    confirmation.legend = "Stop this drill";
    confirmation.what = "What it switched off is switched back on at once: " + JoinedNames(drill.instances) +
                        ". A drill that was stopped is no evidence.";
    confirmation.button = "Stop it";
    confirmation.reason = typed ? form.Text("reason") : std::string();
    confirmation.dangerous = true;
    Slots field = PutConfirmation(slot, "CONFIRM", confirmation).Add("FIELD");
    field.Set("NAME", "drill");
    field.Set("VALUE", drill.id);
}

void PutDrillForm(Visit& visit, Slots page, std::string_view form_name, std::string_view prefix) {
    const FormState form = visit.FormOf(form_name);
    const std::string name(prefix);
    form.PutRefusal(page, name + "_REFUSAL");
    form.Fill(page, name + "_INSTANCES", "instances");
    form.Fill(page, name + "_REASON", "reason");
}

Reply ShowDrills(Visit& visit) {
    app::PageQuery query = visit.PageOf(kDrillsListed);
    const auto& patience = visit.Services().fleet.Patience();
    const auto drills = visit.Read([&](store::Tx& tx) { return app::ListDrills(tx, patience, query); });
    Slots page = visit.Page("drills", {.title = "Drills", .place = "drills", .style = "read.css"});
    page.ShowIf(drills.rows.empty(), "NONE");
    for (const wire::Drill& drill : drills.rows) {
        PutDrill(visit, page.Add("DRILL"), drill);
    }
    PutPaging(page, "PAGING", drills.next ? std::optional(visit.HereWith("after", *drills.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    PutDrillForm(visit, page, "approve", "APPROVE");
    PutDrillForm(visit, page, "order", "ORDER");
    page.ShowIf(visit.FormOf("order").Text("mode") == "restart", "RESTART");
    visit.Offer(page, "MAY_APPROVE", Permission::kApproveSwitch);
    visit.Offer(page, "MAY_ORDER", Permission::kKill);
    return visit.Show();
}

Reply ApproveDrillHere(Visit& visit) {
    const auto command = Command()
                             .Texts("instances", TypedNames(visit.Typed().Text("instances")))
                             .Text("reason", platform::Trim(visit.Typed().Text("reason")))
                             .Read(wire::DecodeNewDrillApproval);
    const auto approval = visit.Write([&](store::Tx& tx) { return app::ApproveDrill(tx, visit.Caller(), command); });
    return visit.GoTo("/drills", "Approved: one drill of " + JoinedNames(approval.instances) +
                                     " by somebody else, until " + UtcText(approval.expires_at) + ".");
}

Reply OrderDrillHere(Visit& visit) {
    const auto command = Command()
                             .Texts("instances", TypedNames(visit.Typed().Text("instances")))
                             .Text("mode", visit.Typed().Text("mode"))
                             .Text("reason", platform::Trim(visit.Typed().Text("reason")))
                             .Read(wire::DecodeNewDrill);
    const auto& patience = visit.Services().fleet.Patience();
    visit.Write([&](store::Tx& tx) { return app::OrderDrill(tx, visit.Caller(), patience, command); });
    return visit.GoTo("/drills", "The drill runs: off, verified, on again, verified.");
}

Reply StopDrillHere(Visit& visit) {
    const std::string text(visit.Typed().Text("drill"));
    const auto id = policy::RecordId::Parse(text);
    if (!id) {
        Visit::RefuseUnknown("drill", text);
    }
    const auto command =
        Command().Text("reason", platform::Trim(visit.Typed().Text("reason"))).Read(wire::DecodeReason);
    const auto& patience = visit.Services().fleet.Patience();
    visit.Write([&](store::Tx& tx) { return app::AbortDrill(tx, visit.Caller(), patience, *id, command.reason); });
    return visit.GoTo("/drills", "The drill is stopped; what it switched off is switched back on.");
}

constexpr Route kDrillRoutes[] = {{.verb = Verb::kGet, .pattern = "/drills", .handler = ShowDrills},
                                  {.verb = Verb::kPost,
                                   .pattern = "/drills",
                                   .permission = Permission::kKill,
                                   .handler = OrderDrillHere,
                                   .page = ShowDrills,
                                   .form = "order"},
                                  {.verb = Verb::kPost,
                                   .pattern = "/drills/approve",
                                   .permission = Permission::kApproveSwitch,
                                   .handler = ApproveDrillHere,
                                   .page = ShowDrills,
                                   .form = "approve"},
                                  {.verb = Verb::kPost,
                                   .pattern = "/drills/stop",
                                   .permission = Permission::kKill,
                                   .handler = StopDrillHere,
                                   .page = ShowDrills,
                                   .form = kStopForm}};

}  // namespace

std::span<const Route> DrillRoutes() {
    return kDrillRoutes;
}

}  // namespace web
