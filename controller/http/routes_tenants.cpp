#include "controller/app/tenants.hpp"
#include "controller/http/exchange.hpp"
#include "controller/http/routes.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

std::string TenantPath(const wire::Tenant& tenant) {
    return "/v1/tenants/" + tenant.id.Text();
}

HttpResponse PostTenant(Exchange& exchange) {
    const auto command = exchange.Decode(wire::DecodeRegisterTenant);
    return exchange.Mutate([&](store::Tx& tx) { return app::RegisterTenant(tx, exchange.Caller(), command); },
                           wire::EncodeTenant, TenantPath);
}

HttpResponse PatchTenant(Exchange& exchange) {
    const auto id = exchange.Id<policy::TenantId>("tenant", "tenant");
    const auto version = exchange.ExpectedVersion();
    const auto command = exchange.Decode(wire::DecodeChangeTenant);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::ChangeTenant(tx, exchange.Caller(), id, version, command); },
        wire::EncodeTenant);
}

HttpResponse GetTenant(Exchange& exchange) {
    const auto id = exchange.Id<policy::TenantId>("tenant", "tenant");
    return exchange.Read([&](store::Tx& tx) { return app::ShowTenant(tx, id); }, wire::EncodeTenant);
}

HttpResponse GetTenants(Exchange& exchange) {
    store::TenantFilter filter;
    filter.kind = exchange.QueryEnum<policy::TenantKind>("kind");
    filter.preference = exchange.QueryEnum<policy::ChannelPreference>("channel_preference");
    filter.active = exchange.QueryFlag("active");
    filter.text = exchange.QueryText("q").value_or("");
    return exchange.List([&](store::Tx& tx, const app::PageQuery& page) { return app::ListTenants(tx, filter, page); },
                         wire::EncodeTenant);
}

constexpr QueryParameter kTenantFilters[] = {
    {"kind", R"({"$ref":"TenantKind"})", "Only this kind."},
    {"channel_preference", R"({"$ref":"ChannelPreference"})", "Only this preference."},
    {"active", R"({"type":"boolean"})", "Only active ones, or only inactive ones."},
    {"q", R"({"type":"string"})", "Part of the id or the name, in any case."}};

constexpr Route kTenantRoutes[] = {{.method = Method::kPost,
                                    .pattern = "/v1/tenants",
                                    .kind = Kind::kCreate,
                                    .permission = Permission::kManageTenants,
                                    .area = "Tenants",
                                    .summary = "Register a tenant",
                                    .answer = {201, "Tenant"},
                                    .body = {BodyKind::kJson, "RegisterTenant"},
                                    .handler = PostTenant},
                                   {.method = Method::kGet,
                                    .pattern = "/v1/tenants",
                                    .kind = Kind::kList,
                                    .area = "Tenants",
                                    .summary = "List the tenants, by id",
                                    .answer = {200, "Page:Tenant"},
                                    .query = kTenantFilters,
                                    .handler = GetTenants},
                                   {.method = Method::kGet,
                                    .pattern = "/v1/tenants/{tenant}",
                                    .area = "Tenants",
                                    .summary = "Show one tenant",
                                    .answer = {200, "Tenant"},
                                    .handler = GetTenant},
                                   {.method = Method::kPatch,
                                    .pattern = "/v1/tenants/{tenant}",
                                    .kind = Kind::kChange,
                                    .permission = Permission::kManageTenants,
                                    .area = "Tenants",
                                    .summary = "Change a tenant; what is left out stays",
                                    .answer = {200, "Tenant"},
                                    .body = {BodyKind::kJson, "ChangeTenant"},
                                    .handler = PatchTenant}};

}  // namespace

std::span<const Route> TenantRoutes() {
    return kTenantRoutes;
}

}  // namespace http
