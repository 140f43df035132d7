// The ledger of consents.

#include "controller/app/consents.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

HttpResponse PostConsent(Exchange& exchange) {
    const auto tenant = exchange.Id<policy::TenantId>("tenant", "tenant");
    const auto command = exchange.Decode(wire::DecodeRecordConsent);
    return exchange.Mutate([&](store::Tx& tx) { return app::RecordConsent(tx, exchange.Caller(), tenant, command); },
                           wire::EncodeConsent,
                           [](const wire::ConsentView& view) { return "/v1/consents/" + view.consent.id.Text(); });
}

HttpResponse GetConsents(Exchange& exchange) {
    const auto tenant = exchange.Id<policy::TenantId>("tenant", "tenant");
    return exchange.List([&](store::Tx& tx, const app::PageQuery& page) { return app::ListConsents(tx, tenant, page); },
                         wire::EncodeConsent);
}

HttpResponse GetConsent(Exchange& exchange) {
    const auto id = exchange.Id<policy::RecordId>("consent", "consent");
    return exchange.Read([&](store::Tx& tx) { return app::ShowConsent(tx, id); }, wire::EncodeConsent);
}

HttpResponse PostWithdrawal(Exchange& exchange) {
    const auto id = exchange.Id<policy::RecordId>("consent", "consent");
    const auto command = exchange.Decode(wire::DecodeWithdrawConsent);
    return exchange.Mutate([&](store::Tx& tx) { return app::WithdrawConsent(tx, exchange.Caller(), id, command); },
                           wire::EncodeConsent);
}

constexpr Route kConsentRoutes[] = {{.method = Method::kPost,
                                     .pattern = "/v1/tenants/{tenant}/consents",
                                     .kind = Kind::kCreate,
                                     .permission = Permission::kRecordConsent,
                                     .area = "Consents",
                                     .summary = "Record a tenant's consent to a release or to the experimental channel",
                                     .answer = {201, "Consent"},
                                     .body = {BodyKind::kJson, "RecordConsent"},
                                     .handler = PostConsent},
                                    {.method = Method::kGet,
                                     .pattern = "/v1/tenants/{tenant}/consents",
                                     .kind = Kind::kList,
                                     .area = "Consents",
                                     .summary = "List a tenant's consents, oldest first",
                                     .answer = {200, "Page:Consent"},
                                     .handler = GetConsents},
                                    {.method = Method::kGet,
                                     .pattern = "/v1/consents/{consent}",
                                     .area = "Consents",
                                     .summary = "Show one consent",
                                     .answer = {200, "Consent"},
                                     .handler = GetConsent},
                                    {.method = Method::kPost,
                                     .pattern = "/v1/consents/{consent}:withdraw",
                                     .kind = Kind::kAct,
                                     .permission = Permission::kRecordConsent,
                                     .area = "Consents",
                                     .summary = "Withdraw a consent: exposure ends at once",
                                     .answer = {200, "Consent"},
                                     .body = {BodyKind::kJson, "WithdrawConsent"},
                                     .handler = PostWithdrawal}};

}  // namespace

std::span<const Route> ConsentRoutes() {
    return kConsentRoutes;
}

}  // namespace http
