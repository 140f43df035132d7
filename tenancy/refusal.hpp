// Why a request is refused: status, stable code, a sentence for the caller, and which of the agreed bodies says so.
// Made by the decisions of this library, encoded by tenancy/wire/error_body.hpp.
//
// `code` and `feature` point to literals, so a Refusal outlives every request. Messages never hold internal text, and
// none of those a caller can meet while the tenant switch is off speaks of organizations.
// Value type; thread safe as any value is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/expected.hpp"

namespace tenancy {

enum class BodyShape : std::uint8_t {
    kPlatform,           // A: error (text), code, status_code, timestamp, details
    kAgent,              // B: error (code), message
    kFeatureOff,         // C: 501, error "feature_disabled", message
    kLicenseMiddleware,  // D1: 402 before the handlers: error, message, feature, tier
    kLicenseHandler,     // D2: 402 in handlers: error, message, feature, upgrade_url
    kSubscription,       // D3: 402 in hosted mode: error, message
    kUnauthenticated,    // E: 401, {"error":"Authentication required"}
    kMissingScope,       // E: 403, error "missing_scope", requiredScope (in `feature`)
};

struct Refusal {
    int status = 500;
    std::string_view code;
    std::string message;
    BodyShape shape = BodyShape::kPlatform;
    std::string_view feature;  // D1, D2: the licence's feature; missing scope: the scope

    friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// A change or another outcome, or why not.
template <typename T>
using Decided = platform::Expected<T, Refusal>;

// The refusals that more than one decision gives.
Refusal NotFound();                            // 404 not_found
Refusal SessionRequired();                     // 403 session_required
Refusal AccessDenied();                        // 403 access_denied
Refusal NotAuthenticated();                    // 401 authentication_required, shape A
Refusal Unauthenticated();                     // 401, shape E: what the authentication layer says
Refusal MissingScope(std::string_view scope);  // 403; `scope` must be a literal
Refusal InvalidRequest();                      // 400 invalid_request: the body could not be read
Refusal DefaultOrgImmutable();                 // 400 default_org_immutable
Refusal UserLimitReached(int max_users);       // 402 D2 max_users
Refusal TenantUnavailable();                   // 503 tenant_unavailable: the facts could not be had
/// 500 or 503 with a code of the endpoint table: `list_failed`, `create_failed`, `org_load_failed`,
/// `orgs_unavailable`... `code` must be a literal; the cause goes to the log only.
Refusal OperationFailed(int status, std::string_view code);

}  // namespace tenancy
