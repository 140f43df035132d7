// The registry of tenants. Every change moves the facts epoch. Value types; errors as store::Database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/policy/types.hpp"
#include "controller/store/database.hpp"
#include "controller/store/lock.hpp"
#include "controller/store/page.hpp"
#include "controller/wire/tenant_json.hpp"

namespace store {

using wire::Tenant;

struct NewTenant {
    policy::TenantId id;
    std::string name;
    policy::TenantKind kind = policy::TenantKind::kProduction;
    policy::ChannelPreference preference = policy::ChannelPreference::kAny;
    std::string created_by;
};

struct TenantFilter {
    std::optional<policy::TenantKind> kind;
    std::optional<policy::ChannelPreference> preference;
    std::optional<bool> active;
    std::string text;  // part of id or name, any case; empty: all
};

/// Conflict when the id is taken, in any case of its letters.
Tenant InsertTenant(Tx& tx, const NewTenant& tenant);
std::optional<Tenant> LoadTenant(Tx& tx, const policy::TenantId& id, Lock lock = Lock::kNone);
/// Ordered by id.
Page<Tenant> ListTenants(Tx& tx, const TenantFilter& filter, const PageQuery& page);
/// Writes name, kind, preference and active; the version grows by one.
Tenant UpdateTenant(Tx& tx, const Tenant& tenant);

}  // namespace store
