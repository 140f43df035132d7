#include "platform/service/database_access.hpp"

#include <filesystem>
#include <stdexcept>

#include "platform/log/log.hpp"

namespace platform {

DatabaseAccess::DatabaseAccess(const Settings& settings, const std::string& name) {
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
            "--owner-database-url-file goes with --database-url or --database-url-file; the "
            "private database needs neither");
    }
    ClusterOptions options;
    options.data_dir = std::filesystem::path(settings.Text("data-dir")) / "database";
    options.database = name;
    // One for each thread, and some for listeners, jobs, migrations and people with psql.
    options.settings = {{"max_connections", std::to_string(settings.Integer("threads") + 20)}};
    options.on_event = [](std::string_view event) { Log(Level::kInfo, "database.server", {{"event", event}}); };
    description_ = "private database in " + options.data_dir.string();
    cluster_ = std::make_unique<PrivateCluster>(std::move(options));
    cluster_->Start();
    app_ = cluster_->AppConninfo(name);
    owner_ = cluster_->OwnerConninfo(name);
}

int DatabaseAccess::ServerPid() const {
    return cluster_ ? cluster_->ServerPid().value_or(0) : 0;
}

void DatabaseAccess::Stop() {
    if (cluster_) {
        cluster_->Stop();
    }
}

}  // namespace platform
