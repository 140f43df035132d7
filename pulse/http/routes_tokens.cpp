// API tokens of the selected organization. A token is bound to the organization it was made in, and ends with it.

#include "platform/base/text.hpp"
#include "pulse/app/audit.hpp"
#include "pulse/app/orgs.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/http/errors.hpp"
#include "pulse/http/exchange.hpp"
#include "pulse/http/offers.hpp"
#include "pulse/wire/details_json.hpp"
#include "pulse/wire/token_json.hpp"
#include "tenancy/roles.hpp"
#include "tenancy/wire/requests.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;

constexpr std::string_view kTokenCreated = "token_created";
constexpr std::string_view kTokenDeleted = "token_deleted";
constexpr std::size_t kLongestTokenName = 200;
constexpr std::int64_t kMostDays = 3650;

/// Owners and admins of the organization manage its tokens; in the default one super admins do, too.
void RequireTokenAdmin(const Exchange& exchange) {
    const auto org = app::FindByPath(exchange.Services(), exchange.Org().Text());
    const auto role = org ? tenancy::RoleOf(*org, exchange.Caller().ActsFor()) : std::nullopt;
    const bool managed_by_role = role && tenancy::MayManage(*role);
    if (!managed_by_role && !(exchange.Org().IsDefault() && exchange.Caller().super_admin)) {
        throw Rejection(Refused(403, "access_denied", "Managing API tokens needs an admin."));
    }
}

wire::Bindings BindingsFor(const Exchange& exchange) {
    return OffersOrganizations(exchange) ? wire::Bindings::kShown : wire::Bindings::kHidden;
}

HttpResponse ListTokens(Exchange& exchange) {
    RequireTokenAdmin(exchange);
    const auto tokens = exchange.Services().database.Once(
        [&](platform::Tx& tx) { return store::ListTokensOf(tx, exchange.Org().Text()); });
    return JsonAnswer(200, wire::EncodeTokens(tokens, BindingsFor(exchange)));
}

HttpResponse CreateToken(Exchange& exchange) {
    RequireTokenAdmin(exchange);
    if (!exchange.Caller().IsPerson()) {
        throw Rejection(tenancy::SessionRequired());  // no token makes tokens that outlive it
    }
    const std::string_view text = exchange.Body();
    const auto in = tenancy::wire::BodyReader::Read(text.empty() ? "{}" : text);
    store::Token token;
    token.name = "API token";
    std::string name;
    std::vector<std::string> scopes;
    std::optional<std::int64_t> days;
    if (!in || !in->Text("name", name) || !in->TextList("scopes", scopes) || !in->Integer("expiresInDays", days)) {
        throw Rejection(tenancy::InvalidRequest());
    }
    if (const auto trimmed = platform::Trim(name); !trimmed.empty()) {
        token.name = platform::TruncateUtf8(trimmed, kLongestTokenName);
    }
    if (days && (*days < 1 || *days > kMostDays)) {
        throw Rejection(
            Refused(400, "invalid_request", "expiresInDays must be 1 to " + std::to_string(kMostDays) + "."));
    }
    const bool named = in->Has("scopes");
    auto normalized = auth::NormalizeScopes(named ? std::optional(scopes) : std::nullopt);
    if (!normalized) {
        throw Rejection(Refused(400, "invalid_scope", normalized.error()));
    }
    token.scopes = std::move(*normalized);
    token.org_ids = {exchange.Org().Text()};
    token.owner_user = exchange.Caller().user_id;
    if (days) {
        token.expires_at = exchange.Now() + platform::Days(*days);
    }
    const auto minted = exchange.Services().identities.MintToken(std::move(token));
    app::RecordEvent(exchange.Services(),
                     exchange.Event(kTokenCreated, exchange.Org(),
                                    wire::EncodeDetails({{"id", minted.row.id},
                                                         {"name", minted.row.name},
                                                         {"scopes", platform::Join(minted.row.scopes, " ")}})));
    return JsonAnswer(200, wire::EncodeMintedToken(minted.secret, minted.row, BindingsFor(exchange)));
}

HttpResponse DeleteToken(Exchange& exchange) {
    RequireTokenAdmin(exchange);
    const std::string_view id = exchange.Path("id");
    if (!exchange.Services().identities.DropToken(id, exchange.Org().Text())) {
        throw TextRejection(404, "unknown_token", "Token not found");
    }
    app::RecordEvent(exchange.Services(),
                     exchange.Event(kTokenDeleted, exchange.Org(), wire::EncodeDetails({{"id", id}})));
    return NoContent();
}

constexpr Route kTokenRoutes[] = {{.method = Method::kGet,
                                   .pattern = "/api/security/tokens",
                                   .scope = auth::kSettingsRead,
                                   .area = "API tokens",
                                   .summary = "List the tokens",
                                   .handler = ListTokens},
                                  {.method = Method::kPost,
                                   .pattern = "/api/security/tokens",
                                   .scope = auth::kSettingsWrite,
                                   .area = "API tokens",
                                   .summary = "Make a token; its secret is shown once",
                                   .handler = CreateToken},
                                  {.method = Method::kDelete,
                                   .pattern = "/api/security/tokens/{id}",
                                   .scope = auth::kSettingsWrite,
                                   .area = "API tokens",
                                   .summary = "Delete a token",
                                   .handler = DeleteToken}};

}  // namespace

std::span<const Route> TokenRoutes() {
    return kTokenRoutes;
}

}  // namespace pulse::http
