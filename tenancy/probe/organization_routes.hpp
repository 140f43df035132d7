// The nineteen routes about organizations: while the switch is off each answers 501 to whoever is named. The ids in
// them belong to nobody.
#pragma once

#include <span>
#include <string_view>

namespace tenancy::probe {

struct OrganizationRoute {
    std::string_view method;
    std::string_view path;
    bool writes = false;
};

std::span<const OrganizationRoute> OrganizationRoutes();

}  // namespace tenancy::probe
