// The keeper: what it claims is what the process does, whatever goes wrong on the way.
#include "pulse/agent/keeper.hpp"

#include <gtest/gtest.h>

#include "tests/agent/agent_world.hpp"

namespace agent_test {
namespace {

using std::chrono::milliseconds;

class Keepers : public ::testing::Test {
protected:
    Keepers() {
        support::WriteFile(folder_ / "env", "PULSE_MULTI_TENANT_ENABLED=true\n");
        standin_ = std::make_unique<Standin>(std::vector<std::string>{"files", Path()});
        world_ = std::make_unique<AgentWorld>(*standin_,
                                              pulse::agent::MakeFilePlace({.env_file = Path(), .later_files = {}}));
    }
    std::string Path() const {
        return (folder_ / "env").string();
    }
    void ExpectFailure(const std::string& reason) {
        const Outcome outcome = world_->Await();
        EXPECT_FALSE(outcome.applied);
        EXPECT_NE(outcome.reason.find(reason), std::string::npos) << outcome.reason;
        EXPECT_EQ(world_->Look().applied_generation, 0);
        EXPECT_NE(world_->Look().problem.find(reason), std::string::npos) << world_->Look().problem;
    }

    support::TempDir folder_{"keeper"};
    std::unique_ptr<Standin> standin_;
    std::unique_ptr<AgentWorld> world_;
};

TEST_F(Keepers, TouchNothingBeforeThereIsAnOrder) {
    world_->Start();
    ASSERT_TRUE(world_->Eventually([&] { return world_->Look().running; }));
    EXPECT_TRUE(world_->Look().Enabled());
    EXPECT_EQ(standin_->Restarts(), 0);
    EXPECT_EQ(support::ReadFile(folder_ / "env"), "PULSE_MULTI_TENANT_ENABLED=true\n");
}

TEST_F(Keepers, RestartOnceForAnOrderOfModeRestartAlsoWhenTheValueIsThere) {
    world_->Start();
    world_->Order(1, true);
    EXPECT_TRUE(world_->Await().applied);
    EXPECT_EQ(standin_->Restarts(), 1) << "the proof is a new process";
    world_->Order(2, true, "restart", "op_1");
    EXPECT_TRUE(world_->Await().applied);
    EXPECT_EQ(standin_->Restarts(), 1) << "a further document of the same operation is no new restart";
    world_->Order(3, true, "hot");
    EXPECT_TRUE(world_->Await().applied);
    EXPECT_EQ(standin_->Restarts(), 1) << "in mode hot the value counts";
}

TEST_F(Keepers, ACommandThatFailsIsAFailure) {
    standin_->Misbehave("fail");
    world_->Start();
    world_->Order(1, false);
    ExpectFailure("ended with 3: Unit not found.");
    EXPECT_TRUE(standin_->Answers(200));
    EXPECT_TRUE(world_->Look().Enabled()) << "what runs counts, not what was written";
}

TEST_F(Keepers, ACommandThatHangsIsEnded) {
    standin_->Misbehave("hang");
    world_->Start([](pulse::agent::KeeperOptions& options) { options.command_timeout = milliseconds(300); });
    world_->Order(1, false);
    ExpectFailure("did not end in");
}

TEST_F(Keepers, AProcessThatDoesNotComeBackIsAFailure) {
    standin_->Misbehave("stop-only");
    world_->Start([](pulse::agent::KeeperOptions& options) { options.restart_timeout = milliseconds(400); });
    world_->Order(1, false);
    ExpectFailure("did not come back");
    EXPECT_FALSE(world_->Look().running);
}

TEST_F(Keepers, ACommandThatDoesNothingIsAFailure) {
    standin_->Misbehave("do-nothing");
    world_->Start([](pulse::agent::KeeperOptions& options) { options.restart_timeout = milliseconds(400); });
    world_->Order(1, false);
    ExpectFailure("still the one that ran before");
}

TEST_F(Keepers, AProcessThatComesBackWithTheOldValueIsAFailure) {
    standin_->Misbehave("stale", "PULSE_MULTI_TENANT_ENABLED=true\n");
    world_->Start();
    world_->Order(1, false);
    ExpectFailure("came back with the value 'true'");
    EXPECT_TRUE(world_->Look().Enabled());
}

TEST_F(Keepers, AKillThatFailedIsTriedAgainByItself) {
    standin_->Misbehave("fail");
    world_->Start([](pulse::agent::KeeperOptions& options) { options.first_retry = milliseconds(100); });
    world_->Order(1, false);
    EXPECT_FALSE(world_->Await().applied);
    standin_->Behave("fail");
    Outcome next = world_->Await();
    while (!next.applied && next.generation == 1) {
        next = world_->Await();
    }
    EXPECT_TRUE(next.applied) << next.reason;
    EXPECT_TRUE(standin_->Answers(501));
}

TEST_F(Keepers, AnOrderThatComesAgainIsAnsweredAgainAndDoesNothingNew) {
    standin_->Misbehave("fail");
    world_->Start();
    world_->Order(1, false);
    const Outcome first = world_->Await();
    EXPECT_EQ(world_->Order(1, false).outcome, tenancy::link::AcceptOutcome::kPending);
    const Outcome again = world_->AwaitAny();
    EXPECT_FALSE(again.applied);
    EXPECT_EQ(again.reason, first.reason);
    EXPECT_EQ(standin_->Restarts(), 1);
}

TEST_F(Keepers, WhatWasBegunIsGoneOnWithAfterACrash) {
    standin_->Misbehave("hang");
    world_->Start([](pulse::agent::KeeperOptions& options) { options.command_timeout = milliseconds(300); });
    world_->Order(1, false);
    EXPECT_FALSE(world_->Await().applied);
    standin_->Behave("hang");
    world_->Restart();
    const Outcome after = world_->Await();
    EXPECT_TRUE(after.applied) << after.reason;
    EXPECT_TRUE(standin_->Answers(501));
}

TEST_F(Keepers, ARestartThatWasDoneBeforeTheCrashIsNotDoneAgain) {
    standin_->Misbehave("hang");
    world_->Start([](pulse::agent::KeeperOptions& options) { options.command_timeout = milliseconds(300); });
    world_->Order(1, false);
    EXPECT_FALSE(world_->Await().applied);
    world_->Stop();
    standin_->Behave("hang");
    standin_->Restart();  // the command went on without the agent
    const int restarts = standin_->Restarts();
    world_->Start();
    EXPECT_TRUE(world_->Await().applied);
    EXPECT_EQ(standin_->Restarts(), restarts);
}

TEST_F(Keepers, HoldAKillWithoutAnybodyAsking) {
    world_->Start();
    world_->Order(1, false);
    ASSERT_TRUE(world_->Await().applied);
    world_->Restart();
    EXPECT_EQ(world_->Look().applied_generation, 1) << "it is known across restarts of the agent";
    // Somebody writes the file anew and restarts the process.
    support::WriteFile(folder_ / "env", "PULSE_MULTI_TENANT_ENABLED=true\n");
    standin_->Restart();
    EXPECT_TRUE(standin_->Answers(501)) << world_->Look().problem;
    EXPECT_TRUE(world_->Eventually([&] { return world_->Look().problem.empty() && !world_->Look().Enabled(); }));
}

TEST_F(Keepers, DoNotSwitchOnWhatSomebodySwitchedOffByHand) {
    world_->Start();
    world_->Order(1, true);
    ASSERT_TRUE(world_->Await().applied);
    support::WriteFile(folder_ / "env", "PULSE_MULTI_TENANT_ENABLED=false\n");
    standin_->Restart();
    ASSERT_TRUE(standin_->Answers(501));
    const int restarts = standin_->Restarts();
    ASSERT_TRUE(world_->Eventually([&] { return !world_->Look().Enabled(); }));
    EXPECT_EQ(standin_->Restarts(), restarts);
}

TEST_F(Keepers, ObeyTheOperatorOnTheMachine) {
    world_->Start();
    ASSERT_TRUE(world_->Eventually([&] { return world_->Look().running; }));
    const tenancy::link::LocalOrder order{.by = "root", .reason = "test", .at = {}};
    ASSERT_TRUE(tenancy::link::SwitchOffLocally(world_->Folder(), order));
    EXPECT_TRUE(standin_->Answers(501));
    EXPECT_TRUE(world_->Await().applied);
    ASSERT_TRUE(tenancy::link::LiftLocalOrder(world_->Folder(), order));
    EXPECT_TRUE(standin_->Answers(200)) << "what the environment said before";
}

TEST_F(Keepers, AreNotAskedToSwitchOnWhatWasNeverOn) {
    support::WriteFile(folder_ / "env", "");
    standin_->Restart();
    world_->Start();
    world_->Order(1, true);
    ExpectFailure("when this agent first saw it");
    EXPECT_TRUE(standin_->Answers(501));
    world_->Stop();
    world_->Start([](pulse::agent::KeeperOptions& options) { options.first_switch_on = true; });
    EXPECT_TRUE(world_->Await().applied);
    EXPECT_TRUE(standin_->Answers(200));
}

TEST_F(Keepers, SayThatTheSwitchDecidesNothingInHostedMode) {
    standin_->Misbehave("environment", "PULSE_HOSTED_MODE=true\n");
    standin_->Restart();
    world_->Start();
    ASSERT_TRUE(world_->Eventually([&] { return world_->Look().running; }));
    EXPECT_TRUE(world_->Look().process->hosted);
    world_->Order(1, false);
    ExpectFailure("hosted mode");
    EXPECT_EQ(standin_->Restarts(), 1) << "nothing is restarted for nothing";
}

TEST_F(Keepers, BelieveTheRoutesWhenTheyContradict) {
    world_->Start([](pulse::agent::KeeperOptions& options) { options.ask = [] { return std::optional(true); }; });
    world_->Order(1, false);
    ASSERT_TRUE(world_->Await().applied);
    EXPECT_TRUE(world_->Eventually([&] { return world_->Look().problem.find("routes say on") != std::string::npos; }));
    EXPECT_TRUE(world_->Look().Enabled()) << "whoever relies on its being off must not be told so";
}

TEST_F(Keepers, FindTheProcessByItsPort) {
    const std::string url = standin_->Url();
    const std::string digits = url.substr(url.rfind(':') + 1);
    world_->Start([&](pulse::agent::KeeperOptions& options) {
        options.process = {};
        options.process.port = std::atoi(digits.c_str());
    });
    world_->Order(1, false);
    EXPECT_TRUE(world_->Await().applied);
    world_->Stop();
    world_->Start([&](pulse::agent::KeeperOptions& options) {
        options.process = {};
        options.process.command = {"cat", standin_->PidFile()};
    });
    EXPECT_TRUE(world_->Eventually([&] { return world_->Look().running; }));
}

}  // namespace
}  // namespace agent_test
