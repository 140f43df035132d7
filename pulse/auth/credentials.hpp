// What a request shows to name its caller, and the secrets that are handed out for it.
//
// Reading judges nothing: whether a token or a session is good is asked of the store. A token that is given shuts out
// the session that may be given too, also when the token is not good. Views point into the request. Pure but for
// MakeSecret; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/httpd/server.hpp"

namespace pulse::auth {

inline constexpr std::string_view kSessionCookie = "pulse_session";
inline constexpr std::string_view kCsrfCookie = "pulse_csrf";
inline constexpr std::string_view kOrgCookie = "pulse_org_id";

struct BasicCredentials {
    std::string user;
    std::string password;
};

struct Presented {
    std::optional<std::string> token;         // X-API-Token, Bearer, or ?token= where that is allowed
    std::optional<std::string_view> session;  // the cookie's value
    std::optional<BasicCredentials> basic;
};

enum class QueryToken { kIgnored, kRead };

Presented ReadPresented(const platform::HttpRequest& request, QueryToken query_token);

/// The value of the first cookie of that name; surrounding spaces and quotes are not part of it.
std::optional<std::string_view> ReadCookie(const platform::HttpRequest& request, std::string_view name);

enum class CookieReach { kScripts, kServerOnly };
enum class CookieTransport { kAny, kTlsOnly };

/// The value of a Set-Cookie header; `max_age` 0 takes the cookie away.
std::string WriteCookie(std::string_view name, std::string_view value, long long max_age, CookieReach reach,
                        CookieTransport transport);

/// 256 random bits as 64 hex digits: a session, a CSRF token, an API token.
std::string MakeSecret();
/// What is stored of a secret: SHA-256, as hex. Enough for 256 random bits; passwords have password.hpp.
std::string HashSecret(std::string_view secret);
/// "sess_01...", "tok_01...".
std::string MakeRecordId(std::string_view prefix);

/// The base64 of a Basic header decoded; nothing when it is none or has no colon.
std::optional<BasicCredentials> DecodeBasic(std::string_view base64);

}  // namespace pulse::auth
