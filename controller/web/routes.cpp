#include "controller/web/pages.hpp"

namespace web {

std::span<const std::span<const Route>> AllRoutes() {
    static const std::span<const Route> areas[] = {
        AccountRoutes(),     AuditRoutes(),    BoardRoutes(),         ClockRoutes(),      DrillRoutes(),
        ExampleRoutes(),     ExposureRoutes(), FreezeRoutes(),        InboxRoutes(),      ManifestRoutes(),
        MatrixRoutes(),      MemoRoutes(),     NavigationRoutes(),    PacketActRoutes(),  PeopleRoutes(),
        ReleaseMoreRoutes(), ReleaseRoutes(),  RulesRoutes(),         TenantRoutes(),     FlagRoutes(),
        FleetRoutes(),       IncidentRoutes(), KillRoutes(),          MembershipRoutes(), OperationRoutes(),
        ProgrammeRoutes(),   RoleRoutes(),     RollbackRoutes(),      RolloutActRoutes(), RolloutChartRoutes(),
        RolloutPlanRoutes(), RolloutRoutes(),  CommunicationRoutes(),
    };
    return areas;
}

}  // namespace web
