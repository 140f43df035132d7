#include "pulse/http/errors.hpp"

namespace pulse::http {

using tenancy::BodyShape;
using tenancy::Refusal;

Refusal Refused(int status, std::string_view code, std::string message) {
    return {status, code, std::move(message), BodyShape::kPlatform, {}};
}

Refusal InternalError() {
    return Refused(500, "internal_error", "The server has a fault; its operators find the cause under the request id.");
}

Refusal ServiceUnavailable() {
    return Refused(503, "service_unavailable",
                   "The database cannot be used at the moment; nothing was changed. Try again in a few seconds.");
}

Refusal RuleRefused(std::string text_for_people) {
    return Refused(409, "conflict", std::move(text_for_people));
}

Refusal ChangedMeanwhile() {
    return Refused(409, "conflict",
                   "Somebody else changed it at the same moment, or it exists already. Read it again.");
}

Refusal SuperAdminRequired() {
    return Refused(403, "forbidden", "This needs a super admin.");
}

Refusal TenantRateLimited() {
    return {429, "rate_limit_exceeded", "Too many requests. Wait, then go on more slowly.", BodyShape::kAgent, {}};
}

Refusal DemoMode() {
    return {403, "demo_mode", "This is a demonstration: nothing can be changed here.", BodyShape::kAgent, {}};
}

}  // namespace pulse::http
