// The issuers of --oidc-config:
//
//     issuers:
//       - issuer: https://token.actions.example.org
//         audience: portcullis
//         jwks: https://token.actions.example.org/.well-known/jwks     (or the path of a file)
//         claim: sub           (optional; whose text names the principal)
//         prefix: ci-          (optional; put before it)
//
// Errors: std::runtime_error with all that is wrong with the file.
#pragma once

#include <string>

#include "controller/app/oidc.hpp"

namespace controller::daemon {

app::OidcOptions ReadOidcConfig(const std::string& path);

}  // namespace controller::daemon
