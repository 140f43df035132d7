#include "pulse/auth/credentials.hpp"

#include <algorithm>
#include <chrono>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace pulse::auth {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kLongestBasic = 4096;

/// What follows `scheme` and a space, when the header begins so, in any case.
std::optional<std::string_view> AfterScheme(std::string_view header, std::string_view scheme) {
    if (header.size() <= scheme.size() || header[scheme.size()] != ' ' ||
        platform::ToLowerAscii(header.substr(0, scheme.size())) != scheme) {
        return std::nullopt;
    }
    return platform::Trim(header.substr(scheme.size() + 1));
}

}  // namespace

std::optional<std::string_view> ReadCookie(const platform::HttpRequest& request, std::string_view name) {
    for (const auto& [header, value] : request.headers) {
        if (header != "cookie") {
            continue;
        }
        std::string_view rest = value;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(';'), rest.size());
            const std::string_view pair = platform::Trim(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            const std::size_t equals = pair.find('=');
            if (equals == pair.npos || pair.substr(0, equals) != name) {
                continue;
            }
            std::string_view text = pair.substr(equals + 1);
            if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
                text = text.substr(1, text.size() - 2);
            }
            return text;
        }
    }
    return std::nullopt;
}

Presented ReadPresented(const platform::HttpRequest& request, QueryToken query_token) {
    Presented presented;
    const std::string_view token = platform::Trim(request.Header("x-api-token"));
    const std::string_view authorization = request.Header("authorization");
    if (!token.empty()) {
        presented.token = std::string(token);
    } else if (const auto bearer = AfterScheme(authorization, "bearer"); bearer && !bearer->empty()) {
        presented.token = std::string(*bearer);
    } else if (query_token == QueryToken::kRead) {
        auto query = request.Query("token");
        if (query && !query->empty()) {
            presented.token = std::move(*query);
        }
    }
    if (const auto session = ReadCookie(request, kSessionCookie); session && !session->empty()) {
        presented.session = session;
    }
    if (const auto basic = AfterScheme(authorization, "basic"); basic && basic->size() <= kLongestBasic) {
        presented.basic = DecodeBasic(*basic);
    }
    return presented;
}

std::string WriteCookie(std::string_view name, std::string_view value, long long max_age, CookieReach reach,
                        CookieTransport transport) {
    std::string cookie(name);
    cookie.append("=").append(value).append("; Path=/; Max-Age=").append(std::to_string(max_age));
    cookie.append(reach == CookieReach::kServerOnly ? "; HttpOnly" : "");
    cookie.append(transport == CookieTransport::kTlsOnly ? "; Secure" : "");
    return cookie + "; SameSite=Lax";
}

std::string MakeSecret() {
    return platform::HexEncode(platform::RandomBytes(kSecretBytes));
}

std::string HashSecret(std::string_view secret) {
    return platform::Sha256Hex(secret);
}

std::string MakeRecordId(std::string_view prefix) {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(platform::SystemNow().time_since_epoch());
    return std::string(prefix) + platform::MakeUlid(now.count());
}

std::optional<BasicCredentials> DecodeBasic(std::string_view base64) {
    // The project's decoder reads the URL alphabet without padding; the header uses the other one.
    std::string text(base64.substr(0, base64.find('=')));
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    const auto decoded = platform::Base64UrlDecode(text);
    const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos || !platform::IsValidUtf8(*decoded)) {
        return std::nullopt;
    }
    return BasicCredentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

}  // namespace pulse::auth
