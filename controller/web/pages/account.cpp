// One's own account: roles, the password, API tokens.
#include "controller/app/passwords.hpp"
#include "controller/app/tokens.hpp"
#include "controller/store/console_sessions.hpp"
#include "controller/store/tokens.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"

namespace web {
namespace {

constexpr int kTokensShown = 50;

void PutTokens(Slots page, const app::Page<wire::Token>& tokens) {
    for (const wire::Token& token : tokens.rows) {
        if (token.revoked_at) {
            continue;
        }
        Slots row = page.Add("TOKEN");
        row.Set("ID", token.id.Text());
        row.Set("NAME", token.name);
        PutTime(row, "MADE", token.created_at);
        PutTime(row, "USED", token.last_used_at);
        PutTime(row, "EXPIRES", token.expires_at);
        row.ShowIf(!token.last_used_at, "UNUSED");
        row.ShowIf(!token.expires_at, "LASTING");
    }
}

Slots PutAccount(Visit& visit) {
    const auto& actor = visit.Caller().actor;
    const auto tokens = visit.Read([&](store::Tx& tx) {
        return app::ListTokens(tx, visit.Caller(), actor.id, {.limit = kTokensShown, .after = {}});
    });
    const auto password = visit.Read([&](store::Tx& tx) { return store::LoadPassword(tx, actor.id); });
    Slots page = visit.Page("account", {.title = "Your account", .crumbs = {{"Board", ""}}});
    page.Set("NAME", visit.Caller().display_name);
    page.Set("ID", actor.id.Text());
    for (const policy::Role role : actor.roles) {
        PutBadge(page.Add("ROLE"), "BADGE", WordsOf(role), Tone::kInfo);
    }
    page.ShowIf(actor.roles.empty(), "NO_ROLES");
    page.ShowIf(actor.kind == policy::PrincipalKind::kUser, "PERSON");
    page.ShowIf(password && password->hash, "HAS_PASSWORD");
    visit.FormOf("password").PutRefusal(page, "PASSWORD_REFUSAL");
    const FormState token = visit.FormOf("token");
    token.PutRefusal(page, "TOKEN_REFUSAL");
    token.Fill(page, "TOKEN_NAME", "name");
    PutTokens(page, tokens);
    return page;
}

Reply ShowAccount(Visit& visit) {
    PutAccount(visit);
    return visit.Show();
}

Reply SetOwnPassword(Visit& visit) {
    Fields fields;
    fields.Text("password", visit.Typed().Text("password"));
    if (visit.Typed().Has("current_password")) {
        fields.Text("current", visit.Typed().Text("current_password"));
    }
    const auto command = Visit::Decode(wire::DecodeSetPassword, fields);
    Visit::ValueOf(app::SetPassword(visit.Services(), visit.Caller(), visit.Caller().actor.id, command));
    return visit.GoTo("/account", "Your password is set. Sessions that the old one opened are over.");
}

Reply MakeToken(Visit& visit) {
    Fields fields;
    fields.Text("name", visit.Typed().Text("name"));
    const auto command = Visit::Decode(wire::DecodeIssueToken, fields);
    const auto issued = visit.Write([&](store::Tx& tx) { return app::IssueToken(tx, visit.Caller(), command); });
    Slots page = PutAccount(visit);
    page.Add("SECRET").Set("TEXT", issued.secret);
    return visit.Show();
}

Reply RevokeOwnToken(Visit& visit) {
    const auto id = visit.Id<policy::RecordId>("token", "token");
    const auto revoked = visit.Write([&](store::Tx& tx) { return app::RevokeToken(tx, visit.Caller(), id); });
    return visit.GoTo("/account", "The token '" + revoked.name + "' is revoked.");
}

constexpr Route kAccountRoutes[] = {{.verb = Verb::kGet, .pattern = "/account", .handler = ShowAccount},
                                    {.verb = Verb::kPost,
                                     .pattern = "/account/password",
                                     .handler = SetOwnPassword,
                                     .page = ShowAccount,
                                     .form = "password"},
                                    {.verb = Verb::kPost,
                                     .pattern = "/account/tokens",
                                     .permission = policy::Permission::kOwnTokens,
                                     .handler = MakeToken,
                                     .page = ShowAccount,
                                     .form = "token"},
                                    {.verb = Verb::kPost,
                                     .pattern = "/account/tokens/{token}/revoke",
                                     .handler = RevokeOwnToken,
                                     .page = ShowAccount,
                                     .form = "revoke"}};

}  // namespace

std::span<const Route> AccountRoutes() {
    return kAccountRoutes;
}

}  // namespace web
