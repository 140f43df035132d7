#include "platform/postgres/config.hpp"

#include <array>
#include <utility>

namespace platform {

namespace {

// Modest on purpose: the cluster shares a machine with the controller, whose whole budget at rest is 64 MiB.
// Serializable transactions take predicate locks; too few of them turn row conflicts into table conflicts.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kDefaultSettings{{
    {"listen_addresses", ""},
    {"port", kSocketPort},
    {"unix_socket_permissions", "0700"},
    {"password_encryption", "scram-sha-256"},
    {"max_connections", "60"},
    {"shared_buffers", "64MB"},
    {"max_pred_locks_per_transaction", "256"},
    {"checkpoint_timeout", "15min"},
    {"max_wal_size", "512MB"},
    {"jit", "off"},
    {"timezone", "UTC"},
    {"log_timezone", "UTC"},
    {"datestyle", "iso, ymd"},
    {"lc_messages", "C.UTF-8"},
    // Refused statements are the application's to report, with the request they belong to; the server's own log keeps
    // starts, stops, recoveries and what ends a session.
    {"log_min_messages", "log"},
    {"log_min_error_statement", "panic"},
    {"log_checkpoints", "off"},
    {"log_line_prefix", "%m [%p] %q%u@%d "},
    {"logging_collector", "off"},
    {"cluster_name", "portcullis"},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kNotDurable{{
    {"fsync", "off"},
    {"synchronous_commit", "off"},
    {"full_page_writes", "off"},
}};

std::string SettingLine(std::string_view name, std::string_view value) {
    std::string line(name);
    line += " = '";
    for (const char c : value) {
        line += c;
        if (c == '\'') {
            line += c;
        }
    }
    return line + "'\n";
}

std::string Quoted(std::string_view literal) {
    return "'" + std::string(literal) + "'";  // our own hex passwords and checked names: nothing to escape
}

std::string RoleStatements(std::string_view role, std::string_view password) {
    const std::string name(role);
    return "SELECT 'CREATE ROLE " + name + "' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = " + Quoted(role) +
           ") \\gexec\n" + "ALTER ROLE " + name +
           " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD " + Quoted(password) + ";\n";
}

}  // namespace

std::string PostgresqlConf(const ClusterOptions& options, const std::filesystem::path& socket_dir) {
    std::string text =
        "# Written at every start. Settings of your own go into local.conf beside this file: the last one wins.\n";
    for (const auto& [name, value] : kDefaultSettings) {
        text += SettingLine(name, value);
    }
    text += SettingLine("unix_socket_directories", socket_dir.string());
    if (options.durability == ClusterDurability::kNone) {
        for (const auto& [name, value] : kNotDurable) {
            text += SettingLine(name, value);
        }
    }
    for (const auto& [name, value] : options.settings) {
        text += SettingLine(name, value);
    }
    return text + "include_if_exists = 'local.conf'\n";
}

std::string PgHbaConf() {
    return "# Written at every start. Nobody else gets in: what is not listed is refused.\n"
           "local all postgres peer map=portcullis\n"
           "local all " +
           std::string(kOwnerRole) +
           " scram-sha-256\n"
           "local all " +
           std::string(kAppRole) + " scram-sha-256\n";
}

std::string PgIdentConf(const Account& account) {
    std::string text = "# Written at every start. Accounts of the machine that may be the superuser.\n";
    text += "portcullis \"" + account.name + "\" postgres\n";
    if (account.name != "root") {
        text += "portcullis root postgres\n";
    }
    return text;
}

std::string BootstrapScript(std::string_view database, std::string_view owner_password, std::string_view app_password) {
    return RoleStatements(kOwnerRole, owner_password) + RoleStatements(kAppRole, app_password) +
           DatabaseScript(database);
}

std::string DatabaseScript(std::string_view database) {
    const std::string name(database);
    std::string text = "SELECT 'CREATE DATABASE " + name + " OWNER " + std::string(kOwnerRole) +
                       "' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = " + Quoted(name) + ") \\gexec\n";
    for (const auto& statement : DatabasePrivilegeStatements(name)) {
        text += statement + ";\n";
    }
    return text;
}

}  // namespace platform
