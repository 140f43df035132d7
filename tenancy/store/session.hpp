// Transactions that see what their scope allows and nothing else.
//
//   Write(database, scope, body)     one tenant, to write
//   Read(database, scope, body)      one tenant, one person's directory rows, or the directory
//   OneTrip(database, scope, body)   the same for exactly one reading statement, in one round trip
//   ForEachTenant(database, scope, body)   each tenant in turn, every one in a transaction of its own
//
// `body` gets a TenantTx, IdentityTx or PlatformTx. Queries take that as their parameter, so a query on a tenant's rows
// without a scope does not compile; that the scope's settings are in force is what made the object. The settings are
// local to the transaction: a pooled connection carries nothing to its next user, however the transaction ends.
// Whoever writes SQL uses tx.Sql() and lets row-level security choose the rows; it sets no tenancy.* setting itself.
//
// Errors: as platform::Database. Thread safety: one transaction is one thread's.
#pragma once

#include <type_traits>
#include <utility>
#include <vector>

#include "platform/base/invariant.hpp"
#include "platform/sql/database.hpp"
#include "tenancy/org_id.hpp"
#include "tenancy/scope.hpp"

namespace tenancy::store {

/// What row-level security is told.
platform::LocalSettings SettingsOf(const TenantScope& scope);
platform::LocalSettings SettingsOf(const IdentityScope& scope);
platform::LocalSettings SettingsOf(const PlatformScope& scope);

/// A transaction under a scope. Made by the functions below only.
template <typename Scope>
class ScopedTx {
public:
    ScopedTx(const ScopedTx&) = delete;
    ScopedTx& operator=(const ScopedTx&) = delete;

    platform::Tx& Sql() const noexcept {
        return tx_;
    }
    const Scope& ByScope() const noexcept {
        return scope_;
    }

private:
    ScopedTx(platform::Tx& tx, const Scope& scope) : tx_(tx), scope_(scope) {}

    friend struct ScopeEntrance;

    platform::Tx& tx_;
    const Scope& scope_;
};

using TenantTx = ScopedTx<TenantScope>;
using IdentityTx = ScopedTx<IdentityScope>;
using PlatformTx = ScopedTx<PlatformScope>;

inline const OrgId& OrgOf(const TenantTx& tx) noexcept {
    return tx.ByScope().Org();
}

/// How the functions below make one: under the settings of that very scope.
struct ScopeEntrance {
    template <typename Scope, typename Body>
    static auto Into(const Scope& scope, Body& body) {
        return [&scope, &body](platform::Tx& tx) {
            ScopedTx<Scope> scoped(tx, scope);
            return body(scoped);
        };
    }
};

template <typename Body>
auto Write(platform::Database& database, const TenantScope& scope, Body&& body) {
    return database.Write(SettingsOf(scope), ScopeEntrance::Into(scope, body));
}

template <typename Scope, typename Body>
auto Read(platform::Database& database, const Scope& scope, Body&& body) {
    return database.Read(SettingsOf(scope), ScopeEntrance::Into(scope, body));
}

template <typename Scope, typename Body>
auto OneTrip(platform::Database& database, const Scope& scope, Body&& body) {
    return database.OneTrip(SettingsOf(scope), ScopeEntrance::Into(scope, body));
}

/// The ids of all organizations, in order.
std::vector<OrgId> ListOrgIds(platform::Database& database, const PlatformScope& scope);

/// For those who answer for all tenants (alerts of all, reports): `body(TenantTx&)` reads one tenant at a time, by an
/// act of the platform on it. There is no transaction that sees two tenants' rows.
template <typename Body>
void ForEachTenant(platform::Database& database, const PlatformScope& scope, Body&& body) {
    for (const OrgId& org : ListOrgIds(database, scope)) {
        const auto tenant = TenantScope::PlatformAct(org, scope.Actor(), scope.Reason());
        PORTCULLIS_INVARIANT(tenant.has_value(), "an act of the platform names who acts and why");
        Read(database, *tenant, body);
    }
}

}  // namespace tenancy::store
