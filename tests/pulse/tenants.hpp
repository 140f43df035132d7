// Tenants as operators make them: provisioned by a super admin, each with an admin of its own who has a token.
#pragma once

#include <string>

#include "tests/pulse/harness.hpp"

namespace pulse_test {

struct Tenant {
    std::string id;
    std::string admin_email;
    std::string token;  // of its admin, for everything
    Caller admin;
};

/// Whoever administrates tenants, with a token as in the operators' commands.
Caller SuperAdmin(const OwnPulsed& pulsed = Shared());

/// A tenant nobody else uses. `name` is part of its id.
Tenant Provision(const std::string& name = "tenant", const std::string& plan = "pro", OwnPulsed& pulsed = Shared());

/// A token of `user` (who has that password) for `org`.
std::string MintToken(OwnPulsed& pulsed, const std::string& user, const std::string& password, const std::string& org,
                      const Json& scopes = {"*"});

/// Raises or lowers numbers of the tenant: {"customers": 10}.
void SetQuotas(const std::string& tenant, const Json& quotas, const OwnPulsed& pulsed = Shared());
/// {"used":..., "limit":..., "percent":..., "level":...} of one resource.
Json Quota(const Tenant& tenant, const std::string& resource);

/// How many entries of that kind the tenant's audit log has.
std::size_t CountAudit(const std::string& tenant, const std::string& action, const OwnPulsed& pulsed = Shared());

}  // namespace pulse_test
