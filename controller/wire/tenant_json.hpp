// Tenants as the API, the store and the operations see them. Value types; the functions are pure; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/policy/types.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct Tenant {
    policy::TenantId id;
    std::string name;
    policy::TenantKind kind = policy::TenantKind::kProduction;
    policy::ChannelPreference preference = policy::ChannelPreference::kAny;
    bool active = true;
    platform::Time created_at{};
    std::string created_by;
    std::int64_t version = 1;  // the ETag's; not a field of the document
};

struct RegisterTenant {
    policy::TenantId id;
    std::string name;
    policy::TenantKind kind = policy::TenantKind::kProduction;
    policy::ChannelPreference preference = policy::ChannelPreference::kAny;
};

/// Absent: stays as it is.
struct ChangeTenant {
    std::optional<std::string> name;
    std::optional<policy::TenantKind> kind;
    std::optional<policy::ChannelPreference> preference;
    std::optional<bool> active;
};

std::string EncodeTenant(const Tenant& tenant);
Decoded<RegisterTenant> DecodeRegisterTenant(const Document& document);
Decoded<ChangeTenant> DecodeChangeTenant(const Document& document);

Schemas TenantSchemas();

}  // namespace wire
