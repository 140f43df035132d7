// Commands: words, no shell; ended at the deadline; their output bounded.
#include "pulse/agent/command.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "platform/base/clock.hpp"

namespace agent_test {
namespace {

using pulse::agent::CommandWords;
using pulse::agent::DescribeCommand;
using pulse::agent::RunCommand;
using std::chrono::milliseconds;

constexpr milliseconds kLong{30'000};

TEST(Commands, AreWordsOrAListOfThem) {
    EXPECT_EQ(*CommandWords("  systemctl  restart pulse "),
              (std::vector<std::string>{"systemctl", "restart", "pulse"}));
    EXPECT_EQ(*CommandWords(R"(["/opt/my tool","a b"])"), (std::vector<std::string>{"/opt/my tool", "a b"}));
    for (const char* wrong : {"", "   ", "[]", "[1]", "[\"a\"", "[\"\"]"}) {
        EXPECT_FALSE(CommandWords(wrong)) << wrong;
    }
}

TEST(Commands, AreJudgedByTheirExitCode) {
    EXPECT_TRUE(RunCommand({"true"}, kLong).Succeeded());
    const auto failed = RunCommand({"sh", "-c", "echo out; echo err >&2; exit 3"}, kLong);
    EXPECT_EQ(failed.exit_code, 3);
    EXPECT_FALSE(failed.Succeeded());
    EXPECT_EQ(DescribeCommand({"restart", "it"}, failed), "`restart it` ended with 3: out\\nerr");
    const auto killed = RunCommand({"sh", "-c", "kill -TERM $$"}, kLong);
    EXPECT_EQ(killed.exit_code, 128 + 15);
    const auto missing = RunCommand({"no-such-program-here"}, kLong);
    EXPECT_FALSE(missing.Succeeded());
    EXPECT_NE(DescribeCommand({"x"}, missing).find("could not be started"), std::string::npos);
}

TEST(Commands, NoShellReadsThem) {
    EXPECT_EQ(RunCommand({"echo", "$HOME; true"}, kLong).output, "$HOME; true\n");
}

TEST(Commands, AreEndedAtTheDeadlineWithWhatTheyStarted) {
    const auto hung = RunCommand({"sh", "-c", "echo begun; tail -f /dev/null & wait"}, milliseconds(200));
    EXPECT_TRUE(hung.timed_out);
    EXPECT_EQ(hung.output, "begun\n");
    EXPECT_NE(DescribeCommand({"x"}, hung).find("did not end in"), std::string::npos);
}

TEST(Commands, MaySayMuchAndOnlyTheEndIsKept) {
    const auto chatty = RunCommand({"sh", "-c", "seq 100000; echo the end"}, kLong);
    EXPECT_TRUE(chatty.Succeeded());
    EXPECT_LE(chatty.output.size(), 16U * 1024U);
    EXPECT_TRUE(chatty.output.ends_with("the end\n"));
}

TEST(Commands, AreNotWaitedForBeyondTheirEnd) {
    const platform::Stopwatch watch;
    // What is left behind holds the output open. (Not tail -f: it ends by itself when nobody reads its output.)
    const auto left = RunCommand({"sh", "-c", "sleep 60 & echo $!"}, kLong);
    EXPECT_TRUE(left.Succeeded());
    EXPECT_LT(watch.Elapsed(), kLong);
    EXPECT_TRUE(RunCommand({"kill", left.output.substr(0, left.output.find('\n'))}, kLong).Succeeded())
        << "it is still running";
}

TEST(Commands, DoNotGetTheAgentsSwitch) {
    ASSERT_EQ(::setenv("PULSE_MULTI_TENANT_ENABLED", "true", 1), 0);
    ASSERT_EQ(::setenv("PULSE_AGENT_INSTANCE", "eu-1", 1), 0);
    const auto seen = RunCommand({"env"}, kLong);
    EXPECT_EQ(seen.output.find("PULSE_MULTI_TENANT_ENABLED="), std::string::npos);
    EXPECT_EQ(seen.output.find("PULSE_AGENT_"), std::string::npos);
    EXPECT_NE(seen.output.find("PATH="), std::string::npos);
}

}  // namespace
}  // namespace agent_test
