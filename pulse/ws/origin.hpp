// Whether the page that opens a WebSocket may: browsers send a user's cookies with every such request, whatever page
// asks, so the page's origin decides (RFC 6455, section 10.2). The header is mandatory: a program says who it is, too.
//
//   the server's own origin, or its host under another scheme      yes
//   one of the configured origins, or `*` among them               yes
//   nothing configured: a private origin, from a private address   yes
//   anything else, `null` and no origin at all                     no
//
// What a proxy says about host and scheme counts from trusted proxies only. Pure; thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/httpd/server.hpp"

namespace pulse::ws {

struct OriginRules {
    std::vector<std::string> allowed;          // "https://pulse.example.org", or "*"
    std::vector<std::string> trusted_proxies;  // addresses
};

/// `client` is the address the request comes from, behind a trusted proxy what that says.
bool MayConnectFrom(const OriginRules& rules, const platform::HttpRequest& request, std::string_view client);

/// A loopback or private address (RFC 1918, RFC 4193), or a name that only exists in such a network.
bool IsPrivateHost(std::string_view host);

}  // namespace pulse::ws
