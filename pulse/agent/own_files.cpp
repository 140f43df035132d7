#include "pulse/agent/own_files.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "platform/base/files.hpp"
#include "platform/base/text.hpp"

namespace pulse::agent {
namespace {

constexpr std::size_t kMostConfigBytes = 1024 * 1024;

}  // namespace

platform::Expected<std::optional<std::string>, std::string> ReadConfigFile(const std::string& path) {
    auto bytes = platform::ReadFile(path, kMostConfigBytes);
    if (bytes) {
        return std::optional<std::string>(std::move(*bytes));
    }
    if (bytes.error().code == ENOENT) {
        return std::optional<std::string>();
    }
    return platform::Unexpected<std::string>(bytes.error().message);
}

platform::Expected<void, std::string> RewriteConfigFile(const std::string& path, std::string_view bytes, mode_t mode) {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty()) {
        std::filesystem::create_directories(folder, error);
        if (error) {
            return platform::Unexpected<std::string>("cannot make the folder " +
                                                     platform::EscapeForLog(folder.string()) + ": " + error.message());
        }
    }
    const std::filesystem::path there = std::filesystem::canonical(path, error);
    const auto written = error ? platform::WriteFileAtomically(path, bytes, mode)
                               : platform::RewriteFileAtomically(there.string(), bytes);
    if (!written) {
        return platform::Unexpected<std::string>(written.error().message);
    }
    return {};
}

}  // namespace pulse::agent
