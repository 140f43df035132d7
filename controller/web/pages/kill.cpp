// The kill: who is meant and what will happen to each, before the one button; and the way back on.
#include <algorithm>
#include <set>

#include "controller/app/fleet_watch.hpp"
#include "controller/app/instances.hpp"
#include "controller/app/kill_first.hpp"
#include "controller/app/kill_switch.hpp"
#include "controller/web/acts.hpp"
#include "controller/web/fleet_parts.hpp"
#include "controller/web/once.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/kill_entry.hpp"
#include "controller/wire/release_json.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

constexpr int kInstancesAtOnce = 500;
/// Named one by one; of a larger fleet the others are counted.
constexpr std::size_t kMostNamed = 200;
constexpr int kReviewsShown = 50;

std::vector<wire::Instance> WholeFleet(Visit& visit) {
    return visit.Read([&](store::Tx& tx) -> app::Outcome<std::vector<wire::Instance>> {
        std::vector<wire::Instance> all;
        app::PageQuery query{.limit = kInstancesAtOnce, .after = {}};
        for (;;) {
            auto page = app::ListInstances(tx, visit.Services().fleet.Patience(), false, query);
            if (!page) {
                return app::Refused(std::move(page.error()));
            }
            std::ranges::move(page->rows, std::back_inserter(all));
            if (!page->next) {
                return all;
            }
            query.after = *page->next;
        }
    });
}

/// Who is meant: as typed, else as the address says.
struct Scope {
    bool whole = false;
    std::set<std::string> chosen;
    bool Has(const std::string& instance) const {
        return whole || chosen.contains(instance);
    }
};

Scope ScopeOf(Visit& visit, const FormState& form, const std::vector<wire::Instance>& fleet) {
    Scope scope;
    scope.whole = (form.Typed() ? form.Text("scope") : visit.Query("scope")) == "fleet";
    for (const wire::Instance& instance : fleet) {
        const auto& query = visit.Request().query;
        const bool chosen =
            form.Typed() ? form.Ticked("instance", instance.id) : std::ranges::any_of(query, [&](const auto& pair) {
                return pair.first == "instance" && pair.second == instance.id;
            });
        if (chosen && !scope.whole) {
            scope.chosen.insert(instance.id);
        }
    }
    return scope;
}

struct EffectRow {
    KillEffect effect;
    std::string_view title;
    std::string_view says;
    Tone tone;
};
constexpr EffectRow kEffects[] = {
    {KillEffect::kGoesOff, "will be switched off",
     "The order goes to them at once. Each is killed when it says so itself, and proven when its pages, its API and "
     "its "
     "data have been looked at.",
     Tone::kGood},
    {KillEffect::kIsOff, "say that they are off already", "They get the order all the same and are looked at again.",
     Tone::kInfo},
    {KillEffect::kUnreachable, "cannot be reached",
     "They are NOT killed by this. The order waits for them and is given the moment they connect; until then tenants "
     "may be on there. Somebody has to see to them by other means.",
     Tone::kBad},
    {KillEffect::kUnkillable, "cannot be killed at all",
     "They run in hosted mode, where the switch does not decide. Nothing in this order changes them.", Tone::kUnsure},
};

void PutEffects(Slots page, const std::vector<wire::Instance>& fleet, const Scope& scope) {
    std::int64_t meant = 0;
    std::int64_t records = 0;
    std::int64_t uncounted = 0;
    for (const EffectRow& row : kEffects) {
        std::vector<const wire::Instance*> among;
        for (const wire::Instance& instance : fleet) {
            if (scope.Has(instance.id) && EffectOfKill(instance) == row.effect) {
                among.push_back(&instance);
            }
        }
        if (among.empty()) {
            continue;
        }
        meant += static_cast<std::int64_t>(among.size());
        Slots slot = page.Add("EFFECT");
        slot.Set("TONE", ToneText(row.tone));
        slot.Set("COUNT", static_cast<std::int64_t>(among.size()));
        slot.Set("TITLE", row.title);
        slot.Set("SAYS", row.says);
        std::size_t named = 0;
        for (const wire::Instance* instance : among) {
            const bool counted = instance->state && instance->state->tenants;
            if (row.effect == KillEffect::kGoesOff || row.effect == KillEffect::kIsOff) {
                records += counted ? instance->state->tenants->count : 0;
                uncounted += counted ? 0 : 1;
            }
            if (named++ < kMostNamed) {
                Slots name = slot.Add("WHO");
                name.Set("ID", instance->id);
                name.AddText("SILENT", "FOR", LookOf(*instance).silent);
                if (counted) {
                    name.Add("DATA").Set("TENANTS", platform::Plural(instance->state->tenants->count, "tenant record"));
                }
            }
        }
        if (among.size() > kMostNamed) {
            slot.Add("OTHERS").Set("MORE", static_cast<std::int64_t>(among.size() - kMostNamed));
        }
    }
    page.Set("MEANT", platform::Plural(meant, "instance"));
    page.Set("RECORDS", platform::Plural(records, "record"));
    if (uncounted > 0) {
        page.Add("UNCOUNTED").Set("COUNT", platform::Plural(uncounted, "instance"));
    }
    page.ShowIf(meant == 0 && !scope.whole, "NOBODY");
    page.ShowIf(meant == 0 && scope.whole, "EMPTY");
}

void PutScope(Slots form, const std::vector<wire::Instance>& fleet, const Scope& scope) {
    form.Set("SCOPE", scope.whole ? "fleet" : "some");
    for (const wire::Instance& instance : fleet) {
        if (!scope.whole && scope.Has(instance.id)) {
            form.Add("CHOSEN").Set("ID", instance.id);
        }
    }
}

Reply ShowKill(Visit& visit) {
    const FormState form = visit.FormOf("kill");
    const auto fleet = WholeFleet(visit);
    const Scope scope = ScopeOf(visit, form, fleet);
    Slots page = visit.Page(
        "kill", {.title = "Kill tenants", .place = "fleet", .crumbs = {{"Fleet", "/fleet"}}, .style = "fleet.css"});
    page.ShowIf(scope.whole, "WHOLE");
    PutEffects(page, fleet, scope);
    form.PutRefusal(page, "REFUSAL");
    if (scope.whole || !scope.chosen.empty()) {
        Slots slot = page.Add("FORM");
        if (!visit.May(Permission::kKill)) {
            slot.Add("NOT_ALLOWED").Set("WHO", visit.WhoMay(Permission::kKill));
            return visit.Show();
        }
        slot = slot.Add("ALLOWED");
        PutScope(slot, fleet, scope);
        form.Fill(slot, "REASON", "reason");
        form.Fill(slot, "WATCH", "watch", "30m");
        form.Fill(slot, "BATCH", "batch");
        slot.ShowIf(form.Text("mode") == "restart", "RESTART");
        slot.ShowIf(!form.Typed() || form.Ticked("verify", "true"), "VERIFY");
        slot.ShowIf(form.Ticked("stop", "true"), "STOP");
    }
    return visit.Show();
}

Json OrderOf(const Visit& visit, bool enabled) {
    const Form& typed = visit.Typed();
    Json order{{"enabled", enabled}, {"reason", typed.Text("reason")}};
    if (typed.Text("scope") == "fleet") {
        order["scope"] = {{"all", true}};
    } else {
        order["scope"] = {{"instances", typed.All("instance")}};
    }
    order["mode"] = typed.Text("mode") == "restart" ? "restart" : "hot";
    order["verify"] = typed.Text("verify") == "true";
    if (const std::string_view watch = platform::Trim(typed.Text("watch"));
        !watch.empty() && typed.Text("verify") == "true") {
        order["watch_for"] = watch;
    }
    if (const std::string_view batch = platform::Trim(typed.Text("batch")); !batch.empty()) {
        const auto size = typed.Number("batch");
        order["batch_size"] = size ? Json(*size) : Json(batch);
        order["stop_on_failure"] = typed.Text("stop") == "true";
    } else if (!enabled) {
        order["stop_on_failure"] = typed.Text("stop") == "true";
    }
    return order;
}

ActDone GivenOrder(const wire::Operation& operation) {
    std::string said = operation.enabled ? "Ordered on. " : "The kill is given. ";
    for (const std::string& warning : operation.warnings) {
        said += warning + " ";
    }
    return {"/operations/" + operation.id, said + "What becomes of it is shown here."};
}

Reply OrderInDatabase(Visit& visit, const wire::SwitchOrder& command) {
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto given = app::OrderSwitch(tx, visit.Caller(), visit.Services().fleet.Patience(), command);
        if (!given) {
            return app::Refused(given.error());
        }
        return GivenOrder(*given);
    });
}

/// As the API's: to the instances first, whenever nothing has to be asked.
Reply PostKill(Visit& visit) {
    const wire::Document document = TypedDocument(OrderOf(visit, false).dump());
    app::KillRequest kill;
    kill.call = visit.Caller();
    kill.order = DecodeTyped(wire::DecodeSwitchOrder, document);
    kill.order_text = wire::KillOrderText(document);
    kill.key = FormKey(visit);
    kill.request_hash = FormHash(visit);
    kill.storable = [](const wire::Operation& operation) {
        const ActDone done = GivenOrder(operation);
        return Storable(done.path, done.said);
    };
    app::KillFirst& kills = visit.Services().kills;
    if (!kills.GoesFirst(kill.call, kill.order, kill.key)) {
        return OrderInDatabase(visit, kill.order);
    }
    const app::GivenKill given = Visit::ValueOf(kills.Give(std::move(kill)));
    const ActDone done = GivenOrder(given.operation);
    return visit.GoTo(done.path, done.said);
}

Reply ShowWayBack(Visit& visit) {
    const auto reviews = visit.Read(
        [&](store::Tx& tx) { return app::ListKillReviews(tx, true, {.limit = kReviewsShown, .after = {}}); });
    Slots page = visit.Page(
        "way_back",
        {.title = "The way back on", .place = "fleet", .crumbs = {{"Fleet", "/fleet"}}, .style = "fleet.css"});
    for (const wire::KillReview& review : reviews.rows) {
        Slots row = page.Add("REVIEW");
        row.Set("OPERATION", review.operation);
        row.Set("REASON", review.reason);
        row.Set("BY", review.killed_by);
        PutTime(row, "AT", review.opened_at);
    }
    page.ShowIf(reviews.rows.empty(), "REVIEWED");
    PutAct(
        visit, page, "APPROVE",
        {.form = "approve",
         .action = "/fleet/way-back/approve",
         .legend = "Approve that somebody else switches on",
         .what = "The approval is good once, for a day at most, and not for yourself: whoever switches on is another "
                 "person.",
         .button = "Approve",
         .fields = {{.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
         .permission = Permission::kApproveSwitch});
    PutAct(
        visit, page, "SWITCH_ON",
        {.form = "switch-on",
         .action = "/fleet/way-back/switch-on",
         .legend = "Switch tenants back on",
         .what = "On the whole fleet, in batches that stop when an instance fails. Refused while a review is open or "
                 "no approval of somebody else stands; nothing is changed then.",
         .button = "Switch on",
         .fields = {{.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText},
                    {.name = "scope", .kind = FieldKind::kHidden, .value = "fleet"},
                    {.name = "verify", .kind = FieldKind::kHidden, .value = "true"},
                    {.name = "stop", .kind = FieldKind::kHidden, .value = "true"},
                    {.name = "batch",
                     .label = "Instances at a time",
                     .value = "1",
                     .hint = "empty: all at once",
                     .required = false}},
         .primary = true,
         .permission = Permission::kKill});
    return visit.Show();
}

Reply PostApproval(Visit& visit) {
    const auto command = DecodeTyped(wire::DecodeReason, Json{{"reason", visit.Typed().Text("reason")}}.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto approval = app::ApproveSwitchingOn(tx, visit.Caller(), command.reason);
        if (!approval) {
            return app::Refused(approval.error());
        }
        return ActDone{"/fleet/way-back", "Approved. It is good once, until " + UtcText(approval->expires_at) +
                                              ", for somebody else than you."};
    });
}

Reply PostSwitchOn(Visit& visit) {
    return OrderInDatabase(visit, DecodeTyped(wire::DecodeSwitchOrder, OrderOf(visit, true).dump()));
}

constexpr Route kKillRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/fleet/kill", .handler = ShowKill},
    {.verb = Verb::kPost,
     .pattern = "/fleet/kill",
     .permission = Permission::kKill,
     .handler = PostKill,
     .page = ShowKill,
     .form = "kill",
     .urgent = true},
    {.verb = Verb::kGet, .pattern = "/fleet/way-back", .handler = ShowWayBack},
    {.verb = Verb::kPost,
     .pattern = "/fleet/way-back/approve",
     .permission = Permission::kApproveSwitch,
     .handler = PostApproval,
     .page = ShowWayBack,
     .form = "approve"},
    {.verb = Verb::kPost,
     .pattern = "/fleet/way-back/switch-on",
     .permission = Permission::kKill,
     .handler = PostSwitchOn,
     .page = ShowWayBack,
     .form = "switch-on"},
};

}  // namespace

std::span<const Route> KillRoutes() {
    return kKillRoutes;
}

}  // namespace web
