#include "pulse/app/features.hpp"

namespace pulse::app {

bool IsFeatureOn(const Services& services, std::string_view flag, const tenancy::OrgId& org) {
    const auto order = services.control_link.Current();
    return order && tenancy::wire::FlagIsOn(*order, flag, org);
}

std::vector<std::string> FeaturesOn(const Services& services, const tenancy::OrgId& org) {
    std::vector<std::string> on;
    if (const auto order = services.control_link.Current()) {
        for (const auto& [flag, unused] : order->flags) {
            // That tenancy itself is on is no feature of it.
            if (flag != tenancy::kSwitchVariable && tenancy::wire::FlagIsOn(*order, flag, org)) {
                on.push_back(flag);
            }
        }
    }
    return on;
}

}  // namespace pulse::app
