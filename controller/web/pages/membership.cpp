// Who belongs to the fleet: a token that lets an instance in, another credential, and the key that signs orders.
#include "controller/app/fleet_watch.hpp"
#include "controller/app/instances.hpp"
#include "controller/app/keys.hpp"
#include "controller/web/acts.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/fleet_pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/wire/release_json.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

Reply ShowEnrolmentWith(Visit& visit, const wire::IssuedEnrolment* issued) {
    Slots page = visit.Page(
        "enrol",
        {.title = "Let an instance in", .place = "fleet", .crumbs = {{"Fleet", "/fleet"}}, .style = "fleet.css"});
    if (issued != nullptr) {
        Slots made = page.Add("MADE");
        made.Set("INSTANCE", issued->enrolment.instance);
        made.Set("SECRET", issued->token);
        PutTime(made, "UNTIL", issued->enrolment.expires_at);
    }
    PutAct(visit, page, "ENROL",
           {.form = "enrol",
            .action = "/fleet/enrol",
            .legend = "A token for one instance",
            .what = "The token lets one instance in, once, under this name. The instance makes its own credential with "
                    "it, which never leaves it.",
            .button = "Make the token",
            .fields = {{.name = "instance", .label = "Name of the instance", .value = visit.Query("instance")},
                       {.name = "valid_for",
                        .label = "Good for",
                        .kind = FieldKind::kChoice,
                        .value = "1h",
                        .choices = {{"15m", "15 minutes"}, {"1h", "an hour"}, {"1d", "a day"}, {"7d", "7 days"}}}},
            .primary = true,
            .permission = Permission::kManageFleet});
    return visit.Show();
}

Reply ShowEnrolment(Visit& visit) {
    return ShowEnrolmentWith(visit, nullptr);
}

/// The page itself is the answer: the secret is nowhere else, so there is nothing to go on to.
Reply PostEnrolment(Visit& visit) {
    const auto command =
        DecodeTyped(wire::DecodeNewEnrolment, Json{{"instance", platform::Trim(visit.Typed().Text("instance"))},
                                                   {"valid_for", visit.Typed().Text("valid_for")}}
                                                  .dump());
    const std::string key = visit.Services().signing_key.PublicPem();
    const auto issued = visit.Write([&](store::Tx& tx) { return app::Enrol(tx, visit.Caller(), key, command); });
    return ShowEnrolmentWith(visit, &issued);
}

Reply PostRotation(Visit& visit) {
    const auto id = visit.Id<policy::InstanceId>("instance", "instance");
    const auto command = DecodeTyped(wire::DecodeReason, Json{{"reason", visit.Typed().Text("reason")}}.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto done =
            app::RotateCredential(tx, visit.Caller(), visit.Services().fleet.Patience(), id, command.reason);
        if (!done) {
            return app::Refused(done.error());
        }
        return ActDone{"/fleet/instances/" + PercentEncode(id.Text()),
                       "It is asked to make itself another credential; the one it has is good until then."};
    });
}

Reply ShowKeys(Visit& visit) {
    const std::string in_use = visit.Services().signing_key.KeyId();
    const auto keys = visit.Read([&](store::Tx& tx) { return app::ShowSigningKeys(tx, in_use); });
    Slots page = visit.Page("signing_keys", {.title = "The key that signs orders",
                                             .place = "fleet",
                                             .crumbs = {{"Fleet", "/fleet"}},
                                             .style = "fleet.css"});
    page.Set("KEY", keys.key);
    page.Set("SUMMARY", keys.summary);
    for (const wire::KeyHandover& handover : keys.handovers) {
        Slots row = page.Add("HANDOVER");
        row.Set("FROM", handover.from_key);
        row.Set("TO", handover.to_key);
        row.Set("REASON", handover.reason);
        row.Set("BY", handover.created_by);
        PutTime(row, "AT", handover.created_at);
        PutBadge(row, "STATE", handover.completed_at ? "completed" : std::to_string(handover.behind) + " behind",
                 handover.completed_at ? Tone::kGood : Tone::kWaiting);
    }
    page.ShowIf(keys.handovers.empty(), "NONE");
    PutAct(
        visit, page, "ROTATE",
        {.form = "rotate",
         .action = "/fleet/keys/rotate",
         .legend = "Hand over to the next key",
         .what = "The instances are told, signed by the key they know; when the last of them has pinned the next key, "
                 "the one before is retired. The next key is put beside this one on the controller first.",
         .button = "Hand over",
         .fields = {{.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
         .folded = true,
         .permission = Permission::kRotateKeys});
    return visit.Show();
}

Reply PostHandover(Visit& visit) {
    const auto command = DecodeTyped(wire::DecodeReason, Json{{"reason", visit.Typed().Text("reason")}}.dump());
    const app::KeySuccession* keys = visit.Services().keys;
    const platform::Expected<app::NextKeyOffer, std::string> offer =
        keys != nullptr ? keys->offer(platform::SystemNow())
                        : platform::Unexpected<std::string>("This controller has no key to hand over to.");
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto done =
            app::HandOverKey(tx, visit.Caller(), visit.Services().signing_key.KeyId(), offer, command.reason);
        if (!done) {
            return app::Refused(done.error());
        }
        return ActDone{"/fleet/keys", done->summary};
    });
}

constexpr Route kMembershipRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/fleet/enrol", .permission = Permission::kManageFleet, .handler = ShowEnrolment},
    {.verb = Verb::kPost,
     .pattern = "/fleet/enrol",
     .permission = Permission::kManageFleet,
     .handler = PostEnrolment,
     .page = ShowEnrolment,
     .form = "enrol"},
    {.verb = Verb::kPost,
     .pattern = "/fleet/instances/{instance}/rotate",
     .permission = Permission::kManageFleet,
     .handler = PostRotation,
     .page = ShowInstancePage,
     .form = "rotate"},
    {.verb = Verb::kGet, .pattern = "/fleet/keys", .handler = ShowKeys},
    {.verb = Verb::kPost,
     .pattern = "/fleet/keys/rotate",
     .permission = Permission::kRotateKeys,
     .handler = PostHandover,
     .page = ShowKeys,
     .form = "rotate"},
};

}  // namespace

void PutRotateAct(Visit& visit, Slots page, const wire::Instance& instance) {
    PutAct(visit, page, "ROTATE",
           {.form = "rotate",
            .action = "/fleet/instances/" + PercentEncode(instance.id) + "/rotate",
            .legend = "Ask for another credential",
            .what = "'" + instance.id +
                    "' is asked to make itself another credential. The one it has is good until the new one was used.",
            .button = "Ask for another credential",
            .fields = {{.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText}},
            .folded = true,
            .permission = Permission::kManageFleet});
}

std::span<const Route> MembershipRoutes() {
    return kMembershipRoutes;
}

}  // namespace web
