// The console's cookies, and where a request to it comes from. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/httpd/server.hpp"

namespace web {

/// A proxy says that the browser speaks TLS with it. Whoever says so wrongly gets a cookie that it cannot send back.
bool IsBehindTls(const platform::HttpRequest& request);

/// The secret of the session; nothing when there is none.
std::optional<std::string> ReadSessionCookie(const platform::HttpRequest& request);
/// Of Set-Cookie: for this visit of the browser alone, out of reach of scripts and of other sites.
std::string WriteSessionCookie(const platform::HttpRequest& request, std::string_view secret);
std::string ForgetSessionCookie(const platform::HttpRequest& request);

std::string ReadFlashCookie(const platform::HttpRequest& request);
/// Empty: takes it away.
std::string WriteFlashCookie(const platform::HttpRequest& request, std::string_view said);

/// What every form of a session carries: nobody can make it without the session's secret.
std::string CsrfOf(std::string_view secret);

/// Whether the page that sent this is the console's own. Browsers say so themselves; a program says nothing, and then
/// only what else it shows decides.
bool IsOwnOrigin(const platform::HttpRequest& request);

}  // namespace web
