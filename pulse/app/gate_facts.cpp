#include "pulse/app/gate_facts.hpp"

namespace pulse::app {

OrgFacts LoadOrgFacts(Services& services, const tenancy::OrgId& org, platform::Time now) {
    OrgFacts loaded{.org = org, .facts = {}, .found = nullptr};
    tenancy::GateFacts& facts = loaded.facts;
    facts.mode = services.mode;
    facts.selected = org.IsDefault() ? tenancy::Selected::kDefault : tenancy::Selected::kTenant;
    facts.switch_on = tenancy::FactOf(services.tenant_switch.Enabled() && services.control_link.TenancyIsOn(org));
    facts.licensed = HasMultiTenant(*services.licences.OfInstallation());
    if (org.IsDefault()) {
        facts.org = tenancy::OrgState::kActive;
        return loaded;
    }
    loaded.found = services.directory.Find(org);
    facts.org = loaded.found ? tenancy::StateOf(loaded.found->lifecycle.status) : tenancy::OrgState::kMissing;
    if (services.Hosted() && loaded.found) {
        const auto billing = services.licences.OfTenant(org.Text());
        facts.subscription = SubscriptionOf(billing.get(), now);
    }
    return loaded;
}

tenancy::GateFacts FactsFor(const OrgFacts& org, const tenancy::Caller& caller) {
    tenancy::GateFacts facts = org.facts;
    if (org.org.IsDefault()) {
        facts.access = tenancy::DecideAccess(caller, org.org, std::nullopt);
    } else {
        facts.access = org.found ? tenancy::DecideAccess(caller, *org.found) : tenancy::Access::kNotAMember;
    }
    return facts;
}

}  // namespace pulse::app
