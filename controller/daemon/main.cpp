// portcullisd: see settings.cpp for what it takes and run.cpp for what it does.
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "controller/daemon/bootstrap.hpp"
#include "controller/daemon/run.hpp"
#include "controller/daemon/settings.hpp"
#include "controller/daemon/signing_keys.hpp"
#include "controller/store/database.hpp"
#include "platform/log/log.hpp"
#include "platform/service/signals.hpp"
#include "platform/service/start_error.hpp"

namespace controller::daemon {
namespace {

constexpr int kNotAvailable = 4;
constexpr int kInternal = 70;

int Dispatch(const platform::SettingsOutcome& outcome) {
    const platform::Settings& settings = outcome.settings;
    if (outcome.command == "migrate") {
        return Migrate(settings, outcome.command_arguments);
    }
    if (outcome.command == "bootstrap-check") {
        if (settings.Text("bootstrap").empty()) {
            throw platform::StartError(platform::kStartUsage, "name the file to check: --bootstrap FILE");
        }
        std::fputs(DescribeBootstrap(ReadBootstrapFile(settings.Text("bootstrap"))).c_str(), stdout);
        return 0;
    }
    if (outcome.command == "next-key") {
        return MakeNextKey(settings);
    }
    return Run(settings);
}

int LoadAndDispatch(int argc, char** argv) {
    const platform::SettingsOutcome outcome = platform::LoadSettings(DaemonSettings(), ReadInput(argc, argv, environ));
    if (outcome.page) {
        std::fputs(outcome.page->c_str(), stdout);
        return 0;
    }
    if (!outcome.problems.empty()) {
        std::fputs(platform::ProblemsPage(DaemonSettings(), outcome.problems).c_str(), stderr);
        return platform::kStartUsage;
    }
    platform::StartLog({.component = "portcullisd",
                        .version = PORTCULLIS_VERSION,
                        .level = *platform::ParseEnum<platform::Level>(outcome.settings.Text("log-level")),
                        .format = *platform::ParseEnum<platform::LogFormat>(outcome.settings.Text("log-format"))});
    return Dispatch(outcome);
}

int Complain(const char* what, const char* text, int code) {
    std::fprintf(stderr, "portcullisd: %s%s.\n", what, text);
    return code;
}

int Main(int argc, char** argv) {
    // Many threads that allocate a little: a few arenas, or each thread keeps one of its own for ever.
    mallopt(M_ARENA_MAX, 4);
    platform::Signals::Block();
    try {
        return LoadAndDispatch(argc, argv);
    } catch (const platform::StartError& error) {
        return Complain("", error.what(), error.Code());
    } catch (const store::Unavailable& error) {
        return Complain("the database cannot be used: ", error.what(), kNotAvailable);
    } catch (const std::runtime_error& error) {
        return Complain("", error.what(), platform::kStartUsage);
    } catch (const std::exception& error) {
        return Complain("a fault of its own: ", error.what(), kInternal);
    }
}

}  // namespace
}  // namespace controller::daemon

int main(int argc, char** argv) {
    return controller::daemon::Main(argc, argv);
}
