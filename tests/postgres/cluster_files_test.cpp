// The files and folders of a private cluster: who may reach them, and what is refused. No server runs here.
#include "platform/postgres/child.hpp"
#include "platform/postgres/cluster.hpp"
#include "platform/postgres/directories.hpp"
#include "tests/support/temp_dir.hpp"

#include <filesystem>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using platform::Account;
using platform::ClusterLayout;
using testing::AllOf;
using testing::HasSubstr;

std::string ClusterErrorOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const platform::ClusterError& error) {
        return error.what();
    }
    return "no error";
}

Account AccountFor(const fs::path& data_dir) {
    return platform::ServerAccount(ClusterLayout(data_dir), "postgres");
}

TEST(ClusterFiles, RefusesADirectoryThatOthersMayEnter) {
    const support::TempDir folder("cluster");
    const fs::path data_dir = folder / "open";
    const Account account = AccountFor(data_dir);
    support::WriteFile(data_dir / "something", "of theirs");
    ASSERT_EQ(::chown(data_dir.c_str(), account.uid, account.gid), 0);
    fs::permissions(data_dir, fs::perms(0755));
    EXPECT_THAT(ClusterErrorOf([&] { platform::EnsurePrivateDirectory(data_dir, account); }),
                AllOf(HasSubstr("mode 0755"), HasSubstr("chmod 700 " + data_dir.string())));
    fs::permissions(data_dir, fs::perms(0700));
    EXPECT_EQ(ClusterErrorOf([&] { platform::EnsurePrivateDirectory(data_dir, account); }), "no error");
}

TEST(ClusterFiles, ClosesAnEmptyDirectoryThatIsOurs) {
    const support::TempDir folder("cluster");
    const fs::path data_dir = folder / "empty";
    fs::create_directory(data_dir);
    fs::permissions(data_dir, fs::perms(0755));
    platform::EnsurePrivateDirectory(data_dir, AccountFor(data_dir));
    EXPECT_EQ(fs::status(data_dir).permissions(), fs::perms::owner_all);
}

TEST(ClusterFiles, RefusesAFileOrALinkInPlaceOfTheDirectory) {
    const support::TempDir folder("cluster");
    support::WriteFile(folder / "file", "");
    fs::create_directory(folder / "elsewhere");
    fs::create_directory_symlink(folder / "elsewhere", folder / "link");
    for (const char* name : {"file", "link"}) {
        EXPECT_THAT(ClusterErrorOf([&] { platform::EnsurePrivateDirectory(folder / name, AccountFor(folder / name)); }),
                    HasSubstr("is not a directory"));
    }
}

TEST(ClusterFiles, NamesTheFolderThatIsClosedToTheServersAccount) {
    const support::TempDir folder("cluster");
    Account account = AccountFor(folder / "data");
    if (!account.switch_to) {
        EXPECT_EQ(ClusterErrorOf([&] { platform::CheckReachable(folder / "data", account); }), "no error");
        return;
    }
    fs::create_directories(folder / "open/below");
    EXPECT_THAT(ClusterErrorOf([&] { platform::CheckReachable(folder / "open/below/data", account); }),
                AllOf(HasSubstr("the user postgres cannot reach"),
                      HasSubstr("because " + folder.Path().string() + " is closed")));
    folder.LetThrough();
    EXPECT_EQ(ClusterErrorOf([&] { platform::CheckReachable(folder / "data", account); }), "no error");
}

TEST(ClusterFiles, ThereIsOneLockPerDirectory) {
    const support::TempDir folder("cluster");
    const Account account = AccountFor(folder / "data");
    {
        const platform::DirectoryLock lock(folder / "lock", account);
        EXPECT_THAT(ClusterErrorOf([&] { platform::DirectoryLock(folder / "lock", account); }),
                    HasSubstr("in use by process " + std::to_string(::getpid())));
    }
    EXPECT_EQ(ClusterErrorOf([&] { platform::DirectoryLock(folder / "lock", account); }), "no error");
}

TEST(ClusterFiles, PrivateFilesReplaceOldOnesWholeAndStayPrivate) {
    const support::TempDir folder("cluster");
    const Account account = AccountFor(folder / "data");
    platform::WritePrivateFile(folder / "file", "old\n", account);
    platform::WritePrivateFile(folder / "file", "new\n", account);
    EXPECT_EQ(platform::ReadLine(folder / "file"), "new");
    EXPECT_EQ(fs::status(folder / "file").permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_FALSE(fs::exists(folder / "file.new"));
}

TEST(ClusterFiles, DatabaseNamesNeedNoQuoting) {
    for (const char* good : {"portcullis", "a", "test_12_3"}) {
        EXPECT_TRUE(platform::IsDatabaseName(good)) << good;
    }
    for (const std::string& bad : {std::string(), std::string("1a"), std::string("_a"), std::string("A"),
                                   std::string("a b"), std::string("a\"b"), std::string("a;b"), std::string(64, 'a')}) {
        EXPECT_FALSE(platform::IsDatabaseName(bad)) << bad;
    }
}

TEST(ClusterFiles, ConnectionStringsQuoteWhatTheyCarry) {
    const platform::ClusterAccess access("/a b/it's\\here", "owner'secret", "app\\secret");
    EXPECT_EQ(
        access.AppConninfo("portcullis"),
        "host='/a b/it\\'s\\\\here' port=5432 dbname='portcullis' user='portcullis_app' password='app\\\\secret'");
    EXPECT_THAT(access.OwnerConninfo("x"), HasSubstr("password='owner\\'secret'"));
    EXPECT_THAT(access.SuperuserConninfo("x"), testing::Not(HasSubstr("password")));
}

TEST(ClusterFiles, SaysWhatToInstallWhenAVersionIsMissing) {
    EXPECT_THAT(ClusterErrorOf([] { platform::FindPostgresBinaries(99); }),
                AllOf(HasSubstr("PostgreSQL 99 is not under"), HasSubstr("apt-get install postgresql-99")));
}

TEST(ClusterPrograms, ReportOutputExitCodeAndTimeOut) {
    const Account account = AccountFor("/nowhere");
    const auto run = [&](const std::string& script, std::chrono::milliseconds deadline) {
        return platform::RunProgram("/bin/sh", {"-c", script}, "some input", account, deadline);
    };
    const auto result = run("cat; echo; id -un; pwd; echo to-error >&2; exit 3", std::chrono::seconds(30));
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_EQ(result.output, "some input\n" + account.name + "\n/\nto-error\n");
    EXPECT_EQ(run("kill -TERM $$", std::chrono::seconds(30)).exit_code, 128 + 15);
    const auto late = run("cat /dev/zero >/dev/null", std::chrono::milliseconds(50));
    EXPECT_TRUE(late.timed_out);
    EXPECT_EQ(late.exit_code, 128 + 9);
    EXPECT_THAT(
        ClusterErrorOf([&] { platform::RunProgram("/no/such/program", {}, "", account, std::chrono::seconds(1)); }),
        HasSubstr("/no/such/program: No such file"));
}

TEST(ClusterPrograms, HoldNoneOfOurDescriptors) {
    const support::TempDir folder("cluster");
    support::WriteFile(folder / "inherited", "x");
    std::FILE* open = std::fopen((folder / "inherited").c_str(), "r");  // deliberately without O_CLOEXEC
    ASSERT_NE(open, nullptr);
    const auto result =
        platform::RunProgram("/bin/ls", {"-l", "/proc/self/fd"}, "", AccountFor("/nowhere"), std::chrono::seconds(30));
    std::fclose(open);
    EXPECT_EQ(result.output.find("inherited"), std::string::npos) << result.output;
}

}  // namespace
