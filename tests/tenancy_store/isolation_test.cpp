// Row-level security as anybody with the application's password meets it: plain SQL, every kind of statement.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/tenancy_store/world.hpp"

namespace tenancy_test {
namespace {

constexpr const char* kNoRight = "42501";
constexpr const char* kForeignKey = "23503";

bool Holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::vector<std::string> ProtectedRelations(const World& world) {
    pqxx::connection connection(world.Server().OwnerConninfo());
    std::vector<std::string> names;
    for (const auto& row : pqxx::nontransaction(connection).exec("SELECT relation FROM tenancy.protected_tables")) {
        names.emplace_back(row[0].c_str());
    }
    return names;
}

// Ways to read that all meet the rows of `shop.customers`; each would show b's if it could.
const std::vector<std::string>& Readings() {
    static const std::vector<std::string> all_readings = {
        "SELECT * FROM shop.customers",
        "SELECT * FROM shop.customers WHERE org_id = 'b'",
        "SELECT * FROM shop.customers WHERE org_id <> 'a' OR true",
        "SELECT * FROM ONLY shop.customers c WHERE c.org_id IN ('a', 'b')",
        "TABLE shop.customers",
        "SELECT string_agg(name, ',') FROM shop.customers",
        "SELECT name, count(*) OVER () FROM shop.customers",
        "SELECT n.text, c.name FROM shop.notes n JOIN shop.customers c ON c.id = n.customer_id",
        R"sql(SELECT n.text, c.name FROM shop.notes n FULL JOIN shop.customers c ON c.id = n.customer_id
              WHERE c.org_id = 'b' OR n.org_id = 'b' OR true)sql",
        "SELECT * FROM tenancy.protected_tables p LEFT JOIN shop.customers c ON true",
        "WITH all_rows AS MATERIALIZED (SELECT * FROM shop.customers) SELECT * FROM all_rows",
        R"sql(WITH RECURSIVE r AS (SELECT id, name FROM shop.customers UNION SELECT r.id, c.name FROM r, shop.customers c)
              SELECT * FROM r)sql",
        "SELECT (SELECT string_agg(name, ',') FROM shop.customers)",
        "SELECT * FROM (SELECT * FROM shop.customers UNION ALL SELECT * FROM shop.customers WHERE org_id = 'b') u",
        "SELECT * FROM generate_series(1, 3) g, LATERAL (SELECT * FROM shop.customers c WHERE c.id = g::text) l",
        "SELECT name FROM shop.customers WHERE EXISTS (SELECT FROM shop.customers o WHERE o.org_id = 'b')",
        "SELECT to_jsonb(c) FROM shop.customers c",
        "SELECT query_to_xml('SELECT * FROM shop.customers', true, false, '')",
        "SELECT * FROM shop.names_as_caller()",
        "SELECT * FROM shop.names_as_owner()",
        "SELECT * FROM shop.careless_view",
        "SELECT * FROM tenancy.export_records('a')",
    };
    return all_readings;
}

TEST(Isolation, WithoutATenantThereIsNothingToRead) {
    const World world;
    AppSession app(world);
    for (const std::string& relation : ProtectedRelations(world)) {
        EXPECT_EQ(app.Cells("", "SELECT count(*) FROM " + relation), "0") << relation;
    }
    for (const std::string& reading : Readings()) {
        if (!Holds(reading, "export_records")) {
            EXPECT_FALSE(Holds(app.Cells("", reading), "secret")) << reading;
        }
    }
}

TEST(Isolation, WithoutATenantNothingCanBeWritten) {
    const World world;
    AppSession app(world);
    EXPECT_EQ(app.StateOf("", "INSERT INTO shop.customers (org_id, id, name) VALUES ('a', '9', 'x')"), kNoRight);
    EXPECT_EQ(app.StateOf("", "INSERT INTO tenancy.members (org_id, user_id, role) VALUES ('a', 'eve', 'admin')"),
              kNoRight);
    EXPECT_EQ(app.StateOf("", "INSERT INTO tenancy.orgs (id, display_name) VALUES ('c', 'C')"), kNoRight);
    EXPECT_EQ(app.Touched("", "UPDATE shop.customers SET name = 'x'"), 0);
    EXPECT_EQ(app.Touched("", "DELETE FROM shop.customers"), 0);
    EXPECT_EQ(app.Touched("", "UPDATE tenancy.orgs SET status = 'suspended'"), 0);
    EXPECT_EQ(world.RowsOf("shop.customers", "a"), 3);
}

TEST(Isolation, NoReadingOfOneTenantShowsAnother) {
    const World world;
    AppSession app(world);
    int shown = 0;
    for (const std::string& reading : Readings()) {
        const std::string cells = app.Cells("a", reading);
        EXPECT_FALSE(Holds(cells, "b-secret")) << reading << "\n" << cells;
        shown += Holds(cells, "a-secret") ? 1 : 0;
    }
    EXPECT_GT(shown, 15) << "the readings do read";
    for (const std::string& relation : ProtectedRelations(world)) {
        const std::string column = relation == "tenancy.orgs" ? "id" : "org_id";
        EXPECT_EQ(app.Cells("a", "SELECT count(*) FROM " + relation + " WHERE " + column + " <> 'a'"), "0") << relation;
    }
}

TEST(Isolation, CopyAndCursorsAndPreparedStatementsShowTheTenantOnly) {
    const World world;
    AppSession app(world);
    {
        pqxx::work work(app.Pq());
        work.exec("SELECT set_config('tenancy.org', 'a', true)");
        pqxx::stream_from copied(work, "shop.customers", std::vector<std::string>{"org_id", "name"});
        std::string line;
        int lines = 0;
        while (copied.get_raw_line(line) && !line.empty()) {
            EXPECT_TRUE(Holds(line, "a-secret")) << line;
            ++lines;
        }
        copied.complete();
        EXPECT_EQ(lines, 3);
        work.exec("DECLARE c CURSOR FOR SELECT name FROM shop.customers");
        const pqxx::result fetched = work.exec("FETCH ALL FROM c");
        EXPECT_EQ(fetched.size(), 3U);
    }
    // A plan made for one tenant shows the next one its own rows.
    pqxx::nontransaction(app.Pq()).exec(
        "PREPARE names AS SELECT string_agg(name, ',' ORDER BY id) FROM shop.customers");
    for (int round = 0; round < 8; ++round) {
        EXPECT_EQ(app.Cells("a", "EXECUTE names"), "a-secret-1,a-secret-2,a-secret-3");
        EXPECT_EQ(app.Cells("b", "EXECUTE names"), "b-secret-1,b-secret-2,b-secret-3");
        EXPECT_EQ(app.Cells("", "EXECUTE names"), "null");
    }
}

TEST(Isolation, RowsOfAnotherTenantCannotBeWritten) {
    const World world;
    AppSession app(world);
    EXPECT_EQ(app.StateOf("a", "INSERT INTO shop.customers (org_id, id, name) VALUES ('b', '9', 'x')"), kNoRight);
    EXPECT_EQ(app.StateOf("a",
                          "INSERT INTO shop.customers (org_id, id, name) SELECT 'b', id || 'x', name "
                          "FROM shop.customers"),
              kNoRight);
    EXPECT_EQ(app.StateOf("a",
                          "INSERT INTO shop.customers (org_id, id, name) VALUES ('b', '1', 'x') "
                          "ON CONFLICT (org_id, id) DO UPDATE SET name = 'x'"),
              kNoRight);
    EXPECT_EQ(app.StateOf("a", "UPDATE shop.notes SET org_id = 'b', customer_id = '1', id = 'moved'"), kNoRight);
    EXPECT_EQ(app.Touched("a", "UPDATE shop.customers SET name = 'x' WHERE org_id = 'b'"), 0);
    EXPECT_EQ(app.Touched("a",
                          "UPDATE shop.customers c SET name = 'x' FROM shop.customers o WHERE o.org_id = 'b' "
                          "AND o.id = c.id"),
              0);
    EXPECT_EQ(app.Touched("a", "DELETE FROM shop.customers WHERE org_id = 'b'"), 0);
    EXPECT_EQ(app.Touched("a", "DELETE FROM shop.notes USING shop.customers c WHERE c.org_id = 'b'"), 0);
    EXPECT_EQ(app.Touched("a",
                          "MERGE INTO shop.customers c USING (SELECT 'b' AS org, '1' AS id) s "
                          "ON c.org_id = s.org AND c.id = s.id WHEN MATCHED THEN UPDATE SET name = 'x'"),
              0);
    EXPECT_EQ(app.StateOf("a",
                          "WITH gone AS (DELETE FROM shop.customers WHERE org_id = 'b' RETURNING *) "
                          "INSERT INTO tenancy.alerts SELECT 'b', id, 'error_rate', 'warning', name, 1, 1 FROM gone"),
              "");
    EXPECT_NE(app.StateOf("a", "COPY shop.customers (org_id, id, name) FROM STDIN"), "");
    EXPECT_EQ(world.OwnerCell("SELECT string_agg(name, ',' ORDER BY id) FROM shop.customers WHERE org_id = 'b'"),
              "b-secret-1,b-secret-2,b-secret-3");
    EXPECT_EQ(world.RowsOf("shop.notes", "b"), 3);
}

TEST(Isolation, EverythingAtOnceStaysWithTheTenant) {
    const World world;
    AppSession app(world);
    EXPECT_EQ(app.Touched("a", "UPDATE shop.customers SET name = 'changed'"), 3);
    EXPECT_EQ(app.Touched("a", "DELETE FROM shop.customers"), 3);
    EXPECT_EQ(world.RowsOf("shop.customers", "a"), 0);
    EXPECT_EQ(world.RowsOf("shop.notes", "a"), 0);
    EXPECT_EQ(world.OwnerCell("SELECT count(*) FROM shop.customers WHERE org_id = 'b' AND name LIKE 'b-secret%'"), "3");
    EXPECT_EQ(world.RowsOf("shop.notes", "b"), 3);
}

TEST(Isolation, KeysAndReferencesTellNothingOfAnotherTenant) {
    const World world;
    AppSession app(world);
    world.AsOwner("INSERT INTO shop.customers (org_id, id, name) VALUES ('b', 'only-b', 'b-secret')");
    EXPECT_EQ(app.StateOf("a", "INSERT INTO shop.notes VALUES ('a', 'n9', 'only-b', 'x')"), kForeignKey);
    EXPECT_EQ(app.StateOf("a", "INSERT INTO shop.notes VALUES ('a', 'n9', 'nobody', 'x')"), kForeignKey);
    EXPECT_EQ(app.StateOf("a", "INSERT INTO shop.customers (org_id, id, name) VALUES ('a', 'only-b', 'mine')"), "");
}

TEST(Isolation, ConditionsThatSpeakUpAreAskedOfOwnRowsOnly) {
    const World world;
    AppSession app(world);
    try {
        app.Cells("a", "SELECT count(*) FROM shop.customers WHERE name::integer > 0");
        FAIL() << "the text is no number";
    } catch (const pqxx::sql_error& error) {
        EXPECT_TRUE(Holds(error.what(), "a-secret")) << error.what();
        EXPECT_FALSE(Holds(error.what(), "b-secret")) << error.what();
    }
    EXPECT_EQ(app.StateOf("", "SELECT count(*) FROM shop.customers WHERE name::integer > 0"), "");
}

TEST(Isolation, TheSettingEndsWithItsTransactionHoweverThatEnds) {
    const World world;
    AppSession app(world);
    const std::string count = "SELECT count(*) FROM shop.customers";
    EXPECT_EQ(app.Cells("a", count), "3");
    EXPECT_EQ(app.Cells("", count), "0") << "after a commit or rollback";
    EXPECT_EQ(app.StateOf("a", "SELECT 1 / 0"), "22012");
    EXPECT_EQ(app.Cells("", count), "0") << "after an error";
    {
        pqxx::work work(app.Pq());
        pqxx::subtransaction inner(work);
        inner.exec("SELECT set_config('tenancy.org', 'a', true)");
        inner.abort();
        EXPECT_EQ(work.exec(count)[0][0].as<int>(), 0) << "after a savepoint that was rolled back";
    }
    pqxx::nontransaction plain(app.Pq());
    plain.exec("SELECT set_config('tenancy.org', 'a', true)");
    EXPECT_EQ(plain.exec(count)[0][0].as<int>(), 0) << "outside of a transaction it ends with its statement";
    EXPECT_EQ(plain.exec("SELECT set_config('tenancy.org', 'a', true); " + count)[0][0].as<int>(), 3);
    EXPECT_EQ(plain.exec(count)[0][0].as<int>(), 0) << "one trip is one transaction";
}

TEST(Isolation, TheDirectoryOpensNoData) {
    const World world;
    AppSession app(world);
    const std::string as_platform = "SELECT set_config('tenancy.platform', 'directory', true); ";
    const std::string as_bob = "SELECT set_config('tenancy.user', 'bob', true); ";
    EXPECT_EQ(app.Cells("", as_platform + "SELECT count(*) FROM tenancy.orgs"), "2");
    EXPECT_EQ(app.Cells("", as_platform + "SELECT count(*) FROM tenancy.members"), "2");
    EXPECT_EQ(app.Cells("", as_bob + "SELECT string_agg(id, ',') FROM tenancy.orgs"), "b");
    EXPECT_EQ(app.Cells("", as_bob + "SELECT string_agg(user_id, ',') FROM tenancy.members"), "bob");
    for (const std::string& relation : ProtectedRelations(world)) {
        if (world.OwnerCell("SELECT directory AND kind <> 'evidence' FROM tenancy.protected_tables WHERE relation = '" +
                            relation + "'") == "t") {
            continue;
        }
        EXPECT_EQ(app.Cells("", as_platform + "SELECT count(*) FROM " + relation), "0") << relation;
        EXPECT_EQ(app.Cells("", as_bob + "SELECT count(*) FROM " + relation), "0") << relation;
    }
    EXPECT_EQ(app.Touched("", as_platform + "UPDATE tenancy.orgs SET display_name = 'x'"), 0);
    EXPECT_EQ(app.Touched("", as_bob + "UPDATE tenancy.members SET role = 'viewer'"), 0);
    EXPECT_EQ(app.StateOf("", as_bob + "INSERT INTO tenancy.members (org_id, user_id, role) "
                                       "VALUES ('a', 'bob', 'admin')"),
              kNoRight);
}

TEST(Isolation, TheApplicationCannotChangeTheRules) {
    const World world;
    AppSession app(world);
    for (const char* sql : {"ALTER TABLE shop.customers DISABLE ROW LEVEL SECURITY",
                            "ALTER TABLE shop.customers NO FORCE ROW LEVEL SECURITY",
                            "CREATE POLICY open ON shop.customers USING (true)",
                            "DROP POLICY tenancy_isolation ON shop.customers",
                            "TRUNCATE shop.customers",
                            "CREATE TABLE shop.copy AS SELECT 1",
                            "CREATE TABLE public.copy (a int)",
                            "CREATE TEMPORARY TABLE copy (a int)",
                            "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                            "SET ROLE portcullis_owner",
                            "SET SESSION AUTHORIZATION portcullis_owner",
                            "ALTER ROLE portcullis_app BYPASSRLS",
                            "UPDATE tenancy.protected_tables SET kind = 'operational'",
                            "DELETE FROM tenancy.orgs",
                            "UPDATE tenancy.usage_levels SET customers = 0",
                            "INSERT INTO tenancy.audit_entries SELECT * FROM tenancy.audit_entries",
                            "DELETE FROM tenancy.audit_entries",
                            "UPDATE tenancy.audit_heads SET seq = 0",
                            "DELETE FROM tenancy.alerts",
                            "SET LOCAL row_security = off; SELECT * FROM shop.customers"}) {
        EXPECT_EQ(app.StateOf("a", sql), kNoRight) << sql;
    }
}

TEST(Isolation, FunctionsOnWholeTenantsNeedItsScope) {
    const World world;
    AppSession app(world);
    for (const char* sql :
         {"SELECT tenancy.digest_records('b')", "SELECT tenancy.export_records('b')",
          "SELECT tenancy.delete_records('b')", "SELECT tenancy.delete_org('b')",
          "SELECT tenancy.import_records('b', 'shop.customers', '[]')", "SELECT tenancy.verify_audit('b')"}) {
        EXPECT_EQ(app.StateOf("a", sql), "PC001") << sql;
        EXPECT_EQ(app.StateOf("", sql), "PC001") << sql;
    }
    // The name of a tenant that shares nothing with the one who asks is not told.
    EXPECT_EQ(app.Cells("a", "SELECT tenancy.sharing_org_name('b')"), "null");
    EXPECT_EQ(world.RowsOf("shop.customers", "b"), 3);
}

// As the tenant operations runbook has them.
TEST(Isolation, TheOperatorsQueriesWork) {
    const World world;
    AppSession app(world);
    app.Cells("a", "SELECT 1");
    {
        pqxx::work work(app.Pq());
        work.exec("SELECT tenancy.append_audit('a', 'e1', now(), 'org_created', 'ann', '::1', '/', true, '')");
        work.commit();
    }
    const std::string status = "SELECT id, name, status, plan FROM tenants WHERE id = 'a'";
    const std::string usage = "SELECT * FROM tenant_usage_metrics WHERE tenant_id = 'a'";
    const std::string audit = "SELECT * FROM audit_logs WHERE tenant_id = 'a' ORDER BY created_at DESC LIMIT 100";
    EXPECT_EQ(app.Cells("a", status), "a Organization a active free");
    EXPECT_TRUE(Holds(app.Cells("a", usage), " 1 3 ")) << "one user, three customers";
    EXPECT_TRUE(Holds(app.Cells("a", audit), "org_created"));
    for (const std::string& query : {status, usage, audit}) {
        EXPECT_EQ(app.Cells("b", query), "") << query;
        EXPECT_EQ(app.Cells("", query), "") << query;
        EXPECT_NE(world.OwnerCell(query), "") << query;
    }
}

}  // namespace
}  // namespace tenancy_test
