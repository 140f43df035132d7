#include "tests/support/flushes.hpp"

#include <algorithm>
#include <filesystem>
#include <mutex>

#include "tests/support/temp_dir.hpp"

extern "C" {
int __real_fsync(int file);      // NOLINT(bugprone-reserved-identifier): the linker's name
int __real_fdatasync(int file);  // NOLINT(bugprone-reserved-identifier): the same
}

namespace support {
namespace {

std::mutex flushes_mutex;

std::vector<std::string>& FlushesKept() {
    static std::vector<std::string> kept;
    return kept;
}

void NoteFlush(int file) {
    const std::string link = "/proc/self/fd/" + std::to_string(file);
    std::string what =
        std::filesystem::is_directory(link) ? "/" + std::filesystem::read_symlink(link).string() : ReadFile(link);
    const std::lock_guard lock(flushes_mutex);
    FlushesKept().push_back(std::move(what));
}

}  // namespace

std::vector<std::string> Flushes() {
    const std::lock_guard lock(flushes_mutex);
    return FlushesKept();
}

void ForgetFlushes() {
    const std::lock_guard lock(flushes_mutex);
    FlushesKept().clear();
}

bool WasFlushed(const std::string& text) {
    return std::ranges::any_of(Flushes(), [&](const std::string& one) { return one.find(text) != std::string::npos; });
}

}  // namespace support

extern "C" int __wrap_fsync(int file) {  // NOLINT(bugprone-reserved-identifier): the same
    support::NoteFlush(file);
    return __real_fsync(file);
}

extern "C" int __wrap_fdatasync(int file) {  // NOLINT(bugprone-reserved-identifier): the same
    support::NoteFlush(file);
    return __real_fdatasync(file);
}
