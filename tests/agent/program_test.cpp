// The program itself: its manual, what it refuses to start with, what `check` and `switch` say.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "tests/agent/agent_world.hpp"
#include "tests/support/process.hpp"

namespace agent_test {
namespace {

support::Finished Agent(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), support::BuiltProgram("pulse-agent"));
    return support::RunToEnd(std::move(arguments));
}

class AgentProgram : public ::testing::Test {
protected:
    AgentProgram() {
        support::WriteFile(folder_ / "env", "PULSE_MULTI_TENANT_ENABLED=true\n");
    }
    std::vector<std::string> Arguments(const std::string& command, const Standin& standin) const {
        return {command,
                "--data-dir=" + (folder_ / "state").string(),
                "--place=file",
                "--env-file=" + (folder_ / "env").string(),
                "--restart-command=true",
                "--pid-file=" + standin.PidFile()};
    }

    support::TempDir folder_{"program"};
};

TEST_F(AgentProgram, ManualOfItsSettingsIsTheOneInTheDocumentation) {
    const auto manual = Agent({"--help-markdown"});
    EXPECT_EQ(manual.exit_code, 0);
    EXPECT_EQ(manual.output, support::ReadFile(PORTCULLIS_SOURCE_DIR "/docs/settings-pulse-agent.md"))
        << "write it anew: pulse-agent --help-markdown > docs/settings-pulse-agent.md";
}

TEST_F(AgentProgram, SaysAllThatIsMissing) {
    const auto refused = Agent({"--data-dir=" + (folder_ / "state").string(), "--place=file",
                                "--tenant-canary-file=" + (folder_ / "env").string()});
    EXPECT_EQ(refused.exit_code, 2);
    std::filesystem::permissions(folder_ / "env", std::filesystem::perms(0600));
    const auto more = Agent({"--data-dir=" + (folder_ / "state").string(), "--place=file",
                             "--tenant-canary-file=" + (folder_ / "env").string()});
    EXPECT_EQ(more.exit_code, 2);
    for (const char* missing : {"--restart-command", "--pid-file", "--env-file", "--tenant"}) {
        EXPECT_NE(more.error.find(missing), std::string::npos) << more.error;
    }
    EXPECT_EQ(Agent({"sideways"}).exit_code, 2);
}

TEST_F(AgentProgram, ChecksWithoutChangingAnything) {
    Standin standin({"files", (folder_ / "env").string()});
    const auto checked = Agent(Arguments("check", standin));
    EXPECT_EQ(checked.exit_code, 0) << checked.output << checked.error;
    EXPECT_NE(checked.output.find("runs with the value 'true'"), std::string::npos) << checked.output;
    EXPECT_EQ(support::ReadFile(folder_ / "env"), "PULSE_MULTI_TENANT_ENABLED=true\n");
    support::WriteFile(folder_ / "late", "PULSE_MULTI_TENANT_ENABLED=true\n");
    auto arguments = Arguments("check", standin);
    arguments.push_back("--later-files=" + (folder_ / "late").string());
    const auto beaten = Agent(arguments);
    EXPECT_EQ(beaten.exit_code, 1);
    EXPECT_NE(beaten.output.find("is beaten: "), std::string::npos) << beaten.output;
}

TEST_F(AgentProgram, TakesTheOperatorsOrderAndSaysWhatIsInForce) {
    Standin standin({"files", (folder_ / "env").string()});
    auto arguments = Arguments("switch", standin);
    arguments.insert(arguments.begin() + 1, "off");
    const auto off = Agent(arguments);
    EXPECT_EQ(off.exit_code, 0) << off.error;
    EXPECT_NE(off.output.find("ordered: off"), std::string::npos) << off.output;
    EXPECT_NE(off.output.find(" is on"), std::string::npos)
        << off.output << "no agent runs, so the process is as it was";
    arguments[1] = "sideways";
    EXPECT_EQ(Agent(arguments).exit_code, 2);
}

TEST_F(AgentProgram, EndsOnASignalAndKeepsASecondOneOut) {
    Standin standin({"files", (folder_ / "env").string()});
    auto command = Arguments("run", standin);
    command.insert(command.begin(), support::BuiltProgram("pulse-agent"));
    support::Process agent(command);
    ASSERT_TRUE(agent.WaitForLine("pulse-agent ")) << agent.Error();
    const auto second = support::RunToEnd(command);
    EXPECT_EQ(second.exit_code, 2);
    EXPECT_NE(second.error.find("another pulse-agent"), std::string::npos) << second.error;
    agent.Signal(SIGTERM);
    EXPECT_EQ(agent.Wait(), 0) << agent.Error();
    EXPECT_TRUE(standin.Answers(200)) << "its end changes nothing";
}

}  // namespace
}  // namespace agent_test
