#include "controller/fleet/journal/signed_memory.hpp"

#include <cerrno>
#include <utility>

#include <unistd.h>

#include "platform/base/files.hpp"

namespace fleet {
namespace {

constexpr std::size_t kMostMemoryBytes = 64 * 1024 * 1024;
constexpr mode_t kMemoryMode = 0600;

}  // namespace

SignedMemory::SignedMemory(std::string path, std::string purpose, const platform::SigningKey& key)
    : path_(std::move(path)), purpose_(std::move(purpose)), key_(key) {}

std::string SignedMemory::Signed(const std::string& text) const {
    return "portcullis memory of " + purpose_ + "\n" + text;
}

platform::Expected<std::optional<std::string>, std::string> SignedMemory::Load() const {
    const auto file = platform::ReadFile(path_, kMostMemoryBytes);
    if (!file) {
        if (file.error().code == ENOENT) {
            return std::optional<std::string>();
        }
        return platform::Unexpected<std::string>(file.error().message);
    }
    const std::size_t end = file->find('\n');
    const auto verifying = platform::VerifyingKey::FromPem(key_.PublicPem());
    if (end == std::string::npos || !verifying) {
        return platform::Unexpected<std::string>(path_ + " is not whole");
    }
    std::string text = file->substr(end + 1);
    if (!verifying->Verify(Signed(text), file->substr(0, end))) {
        return platform::Unexpected<std::string>(path_ + " was changed, or signed with another key than " +
                                                 key_.KeyId());
    }
    return std::optional<std::string>(std::move(text));
}

platform::Expected<void, std::string> SignedMemory::Save(const std::string& text) const {
    const auto written = platform::WriteFileAtomically(path_, key_.Sign(Signed(text)) + "\n" + text, kMemoryMode);
    if (!written) {
        ::unlink(path_.c_str());
        return platform::Unexpected<std::string>(written.error().message);
    }
    return {};
}

}  // namespace fleet
