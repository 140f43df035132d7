// What tests/support promises about programs under test.
#include "tests/support/process.hpp"

#include "platform/postgres/child.hpp"
#include "tests/support/free_port.hpp"

#include <csignal>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace {

using support::Process;
using support::RunToEnd;

TEST(ProcessUnderTest, GivesExitCodeOutputErrorAndEnvironment) {
    support::ProcessOptions options;
    options.environment = {{"GIVEN", "value"}};
    options.unset = {"PATH"};
    options.working_dir = "/";
    options.input = "from the test";
    const auto result = RunToEnd({"/bin/sh", "-c", "/bin/cat; echo; echo $GIVEN; pwd; echo oops >&2; exit 7"}, options);
    EXPECT_EQ(result.exit_code, 7);
    EXPECT_EQ(result.output, "from the test\nvalue\n/\n");
    EXPECT_EQ(result.error, "oops\n");
}

TEST(ProcessUnderTest, WaitsForALineAndForSignals) {
    Process process({"/bin/sh", "-c", "echo listening on 123; exec cat <&3"}, {});
    Process waiting(
        {"/bin/sh", "-c", "trap 'echo got it; exit 5' TERM; echo up; while :; do read -r x </dev/zero; done"});
    EXPECT_EQ(process.WaitForLine("listening"), "listening on 123");
    EXPECT_EQ(process.WaitForLine("never said", std::chrono::seconds(30)), std::nullopt) << "ended without the line";
    ASSERT_TRUE(waiting.WaitForLine("up"));
    EXPECT_EQ(waiting.Wait(std::chrono::milliseconds(1)), std::nullopt);
    EXPECT_TRUE(waiting.Running());
    waiting.Signal(SIGKILL);
    EXPECT_EQ(waiting.Wait(), 128 + SIGKILL);
    EXPECT_FALSE(waiting.Running());
}

TEST(ProcessUnderTest, LeavesNothingOfItsGroupBehind) {
    pid_t grandchild = 0;
    {
        Process process({"/bin/sh", "-c", "sleep 600 & echo child $!; wait"});
        const auto line = process.WaitForLine("child");
        ASSERT_TRUE(line);
        grandchild = static_cast<pid_t>(std::stol(line->substr(std::string("child ").size())));
        EXPECT_EQ(::kill(grandchild, 0), 0);
    }
    EXPECT_TRUE(platform::WaitForExit(grandchild, std::chrono::seconds(10)));
}

TEST(ProcessUnderTest, SaysWhenAProgramCannotBeStarted) {
    EXPECT_THROW(Process({"/no/such/program"}), std::runtime_error);
    EXPECT_THROW(RunToEnd({"/bin/cat", "/dev/zero"}, {}, std::chrono::milliseconds(20)), std::runtime_error);
}

TEST(FreePort, IsNeverZero) {
    EXPECT_NE(support::FreePort(), 0);
}

}  // namespace
