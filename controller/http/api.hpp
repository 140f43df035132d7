// The API: every request goes through Handle, whatever becomes of it.
//
// Thread safe. Handle never throws.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "controller/app/services.hpp"
#include "controller/http/gatekeeper.hpp"
#include "controller/http/problem.hpp"
#include "controller/http/router.hpp"
#include "platform/httpd/server.hpp"

namespace http {

enum class FailureKind : std::uint8_t {
    kRefused,      // PostgreSQL refused by itself, or a row had changed
    kUnavailable,  // the database could not be used
    kFault         // our own
};

/// One answered request, for metrics and the log.
struct RequestRecord {
    std::string_view method;
    std::string_view pattern;  // of the route; empty when there was none
    std::string_view route_method;
    std::size_t route = 0;  // index in the table, when there is a pattern
    int status = 0;
    platform::Duration duration{};
    std::string principal;  // empty when nobody was named
    std::string request_id;
    std::string peer;
};

struct ApiOptions {
    RateLimit per_principal;
    RateLimit failures_per_peer{.per_second = 5, .burst = 50};
    std::function<void(const RequestRecord&)> on_answer;
    /// Internal text, for the log only.
    std::function<void(FailureKind kind, std::string_view request_id, std::string_view text)> on_failure;
};

class Api {
public:
    Api(app::Services& services, std::span<const Route> routes, ApiOptions options);

    platform::HttpResponse Handle(const platform::HttpRequest& request);
    /// Whether it is handled however many others wait: what asks for nobody (health among it), and kills. Must not
    /// wait.
    bool IsUrgent(const platform::HttpRequest& request) const;
    /// What the server turned away before it was a request gets the same problem as everything else: with a request id,
    /// counted and logged.
    platform::HttpResponse Refuse(const platform::RefusedRequest& refused);

private:
    void AddCommonHeaders(const std::string& request_id, platform::HttpResponse& response) const;
    platform::HttpResponse Guarded(Exchange& exchange);
    platform::HttpResponse Answer(Exchange& exchange);
    Problem ProblemOfRule(const Exchange& exchange, const store::RuleViolation& violation);
    Problem ProblemOfConflict(const Exchange& exchange);

    app::Services& services_;
    Router router_;
    ApiOptions options_;
    Gatekeeper gatekeeper_;
};

/// The caller's X-Request-Id when it is 1 to 64 of `A-Z a-z 0-9 . _ -` and starts with a letter or digit; else a new
/// one.
std::string RequestIdOf(const platform::HttpRequest& request);

}  // namespace http
