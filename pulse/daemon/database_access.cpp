#include "pulse/daemon/database_access.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <stdexcept>

#include "platform/base/files.hpp"
#include "platform/log/log.hpp"

namespace pulse::daemon {
namespace {

constexpr std::string_view kDatabaseName = "pulse";

}  // namespace

DatabaseAccess::DatabaseAccess(const platform::Settings& settings) {
    const std::string& from_file = settings.Secret("database-url-file");
    const std::string& from_text = settings.Text("database-url");
    if (!from_file.empty() && !from_text.empty()) {
        throw std::runtime_error("both --database-url and --database-url-file are given; one says it all");
    }
    const std::string& own = from_file.empty() ? from_text : from_file;
    const std::string& owner = settings.Secret("owner-database-url-file");
    if (!own.empty()) {
        app_ = own;
        owner_ = owner.empty() ? std::nullopt : std::optional(owner);
        description_ = "a database of its operator's own";
        return;
    }
    if (!owner.empty()) {
        throw std::runtime_error(
            "--owner-database-url-file goes with --database-url or --database-url-file; the private database needs "
            "neither");
    }
    platform::ClusterOptions options;
    options.data_dir = std::filesystem::path(settings.Text("data-dir")) / "database";
    options.database = kDatabaseName;
    // One for each thread, and some for listeners, jobs, migrations and people with psql.
    options.settings = {{"max_connections", std::to_string(settings.Integer("threads") + 20)}};
    options.on_event = [](std::string_view event) {
        platform::Log(platform::Level::kInfo, "database.server", {{"event", event}});
    };
    description_ = "private database in " + options.data_dir.string();
    cluster_ = std::make_unique<platform::PrivateCluster>(std::move(options));
    cluster_->Start();
    app_ = cluster_->AppConninfo(kDatabaseName);
    owner_ = cluster_->OwnerConninfo(kDatabaseName);
}

void DatabaseAccess::Stop() {
    if (cluster_) {
        cluster_->Stop();
    }
}

void EnsureDataDir(const std::string& data_dir) {
    std::error_code error;
    const bool made = std::filesystem::create_directories(data_dir, error);
    if (error) {
        throw std::runtime_error("cannot make the data folder " + data_dir + ": " + error.message() +
                                 ". Give one that this account may write to: --data-dir");
    }
    if (made) {
        // Its secrets are 0600 each; the database's own account has to pass through to its folder.
        std::filesystem::permissions(data_dir, std::filesystem::perms(0711));
    }
    const auto mode = platform::FileMode(data_dir);
    if (!mode) {
        throw std::runtime_error(mode.error().message);
    }
    if ((*mode & (S_IWGRP | S_IWOTH)) != 0) {
        throw std::runtime_error("others may write to the data folder " + data_dir +
                                 ", so nothing in it could be trusted. Take it away: chmod go-w " + data_dir);
    }
}

}  // namespace pulse::daemon
