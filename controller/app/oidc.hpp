// Callers that an OpenID Connect issuer names: people through single sign-on, pipelines through their CI's own tokens.
//
// A JSON Web Token is accepted when its issuer is configured, its signature (RS256 or ES256, never anything else) is by
// one of that issuer's keys, its audience is ours, and now lies between `nbf` and `exp`. It then names a principal by
// the issuer's claim; roles come from our registry alone. Everything else is an empty answer.
// Thread safe.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/types.hpp"
#include "platform/base/time.hpp"

namespace app {

struct OidcIssuer {
    std::string issuer;         // exactly the `iss` claim
    std::string audience;       // one of the `aud` claim
    std::string jwks;           // https://..., http://..., or the path of a file
    std::string claim = "sub";  // whose text names the principal
    std::string prefix;         // put before it: "ci-" makes "ci-release-bot" of "release-bot"
};

struct OidcOptions {
    std::vector<OidcIssuer> issuers;
    std::chrono::seconds leeway{30};
    std::chrono::seconds refresh{600};     // keys are asked for again after this long
    std::chrono::seconds unknown_key{30};  // and at most this often for a key id nobody knows
    std::chrono::milliseconds timeout{3'000};
};

class OidcVerifier {
public:
    explicit OidcVerifier(OidcOptions options);
    ~OidcVerifier();
    OidcVerifier(const OidcVerifier&) = delete;
    OidcVerifier& operator=(const OidcVerifier&) = delete;

    /// The principal that the token names, by the machine's clock: tokens of others do not follow a simulated one.
    std::optional<policy::PrincipalId> Verify(std::string_view token);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace app
