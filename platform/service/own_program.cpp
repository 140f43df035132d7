#include "platform/service/own_program.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace platform {
namespace {

constexpr int kFirstOwnDescriptor = 3;

void CloseAtExec() {
    if (::syscall(SYS_close_range, static_cast<unsigned>(kFirstOwnDescriptor), ~0U, CLOSE_RANGE_CLOEXEC) == 0) {
        return;
    }
    const long most = ::sysconf(_SC_OPEN_MAX);  // an old kernel
    for (int fd = kFirstOwnDescriptor; fd < most; ++fd) {
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
}

}  // namespace

OwnProgram::OwnProgram(char** argv) : argv_(argv) {
    std::error_code error;
    path_ = std::filesystem::read_symlink("/proc/self/exe", error).string();
}

Expected<void, std::string> OwnProgram::Check() const {
    if (path_.empty()) {
        return Unexpected<std::string>("the file of this program is not known: /proc is not mounted");
    }
    if (::access(path_.c_str(), X_OK) != 0) {
        return Unexpected<std::string>(path_ + " cannot be started: " + std::generic_category().message(errno));
    }
    return {};
}

std::string OwnProgram::StartAgain() const {
    std::fflush(nullptr);
    CloseAtExec();
    ::execv(path_.c_str(), argv_);
    return path_ + " cannot be started: " + std::generic_category().message(errno);
}

}  // namespace platform
