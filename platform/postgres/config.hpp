// The three configuration files of a private cluster, and the statements that make its roles.
//
// Pure text functions. Thread safe.
#pragma once

#include "platform/postgres/cluster.hpp"
#include "platform/postgres/directories.hpp"

#include <string>
#include <string_view>

namespace platform {

std::string PostgresqlConf(const ClusterOptions& options, const std::filesystem::path& socket_dir);
std::string PgHbaConf();
/// The superuser is whoever runs the server, and root.
std::string PgIdentConf(const Account& account);

/// For psql: roles with their passwords, then the database with its privileges. May run any number of times.
std::string BootstrapScript(std::string_view database, std::string_view owner_password, std::string_view app_password);
/// For psql: the database alone.
std::string DatabaseScript(std::string_view database);

}  // namespace platform
