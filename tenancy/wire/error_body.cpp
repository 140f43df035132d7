#include "tenancy/wire/error_body.hpp"

#include "platform/json/json.hpp"

namespace tenancy::wire {
namespace {

using platform::Json;

Json PlatformBody(const Refusal& refusal, const ErrorContext& context) {
    Json body = {{"error", refusal.message},
                 {"code", refusal.code},
                 {"status_code", refusal.status},
                 {"timestamp", std::chrono::floor<std::chrono::seconds>(context.now).time_since_epoch().count()},
                 {"details", Json::object()}};
    if (!context.request_id.empty()) {
        body["request_id"] = context.request_id;
    }
    return body;
}

Json BodyOf(const Refusal& refusal, const ErrorContext& context) {
    switch (refusal.shape) {
        case BodyShape::kPlatform:
            return PlatformBody(refusal, context);
        case BodyShape::kAgent:
        case BodyShape::kFeatureOff:
        case BodyShape::kSubscription:
            return {{"error", refusal.code}, {"message", refusal.message}};
        case BodyShape::kLicenseMiddleware:
            return {{"error", refusal.code},
                    {"message", refusal.message},
                    {"feature", refusal.feature},
                    {"tier", "enterprise"}};
        case BodyShape::kLicenseHandler:
            return {{"error", refusal.code},
                    {"message", refusal.message},
                    {"feature", refusal.feature},
                    {"upgrade_url", context.upgrade_url.empty() ? kUpgradeUrl : context.upgrade_url}};
        case BodyShape::kUnauthenticated:
            return {{"error", refusal.message}};
        case BodyShape::kMissingScope:
            return {{"error", refusal.code}, {"requiredScope", refusal.feature}};
    }
    return PlatformBody(refusal, context);
}

}  // namespace

std::string EncodeRefusal(const Refusal& refusal, const ErrorContext& context) {
    // A message may quote what the caller sent, and that may be no UTF-8: replaced rather than thrown over.
    return BodyOf(refusal, context).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tenancy::wire
