#include "controller/web/cookies.hpp"

#include "controller/web/form.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace web {
namespace {

// A browser takes the first name only with Secure, for this host alone and from all of it.
constexpr std::string_view kTlsSession = "__Host-portcullis_session";
constexpr std::string_view kPlainSession = "portcullis_session";
constexpr std::string_view kFlash = "portcullis_flash";
constexpr std::string_view kCsrfPurpose = "portcullis console form";

std::optional<std::string_view> ReadCookie(const platform::HttpRequest& request, std::string_view name) {
    for (const auto& [header, value] : request.headers) {
        if (header != "cookie") {
            continue;
        }
        for (const std::string_view pair : platform::Split(value, ';')) {
            const std::string_view cookie = platform::Trim(pair);
            if (cookie.size() > name.size() && cookie.starts_with(name) && cookie[name.size()] == '=') {
                return cookie.substr(name.size() + 1);
            }
        }
    }
    return std::nullopt;
}

std::string WriteCookie(const platform::HttpRequest& request, std::string_view name, std::string_view value,
                        std::string_view more) {
    std::string cookie(name);
    cookie.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Strict");
    cookie.append(IsBehindTls(request) ? "; Secure" : "").append(more);
    return cookie;
}

std::string_view SessionName(const platform::HttpRequest& request) {
    return IsBehindTls(request) ? kTlsSession : kPlainSession;
}

/// Host and port, without the port that goes without saying.
std::string AuthorityOf(std::string_view text) {
    std::string authority = platform::ToLowerAscii(platform::Trim(text));
    for (const std::string_view usual : {":80", ":443"}) {
        if (authority.ends_with(usual)) {
            authority.resize(authority.size() - usual.size());
            break;
        }
    }
    return authority;
}

}  // namespace

bool IsBehindTls(const platform::HttpRequest& request) {
    const std::string_view said = request.Header("x-forwarded-proto");
    return platform::ToLowerAscii(platform::Trim(said.substr(0, said.find(',')))) == "https";
}

std::optional<std::string> ReadSessionCookie(const platform::HttpRequest& request) {
    const auto value = ReadCookie(request, SessionName(request));
    return value && !value->empty() ? std::optional<std::string>(*value) : std::nullopt;
}

std::string WriteSessionCookie(const platform::HttpRequest& request, std::string_view secret) {
    return WriteCookie(request, SessionName(request), secret, "");
}

std::string ForgetSessionCookie(const platform::HttpRequest& request) {
    return WriteCookie(request, SessionName(request), "", "; Max-Age=0");
}

std::string ReadFlashCookie(const platform::HttpRequest& request) {
    const auto value = ReadCookie(request, kFlash);
    const auto said = value ? PercentDecode(*value) : std::nullopt;
    return said && platform::IsValidUtf8(*said) ? *said : std::string();
}

std::string WriteFlashCookie(const platform::HttpRequest& request, std::string_view said) {
    return WriteCookie(request, kFlash, PercentEncode(said), said.empty() ? "; Max-Age=0" : "; Max-Age=60");
}

std::string CsrfOf(std::string_view secret) {
    return platform::Base64UrlEncode(platform::HmacSha256(secret, kCsrfPurpose));
}

bool IsOwnOrigin(const platform::HttpRequest& request) {
    const std::string_view origin = request.Header("origin");
    if (!origin.empty()) {
        const auto split = origin.find("://");
        const std::string_view forwarded = request.Header("x-forwarded-host");
        const std::string_view host =
            forwarded.empty() ? request.Header("host") : forwarded.substr(0, forwarded.find(','));
        return split != origin.npos && !host.empty() && AuthorityOf(origin.substr(split + 3)) == AuthorityOf(host);
    }
    const std::string_view site = request.Header("sec-fetch-site");
    return site.empty() || site == "same-origin" || site == "none";
}

}  // namespace web
