// Flags of releases: kill one on every instance, and the governed way back.
#include "controller/app/flag_kill.hpp"
#include "controller/app/fleet_watch.hpp"
#include "controller/web/acts.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/wire/release_json.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

ActField FlagReason() {
    return {.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText};
}

void PutFlagKill(Visit& visit, Slots row, const wire::FlagKill& kill) {
    row.Set("FLAG", kill.flag);
    row.Set("REASON", kill.reason);
    row.Set("BY", kill.killed_by);
    row.Set("OPERATION", kill.operation);
    PutTime(row, "AT", kill.killed_at);
    PutAct(visit, row, "APPROVE",
           {.form = "approve",
            .action = "/flags/approve",
            .legend = "Approve that it is lifted",
            .what = "The approval is good once and for a time, and not for yourself: somebody else lifts the kill.",
            .button = "Approve",
            .about = "flag",
            .about_value = kill.flag,
            .fields = {FlagReason()},
            .folded = true,
            .permission = Permission::kApproveSwitch});
    PutAct(visit, row, "LIFT",
           {.form = "lift",
            .action = "/flags/lift",
            .legend = "Lift the kill",
            .what = kill.flag +
                    " may be on again where releases and rollouts say so. It needs the approval of somebody else, and "
                    "the reviews of all kills completed.",
            .button = "Lift the kill",
            .about = "flag",
            .about_value = kill.flag,
            .fields = {FlagReason()},
            .folded = true,
            .permission = Permission::kKill});
}

Reply ShowFlags(Visit& visit) {
    const auto kills = visit.Read([&](store::Tx& tx) { return app::ListFlagKills(tx); });
    Slots page = visit.Page(
        "flags", {.title = "Flags", .place = "fleet", .crumbs = {{"Fleet", "/fleet"}}, .style = "fleet.css"});
    for (const wire::FlagKill& kill : kills.rows) {
        PutFlagKill(visit, page.Add("KILL"), kill);
    }
    page.ShowIf(kills.rows.empty(), "NONE");
    PutAct(
        visit, page, "KILL_FORM",
        {.form = "kill",
         .action = "/flags/kill",
         .legend = "Kill a flag",
         .what = "The flag goes off on every instance of the fleet, for every tenant, and stays off until the kill is "
                 "lifted. Nothing else is switched. It needs a reason and nothing else.",
         .button = "Kill the flag",
         .fields = {{.name = "flag",
                     .label = "Flag",
                     .value = visit.Query("flag"),
                     .hint = "kill_switch.flag of the release's manifest"},
                    FlagReason()},
         .dangerous = true,
         .permission = Permission::kKill});
    return visit.Show();
}

policy::FlagName TypedFlag(const Visit& visit) {
    const std::string_view text = platform::Trim(visit.Typed().Text("flag"));
    auto flag = policy::FlagName::Parse(std::string(text));
    if (!flag) {
        Visit::RefuseUnknown("flag", text);
    }
    return std::move(*flag);
}

template <auto act>
Reply PostFlagOrder(Visit& visit) {
    const policy::FlagName flag = TypedFlag(visit);
    const auto command = DecodeTyped(wire::DecodeFlagOrder, Json{{"reason", visit.Typed().Text("reason")}}.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto ordered = act(tx, visit.Caller(), visit.Services().fleet.Patience(), flag, command);
        if (!ordered) {
            return app::Refused(ordered.error());
        }
        return ActDone{"/operations/" + ordered->id, "Ordered. This page follows it, instance by instance."};
    });
}

Reply PostFlagApproval(Visit& visit) {
    const policy::FlagName flag = TypedFlag(visit);
    const auto command = DecodeTyped(wire::DecodeReason, Json{{"reason", visit.Typed().Text("reason")}}.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto approved = app::ApproveLift(tx, visit.Caller(), flag, command.reason);
        if (!approved) {
            return app::Refused(approved.error());
        }
        return ActDone{"/flags", "Approved: somebody else may lift it until " + UtcText(approved->expires_at) + "."};
    });
}

constexpr Route kFlagRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/flags", .handler = ShowFlags},
    {.verb = Verb::kPost,
     .pattern = "/flags/kill",
     .permission = Permission::kKill,
     .handler = PostFlagOrder<app::KillFlag>,
     .page = ShowFlags,
     .form = "kill"},
    {.verb = Verb::kPost,
     .pattern = "/flags/lift",
     .permission = Permission::kKill,
     .handler = PostFlagOrder<app::LiftFlag>,
     .page = ShowFlags,
     .form = "lift"},
    {.verb = Verb::kPost,
     .pattern = "/flags/approve",
     .permission = Permission::kApproveSwitch,
     .handler = PostFlagApproval,
     .page = ShowFlags,
     .form = "approve"},
};

}  // namespace

std::span<const Route> FlagRoutes() {
    return kFlagRoutes;
}

}  // namespace web
