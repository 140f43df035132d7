#include "platform/base/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>

#include "platform/base/text.hpp"

namespace platform {
namespace {

Unexpected<FileError> FileFailure(std::string_view action, const std::string& path, int code) {
    // Not strerror: it is not thread safe.
    const std::string reason = std::error_code(code, std::generic_category()).message();
    return Unexpected<FileError>(
        FileError{"cannot " + std::string(action) + " " + EscapeForLog(path) + ": " + reason, code});
}

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int Get() const {
        return fd_;
    }
    bool Open() const {
        return fd_ >= 0;
    }
    /// False when the kernel reports a late write error here.
    bool Close() {
        const int fd = fd_;
        fd_ = -1;
        return ::close(fd) == 0;
    }

private:
    int fd_;
};

/// Removes the half-made file unless it was renamed to its place.
class FileToDiscard {
public:
    explicit FileToDiscard(std::string path) : path_(std::move(path)) {}
    ~FileToDiscard() {
        if (!path_.empty()) {
            ::unlink(path_.c_str());
        }
    }
    FileToDiscard(const FileToDiscard&) = delete;
    FileToDiscard& operator=(const FileToDiscard&) = delete;

    void Keep() {
        path_.clear();
    }

private:
    std::string path_;
};

std::string FolderOf(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) {
        return ".";
    }
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// Unique per process and call; O_EXCL guards against whatever else is there.
std::string TemporaryNameFor(const std::string& path) {
    static std::atomic<unsigned> counter{0};
    return path + ".new-" + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1));
}

bool WriteAll(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool BelongsTo(int fd, const struct stat& owner) {
    struct stat now {};
    return ::fstat(fd, &now) == 0 && now.st_uid == owner.st_uid && now.st_gid == owner.st_gid;
}

/// With the owner of `like`, if that is given.
Expected<void, FileError> WriteBeside(const std::string& path, std::string_view bytes, mode_t mode,
                                      const struct stat* like) {
    const std::string temporary = TemporaryNameFor(path);
    // Private while it is being written: a secret must not be readable for a moment either.
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.Open()) {
        return FileFailure("write", path, errno);
    }
    FileToDiscard discard(temporary);
    // The owner first: a change of owner takes permission bits away.
    if (like != nullptr && !BelongsTo(file.Get(), *like) && ::fchown(file.Get(), like->st_uid, like->st_gid) != 0) {
        return FileFailure("keep the owner of", path, errno);
    }
    if (!WriteAll(file.Get(), bytes) || ::fchmod(file.Get(), mode) != 0 || ::fsync(file.Get()) != 0) {
        return FileFailure("write", path, errno);
    }
    if (!file.Close()) {
        return FileFailure("write", path, errno);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        return FileFailure("write", path, errno);
    }
    discard.Keep();
    // Without this the rename itself may be lost with the power, although the bytes are on the disk.
    const Descriptor folder(::open(FolderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.Open() || ::fsync(folder.Get()) != 0) {
        return FileFailure("flush the folder of", path, errno);
    }
    return {};
}

}  // namespace

Expected<std::string, FileError> ReadFile(const std::string& path, std::size_t max_bytes) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.Open()) {
        return FileFailure("read", path, errno);
    }
    // The size is found by reading: what stat says is 0 for /proc and pipes, and may change under us.
    constexpr std::size_t kChunk = 64 * 1024;
    std::string content;
    while (true) {
        const std::size_t have = content.size();
        const std::size_t want = std::min(kChunk, max_bytes - have + 1);
        content.resize(have + want);
        const ssize_t got = ::read(file.Get(), content.data() + have, want);
        if (got < 0 && errno == EINTR) {
            content.resize(have);
            continue;
        }
        if (got < 0) {
            return FileFailure("read", path, errno);
        }
        content.resize(have + static_cast<std::size_t>(got));
        if (got == 0) {
            return content;
        }
        if (content.size() > max_bytes) {
            return Unexpected<FileError>(FileError{"cannot read " + EscapeForLog(path) + ": it is larger than the " +
                                                       std::to_string(max_bytes) + " bytes allowed here",
                                                   EFBIG});
        }
    }
}

Expected<void, FileError> WriteFileAtomically(const std::string& path, std::string_view bytes, mode_t mode) {
    return WriteBeside(path, bytes, mode, nullptr);
}

Expected<void, FileError> RewriteFileAtomically(const std::string& path, std::string_view bytes) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return FileFailure("write", path, errno);
    }
    constexpr mode_t kPermissions = 07777;
    return WriteBeside(path, bytes, status.st_mode & kPermissions, &status);
}

Expected<mode_t, FileError> FileMode(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return FileFailure("look at", path, errno);
    }
    return status.st_mode;
}

}  // namespace platform
