// Every area of the route table. To add one: a file routes_<area>.cpp that defines its function, one line here, one in
// AllRoutes (routes.cpp), one in CMakeLists.txt. The pipeline, the metrics and the tests pick its rows up by
// themselves.
#pragma once

#include <span>

#include "pulse/http/route.hpp"

namespace pulse::http {

std::span<const Route> ServiceRoutes();       // health, version, capabilities
std::span<const Route> SessionRoutes();       // login, logout, security status
std::span<const Route> TokenRoutes();         // API tokens
std::span<const Route> OrganizationRoutes();  // organizations themselves
std::span<const Route> MemberRoutes();        // members and invitations
std::span<const Route> ShareRoutes();         // shares, given and incoming
std::span<const Route> LifecycleRoutes();     // hosted administration
std::span<const Route> PageRoutes();          // the console
std::span<const Route> StateRoutes();         // the state and the alerts of the selected organization
std::span<const Route> CustomerRoutes();      // its customers
std::span<const Route> WebSocketRoutes();     // what happens, live
std::span<const Route> AuditRoutes();         // the audit log
std::span<const Route> TenantRoutes();        // export, quotas, alerts: for a tenant's own admins
std::span<const Route> TenantAdminRoutes();   // for super admins: provisioning, lifecycle, restore

}  // namespace pulse::http
