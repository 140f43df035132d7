#include "tests/fleet/restarting.hpp"

#include <filesystem>
#include <stdexcept>
#include <vector>

#include "platform/base/text.hpp"
#include "platform/service/process_file.hpp"

namespace fleet_test {

using api_test::Eventually;

Restartable::Restartable(const Controller& controller, const std::string& name)
    : pulsed_({.arguments = {"--port-file=" + (folder_ / "port").string(), "--instance=" + name,
                             "--controller-url=" + controller.FleetUrl(),
                             "--enrolment-token-file=" + controller.EnrolInto((folder_ / "token").string(), name)}}) {
    EXPECT_TRUE(Eventually([&] { return controller.IsConnected(name); })) << pulsed_.Log();
}

int Restartable::Tenants() const {
    const std::string port(platform::Trim(support::ReadFile(folder_ / "port")));
    try {
        return pulse_test::Caller("http://127.0.0.1:" + port)
            .With("X-API-Token", pulsed_.TokenSecret("default-reader"))
            .Get("/api/orgs")
            .Status();
    } catch (const std::runtime_error&) {
        return 0;  // between two processes
    }
}

pid_t Restartable::Pid() const {
    return platform::FindServingProcess(pulsed_.DataDir()).value_or(0);
}

ManagedStandin::ManagedStandin(const Controller& controller) : controller_(controller) {
    Write("etc/systemd/system/pulse.service", "[Service]\nEnvironmentFile=-/etc/pulse/.env\nExecStart=/opt/pulse\n");
    Write("etc/pulse/.env", "PULSE_MULTI_TENANT_ENABLED=true\n");
    standin_ = std::make_unique<agent_test::Standin>(
        std::vector<std::string>{"systemd", folder_.Path().string(), "pulse.service"});
    token_ = controller.EnrolInto((folder_ / "token").string(), "legacy");
}

void ManagedStandin::StartAgent() {
    std::vector<std::string> command{support::BuiltProgram("pulse-agent"),
                                     "--data-dir=" + (folder_ / "state").string(),
                                     "--instance=legacy",
                                     "--controller-url=" + controller_.FleetUrl(),
                                     "--enrolment-token-file=" + token_,
                                     "--systemd-root=" + folder_.Path().string(),
                                     "--reload-command=true"};
    for (const std::string& argument : standin_->AgentArguments()) {
        command.push_back(argument);
    }
    agent_ = std::make_unique<support::Process>(command);
    ASSERT_TRUE(Eventually([&] { return controller_.IsConnected("legacy"); })) << agent_->Error();
}

void ManagedStandin::Write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((folder_ / path).parent_path());
    support::WriteFile(folder_ / path, text);
}

std::string BootId(const Controller& controller, const std::string& instance) {
    const Json shown = controller.Instance(instance);
    return shown.contains("state") ? shown["state"].value("boot_id", "") : "";
}

}  // namespace fleet_test
