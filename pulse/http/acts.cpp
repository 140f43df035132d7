#include "pulse/http/acts.hpp"

namespace pulse::http {

app::Act ActOf(const Exchange& exchange) {
    return {exchange.Caller(), exchange.Now(),
            [&exchange](std::string_view event, const tenancy::OrgId& org, std::string details) {
                return exchange.Event(event, org, std::move(details));
            }};
}

tenancy::MemberFacts MemberFactsOf(const Exchange& exchange, const tenancy::OrgId& org) {
    app::Services& services = exchange.Services();
    tenancy::MemberFacts facts;
    facts.now = exchange.Now();
    if (exchange.Who().session) {
        facts.session_began = exchange.Who().session->created_at;
    }
    const auto own = services.Hosted() ? services.licences.OfTenant(org.Text()) : nullptr;
    facts.max_users = app::MaxUsers(own ? *own : *services.licences.OfInstallation());
    return facts;
}

}  // namespace pulse::http
