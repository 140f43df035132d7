#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "platform/base/clock.hpp"
#include "platform/service/data_dir.hpp"
#include "platform/service/database_access.hpp"
#include "platform/service/process_file.hpp"
#include "platform/service/process_variables.hpp"
#include "platform/service/start_error.hpp"
#include "pulse/daemon/run.hpp"
#include "tenancy/kill_switch.hpp"
#include "tenancy/link/local_order.hpp"

namespace pulse::daemon {
namespace {

std::string AccountName() {
    const passwd* account = ::getpwuid(::getuid());
    return account != nullptr ? account->pw_name : "uid " + std::to_string(::getuid());
}

void Require(const platform::Expected<void, std::string>& done) {
    if (!done) {
        throw platform::StartError(platform::kStartUsage, done.error());
    }
}

// What counts is what the serving process was started with, not what this command finds in its own environment.
struct EnvironmentFacts {
    bool says_on = false;
    std::string whose;
};

EnvironmentFacts EnvironmentInForce(const std::string& data_dir, const Environment& own) {
    const auto process = platform::FindServingProcess(data_dir);
    if (!process) {
        return {tenancy::EnvironmentSaysOn(own.multi_tenant),
                "No pulsed serves this folder; the environment is that of this command."};
    }
    const auto variable = platform::ReadProcessVariables(*process, {tenancy::kSwitchVariable});
    if (!variable.readable) {
        return {false,
                "The environment of the pulsed that serves this folder (process " + std::to_string(*process) +
                    ") cannot be read by this account; it is taken for off here. Ask as its account or as root."};
    }
    return {tenancy::EnvironmentSaysOn(variable.Value(tenancy::kSwitchVariable)),
            "The environment is that of the pulsed that serves this folder, process " + std::to_string(*process) + "."};
}

}  // namespace

int SwitchCommand(const platform::Settings& settings, const Environment& environment,
                  const std::vector<std::string>& arguments) {
    const std::string verb = arguments.empty() ? "status" : arguments[0];
    const std::string folder = ControlFolder(settings);
    platform::EnsureDataDir(settings.Text("data-dir"));
    std::filesystem::create_directories(folder);
    const tenancy::link::LocalOrder order{.by = AccountName(),
                                          .reason = arguments.size() > 1 ? arguments[1] : "by hand on this machine",
                                          .at = platform::SystemNow()};
    if (verb == "off") {
        Require(tenancy::link::SwitchOffLocally(folder, order));
        std::printf("Switched off on this machine. A running pulsed follows within a second; nothing is deleted.\n");
    } else if (verb == "on") {
        Require(tenancy::link::LiftLocalOrder(folder, order));
        std::printf("The local order is lifted; the environment and the controller decide again.\n");
    } else if (verb != "status") {
        throw platform::StartError(platform::kStartUsage, "say what to do: pulsed switch on, off or status");
    }
    const EnvironmentFacts facts = EnvironmentInForce(settings.Text("data-dir"), environment);
    const auto stored = tenancy::link::ReadStoredSwitch(folder, settings.Text("instance"), facts.says_on);
    std::printf("%s\n%s\n%s\n", stored.enabled ? "on" : "off", facts.whose.c_str(), stored.explanation.c_str());
    return 0;
}

}  // namespace pulse::daemon
