#include "tenancy/link/link_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "platform/base/files.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"
#include "platform/json/number.hpp"
#include "tenancy/wire/control_document.hpp"

namespace tenancy::link {
namespace {

constexpr std::size_t kMaxFileBytes = 4 * wire::kMaxControlBytes;
constexpr mode_t kOwnerOnly = 0600;
/// No file system keeps a file of this size anywhere else than in a block of its own.
constexpr std::size_t kBlockBytes = 4096;
constexpr std::string_view kBlank(" \n\0", 3);

platform::Unexpected<std::string> FileProblem(std::string message) {
    return platform::Unexpected<std::string>(std::move(message));
}

std::string BlockOf(std::string_view text) {
    std::string block(text.substr(0, kBlockBytes - 1));
    block.resize(kBlockBytes - 1, ' ');
    block += '\n';
    return block;
}

platform::Expected<void, std::string> BlockProblem(const std::string& path, int code) {
    return FileProblem("cannot write " + platform::EscapeForLog(path) + ": " + std::generic_category().message(code));
}

/// Closes the file.
platform::Expected<void, std::string> WriteBlock(int file, const std::string& path, std::string_view text) {
    const std::string block = BlockOf(text);
    const ssize_t written = ::pwrite(file, block.data(), block.size(), 0);
    const int code = written == static_cast<ssize_t>(block.size()) ? (::fdatasync(file) == 0 ? 0 : errno)
                                                                   : (written < 0 ? errno : ENOSPC);
    ::close(file);
    return code == 0 ? platform::Expected<void, std::string>() : BlockProblem(path, code);
}

}  // namespace

std::string OffPath(const std::string& folder) {
    return folder + "/control-off";
}

std::string StatePath(const std::string& folder) {
    return folder + "/control-state.json";
}

std::string FloorPath(const std::string& folder) {
    return folder + "/control-floor";
}

std::string KeyPath(const std::string& folder) {
    return folder + "/controller-key.pem";
}

std::string RestartPath(const std::string& folder) {
    return folder + "/control-restart";
}

platform::Expected<std::optional<std::string>, std::string> ReadIfThere(const std::string& path) {
    auto bytes = platform::ReadFile(path, kMaxFileBytes);
    if (bytes) {
        return std::optional<std::string>(std::move(*bytes));
    }
    if (bytes.error().code == ENOENT) {
        return std::optional<std::string>();
    }
    return FileProblem(bytes.error().message);
}

platform::Expected<void, std::string> WriteWhole(const std::string& path, std::string_view bytes) {
    const auto written = platform::WriteFileAtomically(path, bytes, kOwnerOnly);
    if (!written) {
        return FileProblem(written.error().message);
    }
    return {};
}

platform::Expected<void, std::string> RemoveFile(const std::string& path) {
    std::error_code error;
    std::filesystem::remove(path, error);
    if (error) {
        return FileProblem("cannot remove " + platform::EscapeForLog(path) + ": " + error.message());
    }
    return {};
}

platform::Expected<void, std::string> TakeBlock(const std::string& path) {
    if (const auto there = ReadIfThere(path); !there || (*there && (*there)->size() == kBlockBytes)) {
        return there ? platform::Expected<void, std::string>() : FileProblem(there.error());
    }
    return WriteWhole(path, BlockOf({}));
}

platform::Expected<void, std::string> PutIntoBlock(const std::string& path, std::string_view text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    return file < 0 ? BlockProblem(path, errno) : WriteBlock(file, path, text);
}

platform::Expected<void, std::string> KeepInBlock(const std::string& path, std::string_view text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat there {};
    if (file >= 0 && ::fstat(file, &there) == 0 && S_ISREG(there.st_mode) &&
        there.st_size == static_cast<off_t>(kBlockBytes)) {
        return WriteBlock(file, path, text);
    }
    if (file >= 0) {
        ::close(file);
    }
    return WriteWhole(path, BlockOf(text));
}

std::string EncodeFloor(const StoredFloor& floor) {
    return floor.key_id + " " + std::to_string(floor.generation) + "\n";
}

std::optional<StoredFloor> DecodeFloor(std::string_view text) {
    const std::size_t space = text.find(' ');
    const std::size_t end_of_line = text.find('\n');
    if (space == std::string_view::npos || space == 0 || end_of_line == std::string_view::npos || end_of_line < space ||
        text.find_first_not_of(kBlank, end_of_line) != std::string_view::npos) {
        return std::nullopt;
    }
    StoredFloor floor;
    floor.key_id = text.substr(0, space);
    const std::string_view digits = text.substr(space + 1, end_of_line - space - 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), floor.generation);
    if (error != std::errc() || end != digits.data() + digits.size() || floor.generation < 1) {
        return std::nullopt;
    }
    return floor;
}

std::string EncodeOff(const StoredOff& off) {
    return "off " + EncodeFloor({off.key_id, off.generation});
}

std::optional<StoredOff> DecodeOff(std::string_view block) {
    constexpr std::string_view kOff = "off ";
    if (block.find_first_not_of(kBlank) == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t end = block.find('\n');
    if (block.starts_with(kOff) && end != std::string_view::npos) {
        if (auto read = DecodeFloor(block.substr(kOff.size(), end + 1 - kOff.size()))) {
            return StoredOff{std::move(read->key_id), read->generation};
        }
    }
    return StoredOff{{}, std::numeric_limits<std::int64_t>::max()};
}

std::string EncodeRestart(const StoredRestart& restart) {
    return platform::CanonicalJson({{"generation", restart.generation}, {"operation", restart.operation}}) + "\n";
}

std::optional<StoredRestart> DecodeRestart(std::string_view text) {
    const auto json = platform::ParseJson(text, {.max_bytes = kMaxFileBytes});
    if (!json) {
        return std::nullopt;
    }
    platform::FieldErrors errors;
    platform::ObjectReader in(*json, "", errors);
    StoredRestart restart;
    restart.generation = in.Integer("generation", 1, platform::kLargestInteger);
    restart.operation = in.Text("operation", {0, 200});
    in.Finish();
    return errors.empty() ? std::optional(std::move(restart)) : std::nullopt;
}

}  // namespace tenancy::link
