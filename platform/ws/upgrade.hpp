// Whether an HTTP request is a WebSocket opening handshake (RFC 6455, section 4.2.1), judged before anything is
// answered, so that every refusal is an ordinary HTTP answer in the caller's own form.
//
// Pure and thread safe.
#pragma once

#include <optional>
#include <string>

#include "platform/httpd/server.hpp"

namespace platform {

struct UpgradeRefusal {
    int status = 400;    // 400, or 426 when asking in another way would work
    std::string detail;  // for people
    HeaderList headers;  // belong into the answer
};

/// The client speaks of WebSocket at all; CheckUpgrade says whether it does so correctly.
bool AsksForWebSocket(const HttpRequest& request);

/// Nothing when the connection may become a WebSocket.
std::optional<UpgradeRefusal> CheckUpgrade(const HttpRequest& request);

}  // namespace platform
