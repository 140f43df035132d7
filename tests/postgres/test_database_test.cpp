// What tests/support promises about test databases.
#include "tests/support/postgres.hpp"

#include "tests/support/temp_dir.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <pqxx/pqxx>

namespace {

std::string Cell(const std::string& conninfo, const std::string& query) {
    pqxx::connection connection(conninfo);
    pqxx::nontransaction work(connection);
    return work.exec1(query)[0].c_str();
}

void Execute(const std::string& conninfo, const std::string& statement) {
    pqxx::connection connection(conninfo);
    pqxx::nontransaction work(connection);
    work.exec(statement);
}

support::Schema SchemaIn(const support::TempDir& folder, int* builds) {
    const std::string text = support::ReadFile(folder / "0001_first.up.sql");
    return {folder.Path(),
            [text, builds](const std::string& owner) {
                ++*builds;
                Execute(owner, text);
            },
            folder.Path().string()};
}

TEST(TestDatabase, ClonesATemplateThatIsBuiltOncePerContent) {
    const support::TempDir folder("migrations");
    support::WriteFile(folder / "0001_first.up.sql",
                       "CREATE TABLE things (n int); GRANT SELECT, INSERT ON things TO portcullis_app;"
                       "INSERT INTO things VALUES (1)");
    int builds = 0;
    {
        const support::TestDatabase one(SchemaIn(folder, &builds));
        const support::TestDatabase two(SchemaIn(folder, &builds));
        EXPECT_EQ(builds, 1);
        Execute(one.AppConninfo(), "INSERT INTO things VALUES (2)");
        EXPECT_EQ(Cell(one.AppConninfo(), "SELECT count(*) FROM things"), "2");
        EXPECT_EQ(Cell(two.AppConninfo(), "SELECT count(*) FROM things"), "1");
        EXPECT_EQ(Cell(two.OwnerConninfo(), "SELECT tableowner FROM pg_tables WHERE tablename = 'things'"),
                  "portcullis_owner");
        EXPECT_THROW(Execute(two.AppConninfo(), "DROP TABLE things"), pqxx::insufficient_privilege);
        EXPECT_THROW(Execute(two.AppConninfo(), "CREATE TEMPORARY TABLE t (n int)"), pqxx::insufficient_privilege);
    }
    support::WriteFile(folder / "0001_first.up.sql", "CREATE TABLE other (n int)");
    const support::TestDatabase changed(SchemaIn(folder, &builds));
    EXPECT_EQ(builds, 2);
}

TEST(TestDatabase, IsGoneAfterwardsEvenWhenAConnectionIsStillOpen) {
    std::string name;
    {
        const support::TestDatabase database;
        name = database.Name();
        pqxx::connection still_open(database.AppConninfo());
        // Leaked on purpose until the end of the scope: the drop must not wait for it.
        EXPECT_TRUE(still_open.is_open());
        const support::TestDatabase other;
    }
    EXPECT_EQ(Cell(support::TestCluster().SuperuserConninfo("postgres"),
                   "SELECT count(*) FROM pg_database WHERE datname = '" + name + "'"),
              "0");
}

TEST(TestDatabase, ManyThreadsGetADatabaseEach) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([] {
            const support::TestDatabase database;
            Execute(database.OwnerConninfo(), "CREATE TABLE mine (n int)");
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
}

}  // namespace
