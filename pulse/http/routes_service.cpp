// Health, version and capabilities. Nothing here tells anything about an organization.

#include "pulse/auth/scopes.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/http/exchange.hpp"
#include "pulse/wire/service_json.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;

HttpResponse GetHealth(Exchange& exchange) {
    app::Services& services = exchange.Services();
    const bool writable = services.database.Writable();
    return JsonAnswer(writable ? 200 : 503, wire::EncodeHealth({.healthy = writable,
                                                                .now = exchange.Now(),
                                                                .uptime = exchange.Now() - services.instance.started_at,
                                                                .database = writable,
                                                                .scheduler = writable,
                                                                .websocket = true,
                                                                .boot_id = services.instance.boot_id,
                                                                .started_at = services.instance.started_at}));
}

HttpResponse GetVersion(Exchange& exchange) {
    const app::InstanceInfo& instance = exchange.Services().instance;
    return JsonAnswer(200, wire::EncodeVersion({.version = instance.version, .deployment = instance.deployment}));
}

HttpResponse GetRuntimeCapabilities(Exchange& exchange) {
    app::Services& services = exchange.Services();
    const auto own =
        services.Hosted() && !exchange.Org().IsDefault() ? services.licences.OfTenant(exchange.Org().Text()) : nullptr;
    const auto state = own ? own : services.licences.OfInstallation();
    return JsonAnswer(200, wire::EncodeRuntimeCapabilities(*state, {.hosted = services.Hosted(), .build = "release"}));
}

constexpr Route kServiceRoutes[] = {{.method = Method::kGet,
                                     .pattern = "/api/health",
                                     .access = Access::kOpen,
                                     .area = "Service",
                                     .summary = "Whether this instance works, and since when it runs",
                                     .head = Head::kAnswered,
                                     .handler = GetHealth},
                                    {.method = Method::kGet,
                                     .pattern = "/api/version",
                                     .access = Access::kOpen,
                                     .area = "Service",
                                     .summary = "The version of this program",
                                     .head = Head::kAnswered,
                                     .handler = GetVersion},
                                    {.method = Method::kGet,
                                     .pattern = "/api/license/runtime-capabilities",
                                     .area = "Service",
                                     .summary = "What the licence covers",
                                     .handler = GetRuntimeCapabilities}};

}  // namespace

std::span<const Route> ServiceRoutes() {
    return kServiceRoutes;
}

}  // namespace pulse::http
