#include "platform/service/process_file.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include "platform/base/files.hpp"

namespace platform {
namespace {

constexpr const char* kProcessFileName = "process";
constexpr mode_t kReadableByAll = 0644;
constexpr int kStartTimeAfterName = 20;  // field 22 of /proc/<pid>/stat; the name in field 2 may hold spaces

std::optional<std::string> StartTimeOf(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string line;
    if (!std::getline(file, line)) {
        return std::nullopt;
    }
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string field;
    for (int i = 0; i < kStartTimeAfterName; ++i) {
        if (!(fields >> field)) {
            return std::nullopt;
        }
    }
    return field;
}

}  // namespace

ProcessFile::ProcessFile(const std::filesystem::path& data_dir) : path_(data_dir / kProcessFileName) {
    const auto written = WriteFileAtomically(
        path_.string(), std::to_string(::getpid()) + ' ' + StartTimeOf(::getpid()).value_or("") + '\n', kReadableByAll);
    if (!written) {
        throw std::runtime_error(written.error().message);
    }
}

ProcessFile::~ProcessFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

std::optional<pid_t> FindServingProcess(const std::filesystem::path& data_dir) {
    std::ifstream file(data_dir / kProcessFileName);
    pid_t process = 0;
    std::string started;
    if (!(file >> process >> started) || process <= 0 || StartTimeOf(process) != started) {
        return std::nullopt;
    }
    return process;
}

}  // namespace platform
