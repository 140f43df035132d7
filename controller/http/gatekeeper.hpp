// Who may pass: names the caller, counts its requests, and asks for the route's role.
//
// Every refusal is a thrown Rejection (401, 429, 403). A 403 is written to the audit log first. Requests whose
// credential fails are counted per peer, and only they are slowed down by that: behind a proxy all callers share one
// address, so a stranger's guesses must not shut out anybody with a good token. Thread safe.
#pragma once

#include <optional>

#include "controller/app/authenticate.hpp"
#include "controller/app/services.hpp"
#include "controller/http/rate_limiter.hpp"
#include "controller/http/route.hpp"

namespace http {

class Gatekeeper {
public:
    Gatekeeper(app::Services& services, RateLimit per_principal, RateLimit failures_per_peer);

    /// Looks the caller up and admits it.
    void Identify(Exchange& exchange);
    /// For a caller that the handler has looked up with exchange.Credential(); none: the credential is not good.
    void Admit(Exchange& exchange, std::optional<store::Caller> caller);
    /// The same, touching the database for a refusal only: for kills, which must not wait for it.
    void AdmitAtOnce(Exchange& exchange, std::optional<store::Caller> caller);
    /// What the request shows.
    app::Credential ReadCredential(const Exchange& exchange);

private:
    [[noreturn]] void RejectCredential(const Exchange& exchange, std::string_view detail);
    void CheckPermission(const Exchange& exchange) const;

    app::Services& services_;
    RateLimiter principals_;
    RateLimiter peers_;
    app::TokenUse token_use_;
};

/// "needs one of the roles: release_manager, operator"; for the 403 and for the documentation.
std::string NeededRoles(policy::Permission permission);

}  // namespace http
