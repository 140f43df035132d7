// pulse-agent: see settings.cpp for what it takes and run.cpp for what it does.
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "platform/log/log.hpp"
#include "platform/service/signals.hpp"
#include "platform/service/start_error.hpp"
#include "pulse/agent/run.hpp"
#include "pulse/agent/settings.hpp"

namespace pulse::agent {
namespace {

constexpr int kInternal = 70;

int LoadAndRun(int argc, char** argv) {
    const platform::SettingsOutcome outcome =
        platform::LoadSettings(AgentSettings(), platform::SettingsInputOf(argc, argv, environ));
    if (outcome.page) {
        std::fputs(outcome.page->c_str(), stdout);
        return 0;
    }
    if (!outcome.problems.empty()) {
        std::fputs(platform::ProblemsPage(AgentSettings(), outcome.problems).c_str(), stderr);
        return platform::kStartUsage;
    }
    if (outcome.command == "check") {
        return Check(outcome.settings);
    }
    if (outcome.command == "switch") {
        return SwitchHere(outcome.settings, outcome.command_arguments);
    }
    platform::StartLog({.component = "pulse-agent",
                        .version = PORTCULLIS_VERSION,
                        .level = *platform::ParseEnum<platform::Level>(outcome.settings.Text("log-level")),
                        .format = *platform::ParseEnum<platform::LogFormat>(outcome.settings.Text("log-format")),
                        .sink = {}});
    return Run(outcome.settings);
}

int Complain(const char* what, const char* text, int code) {
    std::fprintf(stderr, "pulse-agent: %s%s.\n", what, text);
    return code;
}

int Main(int argc, char** argv) {
    platform::Signals::Block();
    try {
        return LoadAndRun(argc, argv);
    } catch (const platform::StartError& error) {
        return Complain("", error.what(), error.Code());
    } catch (const std::runtime_error& error) {
        return Complain("", error.what(), platform::kStartUsage);
    } catch (const std::exception& error) {
        return Complain("a fault of its own: ", error.what(), kInternal);
    }
}

}  // namespace
}  // namespace pulse::agent

int main(int argc, char** argv) {
    return pulse::agent::Main(argc, argv);
}
