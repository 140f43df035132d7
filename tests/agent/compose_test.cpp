// A compose project: the agent's file is merged last; what is merged behind it all the same is named.
#include <gtest/gtest.h>

#include "tests/agent/agent_world.hpp"

namespace agent_test {
namespace {

class ComposePlaces : public ::testing::Test {
protected:
    ComposePlaces() {
        support::WriteFile(folder_ / "compose.yaml",
                           "services:\n  pulse:\n    image: rcourtman/pulse\n    env_file: pulse.env\n"
                           "    environment:\n      PULSE_MULTI_TENANT_ENABLED: \"true\"\n");
        support::WriteFile(folder_ / "pulse.env", "export PULSE_MULTI_TENANT_ENABLED=true\r\n");
    }
    std::string Path(const std::string& name) const {
        return (folder_ / name).string();
    }
    std::unique_ptr<pulse::agent::Place> Place(std::vector<std::string> command = {}) const {
        return pulse::agent::MakeComposePlace(
            {.files = {Path("compose.yaml"), Path("agent.yaml")}, .service = "pulse", .command = std::move(command)});
    }

    support::TempDir folder_{"compose"};
};

TEST_F(ComposePlaces, AnOrderReachesTheProcess) {
    Standin standin({"compose", "pulse", Path("compose.yaml"), Path("agent.yaml")});
    ASSERT_TRUE(standin.Answers(200));
    AgentWorld world(standin, Place());
    world.Start();
    world.Order(1, false, "hot");
    const Outcome off = world.Await();
    EXPECT_TRUE(off.applied) << off.reason;
    EXPECT_TRUE(standin.Answers(501));
    EXPECT_EQ(support::ReadFile(folder_ / "compose.yaml").find("false"), std::string::npos);
    world.Order(2, true, "hot");
    EXPECT_TRUE(world.Await().applied);
    EXPECT_TRUE(standin.Answers(200));
}

TEST_F(ComposePlaces, WhatItBeatsIsSaid) {
    const auto look = Place()->Look("false");
    EXPECT_TRUE(look.shadows.empty());
    ASSERT_EQ(look.beaten.size(), 2U);
    EXPECT_NE(look.beaten[0].find("compose.yaml sets it to 'true'"), std::string::npos);
    EXPECT_NE(look.beaten[1].find("pulse.env line 1"), std::string::npos);
}

TEST_F(ComposePlaces, WhatIsMergedBehindItIsNamed) {
    support::WriteFile(folder_ / "late.yaml",
                       "services:\n  pulse:\n    environment:\n      - PULSE_MULTI_TENANT_ENABLED=true\n");
    const std::vector<std::string> command{
        "docker", "compose", "-f", Path("compose.yaml"), "-f", Path("agent.yaml"), "-f", Path("late.yaml"), "up", "-d"};
    const auto look = Place(command)->Look("false");
    ASSERT_EQ(look.shadows.size(), 1U);
    EXPECT_NE(look.shadows[0].find("late.yaml sets it to 'true'"), std::string::npos) << look.shadows[0];
    EXPECT_EQ(look.value, "true");
    const auto forgotten = Place({"docker", "compose", "--file=" + Path("compose.yaml"), "up", "-d"})->Look("false");
    ASSERT_EQ(forgotten.shadows.size(), 1U);
    EXPECT_NE(forgotten.shadows[0].find("nothing reads it"), std::string::npos);

    Standin standin({"compose", "pulse", Path("compose.yaml"), Path("agent.yaml"), Path("late.yaml")});
    AgentWorld world(standin, Place(command));
    world.Start();
    world.Order(1, false);
    const Outcome off = world.Await();
    EXPECT_FALSE(off.applied);
    EXPECT_NE(off.reason.find("late.yaml"), std::string::npos) << off.reason;
}

TEST_F(ComposePlaces, WhatIsMergedBehindItIsFoundInEveryForm) {
    const auto shadows = [&](const std::string& text) {
        support::WriteFile(folder_ / "late.yaml", text);
        return Place({"docker", "compose", "-f", Path("agent.yaml"), "-f", Path("late.yaml"), "up", "-d"})
            ->Look("false")
            .shadows;
    };
    const std::string service = "services:\n  pulse:\n    environment:\n";
    EXPECT_EQ(shadows(service + "      PULSE_MULTI_TENANT_ENABLED:\n").size(), 1U) << "handed through";
    EXPECT_EQ(shadows(service + "      PULSE_MULTI_TENANT_ENABLED: ${SWITCH:-true}\n").size(), 1U) << "from .env";
    EXPECT_EQ(shadows("x-env: &env {PULSE_MULTI_TENANT_ENABLED: 'true'}\n" + service + "      <<: *env\n").size(), 1U);
    EXPECT_EQ(shadows("services:\n  pulse:\n    environment: !reset null\n").size(), 1U);
    EXPECT_EQ(shadows("services:\n  pulse:\n    entrypoint: [env, PULSE_MULTI_TENANT_ENABLED=true, pulse]\n").size(),
              1U);
    EXPECT_TRUE(shadows("services:\n  pulse:\n    env_file: pulse.env\n    profiles: [all]\n").empty())
        << "`environment` beats it, whichever file is the later one";
    EXPECT_TRUE(shadows("services:\n  other:\n    environment:\n      PULSE_MULTI_TENANT_ENABLED: 'true'\n").empty());
}

TEST_F(ComposePlaces, AFileThatCannotBeChangedIsSaidSo) {
    support::WriteFile(folder_ / "agent.yaml", "services: {pulse: {environment: {TZ: UTC}}}\n");
    const auto written = Place()->Write("false");
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().find("agent.yaml cannot be changed"), std::string::npos) << written.error();
    EXPECT_EQ(support::ReadFile(folder_ / "agent.yaml"), "services: {pulse: {environment: {TZ: UTC}}}\n");
}

}  // namespace
}  // namespace agent_test
