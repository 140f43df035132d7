#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "platform/base/clock.hpp"
#include "platform/service/data_dir.hpp"
#include "platform/service/start_error.hpp"
#include "pulse/agent/run.hpp"
#include "pulse/agent/settings.hpp"
#include "tenancy/link/local_order.hpp"

namespace pulse::agent {
namespace {

std::string OperatorName() {
    const passwd* account = ::getpwuid(::getuid());
    return account != nullptr ? account->pw_name : "uid " + std::to_string(::getuid());
}

void MustBeDone(const platform::Expected<void, std::string>& done) {
    if (!done) {
        throw platform::StartError(platform::kStartUsage, done.error());
    }
}

}  // namespace

int SwitchHere(const platform::Settings& settings, const std::vector<std::string>& arguments) {
    const std::string verb = arguments.empty() ? "status" : arguments[0];
    const std::string folder = ControlFolder(settings);
    const AgentOptions options = ReadAgentOptions(settings);
    platform::EnsureDataDir(settings.Text("data-dir"));
    std::filesystem::create_directories(folder);
    const tenancy::link::LocalOrder order{.by = OperatorName(),
                                          .reason = arguments.size() > 1 ? arguments[1] : "by hand on this machine",
                                          .at = platform::SystemNow()};
    if (verb == "off") {
        MustBeDone(tenancy::link::SwitchOffLocally(folder, order));
        std::printf("To be switched off on this machine. A running pulse-agent restarts the process for it.\n");
    } else if (verb == "on") {
        MustBeDone(tenancy::link::LiftLocalOrder(folder, order));
        std::printf("The local order is lifted; the environment and the controller decide again.\n");
    } else if (verb != "status") {
        throw platform::StartError(platform::kStartUsage, "say what to do: pulse-agent switch on, off or status");
    }
    const auto stored = tenancy::link::ReadStoredSwitch(folder, settings.Text("instance"), true);
    std::printf("ordered: %s\n%s\n", stored.enabled ? "on" : "off", stored.explanation.c_str());
    const auto process = LookAtProcess(options.keeper.process);
    if (!process) {
        std::printf("process: not found: %s\n", process.error().c_str());
    } else {
        const auto enabled = process->Enabled();
        std::printf("process: %d is %s\n", static_cast<int>(process->pid),
                    process->starting ? "not known, for it is only being started"
                    : !enabled        ? "not known, for its environment cannot be read"
                                      : (*enabled ? "on" : "off"));
    }
    return 0;
}

}  // namespace pulse::agent
