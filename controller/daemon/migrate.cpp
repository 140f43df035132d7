#include <charconv>
#include <cstdio>

#include "controller/daemon/data_dir.hpp"
#include "controller/daemon/run.hpp"
#include "controller/store/migrations.hpp"
#include "platform/service/data_dir.hpp"
#include "platform/service/database_access.hpp"
#include "platform/service/start_error.hpp"

namespace controller::daemon {
namespace {

std::optional<int> TargetOf(const std::vector<std::string>& arguments) {
    if (arguments.size() < 2) {
        return std::nullopt;
    }
    const std::string& text = arguments[1];
    int target = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), target);
    if (error != std::errc() || end != text.data() + text.size() || target < 0) {
        throw platform::StartError(platform::kStartUsage,
                                   "--to must be a schema version such as 3, not '" + text + "'");
    }
    return target;
}

void PrintStates(const std::string& owner) {
    for (const store::MigrationState& state : store::LoadMigrationStates(owner)) {
        std::printf("%04d  %-24s %s%s\n", state.version, state.name.c_str(),
                    state.applied_at ? ("applied " + *state.applied_at).c_str() : "pending",
                    state.known ? "" : " (by a newer program)");
    }
}

int NewestApplied(const std::string& owner) {
    int newest = 0;
    for (const store::MigrationState& state : store::LoadMigrationStates(owner)) {
        newest = state.applied_at ? std::max(newest, state.version) : newest;
    }
    return newest;
}

}  // namespace

int Migrate(const platform::Settings& settings, const std::vector<std::string>& arguments) {
    const std::string verb = arguments.empty() ? "" : arguments[0];
    if (verb != "up" && verb != "down" && verb != "status") {
        throw platform::StartError(platform::kStartUsage, "say what to do: portcullisd migrate up, down or status");
    }
    const std::optional<int> target = TargetOf(arguments);
    platform::EnsureDataDir(settings.Text("data-dir"));
    platform::DatabaseAccess access(settings, "portcullis");
    if (!access.Owner()) {
        throw platform::StartError(platform::kStartUsage,
                                   "the schema belongs to the database's owner: say how to connect as it with "
                                   "--owner-database-url-file");
    }
    if (verb == "up") {
        for (const int version : store::MigrateUp(*access.Owner(), target)) {
            std::printf("applied %04d\n", version);
        }
    } else if (verb == "down") {
        for (const int version :
             store::MigrateDown(*access.Owner(), target.value_or(NewestApplied(*access.Owner()) - 1))) {
            std::printf("took back %04d\n", version);
        }
    }
    PrintStates(*access.Owner());
    access.Stop();
    return 0;
}

}  // namespace controller::daemon
