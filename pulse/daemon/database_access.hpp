// Where the database is: a private cluster that this object starts and stops, or one of the operator's own.
//
// Errors: platform::ClusterError, std::runtime_error; texts for the operator. One owner thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "platform/postgres/cluster.hpp"
#include "platform/settings/settings.hpp"

namespace pulse::daemon {

class DatabaseAccess {
public:
    /// Starts the private cluster when the settings name no other database.
    explicit DatabaseAccess(const platform::Settings& settings);

    /// As the application's role.
    const std::string& App() const {
        return app_;
    }
    /// As the owner; empty when the settings do not say how.
    const std::optional<std::string>& Owner() const {
        return owner_;
    }
    /// For the line at the start.
    const std::string& Description() const {
        return description_;
    }
    void Stop();

private:
    std::unique_ptr<platform::PrivateCluster> cluster_;
    std::string app_;
    std::optional<std::string> owner_;
    std::string description_;
};

/// Makes the folder when it is missing, and refuses one that other users may write to.
void EnsureDataDir(const std::string& data_dir);

}  // namespace pulse::daemon
