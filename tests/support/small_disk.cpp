#include "tests/support/small_disk.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <utility>

namespace support {
namespace {

constexpr const char* kFiller = "filler";

bool MountSmall(const std::filesystem::path& folder, std::size_t bytes) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        return false;
    }
    const std::string size = "mode=0700,size=" + std::to_string(bytes);
    return ::mount("tmpfs", folder.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, size.c_str()) == 0;
}

}  // namespace

SmallDisk::SmallDisk(std::filesystem::path folder, std::size_t bytes, std::filesystem::path file)
    : folder_(std::move(folder)), file_(std::move(file)), real_(MountSmall(folder_, bytes)) {}

SmallDisk::~SmallDisk() {
    if (real_) {
        ::umount2(folder_.c_str(), MNT_DETACH);
    }
}

std::filesystem::path SmallDisk::Aside() const {
    return folder_ / (file_.string() + ".aside");
}

void SmallDisk::Fill() const {
    if (!real_) {
        std::filesystem::rename(folder_ / file_, Aside());
        std::filesystem::create_directories(folder_ / file_ / "inside");
        return;
    }
    const int filler = ::open((folder_ / kFiller).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::array<char, 512> piece{};
    ssize_t written = 0;
    while ((written = ::write(filler, piece.data(), piece.size())) > 0) {
    }
    const bool full = filler >= 0 && written < 0 && errno == ENOSPC;
    ::close(filler);
    if (!full) {
        throw std::runtime_error("the small disk cannot be filled");
    }
}

void SmallDisk::Free() const {
    if (real_) {
        std::filesystem::remove(folder_ / kFiller);
        return;
    }
    std::filesystem::remove_all(folder_ / file_);
    std::filesystem::rename(Aside(), folder_ / file_);
}

}  // namespace support
