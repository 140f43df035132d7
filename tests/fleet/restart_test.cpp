// Orders of mode restart: a pulsed drains and starts itself again in its own place, once for each order.
#include <csignal>

#include <filesystem>
#include <set>

#include "platform/service/process_file.hpp"
#include "tests/fleet/restarting.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

std::string OrderRestart(const Controller& controller, bool enabled) {
    const Json body{{"enabled", enabled},
                    {"scope", {{"all", true}}},
                    {"mode", "restart"},
                    {"reason", "isolation of tenants is in doubt"}};
    const auto reply = controller.As("otto.operator").Post("/v1/kill-switch/multi-tenant", body);
    reply.Expect(202);
    return reply.Id();
}

void ApproveSwitchingOn(const Controller& controller) {
    for (const Json& review : controller.As("otto.operator").All("/v1/kill-switch/reviews?open=true")) {
        const std::string path = "/v1/kill-switch/reviews/" + review.value("operation", "");
        controller.As("otto.operator")
            .IfMatch(controller.As("otto.operator").Get(path).Etag())
            .Post(path + ":complete", {{"findings", "found and fixed"}})
            .Expect(200);
    }
    controller.As("sam.owner").Post("/v1/kill-switch/approvals", {{"reason", "found and fixed"}}).Expect(201);
}

/// The instance has started again since `boot_before`, reports, and has this order in force.
bool RestartedFor(const Controller& controller, const std::string& instance, const std::string& boot_before) {
    const Json shown = controller.Instance(instance);
    return shown.contains("state") && shown["state"].value("connected", false) &&
           shown["state"].value("boot_id", "") != boot_before &&
           shown["state"].value("generation", 0) == shown["order"].value("generation", -1);
}

/// What the process has open, as /proc names it: of sockets and pipes each name is of one only, as long as the machine
/// runs.
std::set<std::string> OpenFiles(pid_t process) {
    std::set<std::string> files;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd", gone)) {
        std::error_code closed;
        const std::string name = std::filesystem::read_symlink(entry.path(), closed).string();
        if (!closed) {
            files.insert(name);
        }
    }
    return files;
}

/// Sockets of `before` that the process has still open. What it was started with (its output) are pipes.
std::set<std::string> SocketsLeftOf(const std::set<std::string>& before, pid_t process) {
    std::set<std::string> left;
    for (const std::string& name : OpenFiles(process)) {
        if (name.starts_with("socket:") && before.contains(name)) {
            left.insert(name);
        }
    }
    return left;
}

std::size_t Count(const std::string& text, std::string_view what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++count;
    }
    return count;
}

TEST(RestartMode, OffHoldsAtOnceAndTheProcessStartsAgainOnceInItsPlace) {
    Controller controller;
    Restartable pulsed(controller);
    ASSERT_EQ(pulsed.Tenants(), 200);
    const std::string boot = BootId(controller, "eu-1");
    const pid_t pid = pulsed.Pid();
    const std::set<std::string> files = OpenFiles(pid);
    OrderRestart(controller, false);
    ASSERT_TRUE(Eventually([&] { return RestartedFor(controller, "eu-1", boot); })) << pulsed->Log();
    EXPECT_EQ(pulsed.Pid(), pid) << "for its supervisor nothing has happened";
    EXPECT_EQ(pulsed.Tenants(), 501);
    EXPECT_EQ(SocketsLeftOf(files, pid), std::set<std::string>{}) << "nothing of the process before is left open";
    EXPECT_FALSE(controller.Instance("eu-1")["state"].value("enabled", true));

    // On only in the new process.
    const std::string off_boot = BootId(controller, "eu-1");
    ApproveSwitchingOn(controller);
    OrderRestart(controller, true);
    ASSERT_TRUE(Eventually([&] { return RestartedFor(controller, "eu-1", off_boot); })) << pulsed->Log();
    EXPECT_EQ(pulsed.Pid(), pid);
    EXPECT_TRUE(controller.Instance("eu-1")["state"].value("enabled", false));
    EXPECT_EQ(pulsed.Tenants(), 200);
    EXPECT_EQ(pulsed->Stop(), 0) << "it still ends on a signal";
    ASSERT_TRUE(Eventually([&] { return Count(pulsed->Log(), "daemon.stopped") == 3; })) << pulsed->Log();
    EXPECT_EQ(Count(pulsed->Log(), "daemon.restart_ordered"), 2U) << "once for each order";
    EXPECT_EQ(pulsed->Log().find("controller.order_refused"), std::string::npos);
}

TEST(RestartMode, WhatCannotBeNotedIsNotRestartedForAndSaidSo) {
    Controller controller;
    Restartable pulsed(controller);
    const std::string boot = BootId(controller, "eu-1");
    std::filesystem::create_directories(pulsed->DataDir() + "/control/control-restart/inside");
    OrderRestart(controller, false);
    ASSERT_TRUE(Eventually([&] {
        return controller.Instance("eu-1")["state"].value("problem", "").find("cannot start again") !=
               std::string::npos;
    })) << pulsed->Log();
    EXPECT_EQ(pulsed.Tenants(), 501) << "off holds all the same";
    EXPECT_EQ(BootId(controller, "eu-1"), boot);
}

TEST(RestartMode, AStartThatFailsIsLeftToTheSupervisor) {
    Controller controller;
    Restartable pulsed(controller);
    const pid_t pid = pulsed.Pid();
    // The next start finds a setting's file missing.
    std::filesystem::remove(std::filesystem::path(pulsed->DataDir()).parent_path() / "admin.password");
    OrderRestart(controller, false);
    EXPECT_TRUE(Eventually([&] { return !platform::FindServingProcess(pulsed->DataDir()); })) << pulsed->Log();
    EXPECT_TRUE(Eventually([&] { return !controller.IsConnected("eu-1"); }));
    EXPECT_TRUE(Eventually([&] { return ::kill(pid, 0) != 0 || OpenFiles(pid).empty(); })) << "it ended";
    EXPECT_TRUE(Eventually([&] { return Count(pulsed->Log(), "daemon.stopped") == 1; })) << pulsed->Log();
    EXPECT_EQ(Count(pulsed->Log(), "daemon.restart_ordered"), 1U) << "it does not try for ever";
    pulsed->Start();  // writes the file again
    EXPECT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); })) << pulsed->Log();
    EXPECT_EQ(pulsed.Tenants(), 501) << "the order is on its disk";
    EXPECT_EQ(Count(pulsed->Log(), "daemon.restart_ordered"), 0U) << "and was restarted for";
}

TEST(RestartMode, ItsOwnDatabaseAndItsPortAreThereAgain) {
    Controller controller;
    const support::TempDir folder("private");
    // The account of the database has to get through.
    std::filesystem::permissions(folder.Path(), std::filesystem::perms(0711));
    const std::string port = std::to_string(support::FreePort());
    support::Process pulsed(
        {support::BuiltProgram("pulsed"), "--data-dir=" + (folder / "state").string(), "--listen-port=" + port,
         "--metrics-port=0", "--threads=2", "--instance=eu-1", "--controller-url=" + controller.FleetUrl(),
         "--enrolment-token-file=" + controller.EnrolInto((folder / "token").string(), "eu-1")},
        {.environment = {{"PULSE_MULTI_TENANT_ENABLED", "true"}}});
    ASSERT_TRUE(pulsed.WaitForLine("listens on http", std::chrono::seconds(120))) << pulsed.Error();
    ASSERT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); })) << pulsed.Error();
    const std::string boot = BootId(controller, "eu-1");
    OrderRestart(controller, false);
    ASSERT_TRUE(Eventually([&] { return RestartedFor(controller, "eu-1", boot); })) << pulsed.Error();
    EXPECT_TRUE(pulsed.Running());
    EXPECT_EQ(pulse_test::Caller("http://127.0.0.1:" + port).Get("/api/health").Status(), 200) << pulsed.Error();
    pulsed.Signal(SIGTERM);
    EXPECT_EQ(pulsed.Wait(std::chrono::seconds(60)), 0) << pulsed.Error();
}

}  // namespace
}  // namespace fleet_test
