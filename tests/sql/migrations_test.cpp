// Versions of schemas: up, down, one at a time, never rewritten; two schemas in one database.
#include "platform/sql/migrations.hpp"

#include <array>
#include <thread>

#include <gtest/gtest.h>

#include "platform/base/invariant.hpp"
#include "tests/sql/world.hpp"

namespace sql_test {
namespace {

using platform::MigrateDown;
using platform::MigrateUp;
using platform::MigrationError;

using Versions = std::vector<int>;

std::string OwnerCell(const support::TestDatabase& database, const std::string& sql) {
    pqxx::connection owner(database.OwnerConninfo());
    pqxx::nontransaction work(owner);
    return work.exec1(sql)[0].c_str();
}

void OwnerSql(const support::TestDatabase& database, const std::string& sql) {
    pqxx::connection owner(database.OwnerConninfo());
    pqxx::nontransaction work(owner);
    work.exec(sql);
}

bool HasTable(const support::TestDatabase& database, const std::string& table) {
    return OwnerCell(database, "SELECT to_regclass('" + table + "') IS NOT NULL") == "t";
}

// The message of the MigrationError that `act` ends with.
template <typename Act>
std::string MessageOf(const Act& act) {
    try {
        act();
    } catch (const MigrationError& error) {
        return error.what();
    }
    return "";
}

TEST(SchemaMigrations, AreEmbeddedInOrder) {
    ASSERT_EQ(books::Migrations().size(), 2U);
    EXPECT_EQ(books::Migrations()[0].version, 1);
    EXPECT_EQ(books::Migrations()[0].name, "books");
    EXPECT_EQ(books::Migrations()[1].version, 10);
    EXPECT_EQ(books::Migrations()[1].up, "CREATE TABLE books.shelves (id text PRIMARY KEY);\n");
    EXPECT_EQ(books::Migrations()[1].down, "DROP TABLE books.shelves;\n");
    EXPECT_EQ(BooksHistory().Newest(), 10);
}

TEST(SchemaMigrations, TwoSchemasLiveInOneDatabaseEachWithItsHistory) {
    const support::TestDatabase database;
    const std::string owner = database.OwnerConninfo();
    platform::Database app(OptionsFor(database.AppConninfo()));
    EXPECT_EQ(platform::SchemaVersion(app, "notes"), 0);
    EXPECT_EQ(MigrateUp(owner, NotesHistory()), (Versions{1, 2}));
    EXPECT_EQ(platform::SchemaVersion(app, "notes"), 2);
    EXPECT_EQ(platform::SchemaVersion(app, "books"), 0);
    EXPECT_EQ(MigrateUp(owner, BooksHistory(), 1), (Versions{1}));
    EXPECT_EQ(MigrateUp(owner, BooksHistory()), (Versions{10}));
    EXPECT_EQ(MigrateUp(owner, NotesHistory()), Versions{});
    EXPECT_EQ(platform::SchemaVersion(app, "books"), 10);
    EXPECT_EQ(platform::LookAtSchema(app, NotesHistory()).lacks, "");
    EXPECT_EQ(MigrateDown(owner, NotesHistory(), 0), (Versions{2, 1}));
    EXPECT_EQ(platform::SchemaVersion(app, "books"), 10);
    EXPECT_TRUE(HasTable(database, "books.shelves"));
    EXPECT_FALSE(HasTable(database, "notes.notes"));
    EXPECT_EQ(MigrateDown(owner, BooksHistory(), 1), (Versions{10}));
    EXPECT_FALSE(HasTable(database, "books.shelves"));
    EXPECT_EQ(MigrateUp(owner, NotesHistory()), (Versions{1, 2}));
    EXPECT_EQ(platform::SchemaVersion(app, "notes"), 2);
}

TEST(SchemaMigrations, WhatTheApplicationMayNotReadIsVersionZero) {
    const support::TestDatabase database;
    platform::Database app(OptionsFor(database.AppConninfo()));
    MigrateUp(database.OwnerConninfo(), NotesHistory(), 1);  // without the grants
    EXPECT_EQ(platform::SchemaVersion(app, "notes"), 0);
    EXPECT_THROW(platform::SchemaVersion(app, "x'; --"), platform::InvariantViolation);
}

TEST(SchemaMigrations, StatesSayWhatIsAppliedAndWhatIsPending) {
    const support::TestDatabase database;
    const std::string owner = database.OwnerConninfo();
    auto states = platform::LoadMigrationStates(owner, BooksHistory());
    ASSERT_EQ(states.size(), 2U);
    EXPECT_FALSE(states[0].applied_at);
    EXPECT_EQ(states[0].file, "0001_books.up.sql");
    EXPECT_EQ(states[1].file, "0010_shelves.up.sql");
    MigrateUp(owner, BooksHistory(), 1);
    states = platform::LoadMigrationStates(owner, BooksHistory());
    EXPECT_TRUE(states[0].applied_at);
    EXPECT_FALSE(states[1].applied_at);
    EXPECT_THROW(MigrateUp(owner, BooksHistory(), 2), MigrationError);
    EXPECT_THROW(MigrateDown(owner, BooksHistory(), 5), MigrationError);
    EXPECT_THROW(MigrateDown(owner, BooksHistory(), -1), MigrationError);
}

TEST(SchemaMigrations, AChangedFileIsNamedAndNothingIsDone) {
    const support::TestDatabase database;
    const std::string owner = database.OwnerConninfo();
    MigrateUp(owner, BooksHistory(), 1);
    OwnerSql(database, "UPDATE public.books_migrations SET checksum = 'other' WHERE version = 1");
    EXPECT_NE(MessageOf([&] { MigrateUp(owner, BooksHistory()); }).find("0001_books.up.sql"), std::string::npos);
    EXPECT_NE(MessageOf([&] { MigrateDown(owner, BooksHistory(), 0); }).find("0001_books.up.sql"), std::string::npos);
    EXPECT_EQ(OwnerCell(database, "SELECT max(version) FROM public.books_migrations"), "1");
    EXPECT_EQ(MigrateUp(owner, NotesHistory()), (Versions{1, 2}));  // the other schema's history is whole
}

TEST(SchemaMigrations, AFailureTakesItsOwnMigrationBackAndNoOther) {
    const support::TestDatabase database;
    const std::array<platform::Migration, 2> broken{
        {{1, "good", "CREATE SCHEMA shelf", "DROP SCHEMA shelf"},
         {2, "bad", "CREATE TABLE shelf.one (); CREATE TABLE shelf.two (id nonsense)", "DROP TABLE shelf.one"}}};
    const std::string message = MessageOf([&] { MigrateUp(database.OwnerConninfo(), {"shelf", broken}); });
    EXPECT_NE(message.find("0002_bad.up.sql"), std::string::npos) << message;
    EXPECT_NE(message.find("nonsense"), std::string::npos) << message;
    EXPECT_EQ(OwnerCell(database, "SELECT max(version) FROM public.shelf_migrations"), "1");
    EXPECT_FALSE(HasTable(database, "shelf.one"));
}

TEST(SchemaMigrations, OfTwoMigratorsAtOnceOneDoesTheWork) {
    const support::TestDatabase database;
    Versions one;
    Versions two;
    std::thread other([&] { two = MigrateUp(database.OwnerConninfo(), NotesHistory()); });
    one = MigrateUp(database.OwnerConninfo(), NotesHistory());
    other.join();
    EXPECT_EQ(one.size() + two.size(), notes::Migrations().size());
    EXPECT_TRUE(one.empty() || two.empty());
}

TEST(SchemaMigrations, WhatANewerProgramAppliedIsLeftAlone) {
    const support::TestDatabase database;
    const std::string owner = database.OwnerConninfo();
    MigrateUp(owner, NotesHistory());
    OwnerSql(database, "INSERT INTO public.notes_migrations (version, name, checksum) VALUES (999, 'later', 'x')");
    EXPECT_EQ(MigrateUp(owner, NotesHistory()), Versions{});
    EXPECT_FALSE(platform::LoadMigrationStates(owner, NotesHistory()).back().known);
    EXPECT_THROW(MigrateDown(owner, NotesHistory(), 0), MigrationError);
    platform::Database app(OptionsFor(database.AppConninfo()));
    EXPECT_EQ(platform::SchemaVersion(app, "notes"), 999);
}

TEST(SchemaMigrations, AServerThatIsNotThereIsUnavailable) {
    EXPECT_THROW(MigrateUp("host=/nowhere dbname=x user=y", NotesHistory()), platform::Unavailable);
}

}  // namespace
}  // namespace sql_test
