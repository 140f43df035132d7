// People and components, for administrators: who there is, with which roles and tokens; set inactive; a token, shown
// once.
#include "controller/app/principals.hpp"
#include "controller/app/tokens.hpp"
#include "controller/web/command.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/people_pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

using policy::Permission;

constexpr int kPeopleListed = 50;
constexpr int kPersonTokens = 50;
constexpr std::string_view kActiveForm = "active";

std::string RoleWords(const std::vector<policy::Role>& roles) {
    std::string text;
    for (const policy::Role role : roles) {
        text.append(text.empty() ? "" : ", ").append(platform::EnumText(role));
    }
    return text.empty() ? "none" : text;
}

void PutPerson(Slots row, const wire::Principal& person) {
    row.Set("ID", person.id.Text());
    row.Set("NAME", person.display_name);
    row.Set("KIND", platform::EnumText(person.kind));
    row.Set("ROLES", RoleWords(person.roles));
    PutBadge(row, "STATE", person.active ? "active" : "inactive", person.active ? Tone::kGood : Tone::kPlain);
}

}  // namespace

Reply ShowPeople(Visit& visit) {
    store::PrincipalFilter filter;
    filter.text = visit.Query("q");
    filter.role = visit.QueryChoice<policy::Role>("role");
    const app::PageQuery query = visit.PageOf(kPeopleListed);
    const auto people = visit.Read([&](store::Tx& tx) -> app::Outcome<app::Page<wire::Principal>> {
        return app::ListPrincipals(tx, filter, query);
    });
    Slots page = visit.Page("people", {.title = "People", .place = "people"});
    PutRegisterAct(visit, page);
    page.Set("Q", filter.text);
    for (const auto& name : platform::EnumNames<policy::Role>::kNames) {
        Slots slot = page.Add("ROLE");
        slot.Set("VALUE", name.text);
        slot.ShowIf(filter.role == name.value, "CHOSEN");
    }
    page.ShowIf(people.rows.empty(), "NONE");
    page.ShowIf(!people.rows.empty(), "PEOPLE");
    for (const wire::Principal& person : people.rows) {
        PutPerson(page.Add("PERSON"), person);
    }
    PutPaging(page, "PAGING", people.next ? std::optional(visit.HereWith("after", *people.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

namespace {

void PutPersonToken(Slots row, const wire::Token& token) {
    row.Set("TOKEN_ID", token.id.Text());
    row.Set("TOKEN_NAME", token.name);
    row.Set("TOKEN_ROLES", RoleWords(token.roles));
    PutTime(row, "CREATED_AT", token.created_at);
    PutBadge(row, "TOKEN_STATE", token.revoked_at ? "revoked" : "good", token.revoked_at ? Tone::kPlain : Tone::kGood);
    if (token.last_used_at) {
        PutTime(row.Add("USED"), "USED_AT", *token.last_used_at);
    }
    if (!token.revoked_at) {
        row.Show("REVOKE");
    }
}

void PutActiveForm(const FormState& form, Slots page, const wire::Principal& person) {
    form.PutRefusal(page, "ACTIVE_REFUSAL");
    page.Set("VERSION", person.version);
    page.ShowIf(person.active, "IS_ACTIVE");
    page.ShowIf(!person.active, "IS_INACTIVE");
    const bool moved = form.Typed() && form.Text("version") != std::to_string(person.version);
    page.AddText("MOVED", "NOW", moved ? std::string(person.active ? "active" : "inactive") : std::string());
}

Reply ShowPersonWith(Visit& visit, const wire::IssuedToken* issued) {
    const auto id = visit.Id<policy::PrincipalId>("principal", "principal");
    app::PageQuery query;
    query.limit = kPersonTokens;
    query.after = visit.Query("after");
    app::Page<wire::Token> tokens;
    const wire::Principal person = visit.Read([&](store::Tx& tx) -> app::Outcome<wire::Principal> {
        auto shown = app::ShowPrincipal(tx, id);
        if (shown) {
            tokens = Visit::ValueOf(app::ListTokens(tx, visit.Caller(), id, query));
        }
        return shown;
    });
    Slots page = visit.Page(
        "person",
        {.title = person.display_name, .place = "people", .crumbs = {{"People", "/people"}}, .style = "read.css"});
    PutPerson(page, person);
    page.Set("SINCE_BY", person.created_by);
    PutTime(page, "SINCE", person.created_at);
    page.AddText("WITH_MAIL", "MAIL", person.email.value_or(""));
    page.AddText("MADE", "SECRET", issued == nullptr ? std::string() : issued->secret);
    PutPersonActs(visit, page, person);
    PutActiveForm(visit.FormOf(kActiveForm), page, person);
    const FormState form = visit.FormOf("token");
    form.PutRefusal(page, "TOKEN_REFUSAL");
    form.Fill(page, "NEW_TOKEN", "name");
    form.Fill(page, "NEW_EXPIRES", "expires_at");
    visit.FormOf("revoke").PutRefusal(page, "REVOKE_REFUSAL");
    page.ShowIf(!tokens.rows.empty(), "TOKENS");
    page.ShowIf(tokens.rows.empty(), "NO_TOKENS");
    for (const wire::Token& token : tokens.rows) {
        PutPersonToken(page.Add("TOKEN"), token);
    }
    PutPaging(page, "PAGING", tokens.next ? std::optional(visit.HereWith("after", *tokens.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

}  // namespace

Reply ShowPerson(Visit& visit) {
    return ShowPersonWith(visit, nullptr);
}

namespace {

std::string PersonPath(const policy::PrincipalId& id) {
    return "/people/" + id.Text();
}

Reply SetPersonActive(Visit& visit) {
    const auto id = visit.Id<policy::PrincipalId>("principal", "principal");
    wire::ChangePrincipal command;
    command.active = visit.Typed().Text("active") == "true";
    const std::int64_t version = visit.Typed().Number("version").value_or(0);
    visit.Write([&](store::Tx& tx) { return app::ChangePrincipal(tx, visit.Caller(), id, version, command); });
    return visit.GoTo(PersonPath(id), *command.active ? "Active again." : "Inactive: nothing lets them in any more.");
}

/// The page itself is the answer: the secret is nowhere else, so there is nothing to go on to.
Reply MakePersonToken(Visit& visit) {
    const auto id = visit.Id<policy::PrincipalId>("principal", "principal");
    const auto command = Command()
                             .Text("name", platform::Trim(visit.Typed().Text("name")))
                             .Text("principal", id.Text())
                             .Text("expires_at", InstantOfField(visit.Typed().Text("expires_at")))
                             .Read(wire::DecodeIssueToken);
    const auto issued = visit.Write([&](store::Tx& tx) { return app::IssueToken(tx, visit.Caller(), command); });
    return ShowPersonWith(visit, &issued);
}

Reply RevokePersonToken(Visit& visit) {
    const auto id = visit.Id<policy::PrincipalId>("principal", "principal");
    const std::string text(visit.Typed().Text("token"));
    const auto token = policy::RecordId::Parse(text);
    if (!token) {
        Visit::RefuseUnknown("token", text);
    }
    visit.Write([&](store::Tx& tx) { return app::RevokeToken(tx, visit.Caller(), *token); });
    return visit.GoTo(PersonPath(id), "The token is revoked.");
}

constexpr Route kPeopleRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/people", .permission = Permission::kManagePrincipals, .handler = ShowPeople},
    {.verb = Verb::kGet,
     .pattern = "/people/{principal}",
     .permission = Permission::kManagePrincipals,
     .handler = ShowPerson},
    {.verb = Verb::kPost,
     .pattern = "/people/{principal}/active",
     .permission = Permission::kManagePrincipals,
     .handler = SetPersonActive,
     .page = ShowPerson,
     .form = kActiveForm},
    {.verb = Verb::kPost,
     .pattern = "/people/{principal}/tokens",
     .permission = Permission::kManagePrincipals,
     .handler = MakePersonToken,
     .page = ShowPerson,
     .form = "token"},
    {.verb = Verb::kPost,
     .pattern = "/people/{principal}/revoke",
     .permission = Permission::kManagePrincipals,
     .handler = RevokePersonToken,
     .page = ShowPerson,
     .form = "revoke"}};

}  // namespace

std::span<const Route> PeopleRoutes() {
    return kPeopleRoutes;
}

}  // namespace web
