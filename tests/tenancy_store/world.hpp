// A database with two tables given to tenants, and tenants in it: as the store's functions see it, and as anybody with
// the application's password sees it through plain SQL.
//
// Tables, of the schema `shop`: customers (counted) and notes (refer to a customer). Every text in a row of tenant x
// holds "x-secret", so whoever meets another tenant's row can tell.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pqxx/pqxx>

#include "platform/sql/tx.hpp"
#include "tenancy/store/organizations.hpp"
#include "tenancy/store/schema.hpp"
#include "tenancy/store/session.hpp"
#include "tests/support/postgres.hpp"

namespace tenancy_test {

using tenancy::Organization;
using tenancy::OrgId;
using tenancy::OrgRole;
using tenancy::OrgStatus;
using tenancy::PlatformScope;
using tenancy::TenantScope;
using tenancy::store::PlatformTx;
using tenancy::store::TenantTx;

OrgId Org(std::string_view id);
TenantScope ScopeOf(std::string_view org);
PlatformScope Directory();
tenancy::Time At(std::string_view text);

/// With its owner as the only member.
Organization NewOrganization(std::string_view id, std::string_view owner);
tenancy::Member NewMember(std::string_view user, OrgRole role);

/// What the application runs under a scope on the table of a service that embeds the core.
void AddCustomer(TenantTx& tx, const std::string& id);
std::vector<std::string> CustomerNames(TenantTx& tx);

class World {
public:
    /// Tenants `a` (owner ann) and `b` (owner bob), three customers and three notes each.
    World();
    /// Without tenants.
    struct Empty {};
    explicit World(Empty /*tag*/, int connections = 4);

    platform::Database& Db() {
        return database_;
    }
    const support::TestDatabase& Server() const {
        return server_;
    }
    void AddTenant(std::string_view id, std::string_view owner);

    /// One cell, as the owner: sees all.
    std::string OwnerCell(const std::string& sql) const;
    void AsOwner(const std::string& sql) const;
    /// As the superuser: nothing is refused.
    void AsSuperuser(const std::string& sql) const;
    std::int64_t RowsOf(std::string_view relation, std::string_view org) const;

private:
    support::TestDatabase server_;
    platform::Database database_;
};

platform::DatabaseOptions OptionsFor(std::string conninfo, int connections);

/// Plain SQL as the application's role.
class AppSession {
public:
    explicit AppSession(const World& world) : connection_(world.Server().AppConninfo()) {}

    pqxx::connection& Pq() {
        return connection_;
    }
    /// All cells, joined, of a statement in a transaction of its own; `org` empty: no tenant.
    std::string Cells(std::string_view org, const std::string& sql);
    /// Rows it touched.
    std::int64_t Touched(std::string_view org, const std::string& sql);
    /// SQLSTATE with which it was refused; empty when it was not.
    std::string StateOf(std::string_view org, const std::string& sql);

private:
    pqxx::connection connection_;
};

/// The rule by which `act` is refused; "" when it is not.
std::string RuleRefusing(const std::function<void()>& act);

}  // namespace tenancy_test
