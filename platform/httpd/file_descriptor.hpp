// A file descriptor with an owner.
//
// Move only; not thread safe.
#pragma once

#include <utility>

namespace platform {

/// Owns a file descriptor.
class FileDescriptor {
public:
    explicit FileDescriptor(int fd = -1) : fd_(fd) {}
    ~FileDescriptor();
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;

    int Get() const {
        return fd_;
    }
    int Release() {
        return std::exchange(fd_, -1);
    }

private:
    int fd_;
};

}  // namespace platform
