// What a request says about itself, whatever becomes of it. Pure but for RequestIdOf; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/httpd/server.hpp"

namespace pulse::http {

/// The route label of what has no route.
inline constexpr std::string_view kNoRoute = "none";

/// The API and the WebSocket, as opposed to pages.
bool IsBelowApi(std::string_view path);
/// GET, HEAD, OPTIONS.
bool IsSafeMethod(std::string_view method);
/// The console has to come up in a browser whatever it chose before; then it says what there is instead.
bool LoadsConsole(const platform::HttpRequest& request);
/// Somebody goes to an address with a browser.
bool IsPageVisit(const platform::HttpRequest& request);

/// The caller's X-Request-ID when it is 1 to 64 of `A-Z a-z 0-9 . _ -` and starts with a letter or digit; else a new
/// one.
std::string RequestIdOf(const platform::HttpRequest& request);
/// The connection's other end, or what trusted proxies say about it: the last address of X-Forwarded-For that is none
/// of theirs.
std::string ClientAddress(const platform::HttpRequest& request, const std::vector<std::string>& trusted_proxies);
bool IsLoopback(std::string_view address);

}  // namespace pulse::http
