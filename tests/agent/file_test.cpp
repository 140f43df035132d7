// A file that a script reads, which belongs to others as well.
#include <gtest/gtest.h>

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/agent/agent_world.hpp"

namespace agent_test {
namespace {

class FilePlaces : public ::testing::Test {
protected:
    std::string Path(const std::string& name) const {
        return (folder_ / name).string();
    }

    support::TempDir folder_{"file"};
};

TEST_F(FilePlaces, AnOrderReachesTheProcessAndTheRestOfTheFileStays) {
    support::WriteFile(folder_ / "pulse.env", "# ours\nA=1\nPULSE_MULTI_TENANT_ENABLED=True\nB=2");
    std::filesystem::permissions(folder_ / "pulse.env", std::filesystem::perms(0640));
    std::filesystem::create_symlink(folder_ / "pulse.env", folder_ / "link.env");
    struct stat before {};
    ASSERT_EQ(::stat(Path("pulse.env").c_str(), &before), 0);
    Standin standin({"files", Path("link.env")});
    ASSERT_TRUE(standin.Answers(200));
    AgentWorld world(standin, pulse::agent::MakeFilePlace({.env_file = Path("link.env"), .later_files = {}}));
    world.Start();
    world.Order(1, false);
    EXPECT_TRUE(world.Await().applied);
    EXPECT_TRUE(standin.Answers(501));
    EXPECT_EQ(support::ReadFile(folder_ / "pulse.env"), "# ours\nA=1\nPULSE_MULTI_TENANT_ENABLED=false\nB=2");
    EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "link.env"));
    struct stat after {};
    ASSERT_EQ(::stat(Path("pulse.env").c_str(), &after), 0);
    EXPECT_EQ(after.st_mode, before.st_mode);
    EXPECT_EQ(after.st_uid, before.st_uid);
}

TEST_F(FilePlaces, KeepTheirOwner) {
    support::WriteFile(folder_ / "pulse.env", "A=1\n");
    constexpr uid_t kSomebody = 12345;
    const bool root = ::geteuid() == 0;
    if (root) {
        ASSERT_EQ(::chown(Path("pulse.env").c_str(), kSomebody, kSomebody), 0);
    }
    const auto place = pulse::agent::MakeFilePlace({.env_file = Path("pulse.env"), .later_files = {}});
    ASSERT_TRUE(place->Write("true"));
    struct stat after {};
    ASSERT_EQ(::stat(Path("pulse.env").c_str(), &after), 0);
    EXPECT_EQ(after.st_uid, root ? kSomebody : ::geteuid());
}

TEST_F(FilePlaces, WhatIsReadBehindThemIsNamed) {
    support::WriteFile(folder_ / "pulse.env", "PULSE_MULTI_TENANT_ENABLED=true\n");
    support::WriteFile(folder_ / "late.env", "PULSE_MULTI_TENANT_ENABLED=true\n");
    Standin standin({"files", Path("pulse.env"), Path("late.env")});
    AgentWorld world(standin,
                     pulse::agent::MakeFilePlace({.env_file = Path("pulse.env"), .later_files = {Path("late.env")}}));
    world.Start();
    world.Order(1, false);
    const Outcome off = world.Await();
    EXPECT_FALSE(off.applied);
    EXPECT_NE(off.reason.find("late.env line 1 sets it to 'true'"), std::string::npos) << off.reason;
    EXPECT_EQ(standin.Restarts(), 1) << "a kill is tried all the same";
    // To switch on, it would be restarted for nothing.
    support::WriteFile(folder_ / "late.env", "PULSE_MULTI_TENANT_ENABLED=false\n");
    standin.Restart();
    EXPECT_TRUE(world.Await().applied) << "somebody else saw to it";
    const int restarts = standin.Restarts();
    world.Order(2, true);
    const Outcome on = world.Await();
    EXPECT_FALSE(on.applied);
    EXPECT_NE(on.reason.find("was not restarted"), std::string::npos) << on.reason;
    EXPECT_EQ(standin.Restarts(), restarts);
}

TEST_F(FilePlaces, AFileThatCannotBeWrittenIsAFailure) {
    support::WriteFile(folder_ / "pulse.env", "PULSE_MULTI_TENANT_ENABLED=true\n");
    Standin standin({"files", Path("pulse.env")});
    std::filesystem::create_directories(folder_ / "taken" / "inside");
    AgentWorld world(standin, pulse::agent::MakeFilePlace({.env_file = Path("taken"), .later_files = {}}));
    world.Start();
    world.Order(1, false);
    const Outcome off = world.Await();
    EXPECT_FALSE(off.applied);
    EXPECT_NE(off.reason.find("cannot be written"), std::string::npos) << off.reason;
    EXPECT_EQ(standin.Restarts(), 0);
}

}  // namespace
}  // namespace agent_test
