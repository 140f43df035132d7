// Signing in and out, and what a login page needs to know first.

#include "platform/base/text.hpp"
#include "pulse/app/audit.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/http/exchange.hpp"
#include "pulse/http/pipeline.hpp"
#include "pulse/store/tokens.hpp"
#include "pulse/wire/service_json.hpp"
#include "pulse/wire/session_json.hpp"
#include "tenancy/wire/requests.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;

constexpr std::string_view kLoginEvent = "login";
constexpr std::string_view kLogoutEvent = "logout";
constexpr std::string_view kLockoutSpan = "15 minutes";

struct LoginRequest {
    std::string username;
    std::string password;
    bool remember_me = false;
};

std::optional<LoginRequest> DecodeLogin(std::string_view body) {
    const auto in = tenancy::wire::BodyReader::Read(body);
    LoginRequest request;
    if (!in || !in->Text("username", request.username) || !in->Text("password", request.password) ||
        !in->Boolean("rememberMe", request.remember_me)) {
        return std::nullopt;
    }
    return request;
}

void RecordLogin(Exchange& exchange, std::string_view username, bool success, std::string_view outcome) {
    exchange.Services().metrics.CounterFor("pulse_logins_total", {outcome}).Increment();
    tenancy::AuditEvent event = exchange.Event(kLoginEvent, tenancy::OrgId(), std::string(outcome));
    event.actor = username;
    event.success = success;
    app::RecordEvent(exchange.Services(), std::move(event));
}

HttpResponse Login(Exchange& exchange) {
    const auto request = DecodeLogin(exchange.Body());
    if (!request) {
        throw Rejection(tenancy::InvalidRequest());
    }
    app::Services& services = exchange.Services();
    const std::string username(platform::Trim(request->username));
    const auto now = platform::SteadyNow();
    wire::LoginRefusal refusal{.now = exchange.Now(),
                               .request_id = exchange.RequestId(),
                               .max_attempts = app::LoginGuard::kMostFailures,
                               .lockout_span = kLockoutSpan};
    if (const auto locked = services.login_guard.LockedFor(username, exchange.Peer(), now)) {
        RecordLogin(exchange, username, false, "locked");
        refusal.locked_seconds = locked->count();
        exchange.NoteReason("account_locked");
        HttpResponse response = JsonAnswer(403, wire::EncodeLocked(refusal));
        response.headers.emplace_back("Retry-After", std::to_string(locked->count()));
        return response;
    }
    const auto account = services.identities.CheckPassword(username, request->password);
    if (!account) {
        refusal.remaining = services.login_guard.RecordFailure(username, exchange.Peer(), now);
        RecordLogin(exchange, username, false, "refused");
        exchange.NoteReason("invalid_credentials");
        return JsonAnswer(401, wire::EncodeWrongPassword(refusal));
    }
    services.login_guard.RecordSuccess(username, exchange.Peer());
    const auto opened = services.identities.OpenSession(
        account->username, request->remember_me ? app::SessionLength::kMonth : app::SessionLength::kDay,
        exchange.Peer());
    RecordLogin(exchange, username, true, "accepted");
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(opened.lifetime).count();
    HttpResponse response = JsonAnswer(200, wire::EncodeLoggedIn(account->username, opened.csrf));
    response.headers.emplace_back("Set-Cookie", auth::WriteCookie(auth::kSessionCookie, opened.secret, seconds,
                                                                  auth::CookieReach::kServerOnly, services.cookies));
    response.headers.emplace_back("Set-Cookie", auth::WriteCookie(auth::kCsrfCookie, opened.csrf, seconds,
                                                                  auth::CookieReach::kScripts, services.cookies));
    response.headers.emplace_back("X-CSRF-Token", opened.csrf);
    return response;
}

HttpResponse Logout(Exchange& exchange) {
    app::Services& services = exchange.Services();
    if (const auto session = auth::ReadCookie(exchange.Request(), auth::kSessionCookie)) {
        services.identities.CloseSession(*session);
    }
    app::RecordEvent(services, exchange.Event(kLogoutEvent, tenancy::OrgId(), {}));
    HttpResponse response = JsonAnswer(200, wire::EncodeLoggedOut());
    for (const std::string_view cookie : {auth::kSessionCookie, auth::kCsrfCookie, auth::kOrgCookie}) {
        if (cookie == auth::kOrgCookie && !auth::ReadCookie(exchange.Request(), cookie)) {
            continue;  // who never chose an organization hears nothing of one
        }
        const auto reach =
            cookie == auth::kSessionCookie ? auth::CookieReach::kServerOnly : auth::CookieReach::kScripts;
        response.headers.emplace_back("Set-Cookie", auth::WriteCookie(cookie, "", 0, reach, services.cookies));
    }
    return response;
}

HttpResponse GetSecurityStatus(Exchange& exchange) {
    app::Services& services = exchange.Services();
    const bool tokens = services.database.Once([](platform::Tx& tx) { return store::AnyTokenExists(tx); });
    const std::string username =
        exchange.Caller().kind == tenancy::CallerKind::kNone ? std::string() : exchange.Caller().Name();
    return JsonAnswer(200, wire::EncodeSecurityStatus({.has_authentication = true,
                                                       .tokens_exist = tokens,
                                                       .client_ip = exchange.Peer(),
                                                       .loopback = IsLoopback(exchange.Peer()),
                                                       .username = username,
                                                       .super_admin = exchange.Caller().super_admin,
                                                       .hosted = services.Hosted(),
                                                       .demo = services.demo}));
}

constexpr Route kSessionRoutes[] = {{.method = Method::kPost,
                                     .pattern = "/api/login",
                                     .access = Access::kOpen,
                                     .area = "Signing in",
                                     .summary = "Sign in with a name and a password",
                                     .bucket = Bucket::kLogin,
                                     .handler = Login},
                                    {.method = Method::kPost,
                                     .pattern = "/api/logout",
                                     .access = Access::kCaller,
                                     .area = "Signing in",
                                     .summary = "End the session",
                                     .handler = Logout},
                                    {.method = Method::kGet,
                                     .pattern = "/api/security/status",
                                     .access = Access::kOpen,
                                     .area = "Signing in",
                                     .summary = "What a login page needs to know",
                                     .head = Head::kAnswered,
                                     .handler = GetSecurityStatus}};

}  // namespace

std::span<const Route> SessionRoutes() {
    return kSessionRoutes;
}

}  // namespace pulse::http
