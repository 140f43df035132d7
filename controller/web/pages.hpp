// The rows of each page's file; routes.cpp lists them. Static data; thread safe.
#pragma once

#include <span>

#include "controller/web/route.hpp"

namespace web {

std::span<const Route> AccountRoutes();
std::span<const Route> AuditRoutes();
std::span<const Route> BoardRoutes();
std::span<const Route> ClockRoutes();
std::span<const Route> CommunicationRoutes();
std::span<const Route> DrillRoutes();
std::span<const Route> ExampleRoutes();
std::span<const Route> ExposureRoutes();
std::span<const Route> FreezeRoutes();
std::span<const Route> InboxRoutes();
std::span<const Route> ManifestRoutes();
std::span<const Route> MatrixRoutes();
std::span<const Route> MemoRoutes();
std::span<const Route> NavigationRoutes();
std::span<const Route> PacketActRoutes();
std::span<const Route> PeopleRoutes();
std::span<const Route> ReleaseMoreRoutes();
std::span<const Route> ReleaseRoutes();
std::span<const Route> RulesRoutes();
std::span<const Route> TenantRoutes();
std::span<const Route> FlagRoutes();
std::span<const Route> FleetRoutes();
std::span<const Route> IncidentRoutes();
std::span<const Route> KillRoutes();
std::span<const Route> MembershipRoutes();
std::span<const Route> OperationRoutes();
std::span<const Route> ProgrammeRoutes();
std::span<const Route> RoleRoutes();
std::span<const Route> RollbackRoutes();
std::span<const Route> RolloutActRoutes();
std::span<const Route> RolloutChartRoutes();
std::span<const Route> RolloutPlanRoutes();
std::span<const Route> RolloutRoutes();

}  // namespace web
