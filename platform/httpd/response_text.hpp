// From an HttpResponse to bytes: status line, headers, and the three headers that belong to the server.
//
// A handler's header that would break the message (a line break, a name that is no token) makes the answer invalid; the
// caller then sends its own 500 instead, so that nothing a handler copied from a request can forge a second answer.
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "platform/httpd/server.hpp"

namespace platform {

enum class ConnectionAfter { kKeepAlive, kClose };

/// Everything up to and including the blank line, into `out`. False, with `out` unusable, when status or headers cannot
/// be sent. Content-Length is the body's size also when the body itself is not sent (HEAD).
bool WriteResponseHead(const HttpResponse& response, ConnectionAfter after, std::time_t now, std::string& out);

/// False for answers that never have a body (204, 304).
bool MayHaveBody(int status);

std::string_view ReasonPhrase(int status);

}  // namespace platform
