#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "platform/base/clock.hpp"
#include "pulse/daemon/database_access.hpp"
#include "pulse/daemon/run.hpp"
#include "pulse/daemon/start_error.hpp"
#include "tenancy/kill_switch.hpp"
#include "tenancy/link/local_order.hpp"

namespace pulse::daemon {
namespace {

constexpr int kSwitchUsage = 2;

std::string AccountName() {
    const passwd* account = ::getpwuid(::getuid());
    return account != nullptr ? account->pw_name : "uid " + std::to_string(::getuid());
}

void Require(const platform::Expected<void, std::string>& done) {
    if (!done) {
        throw StartError(kSwitchUsage, done.error());
    }
}

}  // namespace

int SwitchCommand(const platform::Settings& settings, const Environment& environment,
                  const std::vector<std::string>& arguments) {
    const std::string verb = arguments.empty() ? "status" : arguments[0];
    const std::string folder = ControlFolder(settings);
    EnsureDataDir(settings.Text("data-dir"));
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
        throw StartError(kSwitchUsage, "say what to do: pulsed switch on, off or status");
    }
    const auto stored = tenancy::link::ReadStoredSwitch(folder, settings.Text("instance"),
                                                        tenancy::EnvironmentSaysOn(environment.multi_tenant));
    std::printf("%s\n%s\n", stored.enabled ? "on" : "off", stored.explanation.c_str());
    return 0;
}

}  // namespace pulse::daemon
