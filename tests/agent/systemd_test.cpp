// A unit of systemd: the agent's drop-in comes behind every other source; what beats it all the same is named.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/agent/agent_world.hpp"

namespace agent_test {
namespace {

namespace fs = std::filesystem;

class SystemdPlaces : public ::testing::Test {
protected:
    SystemdPlaces() {
        Write("/etc/systemd/system/pulse.service",
              "[Unit]\nDescription=Pulse\n[Service]\nUser=pulse\nEnvironmentFile=-/etc/pulse/.env\n"
              "Environment=PULSE_DATA_DIR=/etc/pulse\nExecStart=/opt/pulse/bin/pulse\n");
        Write("/etc/pulse/.env", "PULSE_AUTH_USER='admin'\nPULSE_MULTI_TENANT_ENABLED=true\n");
        fs::permissions(root_ / "etc/pulse/.env", fs::perms(0600));
    }
    void Write(const std::string& path, const std::string& text) {
        const fs::path whole = root_.Path() / fs::path(path).relative_path();
        fs::create_directories(whole.parent_path());
        support::WriteFile(whole, text);
    }
    std::string Read(const std::string& path) {
        return support::ReadFile(root_.Path() / fs::path(path).relative_path());
    }
    std::unique_ptr<pulse::agent::Place> Place() {
        return pulse::agent::MakeSystemdPlace(
            {.unit = "pulse.service", .root = root_.Path().string(), .env_file = "/etc/pulse-agent/pulse.service.env"});
    }
    std::vector<std::string> How() {
        return {"systemd", root_.Path().string(), "pulse.service"};
    }
    static bool Names(const std::vector<std::string>& texts, std::string_view what) {
        for (const std::string& text : texts) {
            if (text.find(what) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    support::TempDir root_{"root"};
};

TEST_F(SystemdPlaces, AnOrderReachesTheProcessAndLeavesForeignFilesAlone) {
    const std::string unit = Read("/etc/systemd/system/pulse.service");
    const std::string env = Read("/etc/pulse/.env");
    Standin standin(How());
    ASSERT_TRUE(standin.Answers(200)) << "the unit's own file says true";
    AgentWorld world(standin, Place());
    world.Start();
    EXPECT_TRUE(world.Look().Enabled());
    const std::string before = world.Look().process->boot_id;
    EXPECT_EQ(world.Order(1, false).outcome, tenancy::link::AcceptOutcome::kPending);
    const Outcome off = world.Await();
    EXPECT_TRUE(off.applied) << off.reason;
    EXPECT_EQ(off.generation, 1);
    EXPECT_TRUE(standin.Answers(501));
    EXPECT_FALSE(world.Look().Enabled());
    EXPECT_NE(world.Look().process->boot_id, before);
    EXPECT_EQ(world.Look().applied_generation, 1);
    world.Order(2, true);
    EXPECT_TRUE(world.Await().applied);
    EXPECT_TRUE(standin.Answers(200));
    EXPECT_EQ(standin.Restarts(), 2);
    EXPECT_EQ(Read("/etc/systemd/system/pulse.service"), unit);
    EXPECT_EQ(Read("/etc/pulse/.env"), env);
}

TEST_F(SystemdPlaces, WhatItBeatsIsSaid) {
    const auto look = Place()->Look("false");
    EXPECT_EQ(look.value, "false");
    EXPECT_TRUE(look.shadows.empty());
    EXPECT_TRUE(Names(look.beaten, "/etc/pulse/.env line 2 sets it to 'true'"));
}

TEST_F(SystemdPlaces, ALaterFileIsNamedBeforeAndAfter) {
    Write("/etc/systemd/system/pulse.service.d/zzz-site.conf", "[Service]\nEnvironmentFile=/etc/pulse/site.env\n");
    Write("/etc/pulse/site.env", "# ours\nPULSE_MULTI_TENANT_ENABLED=\"true\"\n");
    Standin standin(How());
    AgentWorld world(standin, Place());
    world.Start();
    EXPECT_NE(world.Look().problem.find("/etc/pulse/site.env line 2"), std::string::npos) << world.Look().problem;
    world.Order(1, false);
    const Outcome off = world.Await();
    EXPECT_FALSE(off.applied) << "it came back with the old value";
    EXPECT_NE(off.reason.find("came back with the value 'true'"), std::string::npos) << off.reason;
    EXPECT_NE(off.reason.find("/etc/pulse/site.env line 2"), std::string::npos) << off.reason;
    EXPECT_TRUE(standin.Answers(200));
    EXPECT_TRUE(world.Look().Enabled());
    EXPECT_EQ(world.Look().applied_generation, 0);
}

TEST_F(SystemdPlaces, EverythingThatBeatsItIsFound) {
    const auto shadows = [&](const std::string& drop_in) {
        Write("/run/systemd/system/pulse.service.d/zzz.conf", "[Service]\n" + drop_in + "\n");
        return Place()->Look("false").shadows;
    };
    EXPECT_TRUE(Names(shadows("EnvironmentFile="), "forgets the agent's file"));
    EXPECT_TRUE(Names(shadows("UnsetEnvironment=PULSE_MULTI_TENANT_ENABLED"), "takes the variable away"));
    EXPECT_TRUE(Names(shadows("ExecStart=\nExecStart=/usr/bin/env PULSE_MULTI_TENANT_ENABLED=true /opt/pulse"),
                      "sets the variable by itself"));
    EXPECT_TRUE(shadows("Environment=PULSE_MULTI_TENANT_ENABLED=true").empty()) << "files beat it, wherever it stands";
    Write("/etc/pulse/many.d/b.env", "PULSE_MULTI_TENANT_ENABLED=true\n");
    EXPECT_TRUE(Names(shadows("EnvironmentFile=/etc/pulse/many.d/*.env"), "/etc/pulse/many.d/b.env line 1"));
    EXPECT_TRUE(Names(shadows("EnvironmentFile=-/etc/pulse/missing.env"), "") == false);
    Write("/run/systemd/system/pulse.service.d/zzz.conf", "[Service]\nEnvironmentFile=/etc/%n.env\n");
    EXPECT_TRUE(Names(Place()->Look("false").remarks, "only systemd can resolve"));
    Write("/etc/systemd/system/pulse.service.d/zzz.conf", "");
    EXPECT_TRUE(Place()->Look("false").remarks.empty()) << "a file in /etc hides one of the same name";
    fs::remove(root_ / "etc/systemd/system/pulse.service.d/zzz.conf");
    Write("/etc/pulse/.env", "export PULSE_MULTI_TENANT_ENABLED=true\r\n");
    EXPECT_TRUE(Names(Place()->Look("false").remarks, "`export`"));
}

TEST_F(SystemdPlaces, ItsFilesAreWholeAndKeepWhatOthersPutIn) {
    auto place = Place();
    EXPECT_FALSE(place->Holds("false"));
    ASSERT_TRUE(place->Write("false"));
    EXPECT_TRUE(place->Holds("false"));
    const std::string own = "/etc/pulse-agent/pulse.service.env";
    Write(own, "# a note\n" + Read(own) + "OTHER=1\n");
    fs::permissions(root_.Path() / own.substr(1), fs::perms(0640));
    ASSERT_TRUE(place->Write("true"));
    EXPECT_EQ(Read(own), "# a note\nPULSE_MULTI_TENANT_ENABLED=true\nOTHER=1\n");
    EXPECT_EQ(fs::status(root_.Path() / own.substr(1)).permissions(), fs::perms(0640));
    EXPECT_TRUE(place->Holds("true"));
    Write("/etc/systemd/system/pulse.service.d/zz-pulse-agent.conf", "[Service]\n");
    EXPECT_FALSE(place->Holds("true"));
    for (const auto& entry : fs::recursive_directory_iterator(root_.Path())) {
        EXPECT_EQ(entry.path().string().find(".new-"), std::string::npos) << entry.path();
    }
}

}  // namespace
}  // namespace agent_test
