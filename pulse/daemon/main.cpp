// pulsed: see settings.cpp for what it takes and run.cpp for what it does.
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "platform/log/log.hpp"
#include "platform/service/own_program.hpp"
#include "platform/service/signals.hpp"
#include "platform/service/start_error.hpp"
#include "platform/sql/database.hpp"
#include "pulse/daemon/run.hpp"
#include "pulse/daemon/settings.hpp"

namespace pulse::daemon {
namespace {

constexpr int kNotAvailable = 4;
constexpr int kInternal = 70;

int LoadAndRun(int argc, char** argv, const platform::OwnProgram& program) {
    const platform::SettingsInput input = platform::SettingsInputOf(argc, argv, environ);
    const platform::SettingsOutcome outcome = platform::LoadSettings(DaemonSettings(), input);
    if (outcome.page) {
        std::fputs(outcome.page->c_str(), stdout);
        return 0;
    }
    if (!outcome.problems.empty()) {
        std::fputs(platform::ProblemsPage(DaemonSettings(), outcome.problems).c_str(), stderr);
        return platform::kStartUsage;
    }
    platform::StartLog({.component = "pulsed",
                        .version = PORTCULLIS_VERSION,
                        .level = *platform::ParseEnum<platform::Level>(outcome.settings.Text("log-level")),
                        .format = *platform::ParseEnum<platform::LogFormat>(outcome.settings.Text("log-format")),
                        .sink = {}});
    const Environment environment = Environment::Of(input.environment);
    if (outcome.command == "switch") {
        return SwitchCommand(outcome.settings, environment, outcome.command_arguments);
    }
    const RunEnd end = Run(outcome.settings, environment, program);
    if (!end.start_again) {
        return end.exit_code;
    }
    // From here on a supervisor has to do it.
    platform::Log(platform::Level::kError, "daemon.not_started_again", {{"error", program.StartAgain()}});
    return kInternal;
}

int Complain(const char* what, const char* text, int code) {
    std::fprintf(stderr, "pulsed: %s%s.\n", what, text);
    return code;
}

int Main(int argc, char** argv) {
    // Many threads that allocate a little: a few arenas, or each thread keeps one of its own for ever.
    mallopt(M_ARENA_MAX, 2);
    // What one password costs goes back to the system at once; left to itself, the threshold grows and keeps it.
    mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
    platform::Signals::Block();
    const platform::OwnProgram program(argv);
    try {
        return LoadAndRun(argc, argv, program);
    } catch (const platform::StartError& error) {
        return Complain("", error.what(), error.Code());
    } catch (const platform::Unavailable& error) {
        return Complain("the database cannot be used: ", error.what(), kNotAvailable);
    } catch (const std::runtime_error& error) {
        return Complain("", error.what(), platform::kStartUsage);
    } catch (const std::exception& error) {
        return Complain("a fault of its own: ", error.what(), kInternal);
    }
}

}  // namespace
}  // namespace pulse::daemon

int main(int argc, char** argv) {
    return pulse::daemon::Main(argc, argv);
}
