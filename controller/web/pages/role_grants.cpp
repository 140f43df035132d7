// Roles that were proposed, given and taken away, and who decides about them; registering people, and a first password.
#include "controller/app/passwords.hpp"
#include "controller/app/principals.hpp"
#include "controller/web/acts.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/people_pages.hpp"
#include "controller/web/parts.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using platform::Json;
using policy::Permission;

constexpr int kGrantsOfPage = 50;

Tone ToneOfGrant(wire::GrantStatus status) {
    return status == wire::GrantStatus::kActive     ? Tone::kGood
           : status == wire::GrantStatus::kProposed ? Tone::kWaiting
                                                    : Tone::kPlain;
}

Act GrantAct(std::string_view form, const wire::RoleGrant& grant) {
    Act act;
    act.form = form;
    act.action = "/roles/" + std::string(form);
    act.about = "grant";
    act.about_value = grant.id.Text();
    act.fields = {
        {.name = "reason", .label = "Reason, for the audit log", .kind = FieldKind::kText, .required = false}};
    act.folded = true;
    return act;
}

/// What may be done to it. Whether it is theirs to decide is judged when it is sent; what can never be is not offered.
void PutGrantActs(Visit& visit, Slots row, const wire::RoleGrant& grant) {
    const policy::PrincipalId& caller = visit.Caller().actor.id;
    const bool decides = visit.May(Permission::kManagePrincipals) || visit.Holds(grant.role);
    const std::string role(platform::EnumText(grant.role));
    if (grant.status == wire::GrantStatus::kProposed) {
        const bool own = grant.principal == caller || grant.proposed_by == caller.Text();
        if (!decides || own) {
            row.Add("NOT_YOURS")
                .Set("WHO",
                     "Decided by an admin or a holder of the role, who neither proposed it nor "
                     "gets it.");
            return;
        }
        Act confirm = GrantAct("confirm", grant);
        confirm.legend = "Confirm it";
        confirm.what = grant.principal.Text() + " holds the role " + role + " from then on.";
        confirm.button = "Confirm";
        confirm.primary = true;
        PutAct(visit, row, "CONFIRM", confirm);
        Act reject = GrantAct("reject", grant);
        reject.legend = "Reject it";
        reject.button = "Reject";
        PutAct(visit, row, "REJECT", reject);
    }
    if (grant.status == wire::GrantStatus::kActive &&
        (visit.May(Permission::kManagePrincipals) || grant.principal == caller)) {
        Act revoke = GrantAct("revoke", grant);
        revoke.legend = grant.principal == caller ? "Give it up" : "Take it away";
        revoke.what = "Approvals that were given with it stop counting where the rules say so.";
        revoke.button = revoke.legend;
        revoke.dangerous = true;
        PutAct(visit, row, "REVOKE", revoke);
    }
}

Reply ShowGrants(Visit& visit) {
    const std::string person = visit.Query("principal");
    const auto principal = policy::PrincipalId::Parse(person);
    const auto status = visit.QueryChoice<wire::GrantStatus>("status");
    const auto query = visit.PageOf(kGrantsOfPage);
    const auto grants = visit.Read([&](store::Tx& tx) {
        return app::ListRoleGrants(tx, principal ? std::optional(*principal) : std::nullopt, status, query);
    });
    Slots page = visit.Page("roles", {.title = "Roles", .place = "people", .style = "fleet.css"});
    page.Set("PRINCIPAL", person);
    for (const auto& name : platform::EnumNames<wire::GrantStatus>::kNames) {
        Slots choice = page.Add("STATUS");
        choice.Set("VALUE", name.text);
        choice.ShowIf(status == name.value, "CHOSEN");
    }
    for (const wire::RoleGrant& grant : grants.rows) {
        Slots row = page.Add("GRANT");
        row.Set("ID", grant.id.Text());
        row.Set("WHO", grant.principal.Text());
        row.Set("ROLE", platform::EnumText(grant.role));
        PutBadge(row, "STATE", platform::EnumText(grant.status), ToneOfGrant(grant.status));
        row.Set("BY", grant.proposed_by);
        PutTime(row, "AT", grant.proposed_at);
        if (grant.confirmed_by) {
            Slots decided = row.Add("DECIDED");
            decided.Set("BY", *grant.confirmed_by);
            PutTime(decided, "AT", grant.confirmed_at);
        }
        if (grant.revoked_by) {
            Slots revoked = row.Add("REVOKED");
            revoked.Set("BY", *grant.revoked_by);
            PutTime(revoked, "AT", grant.revoked_at);
        }
        PutGrantActs(visit, row, grant);
    }
    page.ShowIf(grants.rows.empty(), "NONE");
    PutPaging(page, "PAGING", grants.next ? std::optional(visit.HereWith("after", *grants.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

using DecideGrant = app::Outcome<wire::RoleGrant> (*)(store::Tx&, const app::Call&, const policy::RecordId&,
                                                      const std::string&);

template <DecideGrant act>
Reply PostGrant(Visit& visit) {
    const std::string text(visit.Typed().Text("grant"));
    const auto id = policy::RecordId::Parse(text);
    if (!id) {
        Visit::RefuseUnknown("role grant", text);
    }
    Json json = Json::object();
    if (const std::string_view reason = platform::Trim(visit.Typed().Text("reason")); !reason.empty()) {
        json["reason"] = reason;
    }
    const auto command = DecodeTyped(wire::DecodeOptionalReason, json.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto grant = act(tx, visit.Caller(), *id, command.reason);
        if (!grant) {
            return app::Refused(grant.error());
        }
        return ActDone{"/roles?principal=" + PercentEncode(grant->principal.Text()),
                       "The role " + std::string(platform::EnumText(grant->role)) + " of " + grant->principal.Text() +
                           " is " + WordsOf(grant->status) + "."};
    });
}

Reply PostProposal(Visit& visit) {
    const auto id = visit.Id<policy::PrincipalId>("principal", "principal");
    const auto command = DecodeTyped(wire::DecodeProposeRole, Json{{"role", visit.Typed().Text("role")}}.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto grant = app::ProposeRole(tx, visit.Caller(), id, command.role);
        if (!grant) {
            return app::Refused(grant.error());
        }
        return ActDone{"/people/" + PercentEncode(id.Text()),
                       grant->status == wire::GrantStatus::kActive
                           ? "The role is given."
                           : "Proposed. An admin or a holder of the role, somebody else than you, confirms it."};
    });
}

Reply PostPerson(Visit& visit) {
    Json json = Json::object();
    for (const char* field : {"id", "kind", "display_name", "email"}) {
        if (const std::string_view text = platform::Trim(visit.Typed().Text(field)); !text.empty()) {
            json[field] = text;
        }
    }
    const auto command = DecodeTyped(wire::DecodeRegisterPrincipal, json.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto made = app::RegisterPrincipal(tx, visit.Caller(), command);
        if (!made) {
            return app::Refused(made.error());
        }
        return ActDone{"/people/" + PercentEncode(made->id.Text()),
                       "Registered. Roles, and what lets them in, come next."};
    });
}

Reply PostFirstPassword(Visit& visit) {
    const auto id = visit.Id<policy::PrincipalId>("principal", "principal");
    const auto command =
        DecodeTyped(wire::DecodeSetPassword, Json{{"password", visit.Typed().Text("new_password")}}.dump());
    Visit::ValueOf(app::SetPassword(visit.Services(), visit.Caller(), id, command));
    return visit.GoTo("/people/" + PercentEncode(id.Text()), "The password is set. It is theirs to change.");
}

constexpr Route kRoleRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/roles", .handler = ShowGrants},
    {.verb = Verb::kPost,
     .pattern = "/roles/confirm",
     .handler = PostGrant<app::ConfirmRole>,
     .page = ShowGrants,
     .form = "confirm"},
    {.verb = Verb::kPost,
     .pattern = "/roles/reject",
     .handler = PostGrant<app::RejectRole>,
     .page = ShowGrants,
     .form = "reject"},
    {.verb = Verb::kPost,
     .pattern = "/roles/revoke",
     .handler = PostGrant<app::RevokeRole>,
     .page = ShowGrants,
     .form = "revoke"},
    {.verb = Verb::kPost,
     .pattern = "/people/register",
     .permission = Permission::kManagePrincipals,
     .handler = PostPerson,
     .page = ShowPeople,
     .form = "register"},
    {.verb = Verb::kPost,
     .pattern = "/people/{principal}/roles",
     .permission = Permission::kManagePrincipals,
     .handler = PostProposal,
     .page = ShowPerson,
     .form = "propose"},
    {.verb = Verb::kPost,
     .pattern = "/people/{principal}/password",
     .permission = Permission::kManagePrincipals,
     .handler = PostFirstPassword,
     .page = ShowPerson,
     .form = "password"},
};

}  // namespace

void PutRegisterAct(Visit& visit, Slots page) {
    PutAct(
        visit, page, "REGISTER",
        {.form = "register",
         .action = "/people/register",
         .legend = "Register somebody",
         .what = "A user is a person; a component is a pipeline or another program. Neither may do anything before a "
                 "role is given.",
         .button = "Register",
         .fields = {{.name = "id", .label = "Id", .hint = "the name to sign in with; it stays"},
                    {.name = "kind",
                     .label = "Kind",
                     .kind = FieldKind::kChoice,
                     .value = "user",
                     .choices = {{"user", "user"}, {"component", "component"}}},
                    {.name = "display_name", .label = "Name"},
                    {.name = "email", .label = "Mail", .required = false}},
         .folded = true,
         .permission = Permission::kManagePrincipals});
}

void PutPersonActs(Visit& visit, Slots page, const wire::Principal& person) {
    std::vector<std::pair<std::string, std::string>> roles;
    for (const auto& name : platform::EnumNames<policy::Role>::kNames) {
        if (std::ranges::find(person.roles, name.value) == person.roles.end()) {
            roles.emplace_back(name.text, PlainWords(name.text));
        }
    }
    PutAct(visit, page, "PROPOSE",
           {.form = "propose",
            .action = "/people/" + PercentEncode(person.id.Text()) + "/roles",
            .legend = "Give a role",
            .what = "Roles that approve (dev_lead, qa, system_owner) wait for the confirmation of another person.",
            .button = "Propose the role",
            .fields = {{.name = "role",
                        .label = "Role",
                        .kind = FieldKind::kChoice,
                        .value = roles.empty() ? std::string() : roles.front().first,
                        .choices = roles}},
            .folded = true,
            .permission = Permission::kManagePrincipals});
    if (person.kind == policy::PrincipalKind::kUser) {
        Slots password = page.Add("FIRST_PASSWORD");
        const FormState form = visit.FormOf("password");
        password.ShowIf(form.Typed(), "OPEN");
        form.PutRefusal(password, "REFUSAL");
    }
}

std::span<const Route> RoleRoutes() {
    return kRoleRoutes;
}

}  // namespace web
