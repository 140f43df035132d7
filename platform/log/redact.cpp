#include <algorithm>

#include "platform/log/log.hpp"

namespace platform {
namespace {

constexpr std::string_view kRedacted = "[redacted]";
constexpr std::string_view kTokenPrefix = "pcl_";
constexpr std::string_view kJwtPrefix = "eyJ";  // base64url of {", which every JWT header begins with
constexpr std::string_view kPemBegin = "-----BEGIN ";
constexpr std::string_view kPemPrivate = "PRIVATE KEY-----";
constexpr std::string_view kPemEnd = "-----END ";

bool IsTokenCharacter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

std::size_t TokenLength(std::string_view text) {
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), IsTokenCharacter) - text.begin());
}

/// Header and payload at least; the signature may be empty.
std::size_t JwtLength(std::string_view text) {
    constexpr std::size_t kShortestPart = 8;
    const std::size_t header = TokenLength(text);
    if (header < kShortestPart || header >= text.size() || text[header] != '.') {
        return 0;
    }
    const std::size_t payload = TokenLength(text.substr(header + 1));
    if (payload < kShortestPart) {
        return 0;
    }
    std::size_t length = header + 1 + payload;
    if (length < text.size() && text[length] == '.') {
        length += 1 + TokenLength(text.substr(length + 1));
    }
    return length;
}

/// Of a block that begins at the front of `text` and holds a private key; to the end when it was cut off.
std::size_t PemLength(std::string_view text) {
    const std::size_t line_end = text.find("-----", kPemBegin.size());
    if (line_end == std::string_view::npos ||
        text.substr(0, line_end + 5).find(kPemPrivate) == std::string_view::npos) {
        return 0;
    }
    const std::size_t end = text.find(kPemEnd, line_end);
    if (end == std::string_view::npos) {
        return text.size();
    }
    const std::size_t last = text.find("-----", end + kPemEnd.size());
    return last == std::string_view::npos ? text.size() : last + 5;
}

struct SecretSpan {
    std::size_t start;
    std::size_t length;
};

/// The password of "user:password@" behind "://" at the front of `text`; relative to it, length 0 when there is none.
SecretSpan UrlPassword(std::string_view text) {
    constexpr std::size_t kScheme = 3;
    const std::size_t end = std::min(text.find_first_of("/?# \t\n\"'<>", kScheme), text.size());
    const std::string_view authority = text.substr(kScheme, end - kScheme);
    const std::size_t at = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    if (at == std::string_view::npos || colon == std::string_view::npos || colon > at) {
        return {0, 0};
    }
    return {kScheme + colon + 1, at - colon - 1};
}

}  // namespace

std::string RedactSecrets(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        SecretSpan secret{0, 0};
        if (text.starts_with(kTokenPrefix)) {
            secret = {kTokenPrefix.size(), TokenLength(text.substr(kTokenPrefix.size()))};
        } else if (text.starts_with(kJwtPrefix)) {
            secret = {0, JwtLength(text)};
        } else if (text.starts_with("://")) {
            secret = UrlPassword(text);
        } else if (text.starts_with(kPemBegin)) {
            secret = {0, PemLength(text)};
        }
        if (secret.length == 0) {
            // A run that is no token is passed in one step, or "eyJeyJeyJ..." would be scanned again and again.
            const std::size_t step =
                text.starts_with(kJwtPrefix) ? std::min(TokenLength(text), text.find(kTokenPrefix)) : 1;
            out += text.substr(0, step);
            text.remove_prefix(step);
            continue;
        }
        out += text.substr(0, secret.start);
        out += kRedacted;
        text.remove_prefix(secret.start + secret.length);
    }
    return out;
}

}  // namespace platform
