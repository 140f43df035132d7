// The WebSocket. The tenant layer, authentication and scope have been passed like those of any other route; what is
// left is what only a WebSocket has: an organization named in its query, the handshake, the origin.

#include <charconv>

#include "platform/base/text.hpp"
#include "platform/log/log.hpp"
#include "platform/ws/upgrade.hpp"
#include "pulse/app/audit.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/http/errors.hpp"
#include "pulse/http/exchange.hpp"
#include "pulse/http/refusal_notes.hpp"
#include "pulse/ws/hub.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;

constexpr std::size_t kLeastMessageBytes = 65'536;
constexpr std::string_view kWrongOrg = "websocket_org_access_denied";

/// `?org_id=` selects nothing; it may only say what has been selected already.
void CheckNamedOrg(const Exchange& exchange) {
    const auto named = exchange.Request().Query("org_id");
    const std::string_view text = named ? platform::Trim(*named) : std::string_view();
    if (text.empty() || text == exchange.Org().Text()) {
        return;
    }
    const app::Services& services = exchange.Services();
    // While tenants are switched off nothing speaks of them.
    const bool told = services.Hosted() || services.tenant_switch.Enabled();
    if (!tenancy::IsOrgIdText(text)) {
        throw TextRejection(400, "invalid_org", told ? "Invalid organization ID" : "Bad Request");
    }
    CountSpoof(exchange, "query");
    LogTenantRefusal(exchange, platform::Level::kWarning, "tenant.access_denied", text, "organization context");
    tenancy::AuditEvent event = exchange.Event(kWrongOrg, exchange.Org(), "asked for: " + std::string(text));
    event.success = false;
    app::RecordEvent(exchange.Services(), std::move(event));
    throw TextRejection(403, "org_context", told ? "Unauthorized organization context" : "Forbidden");
}

/// What a client declares that is less than what every client has to take counts as nothing declared.
std::optional<std::size_t> DeclaredLimit(const platform::HttpRequest& request) {
    const auto text = request.Query("max_message_bytes");
    std::size_t bytes = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), bytes).ptr != text->data() + text->size()) {
        return std::nullopt;
    }
    return bytes >= kLeastMessageBytes ? std::optional(bytes) : std::nullopt;
}

HttpResponse OpenSocket(Exchange& exchange) {
    const platform::HttpRequest& request = exchange.Request();
    ws::Hub* const hub = exchange.Services().sockets;
    CheckNamedOrg(exchange);
    if (const auto refusal = platform::CheckUpgrade(request)) {
        HttpResponse response = TextAnswer(400, "Bad Request: " + refusal->detail);
        response.headers.insert(response.headers.end(), refusal->headers.begin(), refusal->headers.end());
        return response;
    }
    if (hub != nullptr && !ws::MayConnectFrom(hub->Origins(), request, exchange.Peer())) {
        platform::Log(platform::Level::kWarning, "ws.origin_refused",
                      {{"origin", request.Header("origin")},
                       {"host", request.Header("host")},
                       {"peer", exchange.Peer()},
                       {"request_id", exchange.RequestId()}});
        throw TextRejection(403, "origin", "Forbidden: the Origin of the page must be this server's");
    }
    if (hub != nullptr) {
        auto answer = hub->Accept(
            {.identity = exchange.Who(), .org = exchange.Org(), .max_message_bytes = DeclaredLimit(request)},
            {{"X-Request-ID", exchange.RequestId()}});
        if (answer) {
            return std::move(*answer);
        }
    }
    HttpResponse response = exchange.Refuse(
        Refused(503, "too_many_connections", "There are as many live connections as this server takes. Try again."));
    response.headers.emplace_back("Retry-After", "5");
    return response;
}

constexpr Route kWebSocketRoutes[] = {{.method = Method::kGet,
                                       .pattern = "/ws",
                                       .scope = auth::kMonitoringRead,
                                       .area = "Monitoring",
                                       .summary = "Alerts and changes of the state as they happen, as a WebSocket",
                                       .bucket = Bucket::kUnlimited,
                                       .query_token = QueryToken::kOnUpgrade,
                                       .handler = OpenSocket}};

}  // namespace

std::span<const Route> WebSocketRoutes() {
    return kWebSocketRoutes;
}

}  // namespace pulse::http
