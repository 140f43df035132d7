// What requests about tenants and their records share: whom they are about, who may ask, and their query parameters.
//
// Everything here throws Rejection. Used by routes_tenants.cpp, routes_tenant_admin.cpp, routes_customers.cpp,
// routes_state.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "pulse/http/exchange.hpp"
#include "tenancy/store/audit.hpp"

namespace pulse::http {

/// 501 and 402 as in front of the organization routes: for handlers that need it for some requests only.
void RequireOrganizations(const Exchange& exchange);

/// The tenant that ?tenantId= names, or the selected one. Super admins may ask about any; else the caller has to be an
/// admin of it and it has to be active. 501, 402, 404, 403 access_denied, 403 org_suspended.
tenancy::OrgId AdministratedTenant(const Exchange& exchange);
/// The same for its audit log, which stays when the tenant is deleted: then super admins may still read it.
tenancy::OrgId AuditedTenant(const Exchange& exchange);

/// 403 access_denied for those who may only read the selected organization's records.
void RequireEditor(const Exchange& exchange);

/// A whole number within bounds, or `fallback` when the query has none. 400 with `code`, a literal.
std::int64_t QueryInteger(const Exchange& exchange, std::string_view name, std::int64_t least, std::int64_t most,
                          std::int64_t fallback, std::string_view code);

/// limit, offset, action (or event), user, success, startTime, endTime. 400 invalid_limit, invalid_offset,
/// invalid_success, invalid_start_time, invalid_end_time, invalid_time_range.
struct AuditQuery {
    tenancy::store::AuditFilter filter;
    tenancy::store::AuditWindow window;
};
AuditQuery ReadAuditQuery(const Exchange& exchange);

/// A list, and how many there are in all its pages (X-Total-Count).
platform::HttpResponse ListAnswer(std::string body, std::int64_t total);

}  // namespace pulse::http
