// That nothing was forgotten: every table with rows of tenants is protected, and the database itself says so; a table
// that could let tenants meet is not accepted. And the schema goes up and down.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/tenancy_store/world.hpp"

namespace tenancy_test {
namespace {

using tenancy::store::LoadProtectionFaults;

std::string FaultsAfter(World& world, const std::string& as_superuser) {
    world.AsSuperuser(as_superuser);
    std::string text;
    for (const auto& fault : LoadProtectionFaults(world.Db())) {
        text += fault.relation + ": " + fault.fault + "\n";
    }
    return text;
}

// What PostgreSQL says to the owner who runs it in a migration; empty when it is accepted.
std::string ProtectRefusal(const World& world, const std::string& sql) {
    pqxx::connection owner(world.Server().OwnerConninfo());
    pqxx::work work(owner);
    try {
        work.exec(sql);
    } catch (const pqxx::sql_error& error) {
        return error.what();
    }
    return "";
}

TEST(Catalogue, EveryTableWithRowsOfTenantsIsProtected) {
    World world;
    EXPECT_TRUE(LoadProtectionFaults(world.Db()).empty());
    EXPECT_NO_THROW(tenancy::store::RequireProtection(world.Db()));
    // The same, asked of the catalogue without the function that is asked above.
    EXPECT_EQ(world.OwnerCell(R"sql(
        SELECT count(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE a.attname = 'org_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND pg_get_userbyid(c.relowner) = 'portcullis_owner'
                   AND EXISTS (SELECT FROM tenancy.protected_tables p
                               WHERE p.relation = c.relnamespace::regnamespace || '.' || c.relname)))sql"),
              "0");
    EXPECT_EQ(world.OwnerCell("SELECT count(*) FROM tenancy.protected_tables"), "12");
    EXPECT_EQ(world.OwnerCell("SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles "
                              "WHERE rolname = 'portcullis_app'"),
              "f");
    EXPECT_EQ(world.OwnerCell("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'portcullis_app'"), "0");
    EXPECT_EQ(world.OwnerCell("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = 'portcullis_owner'"), "f");
}

TEST(Catalogue, EachHoleIsFound) {
    const std::vector<std::pair<std::string, std::string>> holes = {
        {"SET ROLE portcullis_owner; CREATE TABLE shop.forgotten (org_id text NOT NULL)",
         "not given to tenancy.protect"},
        {"ALTER TABLE shop.customers DISABLE ROW LEVEL SECURITY", "row-level security is not forced"},
        {"ALTER TABLE shop.customers NO FORCE ROW LEVEL SECURITY", "row-level security is not forced"},
        {"CREATE POLICY open ON shop.customers USING (true)", "policy open"},
        {"ALTER POLICY tenancy_isolation ON shop.notes USING (true)", "policy tenancy_isolation is not one"},
        {"ALTER POLICY tenancy_operator ON shop.notes TO portcullis_app", "policy tenancy_operator is not one"},
        {"DROP POLICY tenancy_isolation ON shop.notes", "tenancy_isolation is missing"},
        {"ALTER TABLE shop.notes OWNER TO postgres", "belongs to postgres"},
        {"GRANT TRUNCATE ON shop.notes TO portcullis_app", "may truncate"},
        {"CREATE UNIQUE INDEX leaky ON shop.notes (id)", "does not contain org_id"},
        {"DROP TABLE shop.notes", "is registered and does not exist"},
        {"GRANT CREATE ON SCHEMA shop TO portcullis_app", "may create in this schema"},
        {"CREATE MATERIALIZED VIEW shop.everybody AS SELECT * FROM shop.customers", "not given to tenancy.protect"},
    };
    for (const auto& [sql, expected] : holes) {
        World world{World::Empty()};
        const std::string faults = FaultsAfter(world, sql);
        EXPECT_NE(faults.find(expected), std::string::npos) << sql << "\n" << faults;
        EXPECT_THROW(tenancy::store::RequireProtection(world.Db()), tenancy::store::ProtectionError) << sql;
    }
}

TEST(Catalogue, ATableThatWouldLetTenantsMeetIsNotAccepted) {
    const World world{World::Empty()};
    const std::vector<std::pair<std::string, std::string>> tables = {
        {"CREATE TABLE shop.t (id text PRIMARY KEY)", "no column org_id"},
        {"CREATE TABLE shop.t (org_id text, id text)", "NOT NULL"},
        {"CREATE TABLE shop.t (org_id text NOT NULL, id text PRIMARY KEY)", "does not contain org_id"},
        {"CREATE TABLE shop.t (org_id text NOT NULL, id text)", "no index that begins with org_id"},
        {"CREATE TABLE shop.t (org_id text NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (org_id, id))",
         "number from a sequence"},
        {"CREATE TABLE shop.t (org_id text NOT NULL, id bigserial, PRIMARY KEY (org_id, id))",
         "number from a sequence"},
        {"CREATE TABLE shop.t (org_id text NOT NULL, id text, customer_org text, customer text, PRIMARY KEY (org_id, "
         "id), "
         "FOREIGN KEY (customer_org, customer) REFERENCES shop.customers (org_id, id))",
         "does not go from org_id to org_id"},
        {"CREATE TABLE shop.p (org_id text NOT NULL PRIMARY KEY); CREATE TABLE shop.t (org_id text PRIMARY KEY "
         "REFERENCES shop.p)",
         "protect that first"},
        {"CREATE TABLE shop.t (org_id text NOT NULL PRIMARY KEY) PARTITION BY LIST (org_id)", "no plain table"},
    };
    for (const auto& [sql, expected] : tables) {
        const std::string refusal = ProtectRefusal(world, sql + "; SELECT tenancy.protect('shop.t')");
        EXPECT_NE(refusal.find(expected), std::string::npos) << sql << "\n" << refusal;
    }
    EXPECT_EQ(ProtectRefusal(world, "CREATE TABLE shop.t (org_id text PRIMARY KEY); SELECT tenancy.protect('shop.t')"),
              "");
}

TEST(Catalogue, TheSchemaGoesUpAndDown) {
    const support::TestDatabase server;
    const auto history = tenancy::store::History();
    EXPECT_EQ(platform::MigrateUp(server.OwnerConninfo(), history).size(), history.migrations.size());
    for (int version = history.Newest() - 1; version >= 0; --version) {
        const auto taken_back = history.migrations.size() - static_cast<std::size_t>(version);
        EXPECT_EQ(platform::MigrateDown(server.OwnerConninfo(), history, version).size(), taken_back);
        EXPECT_EQ(platform::MigrateUp(server.OwnerConninfo(), history).size(), taken_back);
    }
    platform::Database database(OptionsFor(server.AppConninfo(), 1), tenancy::store::Profile());
    EXPECT_EQ(platform::SchemaVersion(database, "tenancy"), history.Newest());
    EXPECT_TRUE(LoadProtectionFaults(database).empty());
    platform::MigrateDown(server.OwnerConninfo(), history, 0);
    pqxx::connection owner(server.OwnerConninfo());
    EXPECT_EQ(
        pqxx::nontransaction(owner).exec("SELECT count(*) FROM pg_namespace WHERE nspname = 'tenancy'")[0][0].as<int>(),
        0);
}

}  // namespace
}  // namespace tenancy_test
