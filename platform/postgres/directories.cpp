#include "platform/postgres/directories.hpp"

#include "platform/postgres/child.hpp"
#include "platform/postgres/error.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace platform {

namespace fs = std::filesystem;

namespace {

constexpr mode_t kOthers = 0077;
constexpr std::chrono::seconds kReachDeadline{10};

std::string ModeText(mode_t mode) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777));
    return text.data();
}

Account FindAccount(const passwd* entry, const std::string& who) {
    if (entry == nullptr) {
        throw ClusterError("there is no account " + who +
                           " on this machine, and PostgreSQL does not run without a named one; install PostgreSQL "
                           "from the distribution or name another account");
    }
    Account account;
    account.uid = entry->pw_uid;
    account.gid = entry->pw_gid;
    account.name = entry->pw_name;
    account.switch_to = account.uid != ::geteuid();
    int count = 64;
    account.groups.resize(static_cast<std::size_t>(count));
    while (::getgrouplist(entry->pw_name, entry->pw_gid, account.groups.data(), &count) < 0) {
        account.groups.resize(static_cast<std::size_t>(count));
    }
    account.groups.resize(static_cast<std::size_t>(count));
    return account;
}

bool HasContent(const fs::path& path, std::string_view content) {
    std::ifstream file(path, std::ios::binary);
    return file && std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()) == content;
}

struct stat StatOf(const fs::path& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) {
        throw SystemError("cannot look at", path, errno);
    }
    return info;
}

// Missing folders on the way, with the mode that lets the server's account through whatever our umask is.
void MakeParents(const fs::path& folder) {
    if (folder.empty() || fs::exists(folder)) {
        return;
    }
    MakeParents(folder.parent_path());
    if ((::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) || ::chmod(folder.c_str(), 0755) != 0) {
        throw SystemError("cannot make", folder, errno);
    }
}

void GiveTo(const fs::path& path, const Account& account) {
    if (account.switch_to && ::chown(path.c_str(), account.uid, account.gid) != 0) {
        throw SystemError("cannot give " + account.name, path, errno);
    }
}

}  // namespace

ClusterError SystemError(const std::string& what, const std::string& path, int error_number) {
    return ClusterError(what + " " + path + ": " + std::generic_category().message(error_number));
}

ClusterLayout::ClusterLayout(const fs::path& data_dir)
    : root(fs::absolute(data_dir).lexically_normal()),
      pg(root / "pg"),
      pg_unfinished(root / "pg.unfinished"),
      owner_password(root / "owner.password"),
      app_password(root / "app.password"),
      log(root / "postgres.log"),
      lock(root / "lock"),
      socket_file(root / "socket"),
      bootstrapped(pg / "portcullis.bootstrapped") {
    if (!root.has_filename()) {  // a trailing slash
        *this = ClusterLayout(root.parent_path());
    }
}

Account ServerAccount(const ClusterLayout& layout, const std::string& wanted) {
    struct stat info {};
    const bool exists = ::stat((layout.pg / "PG_VERSION").c_str(), &info) == 0;
    if (::geteuid() != 0) {
        if (exists && info.st_uid != ::geteuid()) {
            throw ClusterError("the cluster in " + layout.pg.string() + " belongs to the user with id " +
                               std::to_string(info.st_uid) +
                               ", not to this one; start as that user or choose another "
                               "data directory");
        }
        return FindAccount(::getpwuid(::geteuid()), "for user id " + std::to_string(::geteuid()));
    }
    if (exists && info.st_uid != 0) {
        return FindAccount(::getpwuid(info.st_uid), "for user id " + std::to_string(info.st_uid));
    }
    Account account = FindAccount(::getpwnam(wanted.c_str()), wanted);
    if (account.uid == 0) {
        throw ClusterError("PostgreSQL does not run as root; name another account than " + wanted);
    }
    return account;
}

void EnsurePrivateDirectory(const fs::path& directory, const Account& account) {
    std::error_code failed;
    MakeParents(directory.parent_path());
    if (::mkdir(directory.c_str(), 0700) == 0) {
        GiveTo(directory, account);
        return;
    }
    if (errno != EEXIST) {
        throw SystemError("cannot make", directory, errno);
    }
    const struct stat info = StatOf(directory);
    if (!S_ISDIR(info.st_mode)) {
        throw ClusterError(directory.string() + " exists and is not a directory; choose another data directory");
    }
    const bool ours = info.st_uid == account.uid;
    if (ours && (info.st_mode & kOthers) == 0) {
        return;
    }
    if ((ours || info.st_uid == ::geteuid()) && fs::is_empty(directory, failed) && !failed) {
        if (::chmod(directory.c_str(), 0700) != 0) {
            throw SystemError("cannot close to others", directory, errno);
        }
        GiveTo(directory, account);
        return;
    }
    if (!ours) {
        throw ClusterError(directory.string() + " belongs to the user with id " + std::to_string(info.st_uid) +
                           ", not to " + account.name + "; choose another data directory or give it to " +
                           account.name);
    }
    throw ClusterError(directory.string() + " is open to other users (mode " + ModeText(info.st_mode) +
                       "); run: chmod 700 " + directory.string());
}

void CheckReachable(const fs::path& directory, const Account& account) {
    if (!account.switch_to) {
        return;
    }
    // From the top: below a folder that is closed, every other one looks closed, too.
    fs::path above = directory.root_path();
    for (const auto& part : directory.parent_path().relative_path()) {
        above /= part;
        const auto result = RunProgram("/usr/bin/test", {"-x", above.string()}, "", account, kReachDeadline);
        if (result.exit_code != 0) {
            throw ClusterError("the user " + account.name + " cannot reach " + directory.string() + ", because " +
                               above.string() +
                               " is closed to it; choose a data directory such as /var/lib/portcullis, or run: "
                               "chmod o+x " +
                               above.string());
        }
    }
}

void WritePrivateFile(const fs::path& path, std::string_view content, const Account& account) {
    if (HasContent(path, content)) {
        return;
    }
    fs::path temporary = path;
    temporary += ".new";
    ::unlink(temporary.c_str());
    const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        throw SystemError("cannot write", temporary, errno);
    }
    int failed = 0;
    while (!content.empty() && failed == 0) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written >= 0) {
            content.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            failed = errno;
        }
    }
    if (failed == 0 && account.switch_to && ::fchown(fd, account.uid, account.gid) != 0) {
        failed = errno;
    }
    if (failed == 0 && ::fsync(fd) != 0) {
        failed = errno;
    }
    ::close(fd);
    if (failed == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) {
        failed = errno;
    }
    if (failed != 0) {
        ::unlink(temporary.c_str());
        throw SystemError("cannot write", path, failed);
    }
}

std::string ReadLine(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    if (!file || !std::getline(file, line)) {
        throw ClusterError("cannot read " + path.string() + ": " +
                           (fs::exists(path.parent_path()) ? "start the cluster once, or run as the user that owns it"
                                                           : "there is no cluster in that data directory"));
    }
    return line;
}

std::optional<std::string> ReadLineIfExists(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    if (!file || !std::getline(file, line)) {
        return std::nullopt;
    }
    return line;
}

DirectoryLock::DirectoryLock(const fs::path& path, const Account& account)
    : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)) {
    if (fd_ < 0) {
        throw SystemError("cannot open", path, errno);
    }
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
        const int failed = errno;
        ::close(fd_);
        if (failed != EWOULDBLOCK) {
            throw SystemError("cannot lock", path, failed);
        }
        const std::string holder = ReadLineIfExists(path).value_or("unknown");
        throw ClusterError("the data directory " + path.parent_path().string() + " is in use by process " + holder +
                           "; stop that one or choose another data directory");
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if ((account.switch_to && ::fchown(fd_, account.uid, account.gid) != 0) || ::ftruncate(fd_, 0) != 0 ||
        ::pwrite(fd_, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        const int failed = errno;
        ::close(fd_);
        throw SystemError("cannot write", path, failed);
    }
}

DirectoryLock::~DirectoryLock() {
    ::close(fd_);
}

}  // namespace platform
