// Where a service's database is: a private cluster that this object starts and stops, or one of the operator's own.
//
// Reads the settings data-dir, threads, database-url, database-url-file and owner-database-url-file.
// Errors: ClusterError, std::runtime_error; texts for the operator. One owner thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "platform/postgres/cluster.hpp"
#include "platform/settings/settings.hpp"

namespace platform {

class DatabaseAccess {
public:
    /// Starts the private cluster, with a database of that name, when the settings name no other.
    DatabaseAccess(const Settings& settings, const std::string& name);

    /// As the application's role.
    const std::string& App() const {
        return app_;
    }
    /// As the owner; empty when the settings do not say how.
    const std::optional<std::string>& Owner() const {
        return owner_;
    }
    /// For the line at the start: "private database in /var/lib/portcullis/database".
    const std::string& Description() const {
        return description_;
    }
    /// Process id of the private server, 0 when there is none or it is down.
    int ServerPid() const;
    void Stop();

private:
    std::unique_ptr<PrivateCluster> cluster_;
    std::string app_;
    std::optional<std::string> owner_;
    std::string description_;
};

}  // namespace platform
