#include "controller/cli/known_keys.hpp"

#include <cerrno>
#include <filesystem>

#include "controller/cli/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/profile.hpp"
#include "platform/base/files.hpp"
#include "platform/base/text.hpp"

namespace cli {
namespace {

constexpr std::size_t kMostKeysBytes = 64 * 1024;
constexpr mode_t kKeysMode = 0644;

}  // namespace

std::string KnownKeysPath() {
    const std::string profiles = ProfileFilePath();
    return profiles.empty() ? std::string() : (std::filesystem::path(profiles).parent_path() / "keys.pem").string();
}

std::string ReadKeys(const std::string& key_option) {
    if (!key_option.empty()) {
        return ReadInput(key_option, kMostKeysBytes);
    }
    const std::string path = KnownKeysPath();
    const platform::Expected<std::string, platform::FileError> noted =
        path.empty()
            ? platform::Unexpected<platform::FileError>(platform::FileError{"this account has no home folder", 0})
            : platform::ReadFile(path, kMostKeysBytes);
    if (!noted) {
        throw Failure(kExitUsage, "no public key to verify with: " + noted.error().message,
                      "Give it with --key; portcullis audit key prints it.");
    }
    return *noted;
}

KeyNoted NoteKey(const std::string& public_pem) {
    const std::string path = KnownKeysPath();
    if (path.empty()) {
        return KeyNoted::kNowhere;
    }
    const auto noted = platform::ReadFile(path, kMostKeysBytes);
    if (noted) {
        return noted->find(platform::Trim(public_pem)) == std::string::npos ? KeyNoted::kDiffers : KeyNoted::kKnown;
    }
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    if (noted.error().code != ENOENT || error || !platform::WriteFileAtomically(path, public_pem, kKeysMode)) {
        return KeyNoted::kNowhere;
    }
    return KeyNoted::kNew;
}

}  // namespace cli
