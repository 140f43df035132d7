// The areas of the API, each with its rows in a file of its own; routes.cpp joins them into the one table.
#pragma once

#include <span>

#include "controller/http/route.hpp"

namespace http {

std::span<const Route> PrincipalRoutes();
std::span<const Route> TokenRoutes();
std::span<const Route> TenantRoutes();
std::span<const Route> ConsentRoutes();
std::span<const Route> ReleaseRoutes();
std::span<const Route> EvidenceRoutes();
std::span<const Route> GateRoutes();
std::span<const Route> MemoRoutes();
std::span<const Route> MemoLintRoutes();
std::span<const Route> RollbackRoutes();
std::span<const Route> IncidentRoutes();
std::span<const Route> FreezeRoutes();
std::span<const Route> ProgrammeRoutes();
std::span<const Route> RolloutRoutes();
std::span<const Route> CommunicationRoutes();
std::span<const Route> CalendarRoutes();
std::span<const Route> FleetRoutes();
std::span<const Route> FlagRoutes();
std::span<const Route> MonitoringRoutes();
std::span<const Route> ReportRoutes();
std::span<const Route> DrillRoutes();
std::span<const Route> KeyRoutes();
std::span<const Route> WebhookRoutes();
std::span<const Route> AuditRoutes();
std::span<const Route> RuleRoutes();
std::span<const Route> ServiceRoutes();

}  // namespace http
