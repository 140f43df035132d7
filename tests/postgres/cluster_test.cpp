// The life of a private cluster: first start, restart, two owners, crashes of either side.
#include "platform/postgres/cluster.hpp"

#include "platform/base/clock.hpp"
#include "platform/postgres/child.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pqxx/pqxx>

namespace {

namespace fs = std::filesystem;
using platform::ClusterOptions;
using platform::PrivateCluster;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

std::string ErrorOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no error";
}

std::string Value(const std::string& conninfo, const std::string& query) {
    pqxx::connection connection(conninfo);
    pqxx::nontransaction work(connection);
    const auto rows = work.exec(query);
    return rows.empty() || rows.columns() == 0 ? "" : rows[0][0].c_str();
}

// One cluster for the tests that do not end or restart it: making one costs more than all of them.
class PrivateClusterAtRest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        folder = std::make_unique<support::TempDir>(support::TempDir::InMemory("cluster"));
        cluster = std::make_unique<PrivateCluster>(support::DurableClusterOptions(folder->Path()));
        cluster->Start();
    }
    static void TearDownTestSuite() {
        cluster.reset();
        folder.reset();
    }

    static std::unique_ptr<support::TempDir> folder;
    static std::unique_ptr<PrivateCluster> cluster;
};

std::unique_ptr<support::TempDir> PrivateClusterAtRest::folder;
std::unique_ptr<PrivateCluster> PrivateClusterAtRest::cluster;

TEST_F(PrivateClusterAtRest, IsDurableUtf8WithChecksumsAndWithoutANetworkSocket) {
    const std::string superuser = cluster->SuperuserConninfo("portcullis");
    EXPECT_EQ(Value(superuser, "SHOW fsync"), "on");
    EXPECT_EQ(Value(superuser, "SHOW full_page_writes"), "on");
    EXPECT_EQ(Value(superuser, "SHOW data_checksums"), "on");
    EXPECT_EQ(Value(superuser, "SHOW listen_addresses"), "");
    EXPECT_EQ(Value(superuser, "SHOW server_encoding"), "UTF8");
    EXPECT_EQ(Value(superuser, "SHOW lc_collate"), "C") << "the order of the bytes, which is that of C.UTF-8";
    EXPECT_EQ(Value(superuser, "SHOW lc_ctype"), "C.UTF-8");
    EXPECT_EQ(Value(superuser, "SHOW timezone"), "UTC");
}

TEST_F(PrivateClusterAtRest, GivesTheOwnerTheDatabaseAndTheApplicationNothingToDefine) {
    const std::string owner = cluster->OwnerConninfo("portcullis");
    const std::string app = cluster->AppConninfo("portcullis");
    EXPECT_EQ(Value(owner, "SELECT current_user"), "portcullis_owner");
    EXPECT_EQ(Value(app, "SELECT current_user"), "portcullis_app");
    EXPECT_EQ(Value(owner, "CREATE TABLE owned (x int); SELECT count(*) FROM owned"), "0");

    EXPECT_THAT(ErrorOf([&] { Value(app, "CREATE TABLE mine (x int)"); }), HasSubstr("permission denied"));
    EXPECT_THAT(ErrorOf([&] { Value(app, "CREATE TEMPORARY TABLE mine (x int)"); }), HasSubstr("permission denied"));
    EXPECT_THAT(ErrorOf([&] { Value(app, "CREATE SCHEMA mine"); }), HasSubstr("permission denied"));
    EXPECT_THAT(ErrorOf([&] { Value(app, "SELECT * FROM owned"); }), HasSubstr("permission denied"));
    EXPECT_THAT(ErrorOf([&] { Value(app, "SET ROLE portcullis_owner"); }), HasSubstr("permission denied"));
    EXPECT_THAT(ErrorOf([&] { Value(app, "CREATE DATABASE mine"); }), HasSubstr("permission denied"));
    EXPECT_EQ(Value(cluster->SuperuserConninfo("postgres"),
                    "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'portcullis%' AND (rolsuper OR rolcreaterole OR "
                    "rolcreatedb OR rolbypassrls OR rolreplication)"),
              "0");
}

TEST_F(PrivateClusterAtRest, RefusesTheWrongPasswordAndTheOtherRolesPassword) {
    const std::string host = "host=" + cluster->Access().SocketDir().string() + " dbname=portcullis ";
    const std::string app_password = support::ReadFile(folder->Path() / "cluster" / "app.password");
    EXPECT_THAT(ErrorOf([&] { pqxx::connection(host + "user=portcullis_app password=wrong"); }),
                HasSubstr("password authentication failed"));
    EXPECT_THAT(ErrorOf([&] { pqxx::connection(host + "user=portcullis_owner password=" + app_password); }),
                HasSubstr("password authentication failed"));
    EXPECT_THAT(ErrorOf([&] { pqxx::connection(host + "user=somebody_else"); }), HasSubstr("pg_hba.conf"));
}

TEST_F(PrivateClusterAtRest, IsClosedToOtherAccountsOfTheMachine) {
    const fs::path data_dir = folder->Path() / "cluster";
    const auto others = fs::perms::group_all | fs::perms::others_all;
    for (const auto& path : {data_dir, data_dir / "pg", data_dir / "owner.password", data_dir / "app.password",
                             data_dir / "postgres.log", cluster->Access().SocketDir()}) {
        EXPECT_EQ(fs::status(path).permissions() & others, fs::perms::none) << path;
    }
}

TEST_F(PrivateClusterAtRest, MakesFurtherDatabases) {
    cluster->EnsureDatabase("further");
    cluster->EnsureDatabase("further");
    EXPECT_EQ(Value(cluster->AppConninfo("further"), "SELECT current_database()"), "further");
    EXPECT_THAT(ErrorOf([&] { Value(cluster->AppConninfo("further"), "CREATE TEMPORARY TABLE t (x int)"); }),
                HasSubstr("permission denied"));
    EXPECT_THAT(ErrorOf([&] { cluster->EnsureDatabase("no; good"); }), HasSubstr("'no; good' cannot name a database"));
}

TEST_F(PrivateClusterAtRest, IsReachableFromItsDataDirectoryAlone) {
    const auto access = platform::ClusterAccess::FromDataDir(folder->Path() / "cluster");
    EXPECT_EQ(access.AppConninfo("portcullis"), cluster->AppConninfo("portcullis"));
    EXPECT_EQ(Value(access.AppConninfo("portcullis"), "SELECT 1"), "1");
    EXPECT_THAT(ErrorOf([&] { platform::ClusterAccess::FromDataDir(folder->Path() / "nothing"); }),
                HasSubstr("there is no cluster"));
}

TEST_F(PrivateClusterAtRest, TellsASecondOwnerWhoHasTheDirectory) {
    PrivateCluster second(support::DurableClusterOptions(folder->Path()));
    EXPECT_THAT(ErrorOf([&] { second.Start(); }),
                AllOf(HasSubstr("is in use by process " + std::to_string(::getpid())), HasSubstr("choose another")));
    EXPECT_EQ(Value(cluster->AppConninfo("portcullis"), "SELECT 1"), "1");
}

TEST(PrivateCluster, KeepsDataAndSettingsOverRestartsAndStartsFast) {
    const support::TempDir folder = support::TempDir::InMemory("cluster");
    ClusterOptions options = support::DurableClusterOptions(folder.Path());
    {
        PrivateCluster cluster(options);
        cluster.Start();
        Value(cluster.OwnerConninfo("portcullis"), "CREATE TABLE kept AS SELECT 42 AS answer");
    }
    options.settings = {{"max_connections", "33"}};
    support::WriteFile(options.data_dir / "pg" / "local.conf", "work_mem = '5MB'\n");
    PrivateCluster cluster(options);
    const platform::Stopwatch start;
    cluster.Start();
    // The target is half a second; the bound leaves room for a machine that is busy with other tests.
    EXPECT_LT(start.Elapsed(), seconds(3));
    RecordProperty("start_ms", static_cast<int>(start.Elapsed() / std::chrono::milliseconds(1)));
    EXPECT_EQ(Value(cluster.OwnerConninfo("portcullis"), "SELECT answer FROM kept"), "42");
    EXPECT_EQ(Value(cluster.OwnerConninfo("portcullis"), "SHOW max_connections"), "33");
    EXPECT_EQ(Value(cluster.OwnerConninfo("portcullis"), "SHOW work_mem"), "5MB");

    cluster.Stop();
    EXPECT_FALSE(cluster.ServerPid());
    EXPECT_FALSE(fs::exists(options.data_dir / "pg" / "postmaster.pid"));
    cluster.Start();
    EXPECT_EQ(Value(cluster.OwnerConninfo("portcullis"), "SELECT answer FROM kept"), "42");
}

TEST(PrivateCluster, KeepsWhatWasCommittedWhenItsOwnerIsKilled) {
    const support::TempDir folder = support::TempDir::InMemory("cluster");
    const ClusterOptions options = support::DurableClusterOptions(folder.Path());
    for (int round = 1; round <= 3; ++round) {
        support::Process holder({support::BuiltProgram("cluster_holder"), options.data_dir.string()});
        const auto ready = holder.WaitForLine("ready");
        ASSERT_TRUE(ready) << holder.Error();
        const pid_t server = static_cast<pid_t>(std::stol(ready->substr(std::string("ready ").size())));
        const auto access = platform::ClusterAccess::FromDataDir(options.data_dir);
        Value(access.OwnerConninfo("portcullis"),
              "CREATE TABLE IF NOT EXISTS kept (round int); INSERT INTO kept VALUES (" + std::to_string(round) + ")");
        holder.Signal(SIGKILL);
        EXPECT_EQ(holder.Wait(), 128 + SIGKILL);

        // The kernel tells the server; in the last round nobody waits for it, the next owner starts into its shutdown.
        if (round < 3) {
            EXPECT_TRUE(platform::WaitForExit(server, seconds(30))) << "the server outlives its owner";
        }
    }
    PrivateCluster cluster(options);
    cluster.Start();
    EXPECT_EQ(
        Value(cluster.OwnerConninfo("portcullis"), "SELECT string_agg(round::text, ',' ORDER BY round) FROM kept"),
        "1,2,3");
}

TEST(PrivateCluster, StopsALeftoverServerBeforeItStartsItsOwn) {
    const support::TempDir folder = support::TempDir::InMemory("cluster");
    ClusterOptions options = support::DurableClusterOptions(folder.Path());
    {
        PrivateCluster cluster(options);
        cluster.Start();
        cluster.Stop();
    }
    // A server that nobody owns: started here as the cluster's account, but by hand.
    const platform::ClusterLayout layout(options.data_dir);
    platform::ChildSpec spec;
    spec.program = platform::FindPostgresBinaries() / "postgres";
    spec.arguments = {"-D", layout.pg.string()};
    spec.own_session = true;
    const pid_t leftover = platform::StartChild(spec, platform::ServerAccount(layout, "postgres"));
    const platform::Deadline deadline(seconds(30));
    const std::string superuser = platform::ClusterAccess::FromDataDir(options.data_dir).SuperuserConninfo("postgres");
    while (ErrorOf([&] { Value(superuser, "SELECT 1"); }) != "no error") {
        ASSERT_FALSE(deadline.Passed());
        platform::WaitForExit(leftover, std::chrono::milliseconds(5));
    }

    std::string events;
    options.on_event = [&](std::string_view text) { events += std::string(text) + "\n"; };
    PrivateCluster cluster(options);
    cluster.Start();
    EXPECT_THAT(events, HasSubstr("process " + std::to_string(leftover) + ") that an earlier run left behind"));
    EXPECT_NE(cluster.ServerPid(), leftover);
    EXPECT_EQ(Value(cluster.AppConninfo("portcullis"), "SELECT 1"), "1");
    EXPECT_EQ(::waitpid(leftover, nullptr, 0), leftover);
}

TEST(PrivateCluster, IsNotFooledByAProcessIdThatWasGivenToSomethingElse) {
    const support::TempDir folder = support::TempDir::InMemory("cluster");
    ClusterOptions options = support::DurableClusterOptions(folder.Path());
    {
        PrivateCluster cluster(options);
        cluster.Start();
    }
    // A stranger of the same account as the server, which the server's own check cannot tell from a server.
    const platform::ClusterLayout layout(options.data_dir);
    const auto account = platform::ServerAccount(layout, "postgres");
    platform::ChildSpec spec;
    spec.program = "/usr/bin/sleep";
    spec.arguments = {"600"};
    const pid_t stranger = platform::StartChild(spec, account);
    platform::WritePrivateFile(
        layout.pg / "postmaster.pid",
        std::to_string(stranger) + "\n" + layout.pg.string() + "\n1700000000\n5432\n\n\n0 0\nready\n", account);
    PrivateCluster cluster(options);
    cluster.Start();
    EXPECT_EQ(Value(cluster.AppConninfo("portcullis"), "SELECT 1"), "1");
    EXPECT_EQ(::kill(stranger, 0), 0) << "the stranger was ended";
    ::kill(stranger, SIGKILL);
    EXPECT_EQ(::waitpid(stranger, nullptr, 0), stranger);
}

TEST(PrivateCluster, StartsAServerAgainThatWasKilled) {
    const support::TempDir folder = support::TempDir::InMemory("cluster");
    PrivateCluster cluster(support::DurableClusterOptions(folder.Path()));
    cluster.Start();
    const std::string owner = cluster.OwnerConninfo("portcullis");
    Value(owner, "CREATE TABLE kept AS SELECT 42 AS answer");

    const auto killed = cluster.ServerPid();
    ASSERT_TRUE(killed);
    ::kill(*killed, SIGKILL);
    ASSERT_TRUE(platform::WaitForExit(*killed, seconds(30)));

    const platform::Deadline deadline(seconds(60));
    while (ErrorOf([&] { Value(owner, "SELECT 1"); }) != "no error") {
        ASSERT_FALSE(deadline.Passed());
        if (const auto pid = cluster.ServerPid()) {
            platform::WaitForExit(*pid, std::chrono::milliseconds(5));
        }
    }
    EXPECT_NE(cluster.ServerPid(), killed);
    EXPECT_EQ(Value(owner, "SELECT answer FROM kept"), "42");
}

TEST(PrivateCluster, SaysWhyTheServerDoesNotStart) {
    const support::TempDir folder = support::TempDir::InMemory("cluster");
    ClusterOptions options = support::DurableClusterOptions(folder.Path());
    options.settings = {{"no_such_setting", "1"}};
    PrivateCluster cluster(options);
    EXPECT_THAT(ErrorOf([&] { cluster.Start(); }),
                AllOf(HasSubstr("PostgreSQL did not start"), HasSubstr("no_such_setting")));
    EXPECT_FALSE(cluster.ServerPid());
}

TEST(PrivateCluster, MovesTheSocketWhenThePathIsTooLongForOne) {
    const support::TempDir folder = support::TempDir::InMemory("cluster");
    ClusterOptions options = support::DurableClusterOptions(folder.Path());
    options.data_dir = folder.Path() / std::string(60, 'a') / std::string(60, 'b');
    options.durability = platform::ClusterDurability::kNone;
    fs::create_directory(folder.Path() / std::string(60, 'a'));
    fs::path socket_dir;
    {
        PrivateCluster cluster(options);
        cluster.Start();
        socket_dir = cluster.Access().SocketDir();
        EXPECT_EQ(socket_dir, platform::SocketDirectoryFor(options.data_dir));
        EXPECT_LT(socket_dir.string().size(), 60U);
        EXPECT_EQ(Value(cluster.AppConninfo("portcullis"), "SELECT 1"), "1");
    }
    EXPECT_FALSE(fs::exists(socket_dir));
}

TEST(PrivateCluster, MakesTheClusterAgainWhenTheFirstAttemptWasCutShort) {
    const support::TempDir folder = support::TempDir::InMemory("cluster");
    ClusterOptions options = support::DurableClusterOptions(folder.Path());
    options.durability = platform::ClusterDurability::kNone;
    support::WriteFile(options.data_dir / "pg.unfinished" / "PG_VERSION", "15\n");
    fs::permissions(options.data_dir, fs::perms::owner_all);
    if (::geteuid() == 0) {
        const auto account = platform::ServerAccount(platform::ClusterLayout(options.data_dir), "postgres");
        ASSERT_EQ(::chown(options.data_dir.c_str(), account.uid, account.gid), 0);
    }
    PrivateCluster cluster(options);
    cluster.Start();
    EXPECT_EQ(Value(cluster.AppConninfo("portcullis"), "SELECT 1"), "1");
}

}  // namespace
