// Where the files of a private cluster are, and the checks on who may reach them.
//
// Functions throw ClusterError. Thread safe: they only touch the file system.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace platform {

// The number only names the socket file; nothing listens on a TCP port.
inline constexpr std::string_view kSocketPort = "5432";

struct ClusterLayout {
    explicit ClusterLayout(const std::filesystem::path& data_dir);

    std::filesystem::path root;
    std::filesystem::path pg;             // the cluster itself
    std::filesystem::path pg_unfinished;  // where initdb works; renamed to `pg` when it is complete
    std::filesystem::path owner_password;
    std::filesystem::path app_password;
    std::filesystem::path log;
    std::filesystem::path lock;
    std::filesystem::path socket_file;   // text: the directory of the socket
    std::filesystem::path bootstrapped;  // text: the database that exists with its roles
};

/// The account a process runs as. `switch_to` is false when it is the caller's own.
struct Account {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;
    std::string name;
    bool switch_to = false;
};

/// Who runs the server: the caller; for root, the owner of a cluster that exists, else `wanted`.
Account ServerAccount(const ClusterLayout& layout, const std::string& wanted);

/// Makes `directory` (and folders above it that are missing) with mode 0700 for `account`, or checks that it is so. A
/// directory others may enter is refused unless it is empty and the caller's, which is then closed to others.
void EnsurePrivateDirectory(const std::filesystem::path& directory, const Account& account);

/// Every folder above `directory` must let `account` through.
void CheckReachable(const std::filesystem::path& directory, const Account& account);

/// Writes `content` through a temporary name in the same folder; mode 0600, owned by `account`. A file that says so
/// already stays as it is: four flushes to the disk are most of a warm start.
void WritePrivateFile(const std::filesystem::path& path, std::string_view content, const Account& account);
/// First line of a file.
std::string ReadLine(const std::filesystem::path& path);
std::optional<std::string> ReadLineIfExists(const std::filesystem::path& path);

/// Holds `path` locked until closed; throws with the holder's process id when somebody else has it. The descriptor is
/// never inherited: the lock says that a controller lives, not that a server does.
class DirectoryLock {
public:
    DirectoryLock(const std::filesystem::path& path, const Account& account);
    ~DirectoryLock();
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;

private:
    int fd_;
};

}  // namespace platform
