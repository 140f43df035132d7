#include "controller/daemon/data_dir.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <stdexcept>

#include "platform/base/files.hpp"

namespace controller::daemon {
namespace {

constexpr std::size_t kMostKeyBytes = 16 * 1024;
constexpr mode_t kOwnerOnly = 0600;

}  // namespace

platform::SigningKey LoadOrMakeSigningKey(const std::filesystem::path& data_dir) {
    const std::string path = (data_dir / "signing.key").string();
    const auto pem = platform::ReadFile(path, kMostKeyBytes);
    if (!pem && pem.error().code == ENOENT) {
        const auto key = platform::SigningKey::Generate();
        const auto written = platform::WriteFileAtomically(path, key.PrivatePem(), kOwnerOnly);
        if (!written) {
            throw std::runtime_error(written.error().message);
        }
        return key;
    }
    if (!pem) {
        throw std::runtime_error(pem.error().message);
    }
    const auto mode = platform::FileMode(path);
    if (!mode || (*mode & (S_IRWXG | S_IRWXO)) != 0) {
        throw std::runtime_error("the signing key " + path + " must be its owner's alone: chmod 600 " + path);
    }
    auto key = platform::SigningKey::FromPem(*pem);
    if (!key) {
        throw std::runtime_error(path +
                                 " holds no unencrypted Ed25519 private key (PEM). Put the right one back; "
                                 "what an older key signed verifies with that key only");
    }
    return std::move(*key);
}

std::filesystem::path InitialTokensPath(const std::filesystem::path& data_dir) {
    return data_dir / "initial-tokens";
}

void WriteInitialTokens(const std::filesystem::path& data_dir, const std::vector<FirstToken>& tokens) {
    std::string text;
    for (const FirstToken& token : tokens) {
        text += token.principal.Text() + ": " + token.text + "\n";
    }
    const auto written = platform::WriteFileAtomically(InitialTokensPath(data_dir).string(), text, kOwnerOnly);
    if (!written) {
        throw std::runtime_error(written.error().message);
    }
}

void RemoveInitialTokens(const std::filesystem::path& data_dir) {
    std::error_code ignored;
    std::filesystem::remove(InitialTokensPath(data_dir), ignored);
}

}  // namespace controller::daemon
