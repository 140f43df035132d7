#include "tests/support/temp_dir.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace support {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kRoomInMemory = 1024ULL * 1024 * 1024;
constexpr int kMomentToEnd = 10'000;  // milliseconds

// A server that was killed with its controller is still shutting down in here: removing its files under it would leave
// half of the folder behind.
void WaitForProcessesIn(const fs::path& folder) {
    std::error_code failed;
    const std::string inside = fs::canonical(folder, failed).string() + "/";
    for (const auto& entry : fs::directory_iterator("/proc", failed)) {
        std::error_code not_ours;
        const std::string cwd = fs::read_symlink(entry.path() / "cwd", not_ours).string() + "/";
        const int pid = std::atoi(entry.path().filename().c_str());
        if (not_ours || pid <= 0 || pid == ::getpid() || cwd.rfind(inside, 0) != 0) {
            continue;
        }
        const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
        if (process < 0) {
            continue;
        }
        pollfd ended{process, POLLIN, 0};
        if (::poll(&ended, 1, kMomentToEnd) == 0) {
            ::kill(pid, SIGKILL);
            ::poll(&ended, 1, kMomentToEnd);
        }
        ::close(process);
    }
}

}  // namespace

TempDir::TempDir(std::string_view what) : TempDir(fs::temp_directory_path(), what) {}

TempDir TempDir::InMemory(std::string_view what) {
    const fs::path shm = "/dev/shm";
    std::error_code failed;
    const auto space = fs::space(shm, failed);
    const bool roomy = !failed && space.available >= kRoomInMemory && ::access(shm.c_str(), W_OK | X_OK) == 0;
    return TempDir(roomy ? shm : fs::temp_directory_path(), what);
}

TempDir::TempDir(const fs::path& parent, std::string_view what) {
    std::string name = (parent / ("portcullis-" + std::string(what) + "-XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("cannot make " + name + ": " + std::generic_category().message(errno));
    }
    path_ = name;
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, fs::path())) {}

TempDir::~TempDir() {
    if (!path_.empty()) {
        WaitForProcessesIn(path_);
        std::error_code ignored;  // a file that something else just removed is no reason to end the test program
        fs::remove_all(path_, ignored);
    }
}

void TempDir::LetThrough() const {
    fs::permissions(path_, fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add);
}

std::string ReadFile(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path.string());
    }
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void WriteFile(const fs::path& path, std::string_view content) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!file.flush()) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

}  // namespace support
