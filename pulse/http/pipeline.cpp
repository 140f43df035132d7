// The order of the steps, and why it is this one. Clients of this API know it; a refusal of an earlier step wins.
//
//   request id, record   every answer carries an id, every answer is counted and logged, refusals of all steps too
//   rate                 429 before anything is spent on the request
//   identity             never refuses; a token that is not good leaves nobody, whatever else the request shows
//   tenant layer         400 invalid_org, 403 org_suspended, 402/501/402, 403 access_denied: in front of every route,
//                        public ones too, so that no route can forget it. What cannot be found out is 503
//   tenant rate          429, hosted mode only
//   quota of calls       403 for a tenant that has used up its month; looking at quotas and members still works
//   demonstration        403 for whatever would change something
//   odd paths, OPTIONS   401 for `..` below /api/, 400 elsewhere; OPTIONS is 200 without looking further
//   authentication       401, before it is told whether there is such a route
//   CSRF                 403 when a session cookie comes along; a token beside it excuses nothing
//   route                404 and 405
//   authorization        403: the token's scope, then the system role
//   gate                 HEAD on a GET route 405, then the switch (501) and the licence (402) for organization routes
//   handler              what the organization's own rules say
#include "pulse/http/pipeline.hpp"

#include <algorithm>

#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/ws/upgrade.hpp"
#include "pulse/auth/scopes.hpp"
#include "pulse/http/errors.hpp"
#include "pulse/http/refusal_notes.hpp"
#include "pulse/http/tenant_request.hpp"
#include "pulse/web/console.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;
using tenancy::Refusal;

}  // namespace

Pipeline::Pipeline(app::Services& services, std::vector<Route> routes, PipelineOptions options)
    : services_(services),
      router_(std::move(routes)),
      options_(std::move(options)),
      meter_(services.metrics),
      general_(options_.limits.general),
      login_(options_.limits.login),
      tenant_(options_.limits.tenant) {
    ShowSecurityCounters(services.metrics);
}

HttpResponse Pipeline::Handle(const platform::HttpRequest& request) {
    const platform::Stopwatch stopwatch;
    const RouteMatch match = router_.Match(request.method, request.path);
    Exchange exchange(request, match, services_, RequestIdOf(request),
                      ClientAddress(request, options_.trusted_proxies));
    HttpResponse response = Guarded(exchange);
    AddCommonHeaders(exchange, response);
    const std::string_view route = exchange.Found() ? exchange.Row().pattern : kNoRoute;
    const platform::Duration duration = stopwatch.Elapsed();
    meter_.Count(request.method, route, response.status, duration);
    if (exchange.Counted()) {
        services_.usage.Finish(exchange.Org(), response.status, duration);
    }
    if (options_.on_answer) {
        const std::string_view reason = response.status < 400 ? std::string_view() : exchange.UntoldReason();
        options_.on_answer({request.method, route, response.status, reason, duration, exchange.Caller().Name(),
                            exchange.Org().Text(), exchange.RequestId(), exchange.Peer()});
    }
    return response;
}

HttpResponse Pipeline::AnswerProtocolRefusal(int status, std::string_view detail) {
    meter_.Count("none", kNoRoute, status, platform::Duration(0));
    platform::Log(platform::Level::kInfo, "http.refused",
                  {{"status", static_cast<std::int64_t>(status)}, {"reason", detail}});
    HttpResponse response = TextAnswer(status, detail);
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    return response;
}

HttpResponse Pipeline::Guarded(Exchange& exchange) {
    const auto fail = [&](FailureKind kind, std::string_view text) {
        if (options_.on_failure) {
            options_.on_failure(kind, exchange.RequestId(), text);
        }
    };
    try {
        try {
            return Answer(exchange);
        } catch (const Rejection& rejection) {
            return AnswerRejection(exchange, rejection.Why());
        } catch (const TextRejection& rejection) {
            CountAuthRefusal(exchange, rejection.Reason());
            exchange.NoteReason(rejection.Reason());
            if (rejection.Status() == 404 && IsPageVisit(exchange.Request())) {
                return web::DeliverNotFound();
            }
            HttpResponse response = TextAnswer(rejection.Status(), rejection.Text());
            if (rejection.Status() == 405) {
                response.headers.emplace_back(
                    "Allow", exchange.Found() ? MethodText(exchange.Row().method) : exchange.Match().allowed);
            }
            return response;
        } catch (const platform::RuleViolation& violation) {
            fail(FailureKind::kRefused, violation.what());
            return exchange.Refuse(RuleRefused(violation.what()));
        } catch (const platform::Conflict& conflict) {
            fail(FailureKind::kRefused, conflict.what());
            return exchange.Refuse(ChangedMeanwhile());
        }
    } catch (const platform::Unavailable& lost) {
        fail(FailureKind::kUnavailable, lost.what());
        const bool about_orgs = exchange.Found() && exchange.Row().gate == Gate::kOrgRoutes;
        HttpResponse response =
            exchange.Refuse(about_orgs ? tenancy::OperationFailed(503, "orgs_unavailable") : ServiceUnavailable());
        response.headers.emplace_back("Retry-After", "2");
        return response;
    } catch (const std::exception& fault) {
        fail(FailureKind::kFault, fault.what());
    } catch (...) {  // reported like any other fault of ours
        fail(FailureKind::kFault, "an exception of an unknown type");
    }
    return exchange.Refuse(InternalError());
}

HttpResponse Pipeline::AnswerRejection(const Exchange& exchange, const Refusal& refusal) {
    const bool org_route = exchange.Found() && exchange.Row().gate != Gate::kNone;
    if (org_route) {
        CountRefusal(exchange,
                     refusal.code == "feature_disabled" || refusal.code == "license_required" ||
                             refusal.code == "subscription_required"
                         ? "gate"
                         : "rule",
                     refusal.code);
    } else if (refusal.status == 401 || refusal.status == 403) {
        CountAuthRefusal(exchange, refusal.code);
    }
    if (IsDenial(refusal)) {
        const NamedTenant named = TenantNamedBy(exchange);
        const auto found = named.id ? services_.directory.Find(*named.id) : nullptr;
        // A member whose role is too low reaches for nothing of others.
        if (found && tenancy::DecideAccess(exchange.Caller(), *found) != tenancy::Access::kAllowed) {
            CountSpoof(exchange, named.source);
        }
        const tenancy::OrgId& org = found ? found->id : exchange.Org();
        LogTenantRefusal(exchange, platform::Level::kWarning, "tenant.access_denied", org.Text(), refusal.code);
        NoteDenial(exchange, org, refusal.code);
    }
    return exchange.Refuse(refusal);
}

HttpResponse Pipeline::Answer(Exchange& exchange) {
    const platform::HttpRequest& request = exchange.Request();
    if (auto limited = LimitRate(exchange)) {
        return std::move(*limited);
    }
    Identify(exchange);
    if (auto refused = SelectOrg(exchange)) {
        return std::move(*refused);
    }
    if (auto limited = LimitTenantRate(exchange)) {
        return std::move(*limited);
    }
    BeginCall(exchange);
    if (auto refused = RefuseChangesInDemo(exchange)) {
        return std::move(*refused);
    }
    if (request.path.find("..") != std::string::npos) {
        throw IsBelowApi(request.path) ? TextRejection(401, "odd_path", "Unauthorized")
                                       : TextRejection(400, "odd_path", "Invalid path");
    }
    if (request.method == "OPTIONS") {
        return {200, {}, {}, {}};
    }
    if (!IsOpen(exchange)) {
        if (auto refused = Authenticate(exchange)) {
            return std::move(*refused);
        }
        CheckCsrf(exchange);
    }
    if (!exchange.Found()) {
        if (exchange.Match().allowed.empty()) {
            throw TextRejection(404, "unknown_path", "404 page not found");
        }
        throw TextRejection(405, "method", "Method Not Allowed");
    }
    Authorize(exchange);
    CheckGate(exchange);
    return exchange.Row().handler(exchange);
}

std::optional<HttpResponse> Pipeline::LimitRate(Exchange& exchange) {
    const Bucket bucket = exchange.Found() ? exchange.Row().bucket : Bucket::kGeneral;
    RateLimiter& limiter = bucket == Bucket::kLogin ? login_ : general_;
    const bool exempt = IsLoopback(exchange.Peer()) && !options_.limits.loopback;
    if (bucket == Bucket::kUnlimited || !limiter.Limits() || exempt) {
        return std::nullopt;
    }
    const RateDecision decision = limiter.Take(exchange.Peer(), platform::SteadyNow());
    exchange.SetRate(decision);
    if (decision.allowed) {
        return std::nullopt;
    }
    services_.metrics.CounterFor("pulse_rate_limited_total", {bucket == Bucket::kLogin ? "login" : "general"})
        .Increment();
    exchange.NoteReason("rate_limited");
    return TextAnswer(429, "Rate limit exceeded. Please try again later.");
}

void Pipeline::Identify(Exchange& exchange) const {
    const bool query_token = exchange.Found() && exchange.Row().query_token == QueryToken::kOnUpgrade &&
                             platform::AsksForWebSocket(exchange.Request());
    const auth::Presented presented =
        auth::ReadPresented(exchange.Request(), query_token ? auth::QueryToken::kRead : auth::QueryToken::kIgnored);
    exchange.SetIdentity(services_.identities.Identify(presented, exchange.Peer()));
}

std::optional<HttpResponse> Pipeline::RefuseChangesInDemo(const Exchange& exchange) const {
    const bool signs_in_or_out =
        exchange.Found() && (exchange.Row().pattern == "/api/login" || exchange.Row().pattern == "/api/logout");
    if (!services_.demo || IsSafeMethod(exchange.Request().method) || signs_in_or_out) {
        return std::nullopt;
    }
    CountAuthRefusal(exchange, "demo_mode");
    return exchange.Refuse(DemoMode());
}

bool Pipeline::IsOpen(const Exchange& exchange) const {
    if (exchange.Found()) {
        return exchange.Row().access == Access::kOpen;
    }
    const std::string& path = exchange.Request().path;
    if (exchange.Match().allowed.empty()) {
        return !IsBelowApi(path);
    }
    const auto open_under = [&](Method method) {
        const RouteMatch other = router_.Match(MethodText(method), path);
        return other.route != nullptr && other.route->access == Access::kOpen;
    };
    return open_under(Method::kGet) || open_under(Method::kPost);
}

std::optional<HttpResponse> Pipeline::Authenticate(const Exchange& exchange) const {
    if (exchange.Who().Named()) {
        return std::nullopt;
    }
    if (exchange.Who().token_refused) {
        CountAuthRefusal(exchange, "invalid_token");
        exchange.NoteReason("invalid_token");
        return TextAnswer(401, "Invalid API token");
    }
    CountAuthRefusal(exchange, "authentication_required");
    return exchange.Refuse(tenancy::Unauthenticated());
}

void Pipeline::CheckCsrf(const Exchange& exchange) const {
    const platform::HttpRequest& request = exchange.Request();
    const auto session = auth::ReadCookie(request, auth::kSessionCookie);
    if (IsSafeMethod(request.method) || !session || session->empty()) {
        return;
    }
    const std::string_view given = request.Header("x-csrf-token");
    // The session of the cookie, also when a token beside it names the caller.
    const bool live =
        exchange.Who().session != nullptr ||
        services_.identities.Identify({.token = {}, .session = session, .basic = {}}, exchange.Peer()).Named();
    if (!live || !platform::ConstantTimeEqual(given, app::CsrfTokenOf(*session))) {
        throw TextRejection(403, "csrf", "CSRF token validation failed");
    }
}

void Pipeline::Authorize(const Exchange& exchange) const {
    const Route& row = exchange.Row();
    if (!row.scope.empty() && exchange.Who().token && !auth::HasScope(exchange.Who().token->scopes, row.scope)) {
        throw Rejection(tenancy::MissingScope(row.scope));
    }
    if (row.access == Access::kSuperAdmin && !exchange.Caller().super_admin) {
        throw Rejection(SuperAdminRequired());
    }
}

void Pipeline::CheckGate(const Exchange& exchange) const {
    const Route& row = exchange.Row();
    if (exchange.Request().method == "HEAD" && row.head == Head::kRefused) {
        throw TextRejection(405, "method", "Method not allowed");
    }
    if (row.gate == Gate::kHostedOnly && !services_.Hosted()) {
        throw TextRejection(404, "hosted_only", "404 page not found");
    }
    if (row.gate == Gate::kOrgRoutes) {
        RequireOrganizations(exchange);
    }
}

}  // namespace pulse::http
