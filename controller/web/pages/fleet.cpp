// The fleet: what every instance is ordered, what it says, what was proven of it; and an instance by itself.
#include <algorithm>
#include <map>

#include "controller/app/fleet_watch.hpp"
#include "controller/app/instances.hpp"
#include "controller/app/kill_switch.hpp"
#include "controller/web/acts.hpp"
#include "controller/web/fleet_parts.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/fleet_pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/release_json.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;

constexpr std::int64_t kInstancesOfPage = 100;
/// Operations whose outcomes a page of the fleet is held against; there are rarely more that are in force.
constexpr std::size_t kMostOperations = 3;

/// What the operations in force say of the instances: instance to outcome.
using Outcomes = std::map<std::pair<std::string, std::string>, std::string>;

Outcomes LoadOutcomes(Visit& visit, const std::vector<wire::Instance>& rows) {
    std::vector<std::string> operations;
    for (const wire::Instance& row : rows) {
        if (row.order && !row.order->operation.empty() &&
            std::ranges::find(operations, row.order->operation) == operations.end()) {
            operations.push_back(row.order->operation);
        }
    }
    std::ranges::sort(operations, std::greater<>());
    operations.resize(std::min(operations.size(), kMostOperations));
    Outcomes outcomes;
    for (const std::string& operation : operations) {
        const auto id = policy::RecordId::Parse(operation);
        const auto shown = id ? visit.Services().database.Read([&](store::Tx& tx) {
            return app::ShowOperation(tx, visit.Services().fleet.Patience(), *id, store::WithEvidence::kNo);
        })
                              : app::Outcome<wire::Operation>(wire::Operation{});
        if (shown) {
            for (const wire::OperationInstance& part : shown->instances) {
                outcomes[{operation, part.instance}] = part.outcome;
            }
        }
    }
    return outcomes;
}

void PutOrder(Slots row, const wire::Instance& instance, const Outcomes& outcomes) {
    if (!instance.order) {
        row.Show("NO_ORDER");
        return;
    }
    Slots order = row.Add("ORDER");
    order.Set("WANTED", instance.order->enabled ? "on" : "off");
    order.Set("GENERATION", instance.order->generation);
    if (instance.order->operation.empty()) {
        return;
    }
    order.Add("BY").Set("OPERATION", instance.order->operation);
    const auto outcome = outcomes.find({instance.order->operation, instance.id});
    if (outcome != outcomes.end()) {
        PutBadge(order.Add("PROVEN"), "BADGE", PlainWords(outcome->second), ToneOfInstanceOutcome(outcome->second));
    }
}

void PutInstance(Slots row, const wire::Instance& instance, const Outcomes& outcomes, bool may_kill) {
    row.Set("ID", instance.id);
    row.Set("PATH", PercentEncode(instance.id));
    row.Set("SUMMARY", instance.summary);
    row.ShowIf(may_kill && !instance.retired_at, "CHOOSABLE");
    const InstanceLook look = LookOf(instance);
    PutBadge(row, "STATE", look.word, look.tone);
    row.Set("TONE", ToneText(look.tone));
    row.ShowIf(look.loud, "LOUD");
    row.AddText("SILENT", "FOR", look.silent);
    row.ShowIf(look.drifts, "DRIFT");
    PutOrder(row, instance, outcomes);
    if (!instance.state) {
        row.Show("NEVER");
        return;
    }
    const wire::InstanceState& state = *instance.state;
    Slots says = row.Add("SAYS");
    says.Set("SWITCH", state.hosted ? "hosted" : state.enabled ? "on" : "off");
    says.Set("APPLIED", state.generation);
    row.Add("PROGRAM").Set("TEXT", state.program);
    row.Set("MODE", state.hosted ? "hosted" : state.agent ? "agent beside Pulse" : "managed");
    if (state.tenants) {
        row.Add("TENANTS").Set("COUNT", state.tenants->count);
    }
    row.AddText("PROBLEM", "TEXT", state.problem);
}

Reply ShowFleet(Visit& visit) {
    const bool with_retired = visit.Query("retired") == "true";
    const auto page_query = visit.PageOf(kInstancesOfPage);
    const auto instances = visit.Read([&](store::Tx& tx) {
        return app::ListInstances(tx, visit.Services().fleet.Patience(), with_retired, page_query);
    });
    const Outcomes outcomes = LoadOutcomes(visit, instances.rows);
    Slots page = visit.Page("fleet", {.title = "Fleet", .place = "fleet", .style = "fleet.css"});
    const bool may_kill = visit.May(policy::Permission::kKill);
    visit.Offer(page, "KILL", policy::Permission::kKill);
    PutFleetTotals(page, instances.rows, instances.next.has_value() || !page_query.after.empty());
    for (const wire::Instance& instance : instances.rows) {
        PutInstance(page.Add("INSTANCE"), instance, outcomes, may_kill);
    }
    page.ShowIf(instances.rows.empty(), "NONE");
    page.ShowIf(!instances.rows.empty(), "SOME");
    page.ShowIf(with_retired, "WITH_RETIRED");
    page.ShowIf(visit.May(policy::Permission::kManageFleet), "MAY_ENROL");
    PutPaging(page, "PAGING", instances.next ? std::optional(visit.HereWith("after", *instances.next)) : std::nullopt,
              page_query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

policy::InstanceId InstanceOf(const Visit& visit) {
    return visit.Id<policy::InstanceId>("instance", "instance");
}

}  // namespace

Reply ShowInstancePage(Visit& visit) {
    const policy::InstanceId id = InstanceOf(visit);
    const wire::Instance instance =
        visit.Read([&](store::Tx& tx) { return app::ShowInstance(tx, visit.Services().fleet.Patience(), id); });
    Slots page = visit.Page(
        "instance", {.title = instance.id, .place = "fleet", .crumbs = {{"Fleet", "/fleet"}}, .style = "fleet.css"});
    PutInstance(page, instance, LoadOutcomes(visit, {instance}), visit.May(policy::Permission::kKill));
    PutTime(page, "CREATED", instance.created_at);
    page.Set("CREATED_BY", instance.created_by);
    page.Set("CREDENTIAL", instance.has_credential ? "good" : "none that is good");
    if (instance.state) {
        Slots more = page.Add("MORE");
        PutTime(more, "SEEN", instance.state->last_seen_at);
        PutTime(more, "STARTED", instance.state->process_started_at);
        more.Set("BOOT", instance.state->boot_id);
        more.AddText("AT", "CONTROLLER", instance.state->controller.value_or(""));
        more.Set("REJECTED", instance.state->rejected);
    }
    if (instance.order) {
        Slots why = page.Add("WHY");
        why.Set("REASON", instance.order->reason);
        PutTime(why, "SINCE", instance.order->issued_at);
    }
    if (instance.retired_at) {
        return visit.Show();
    }
    PutRotateAct(visit, page, instance);
    PutAct(
        visit, page, "REVOKE",
        {.form = "revoke",
         .action = "/fleet/instances/" + PercentEncode(instance.id) + "/revoke",
         .legend = "Revoke its credential",
         .what = "The connection of '" + instance.id +
                 "' ends at once and it cannot come back until it is let in anew. No order reaches it until then: it "
                 "cannot be killed while it is out.",
         .button = "Revoke the credential",
         .fields = {{.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
         .dangerous = true,
         .folded = true,
         .permission = policy::Permission::kManageFleet});
    PutAct(visit, page, "RETIRE",
           {.form = "retire",
            .action = "/fleet/instances/" + PercentEncode(instance.id) + "/retire",
            .legend = "Retire it",
            .what = "'" + instance.id + "' leaves the fleet: no order is for it any more, also no kill.",
            .button = "Retire the instance",
            .fields = {{.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
            .dangerous = true,
            .folded = true,
            .permission = policy::Permission::kManageFleet});
    return visit.Show();
}

namespace {

using InstanceAct = app::Outcome<wire::Instance> (*)(store::Tx&, const app::Call&, const fleet::Patience&,
                                                     const policy::InstanceId&, const std::string&);

Reply ActOnInstance(Visit& visit, InstanceAct act, std::string_view said) {
    const policy::InstanceId id = InstanceOf(visit);
    const auto command = DecodeTyped(wire::DecodeReason, Json{{"reason", visit.Typed().Text("reason")}}.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto done = act(tx, visit.Caller(), visit.Services().fleet.Patience(), id, command.reason);
        if (!done) {
            return app::Refused(done.error());
        }
        return ActDone{"/fleet/instances/" + PercentEncode(id.Text()), "'" + id.Text() + "' " + std::string(said)};
    });
}

Reply PostRevoke(Visit& visit) {
    return ActOnInstance(visit, app::RevokeInstance, "has no credential any more.");
}

Reply PostRetire(Visit& visit) {
    return ActOnInstance(visit, app::RetireInstance, "is out of the fleet.");
}

constexpr Route kFleetRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/fleet", .handler = ShowFleet},
    {.verb = Verb::kGet, .pattern = "/fleet/instances/{instance}", .handler = ShowInstancePage},
    {.verb = Verb::kPost,
     .pattern = "/fleet/instances/{instance}/revoke",
     .permission = policy::Permission::kManageFleet,
     .handler = PostRevoke,
     .page = ShowInstancePage,
     .form = "revoke"},
    {.verb = Verb::kPost,
     .pattern = "/fleet/instances/{instance}/retire",
     .permission = policy::Permission::kManageFleet,
     .handler = PostRetire,
     .page = ShowInstancePage,
     .form = "retire"},
};

}  // namespace

std::span<const Route> FleetRoutes() {
    return kFleetRoutes;
}

}  // namespace web
