// Features behind a flag of a release: which are on for an organization, as the order in force says.
//
// A feature asks with the organization of the request's scope each time it acts, and shows nothing of itself where the
// answer is no. Without an order, or with one that does not mention the flag, every flag is off. Thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pulse/app/services.hpp"

namespace pulse::app {

bool IsFeatureOn(const Services& services, std::string_view flag, const tenancy::OrgId& org);
/// In the order of their names.
std::vector<std::string> FeaturesOn(const Services& services, const tenancy::OrgId& org);

}  // namespace pulse::app
