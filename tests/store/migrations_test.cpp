// The controller's schema: each file up, down and up again; and what makes a migrated database usable.
#include <algorithm>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "controller/store/migrations.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

using store::MigrationError;

std::string OwnerCell(const support::TestDatabase& database, const std::string& sql) {
    pqxx::connection owner(database.OwnerConninfo());
    pqxx::nontransaction work(owner);
    return work.exec1(sql)[0].c_str();
}

// Everything the schema consists of, one part a line; rights as they are in effect, however they are written down.
std::set<std::string> Describe(const support::TestDatabase& database) {
    pqxx::connection owner(database.OwnerConninfo());
    pqxx::nontransaction work(owner);
    work.exec(R"sql(CREATE FUNCTION pg_temp.rights(acl aclitem[]) RETURNS text LANGUAGE sql AS
        'SELECT string_agg(x::text, '','' ORDER BY x::text) FROM unnest(acl) x')sql");
    std::set<std::string> parts;
    for (const auto& row : work.exec(R"sql(
            SELECT format('column %s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                          a.attnotnull, pg_get_expr(d.adbin, d.adrelid), pg_temp.rights(a.attacl))
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relnamespace = to_regnamespace('portcullis') AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT format('relation %s %s', relname, pg_temp.rights(coalesce(relacl, acldefault('r', relowner))))
            FROM pg_class WHERE relnamespace = to_regnamespace('portcullis')
            UNION ALL
            SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
            WHERE connamespace = to_regnamespace('portcullis')
            UNION ALL
            SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL
            SELECT format('%s %s', pg_get_functiondef(oid), pg_temp.rights(coalesce(proacl, acldefault('f', proowner))))
            FROM pg_proc WHERE pronamespace = to_regnamespace('portcullis')
            UNION ALL
            SELECT format('schema %s', pg_temp.rights(coalesce(nspacl, acldefault('n', nspowner))))
            FROM pg_namespace WHERE nspname = 'portcullis'
            UNION ALL
            SELECT format('default %s %s', defaclobjtype, pg_temp.rights(defaclacl)) FROM pg_default_acl)sql")) {
        parts.insert(row[0].c_str());
    }
    return parts;
}

// What is in one of the two only.
std::vector<std::string> Difference(const std::set<std::string>& one, const std::set<std::string>& other) {
    std::vector<std::string> difference;
    std::set_symmetric_difference(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(difference));
    return difference;
}

TEST(Migrations, UpDownAndUpAgainIsTheSameSchema) {
    const support::TestDatabase database;
    const std::vector<int> versions = store::MigrateUp(database.OwnerConninfo());
    ASSERT_FALSE(versions.empty());
    EXPECT_EQ(versions.back(), store::NeededSchemaVersion());
    const std::set<std::string> first = Describe(database);
    EXPECT_EQ(store::MigrateUp(database.OwnerConninfo()), std::vector<int>{});
    // Step by step, so that each file undoes exactly its own.
    std::vector<std::set<std::string>> on_the_way_down;
    for (std::size_t i = versions.size(); i > 0; --i) {
        const int target = i > 1 ? versions[i - 2] : 0;
        EXPECT_EQ(store::MigrateDown(database.OwnerConninfo(), target), std::vector<int>{versions[i - 1]});
        on_the_way_down.push_back(Describe(database));
    }
    EXPECT_EQ(on_the_way_down.back(), std::set<std::string>{});
    EXPECT_EQ(OwnerCell(database, "SELECT count(*) FROM public.portcullis_migrations"), "0");
    for (std::size_t i = 0; i + 1 < versions.size(); ++i) {
        EXPECT_EQ(store::MigrateUp(database.OwnerConninfo(), versions[i]), std::vector<int>{versions[i]});
        const auto& before = on_the_way_down[versions.size() - 2 - i];
        EXPECT_EQ(Difference(Describe(database), before), std::vector<std::string>{}) << versions[i];
    }
    store::MigrateUp(database.OwnerConninfo());
    EXPECT_EQ(Difference(Describe(database), first), std::vector<std::string>{});
}

// Changes that were made side by side: a database may have had the higher number first.
TEST(Migrations, LowerNumbersThatCameLaterAreAppliedBehindHigherOnes) {
    const std::vector<int> later = {49, 50};
    std::vector<store::Migration> earlier = store::Migrations();
    std::erase_if(earlier, [&](const store::Migration& one) {
        return one.version > 51 || std::find(later.begin(), later.end(), one.version) != later.end();
    });
    const support::TestDatabase database;
    store::Database app(OptionsFor(database.AppConninfo()));
    ASSERT_EQ(platform::MigrateUp(database.OwnerConninfo(), {"portcullis", earlier}).back(), 51);
    store::MigrateUp(database.OwnerConninfo(), 48);  // what it has already
    const std::set<std::string> without = Describe(database);
    EXPECT_EQ(store::SchemaVersion(app), 51);
    const std::string lacks = store::LookAtSchema(app).lacks;
    EXPECT_TRUE(lacks.starts_with(store::NeededSchemaVersion() == 51 ? "51 without 49, 50," : "51,")) << lacks;

    std::vector<int> due = later;
    for (const store::Migration& one : store::Migrations()) {
        if (one.version > 51) {
            due.push_back(one.version);
        }
    }
    EXPECT_EQ(store::MigrateUp(database.OwnerConninfo()), due);
    EXPECT_EQ(store::LookAtSchema(app).lacks, "");
    const support::TestDatabase in_order;
    store::MigrateUp(in_order.OwnerConninfo());
    EXPECT_EQ(Difference(Describe(database), Describe(in_order)), std::vector<std::string>{});
    // Down it goes by the numbers, whatever came first.
    store::MigrateDown(database.OwnerConninfo(), 51);
    EXPECT_EQ(store::MigrateDown(database.OwnerConninfo(), 48), (std::vector<int>{51, 50, 49}));
    EXPECT_NE(Difference(Describe(database), without), std::vector<std::string>{}) << "51 is gone, too";
    store::MigrateDown(in_order.OwnerConninfo(), 48);
    EXPECT_EQ(Difference(Describe(database), Describe(in_order)), std::vector<std::string>{});
}

TEST(Migrations, TheApplicationSeesTheVersion) {
    const support::TestDatabase database;
    store::Database app(OptionsFor(database.AppConninfo()));
    EXPECT_EQ(store::SchemaVersion(app), 0);
    EXPECT_TRUE(app.Writable());
    store::MigrateUp(database.OwnerConninfo());
    EXPECT_EQ(store::SchemaVersion(app), store::NeededSchemaVersion());
    EXPECT_FALSE(store::IsInitialised(app));
    EXPECT_TRUE(store::Initialise(database.OwnerConninfo(), {}));
    EXPECT_TRUE(store::IsInitialised(app));
}

TEST(Initialise, HappensOnceAndTheClockStaysWhatItIs) {
    const support::TestDatabase database;
    store::MigrateUp(database.OwnerConninfo());
    store::InitialiseOptions real;
    real.principals.push_back({Person("ada"),
                               policy::PrincipalKind::kUser,
                               "Ada",
                               "ada@example.org",
                               {Role::kAdmin},
                               TokenHash("ada"),
                               policy::RecordId::Trusted("tok_1")});
    EXPECT_TRUE(store::Initialise(database.OwnerConninfo(), real));
    EXPECT_FALSE(store::Initialise(database.OwnerConninfo(), real));
    store::InitialiseOptions simulated;
    simulated.simulated_clock = true;
    EXPECT_THROW(store::Initialise(database.OwnerConninfo(), simulated), MigrationError);
    store::InitialiseOptions set_real;
    set_real.start = support::At("2025-01-01T00:00:00Z");
    EXPECT_THROW(store::Initialise(database.OwnerConninfo(), set_real), MigrationError);
    EXPECT_EQ(OwnerCell(database, "SELECT created_by FROM portcullis.principals"), "bootstrap");
}

TEST(Initialise, IsAllOrNothing) {
    const support::TestDatabase database;
    store::MigrateUp(database.OwnerConninfo());
    store::InitialiseOptions options;
    options.principals.push_back({Person("ci"), policy::PrincipalKind::kComponent, "CI", {}, {Role::kDevLead}, {}, {}});
    EXPECT_THROW(store::Initialise(database.OwnerConninfo(), options), MigrationError);  // SOD-1
    store::Database app(OptionsFor(database.AppConninfo()));
    EXPECT_FALSE(store::IsInitialised(app));
}

}  // namespace
}  // namespace store_test
