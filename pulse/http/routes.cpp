#include "pulse/http/routes.hpp"

#include "pulse/http/areas.hpp"

namespace pulse::http {

std::vector<Route> AllRoutes() {
    std::vector<Route> routes;
    for (const auto area :
         {ServiceRoutes, SessionRoutes, TokenRoutes, OrganizationRoutes, MemberRoutes, ShareRoutes, LifecycleRoutes,
          PageRoutes, StateRoutes, WebSocketRoutes, CustomerRoutes, AuditRoutes, TenantRoutes, TenantAdminRoutes}) {
        const auto rows = area();
        routes.insert(routes.end(), rows.begin(), rows.end());
    }
    return routes;
}

}  // namespace pulse::http
