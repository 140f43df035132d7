// How to reach a private cluster: its socket and the secrets of its roles, as connection strings for libpq.
//
// The strings hold passwords: never log them. Value type; thread safe as any value is.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace platform {

inline constexpr std::string_view kSuperuserRole = "postgres";
inline constexpr std::string_view kOwnerRole = "portcullis_owner";
inline constexpr std::string_view kAppRole = "portcullis_app";

class ClusterAccess {
public:
    ClusterAccess() = default;
    ClusterAccess(std::filesystem::path socket_dir, std::string owner_password, std::string app_password);

    /// Reads what a running PrivateCluster wrote into its data directory. Throws ClusterError when there is none or
    /// the caller may not read it.
    static ClusterAccess FromDataDir(const std::filesystem::path& data_dir);

    std::string OwnerConninfo(std::string_view database) const;
    std::string AppConninfo(std::string_view database) const;
    /// Works for the server's own account and for root only.
    std::string SuperuserConninfo(std::string_view database) const;

    const std::filesystem::path& SocketDir() const {
        return socket_dir_;
    }

private:
    std::filesystem::path socket_dir_;
    std::string owner_password_;
    std::string app_password_;
};

/// A name that needs no quoting anywhere: lower-case letters, digits and `_`, starting with a letter, up to 63.
bool IsDatabaseName(std::string_view name);

/// What every database of ours starts with, one statement each: nothing for PUBLIC (so no temporary tables either),
/// CONNECT for portcullis_app. `name` must be a database name.
std::vector<std::string> DatabasePrivilegeStatements(std::string_view name);

}  // namespace platform
