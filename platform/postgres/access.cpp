#include "platform/postgres/access.hpp"

#include "platform/postgres/directories.hpp"
#include "platform/postgres/error.hpp"

#include <algorithm>
#include <utility>

namespace platform {

namespace {

constexpr std::size_t kMaxIdentifier = 63;

// libpq's own quoting: single quotes around, backslash before a quote or a backslash.
std::string ConninfoValue(std::string_view value) {
    std::string quoted = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + "'";
}

std::string Conninfo(const std::filesystem::path& socket_dir, std::string_view database, std::string_view role,
                     std::string_view password) {
    std::string text = "host=" + ConninfoValue(socket_dir.string()) + " port=" + std::string(kSocketPort) +
                       " dbname=" + ConninfoValue(database) + " user=" + ConninfoValue(role);
    if (!password.empty()) {
        text += " password=" + ConninfoValue(password);
    }
    return text;
}

}  // namespace

ClusterAccess::ClusterAccess(std::filesystem::path socket_dir, std::string owner_password, std::string app_password)
    : socket_dir_(std::move(socket_dir)),
      owner_password_(std::move(owner_password)),
      app_password_(std::move(app_password)) {}

ClusterAccess ClusterAccess::FromDataDir(const std::filesystem::path& data_dir) {
    const ClusterLayout layout(data_dir);
    return ClusterAccess(ReadLine(layout.socket_file), ReadLine(layout.owner_password), ReadLine(layout.app_password));
}

std::string ClusterAccess::OwnerConninfo(std::string_view database) const {
    return Conninfo(socket_dir_, database, kOwnerRole, owner_password_);
}

std::string ClusterAccess::AppConninfo(std::string_view database) const {
    return Conninfo(socket_dir_, database, kAppRole, app_password_);
}

std::string ClusterAccess::SuperuserConninfo(std::string_view database) const {
    return Conninfo(socket_dir_, database, kSuperuserRole, "");
}

bool IsDatabaseName(std::string_view name) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && name.size() <= kMaxIdentifier && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

std::vector<std::string> DatabasePrivilegeStatements(std::string_view name) {
    const std::string database(name);
    return {"REVOKE ALL ON DATABASE " + database + " FROM PUBLIC",
            "GRANT CONNECT ON DATABASE " + database + " TO " + std::string(kAppRole)};
}

}  // namespace platform
