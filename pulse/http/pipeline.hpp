// Every request goes through Handle, in one order (pipeline.cpp), whatever becomes of it.
//
// Thread safe. Handle never throws.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pulse/app/services.hpp"
#include "pulse/http/exchange.hpp"
#include "pulse/http/meter.hpp"
#include "pulse/http/rate_limiter.hpp"
#include "pulse/http/request_facts.hpp"
#include "pulse/http/router.hpp"

namespace pulse::http {

/// Requests a minute; 0: no limit.
struct RateLimits {
    std::int64_t general = 500;   // of one address
    std::int64_t login = 10;      // of one address
    std::int64_t tenant = 2'000;  // to one tenant, hosted mode only
    bool loopback = false;        // whether direct callers on this machine are limited, too
};

enum class FailureKind : std::uint8_t {
    kRefused,      // PostgreSQL refused by itself, or a row had changed
    kUnavailable,  // the database could not be used
    kFault         // our own
};

/// One answered request, for the log.
struct RequestRecord {
    std::string_view method;
    std::string_view route;  // the pattern
    int status = 0;
    std::string_view reason;  // of a refusal that no line of its own tells
    platform::Duration duration{};
    std::string caller;
    std::string_view org;
    std::string_view request_id;
    std::string_view peer;
};

struct PipelineOptions {
    RateLimits limits;
    std::vector<std::string> trusted_proxies;  // addresses whose X-Forwarded-For is believed
    std::function<void(const RequestRecord&)> on_answer;
    /// Internal text, for the log only.
    std::function<void(FailureKind kind, std::string_view request_id, std::string_view text)> on_failure;
};

class Pipeline {
public:
    Pipeline(app::Services& services, std::vector<Route> routes, PipelineOptions options);

    platform::HttpResponse Handle(const platform::HttpRequest& request);
    /// A request the server itself turned away.
    platform::HttpResponse AnswerProtocolRefusal(int status, std::string_view detail);

    const Router& Routes() const {
        return router_;
    }

private:
    platform::HttpResponse Guarded(Exchange& exchange);
    platform::HttpResponse Answer(Exchange& exchange);
    // Each is a step; an answer ends the request.
    using Step = std::optional<platform::HttpResponse>;
    Step LimitRate(Exchange& exchange);
    void Identify(Exchange& exchange) const;
    Step SelectOrg(Exchange& exchange) const;
    Step LimitTenantRate(Exchange& exchange);
    void BeginCall(Exchange& exchange) const;
    Step RefuseChangesInDemo(const Exchange& exchange) const;
    bool IsOpen(const Exchange& exchange) const;
    Step Authenticate(const Exchange& exchange) const;
    void CheckCsrf(const Exchange& exchange) const;
    void Authorize(const Exchange& exchange) const;
    void CheckGate(const Exchange& exchange) const;

    tenancy::GateFacts FactsFor(const Exchange& exchange, const tenancy::OrgId& org) const;
    platform::HttpResponse AnswerRejection(const Exchange& exchange, const tenancy::Refusal& refusal);
    void NoteDenial(const Exchange& exchange, const tenancy::OrgId& org, std::string_view reason) const;

    app::Services& services_;
    Router router_;
    PipelineOptions options_;
    Meter meter_;
    RateLimiter general_;
    RateLimiter login_;
    RateLimiter tenant_;
};

}  // namespace pulse::http
