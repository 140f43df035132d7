#include "tenancy/refusal.hpp"

namespace tenancy {

Refusal NotFound() {
    return {404, "not_found", "No organization has this id.", BodyShape::kPlatform, {}};
}

Refusal SessionRequired() {
    return {403,
            "session_required",
            "A signed-in user is needed for this; an API token is not enough.",
            BodyShape::kPlatform,
            {}};
}

Refusal AccessDenied() {
    return {403, "access_denied", "You do not have the access this needs.", BodyShape::kPlatform, {}};
}

Refusal NotAuthenticated() {
    return {401, "authentication_required", "Sign in first.", BodyShape::kPlatform, {}};
}

Refusal Unauthenticated() {
    return {401, "authentication_required", "Authentication required", BodyShape::kUnauthenticated, {}};
}

Refusal MissingScope(std::string_view scope) {
    return {403, "missing_scope", "The API token lacks the scope " + std::string(scope) + ".", BodyShape::kMissingScope,
            scope};
}

Refusal InvalidRequest() {
    return {400,
            "invalid_request",
            "The body must be a JSON object of at most 64 KiB with the documented fields.",
            BodyShape::kPlatform,
            {}};
}

Refusal DefaultOrgImmutable() {
    return {
        400, "default_org_immutable", "The default organization cannot be changed this way.", BodyShape::kPlatform, {}};
}

Refusal UserLimitReached(int max_users) {
    return {402, "license_required",
            "The license covers " + std::to_string(max_users) + " members, and all places are taken.",
            BodyShape::kLicenseHandler, "max_users"};
}

Refusal TenantUnavailable() {
    // A caller can meet this one whatever the switch says, so it names no organization.
    return {503,
            "tenant_unavailable",
            "What decides about this request is not available; try again shortly.",
            BodyShape::kPlatform,
            {}};
}

Refusal OperationFailed(int status, std::string_view code) {
    return {status,
            code,
            "The request could not be completed; nothing was changed. Try again shortly.",
            BodyShape::kPlatform,
            {}};
}

}  // namespace tenancy
