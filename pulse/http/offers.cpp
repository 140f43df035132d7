#include "pulse/http/offers.hpp"

namespace pulse::http {

bool OffersOrganizations(const Exchange& exchange) {
    app::Services& services = exchange.Services();
    tenancy::GateFacts facts = exchange.Facts();
    if (services.Hosted() && exchange.Org().IsDefault()) {
        const auto installed = services.licences.OfInstallation();
        facts.subscription = app::SubscriptionOf(installed.get(), exchange.Now());
    }
    return tenancy::DecideOrgRoute(facts).Allowed();
}

}  // namespace pulse::http
