#include "pulse/http/refusal_notes.hpp"

#include <algorithm>

#include "platform/base/text.hpp"
#include "pulse/http/request_facts.hpp"

namespace pulse::http {

void CountRefusal(const Exchange& exchange, std::string_view layer, std::string_view reason) {
    exchange.Services().metrics.CounterFor("pulse_tenant_refusals_total", {layer, reason}).Increment();
}

void CountSpoof(const Exchange& exchange, std::string_view source) {
    if (exchange.Who().canary) {
        return;  // the instance looks whether it is refused
    }
    exchange.Services().metrics.CounterFor("pulse_tenant_spoof_attempts_total", {source}).Increment();
}

void CountAuthRefusal(const Exchange& exchange, std::string_view reason) {
    exchange.Services().metrics.CounterFor("pulse_auth_refusals_total", {reason}).Increment();
}

void ShowSecurityCounters(platform::Metrics& metrics) {
    for (const std::string_view source : {"header", "cookie", "token", "path", "query"}) {
        metrics.CounterFor("pulse_tenant_spoof_attempts_total", {source});
    }
    for (const std::string_view reason : {"invalid_org", "org_suspended", "subscription_required", "feature_disabled",
                                          "license_required", "access_denied"}) {
        metrics.CounterFor("pulse_tenant_refusals_total", {"selection", reason});
    }
    for (const std::string_view reason : {"feature_disabled", "license_required", "subscription_required"}) {
        metrics.CounterFor("pulse_tenant_refusals_total", {"gate", reason});
    }
    for (const std::string_view reason : {"access_denied", "session_required", "forbidden"}) {
        metrics.CounterFor("pulse_tenant_refusals_total", {"rule", reason});
    }
}

NamedTenant TenantNamedBy(const Exchange& exchange) {
    if (!exchange.Found()) {
        return {};
    }
    const std::string_view pattern = exchange.Row().pattern;
    const auto contains = [&](std::string_view part) { return pattern.find(part) != std::string_view::npos; };
    if (contains("orgs/{id}") || contains("org-invitations/{id}") || contains("tenants/{id}")) {
        return {tenancy::OrgId::Parse(platform::Trim(exchange.Path("id"))), "path"};
    }
    if (const auto named = exchange.Request().Query("tenantId"); named && !contains("/admin/")) {
        return {tenancy::OrgId::Parse(platform::Trim(*named)), "query"};
    }
    return {};
}

void LogTenantRefusal(const Exchange& exchange, platform::Level level, std::string_view event, std::string_view org,
                      std::string_view reason) {
    const std::string user = exchange.Caller().Name();
    exchange.NoteReasonTold();
    platform::Log(level, event,
                  {{"org_id", org},
                   {"user_id", user},
                   {"reason", reason},
                   {"route", exchange.Found() ? exchange.Row().pattern : kNoRoute},
                   {"peer", exchange.Peer()},
                   {"request_id", exchange.RequestId()}});
}

bool IsDenial(const tenancy::Refusal& refusal) {
    return refusal.code == "access_denied" || refusal.code == "session_required" || refusal.code == "owner_required" ||
           refusal.code == "fresh_session_required" || refusal.code == "forbidden";
}

void AddCommonHeaders(const Exchange& exchange, platform::HttpResponse& response) {
    platform::HeaderList& headers = response.headers;
    const auto add_unless_there = [&](std::string_view name, std::string_view value) {
        const bool there = std::ranges::any_of(headers, [&](const auto& header) { return header.first == name; });
        if (!there) {
            headers.emplace_back(name, value);
        }
    };
    headers.emplace_back("X-Request-ID", exchange.RequestId());
    add_unless_there("X-Content-Type-Options", "nosniff");
    add_unless_there("X-Frame-Options", "DENY");
    add_unless_there("Referrer-Policy", "strict-origin-when-cross-origin");
    add_unless_there("Permissions-Policy", "geolocation=(), microphone=(), camera=()");
    add_unless_there("Content-Security-Policy",
                     "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    add_unless_there("Cache-Control", "no-store");
    if (exchange.Services().demo) {
        headers.emplace_back("X-Demo-Mode", "true");
    }
    if (const auto& rate = exchange.Rate()) {
        headers.emplace_back("X-RateLimit-Limit", std::to_string(rate->limit));
        headers.emplace_back("X-RateLimit-Remaining", std::to_string(rate->remaining));
        if (!rate->allowed) {
            headers.emplace_back("Retry-After", std::to_string(rate->retry_seconds));
        }
    }
    if (exchange.ExpiresOrgCookie()) {
        headers.emplace_back("Set-Cookie", auth::WriteCookie(auth::kOrgCookie, "", 0, auth::CookieReach::kScripts,
                                                             exchange.Services().cookies));
    }
}

}  // namespace pulse::http
