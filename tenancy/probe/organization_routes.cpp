#include "tenancy/probe/organization_routes.hpp"

#include <array>

namespace tenancy::probe {
namespace {

constexpr std::array<OrganizationRoute, 19> kRoutes{{
    {"GET", "/api/orgs"},
    {"POST", "/api/orgs", true},
    {"GET", "/api/orgs/portcullis-probe"},
    {"PUT", "/api/orgs/portcullis-probe", true},
    {"DELETE", "/api/orgs/portcullis-probe", true},
    {"GET", "/api/orgs/portcullis-probe/members"},
    {"POST", "/api/orgs/portcullis-probe/members", true},
    {"DELETE", "/api/orgs/portcullis-probe/members/nobody", true},
    {"GET", "/api/orgs/portcullis-probe/invitations"},
    {"DELETE", "/api/orgs/portcullis-probe/invitations/nobody", true},
    {"GET", "/api/org-invitations"},
    {"POST", "/api/org-invitations/portcullis-probe/accept", true},
    {"DELETE", "/api/org-invitations/portcullis-probe", true},
    {"GET", "/api/orgs/portcullis-probe/shares"},
    {"POST", "/api/orgs/portcullis-probe/shares", true},
    {"DELETE", "/api/orgs/portcullis-probe/shares/none", true},
    {"GET", "/api/orgs/portcullis-probe/shares/incoming"},
    {"POST", "/api/orgs/portcullis-probe/shares/incoming/none/accept", true},
    {"DELETE", "/api/orgs/portcullis-probe/shares/incoming/none", true},
}};

}  // namespace

std::span<const OrganizationRoute> OrganizationRoutes() {
    return kRoutes;
}

}  // namespace tenancy::probe
