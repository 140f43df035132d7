#include "controller/http/routes.hpp"

#include "controller/http/areas.hpp"
#include "controller/wire/evidence_json.hpp"
#include "controller/wire/record_json.hpp"
#include "controller/wire/release_json.hpp"
#include "controller/wire/tenant_json.hpp"

namespace http {

std::span<const Route> AllRoutes() {
    static const std::vector<Route> routes = [] {
        std::vector<Route> all;
        for (const auto area : {TenantRoutes(), ReleaseRoutes(), EvidenceRoutes(), GateRoutes(), RollbackRoutes(), IncidentRoutes(), FreezeRoutes(),
                                AuditRoutes()}) {
            all.insert(all.end(), area.begin(), area.end());
        }
        return all;
    }();
    return routes;
}

wire::Schemas AllSchemas() {
    wire::Schemas all;
    for (wire::Schemas area : {wire::CommonSchemas(), wire::TenantSchemas(), wire::ReleaseSchemas(), wire::EvidenceSchemas(),
                               wire::RecordSchemas()}) {
        all.insert(all.end(), std::make_move_iterator(area.begin()), std::make_move_iterator(area.end()));
    }
    return all;
}

}  // namespace http
