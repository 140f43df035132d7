#include "tenancy/link/credential.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/link/link_files.hpp"
#include "tenancy/wire/channel.hpp"

namespace tenancy::link {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kFingerprintDigits = 64;

bool IsChannelSecret(std::string_view text, std::string_view prefix) {
    if (!text.starts_with(prefix)) {
        return false;
    }
    const auto bytes = platform::Base64UrlDecode(text.substr(prefix.size()));
    return bytes && bytes->size() == kSecretBytes;
}

platform::Expected<std::optional<std::string>, std::string> ReadSecret(const std::string& path) {
    auto text = ReadIfThere(path);
    if (!text || !*text) {
        return text;
    }
    const std::string_view secret = platform::Trim(**text);
    if (!IsChannelSecret(secret, wire::kCredentialPrefix)) {
        return platform::Unexpected<std::string>(
            path + " holds no credential. Remove it and let the instance in anew: portcullis fleet enrol.");
    }
    return std::optional<std::string>(std::string(secret));
}

}  // namespace

std::optional<EnrolmentToken> ParseEnrolmentToken(std::string_view text) {
    const std::size_t dot = text.find('.');
    if (dot == text.npos || !IsChannelSecret(text.substr(0, dot), wire::kEnrolmentPrefix)) {
        return std::nullopt;
    }
    const std::string_view fingerprint = text.substr(dot + 1);
    if (fingerprint.size() != kFingerprintDigits || !platform::HexDecode(fingerprint)) {
        return std::nullopt;
    }
    return EnrolmentToken{std::string(text.substr(0, dot)), platform::ToLowerAscii(fingerprint)};
}

platform::Expected<std::optional<std::string>, std::string> Credentials::Current() const {
    return ReadSecret(CurrentPath());
}

platform::Expected<std::optional<EnrolmentToken>, std::string> Credentials::Token() const {
    if (token_file_.empty()) {
        return std::optional<EnrolmentToken>();
    }
    const auto text = ReadIfThere(token_file_);
    if (!text) {
        return platform::Unexpected<std::string>(text.error());
    }
    if (!*text) {
        return std::optional<EnrolmentToken>();
    }
    auto token = ParseEnrolmentToken(platform::Trim(**text));
    if (!token) {
        return platform::Unexpected<std::string>(token_file_ +
                                                 " holds no enrolment token; portcullis fleet enrol prints one.");
    }
    return token;
}

platform::Expected<std::string, std::string> Credentials::Next() const {
    if (const auto kept = ReadSecret(NextPath()); kept && *kept) {
        return **kept;
    }
    const std::string made =
        std::string(wire::kCredentialPrefix) + platform::Base64UrlEncode(platform::RandomBytes(kSecretBytes));
    if (const auto written = WriteWhole(NextPath(), made + "\n"); !written) {
        return platform::Unexpected<std::string>(written.error());
    }
    return made;
}

platform::Expected<void, std::string> Credentials::AdoptNext() const {
    const auto next = ReadSecret(NextPath());
    if (!next) {
        return platform::Unexpected<std::string>(next.error());
    }
    if (!*next) {
        return {};
    }
    if (auto written = WriteWhole(CurrentPath(), **next + "\n"); !written) {
        return written;
    }
    return RemoveFile(NextPath());
}

void Credentials::DropNext() const {
    static_cast<void>(RemoveFile(NextPath()));  // what stays is refused once more and dropped then
}

}  // namespace tenancy::link
