// API tokens, and who the caller is.

#include "controller/app/tokens.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/principal_json.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

/// The one answer whose replay differs from it: the secret is shown once.
HttpResponse PostToken(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeIssueToken);
    return exchange.RunMutation([&](store::Tx& tx) -> app::Outcome<Answer> {
        const auto issued = app::IssueToken(tx, exchange.Caller(), command);
        if (!issued) {
            return app::Refused(issued.error());
        }
        Answer answer;
        answer.content.text = wire::EncodeIssuedToken(*issued);
        answer.location = "/v1/tokens/" + issued->token.id.Text();
        answer.replay = wire::EncodeToken(issued->token);
        return answer;
    });
}

HttpResponse PostTokenRevocation(Exchange& exchange) {
    const auto id = exchange.Id<policy::RecordId>("token", "token");
    exchange.Decode(wire::DecodeOptionalReason);
    return exchange.Mutate([&](store::Tx& tx) { return app::RevokeToken(tx, exchange.Caller(), id); },
                           wire::EncodeToken);
}

HttpResponse GetTokens(Exchange& exchange) {
    const auto principal = exchange.QueryId<policy::PrincipalId>("principal");
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) {
            return app::ListTokens(tx, exchange.Caller(), principal, page);
        },
        wire::EncodeToken);
}

HttpResponse GetWhoAmI(Exchange& exchange) {
    return exchange.Read([&](store::Tx& tx) { return app::ShowCaller(tx, exchange.Caller()); }, wire::EncodeWhoAmI);
}

constexpr QueryParameter kTokenFilters[] = {
    {"principal", R"({"$ref":"Id"})", "Only tokens of this principal; of others than oneself for admins only."}};

constexpr Route kTokenRoutes[] = {{.method = Method::kPost,
                                   .pattern = "/v1/tokens",
                                   .kind = Kind::kCreate,
                                   .permission = Permission::kOwnTokens,
                                   .area = "Tokens",
                                   .summary = "Make a token for oneself; an admin also for a component or a new user",
                                   .answer = {201, "Token"},
                                   .body = {BodyKind::kJson, "IssueToken"},
                                   .handler = PostToken},
                                  {.method = Method::kGet,
                                   .pattern = "/v1/tokens",
                                   .kind = Kind::kList,
                                   .area = "Tokens",
                                   .summary = "List one's tokens; an admin sees all",
                                   .answer = {200, "Page:Token"},
                                   .query = kTokenFilters,
                                   .handler = GetTokens},
                                  {.method = Method::kPost,
                                   .pattern = "/v1/tokens/{token}:revoke",
                                   .kind = Kind::kAct,
                                   .area = "Tokens",
                                   .summary = "Revoke a token for good",
                                   .answer = {200, "Token"},
                                   .body = {BodyKind::kOptionalJson, "OptionalReason"},
                                   .handler = PostTokenRevocation},
                                  {.method = Method::kGet,
                                   .pattern = "/v1/whoami",
                                   .area = "Tokens",
                                   .summary = "Show who calls, with which roles and which token",
                                   .answer = {200, "WhoAmI"},
                                   .handler = GetWhoAmI}};

}  // namespace

std::span<const Route> TokenRoutes() {
    return kTokenRoutes;
}

}  // namespace http
