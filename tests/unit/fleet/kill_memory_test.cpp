// What a controller remembers for kills without the database: read as it was written, by nobody else and of nobody
// else.
#include "controller/wire/kill_memory.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "controller/fleet/journal/signed_memory.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet {
namespace {

policy::Time At(std::int64_t seconds) {
    return policy::Time(std::chrono::seconds(seconds));
}

TEST(KillMemory, CallersAreReadAsTheyWereWritten) {
    wire::CallerMemory memory;
    memory.clock_ahead_us = -1'500'000;
    memory.callers.push_back({std::string(64, 'a'),
                              policy::PrincipalId::Trusted("otto.operator"),
                              policy::PrincipalKind::kUser,
                              "Otto",
                              "tok_1",
                              {policy::Role::kOperator},
                              At(1'800'000'000),
                              At(1'700'000'000)});
    memory.callers.push_back({"",
                              policy::PrincipalId::Trusted("by.provider"),
                              policy::PrincipalKind::kComponent,
                              "",
                              "",
                              {},
                              std::nullopt,
                              At(1'700'000'001)});
    const auto read = wire::DecodeCallerMemory(wire::EncodeCallerMemory(memory));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->clock_ahead_us, -1'500'000);
    ASSERT_EQ(read->callers.size(), 2U);
    EXPECT_EQ(read->callers[0].token_hash, std::string(64, 'a'));
    EXPECT_EQ(read->callers[0].principal.Text(), "otto.operator");
    EXPECT_EQ(read->callers[0].roles, std::vector<policy::Role>{policy::Role::kOperator});
    EXPECT_EQ(read->callers[0].until, At(1'800'000'000));
    EXPECT_EQ(read->callers[0].seen, At(1'700'000'000));
    EXPECT_EQ(read->callers[1].kind, policy::PrincipalKind::kComponent);
    EXPECT_FALSE(read->callers[1].until);
    EXPECT_FALSE(wire::DecodeCallerMemory("{\"callers\":[{}]}"));
    EXPECT_FALSE(wire::DecodeCallerMemory("no document"));
}

TEST(KillMemory, InstancesAreReadAsTheyWereWritten) {
    wire::InstanceMemory memory;
    memory.confirmed = At(1'700'000'000);
    memory.instances.push_back({std::string(64, 'b'), policy::InstanceId::Trusted("eu-1"), "0123456789abcdef"});
    const auto read = wire::DecodeInstanceMemory(wire::EncodeInstanceMemory(memory));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->confirmed, At(1'700'000'000));
    ASSERT_EQ(read->instances.size(), 1U);
    EXPECT_EQ(read->instances[0].instance.Text(), "eu-1");
    EXPECT_EQ(read->instances[0].credential_hash, std::string(64, 'b'));
    EXPECT_EQ(read->instances[0].pinned_key, "0123456789abcdef");
    EXPECT_FALSE(wire::DecodeInstanceMemory("[]"));
}

TEST(SignedMemory, CountsOnlyWholeFromThisControllerAndForItsPurpose) {
    const support::TempDir folder("memory");
    const std::string path = (folder / "known").string();
    const auto key = platform::SigningKey::Generate();
    const auto other = platform::SigningKey::Generate();
    const SignedMemory memory(path, "callers", key);
    const auto none = memory.Load();
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none) << "there is no file yet";
    ASSERT_TRUE(memory.Save("two\nlines"));
    const auto read = memory.Load();
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, "two\nlines");
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
    EXPECT_FALSE(SignedMemory(path, "callers", other).Load());
    EXPECT_FALSE(SignedMemory(path, "instances", key).Load());
    const std::string whole = support::ReadFile(path);
    for (const std::string& damaged :
         {whole + " ", whole.substr(0, whole.size() - 1), std::string("x"), std::string()}) {
        support::WriteFile(path, damaged);
        EXPECT_FALSE(memory.Load()) << damaged;
    }
}

TEST(SignedMemory, OneThatCannotBeWrittenIsTakenAway) {
    const support::TempDir folder("memory");
    const auto key = platform::SigningKey::Generate();
    const SignedMemory nowhere((folder / "no-folder" / "known").string(), "callers", key);
    EXPECT_FALSE(nowhere.Save("text"));
    const auto read = nowhere.Load();
    ASSERT_TRUE(read);
    EXPECT_FALSE(*read);
}

}  // namespace
}  // namespace fleet
