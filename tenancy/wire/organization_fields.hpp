// Organizations as JSON values, for the encoders of this folder. Includes nlohmann/json. Pure; thread safe.
#pragma once

#include <optional>

#include "platform/json/json.hpp"
#include "tenancy/model.hpp"

namespace tenancy::wire {

platform::Json InstantJson(const std::optional<Time>& time);
platform::Json MemberJson(const Member& member);
platform::Json InvitationJson(const Invitation& invitation);
platform::Json ShareJson(const Share& share);
/// The fields of the organization endpoints.
platform::Json OrganizationJson(const Organization& org);
/// With those of the tenant operations.
platform::Json TenantJson(const Organization& org);

/// The reverse of TenantJson, strict; errors are added with pointers.
Organization ReadTenant(const platform::Json& json, const std::string& pointer, platform::FieldErrors& errors);

/// No JSON text of ours ever fails on bytes that are no UTF-8: they are replaced.
std::string TextOf(const platform::Json& json);

}  // namespace tenancy::wire
