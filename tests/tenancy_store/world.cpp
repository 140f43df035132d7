#include "tests/tenancy_store/world.hpp"

#include <gtest/gtest.h>

namespace tenancy_test {
namespace {

constexpr const char* kShop = R"sql(
    CREATE SCHEMA shop;
    CREATE TABLE shop.customers (
        org_id     text COLLATE "C" NOT NULL,
        id         text NOT NULL,
        name       text NOT NULL,
        balance    numeric(12, 2) NOT NULL DEFAULT 0,
        tags       text[] NOT NULL DEFAULT '{}',
        extra      jsonb,
        since      date,
        photo      bytea,
        created_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
        shouted    text GENERATED ALWAYS AS (upper(name)) STORED,
        PRIMARY KEY (org_id, id)
    );
    SELECT tenancy.protect('shop.customers', counted_as => 'customers');
    CREATE TABLE shop.notes (
        org_id      text COLLATE "C" NOT NULL,
        id          text NOT NULL,
        customer_id text NOT NULL,
        text        text NOT NULL,
        PRIMARY KEY (org_id, id),
        FOREIGN KEY (org_id, customer_id) REFERENCES shop.customers (org_id, id) ON DELETE CASCADE
    );
    SELECT tenancy.protect('shop.notes');
    GRANT USAGE ON SCHEMA shop TO portcullis_app;

    -- Doors that a careless migration could leave open.
    CREATE FUNCTION shop.names_as_owner() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER
        SET search_path = shop, pg_temp AS 'SELECT name FROM customers';
    CREATE FUNCTION shop.names_as_caller() RETURNS SETOF text LANGUAGE sql SET search_path = shop, pg_temp AS
        'SELECT name FROM customers';
    CREATE VIEW shop.careless_view AS SELECT * FROM shop.customers;
    GRANT EXECUTE ON FUNCTION shop.names_as_owner(), shop.names_as_caller() TO portcullis_app;
    GRANT SELECT ON shop.careless_view TO portcullis_app)sql";

constexpr platform::Statement kAddCustomer{"test_customer_add",
                                           "INSERT INTO shop.customers (org_id, id, name) VALUES ($1, $2, $3)"};
constexpr platform::Statement kCustomerNames{"test_customer_names", "SELECT name FROM shop.customers ORDER BY id"};

support::Schema ShopSchema() {
    return {std::string(PORTCULLIS_SOURCE_DIR) + "/migrations/tenancy",
            [](const std::string& owner) {
                platform::MigrateUp(owner, tenancy::store::History());
                pqxx::connection connection(owner);
                pqxx::nontransaction(connection).exec(kShop);
            },
            std::string("tenancy ") + kShop};
}

std::string Joined(const pqxx::result& rows) {
    std::string text;
    for (const auto& row : rows) {
        for (const auto& cell : row) {
            text += text.empty() ? "" : " ";
            text += cell.is_null() ? "null" : cell.c_str();
        }
    }
    return text;
}

void Enter(pqxx::work& work, std::string_view org) {
    if (!org.empty()) {
        work.exec("SELECT set_config('tenancy.org', " + work.quote(std::string(org)) + ", true)");
    }
}

}  // namespace

OrgId Org(std::string_view id) {
    return OrgId::Trusted(std::string(id));
}

TenantScope ScopeOf(std::string_view org) {
    return TenantScope::PlatformAct(Org(org), "tester", "a test").value();
}

PlatformScope Directory() {
    return PlatformScope::For("tester", "a test").value();
}

tenancy::Time At(std::string_view text) {
    return platform::ParseTime(text).value();
}

tenancy::Member NewMember(std::string_view user, OrgRole role) {
    tenancy::Member member;
    member.user_id = std::string(user);
    member.email = std::string(user) + "@example.org";
    member.role = role;
    member.added_at = At("2026-02-08T10:00:00.123456Z");
    member.added_by = "tester";
    return member;
}

Organization NewOrganization(std::string_view id, std::string_view owner) {
    Organization org;
    org.id = Org(id);
    org.display_name = "Organization " + std::string(id);
    org.created_at = At("2026-02-08T10:00:00Z");
    org.owner_user_id = std::string(owner);
    org.members = {NewMember(owner, OrgRole::kOwner)};
    return org;
}

void AddCustomer(TenantTx& tx, const std::string& id) {
    const std::string& org = tenancy::store::OrgOf(tx).Text();
    tx.Sql().Exec(kAddCustomer, org, id, org + "-secret-" + id);
}

std::vector<std::string> CustomerNames(TenantTx& tx) {
    return tx.Sql().All(kCustomerNames, [](platform::Columns& in) { return in.Text(); });
}

platform::DatabaseOptions OptionsFor(std::string conninfo, int connections) {
    platform::DatabaseOptions options;
    options.conninfo = std::move(conninfo);
    options.connections = connections;
    options.application_name = "tenancy test";
    return options;
}

World::World(Empty /*tag*/, int connections)
    : server_(ShopSchema()), database_(OptionsFor(server_.AppConninfo(), connections), tenancy::store::Profile()) {}

World::World() : World(Empty()) {
    for (const auto& [id, owner] : {std::pair("a", "ann"), std::pair("b", "bob")}) {
        AddTenant(id, owner);
        for (const char* number : {"1", "2", "3"}) {
            AsOwner(std::string("INSERT INTO shop.customers (org_id, id, name) VALUES ('") + id + "', '" + number +
                    "', '" + id + "-secret-" + number + "'); INSERT INTO shop.notes VALUES ('" + id + "', 'n" + number +
                    "', '" + number + "', '" + id + "-secret-note')");
        }
    }
}

void World::AddTenant(std::string_view id, std::string_view owner) {
    tenancy::store::Write(database_, ScopeOf(id),
                          [&](TenantTx& tx) { tenancy::store::InsertOrganization(tx, NewOrganization(id, owner)); });
}

std::string World::OwnerCell(const std::string& sql) const {
    pqxx::connection connection(server_.OwnerConninfo());
    const pqxx::result rows = pqxx::nontransaction(connection).exec(sql);
    return rows.empty() ? "" : rows[0][0].c_str();
}

void World::AsOwner(const std::string& sql) const {
    pqxx::connection connection(server_.OwnerConninfo());
    pqxx::work work(connection);
    work.exec(sql);
    work.commit();
}

void World::AsSuperuser(const std::string& sql) const {
    pqxx::connection connection(server_.SuperuserConninfo());
    pqxx::nontransaction(connection).exec(sql);
}

std::int64_t World::RowsOf(std::string_view relation, std::string_view org) const {
    const std::string column = relation == "tenancy.orgs" ? "id" : "org_id";
    pqxx::connection connection(server_.OwnerConninfo());
    return pqxx::nontransaction(connection)
        .exec("SELECT count(*) FROM " + std::string(relation) + " WHERE " + column + " = '" + std::string(org) +
              "'")[0][0]
        .as<std::int64_t>();
}

std::string AppSession::Cells(std::string_view org, const std::string& sql) {
    pqxx::work work(connection_);
    Enter(work, org);
    return Joined(work.exec(sql));
}

std::int64_t AppSession::Touched(std::string_view org, const std::string& sql) {
    pqxx::work work(connection_);
    Enter(work, org);
    const auto rows = static_cast<std::int64_t>(work.exec(sql).affected_rows());
    work.commit();
    return rows;
}

std::string AppSession::StateOf(std::string_view org, const std::string& sql) {
    try {
        pqxx::work work(connection_);
        Enter(work, org);
        work.exec(sql);
        work.commit();
    } catch (const pqxx::insufficient_privilege&) {  // libpqxx 6.4 leaves the state of its own classes empty
        return "42501";
    } catch (const pqxx::foreign_key_violation&) {
        return "23503";
    } catch (const pqxx::sql_error& error) {
        return error.sqlstate().empty() ? "?" : error.sqlstate();
    }
    return "";
}

std::string RuleRefusing(const std::function<void()>& act) {
    try {
        act();
    } catch (const platform::RuleViolation& refused) {
        return refused.Rule();
    }
    return "";
}

}  // namespace tenancy_test
