// What `evidence run` records of a program: exit code, signal, time-out, all of its output.

#include <gtest/gtest.h>

#include <sys/types.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>

#include "controller/cli/run_command.hpp"
#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace cli {
namespace {

using std::chrono::milliseconds;

CommandRun RunShell(const std::string& script, milliseconds limit = std::chrono::seconds(30)) {
    return RunCommand({"sh", "-c", script}, limit, Echo::kNo);
}

bool EndsWithin(pid_t process, milliseconds limit) {
    const platform::Deadline deadline(limit);
    while (::kill(process, 0) == 0) {
        std::ifstream file("/proc/" + std::to_string(process) + "/stat");
        std::string stat;
        std::getline(file, stat);  // nothing when it has just ended
        if (stat.find(") Z ") != std::string::npos) {
            return true;  // only its parent has not looked yet
        }
        if (deadline.Passed()) {
            return false;
        }
    }
    return true;
}

TEST(RunCommand, RecordsExitCodeAndBothStreams) {
    const CommandRun run = RunShell("echo out; echo err >&2; exit 7");
    EXPECT_EQ(run.exit_code, 7);
    EXPECT_FALSE(run.timed_out);
    EXPECT_EQ(run.output_bytes, 8);
    EXPECT_EQ(run.excerpt, "out\nerr\n");
    EXPECT_EQ(run.output_sha256, platform::Sha256Hex("out\nerr\n"));
    EXPECT_EQ(run.argv.front(), "sh");
}

TEST(RunCommand, ArgumentsReachTheProgramUnchanged) {
    const CommandRun run =
        RunCommand({"printf", "%s|", "a b", "$HOME", "*", "--", ""}, std::chrono::seconds(30), Echo::kNo);
    EXPECT_EQ(run.excerpt, "a b|$HOME|*|--||");
}

TEST(RunCommand, ASignalIs128AndItsNumber) {
    EXPECT_EQ(RunShell("kill -TERM $$").exit_code, 128 + SIGTERM);
    EXPECT_EQ(RunShell("kill -KILL $$").exit_code, 128 + SIGKILL);
}

TEST(RunCommand, AProgramThatIsNotThereIs127) {
    const CommandRun run = RunCommand({"/no/such/program"}, std::chrono::seconds(30), Echo::kNo);
    EXPECT_EQ(run.exit_code, 127);
    EXPECT_NE(run.excerpt.find("cannot start /no/such/program"), std::string::npos);
}

TEST(RunCommand, StandardInputIsEmpty) {
    EXPECT_EQ(RunShell("cat; echo done").excerpt, "done\n");
}

TEST(RunCommand, ATimeOutEndsTheWholeGroup) {
    const CommandRun run = RunShell("sleep 60 & echo $!; wait", milliseconds(300));
    EXPECT_TRUE(run.timed_out);
    EXPECT_NE(run.exit_code, 0);
    EXPECT_LT(run.duration, std::chrono::seconds(20));
    const auto grandchild = static_cast<pid_t>(std::strtol(run.excerpt.c_str(), nullptr, 10));
    ASSERT_GT(grandchild, 1);
    EXPECT_TRUE(EndsWithin(grandchild, std::chrono::seconds(5)));
}

TEST(RunCommand, AGrandchildThatKeepsTheOutputOpenIsNotWaitedFor) {
    const platform::Stopwatch watch;
    const CommandRun run = RunShell("sleep 60 & echo $!");
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_FALSE(run.timed_out);
    EXPECT_LT(watch.Elapsed(), std::chrono::seconds(20));
    EXPECT_TRUE(EndsWithin(static_cast<pid_t>(std::strtol(run.excerpt.c_str(), nullptr, 10)), std::chrono::seconds(5)));
}

TEST(RunCommand, AGrandchildThatNeverStopsWritingIsNotWaitedFor) {
    const platform::Stopwatch watch;
    EXPECT_EQ(RunShell("yes & exit 0").exit_code, 0);
    EXPECT_LT(watch.Elapsed(), std::chrono::seconds(20));
}

TEST(RunCommand, AProgramThatClosesItsOutputIsStillWaitedFor) {
    const CommandRun run = RunShell("exec >&- 2>&-; exit 5");
    EXPECT_EQ(run.exit_code, 5);
    EXPECT_EQ(run.output_bytes, 0);
}

TEST(RunCommand, TheDigestIsOverEveryByteOfALargeOutput) {
    const std::string script =
        "i=0; while [ $i -lt 10 ]; do head -c 1048576 /dev/zero | tr '\\0' \"$i\"; i=$((i+1)); done";
    const CommandRun run = RunShell(script);
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_EQ(run.output_bytes, 10 * 1048576);
    const support::Finished expected = support::RunToEnd({"sh", "-c", "{ " + script + "; } | sha256sum"});
    EXPECT_EQ(run.output_sha256, expected.output.substr(0, 64));
    EXPECT_LE(platform::CountCodePoints(run.excerpt), 4000U);
    EXPECT_TRUE(run.excerpt.starts_with("0000"));
    EXPECT_TRUE(run.excerpt.ends_with("9999"));
    EXPECT_NE(run.excerpt.find(" bytes ...]"), std::string::npos);
}

TEST(RunCommand, BinaryOutputLeavesAReadableExcerptAndAnExactDigest) {
    const CommandRun run = RunShell(R"(printf '\000\033[2J\377\303\244\303x')");
    EXPECT_EQ(run.output_bytes, 10);
    EXPECT_EQ(run.output_sha256, platform::Sha256Hex(std::string("\0\033[2J\377\303\244\303x", 10)));
    EXPECT_EQ(run.excerpt, "??[2J?\303\244?x");
    EXPECT_TRUE(platform::IsValidUtf8(run.excerpt));
}

}  // namespace
}  // namespace cli
