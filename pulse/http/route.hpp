// One row per operation: what it is called, who may call it, what it takes, who handles it.
//
// The router, the pipeline, the metrics and the tests read the same rows. Each area exports its rows from its own file;
// areas.hpp lists the areas. Static data; thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "platform/httpd/server.hpp"

namespace pulse::http {

class Exchange;

enum class Method : std::uint8_t { kGet, kPost, kPut, kPatch, kDelete };

enum class Access : std::uint8_t {
    kOpen,       // anybody; a caller that names itself is still known to the handler
    kCaller,     // a session, a token or Basic credentials
    kSuperAdmin  // one of those, of a super admin; anybody else gets 403
};

enum class Gate : std::uint8_t {
    kNone,
    kOrgRoutes,  // switch (501), then licence (402), before the handler
    kHostedOnly  // 404 text unless hosted
};

/// What HEAD gets on a GET row.
enum class Head : std::uint8_t {
    kRefused,  // 405 after authentication, as the clients of this API know it
    kAnswered
};

/// Whether a tenant that was asked for by cookie only is forgotten while tenants are switched off.
enum class Surface : std::uint8_t {
    kApi,  // 501, as for a header
    kPage  // served without it, and the cookie is taken away; by a browser, whatever it is refused for
};

/// Whether `?token=` names the caller when the request is a WebSocket upgrade.
enum class QueryToken : std::uint8_t { kIgnored, kOnUpgrade };

/// How often one address may come (limits.hpp has the numbers).
enum class Bucket : std::uint8_t { kGeneral, kLogin, kUnlimited };

using Handler = platform::HttpResponse (*)(Exchange&);

struct Route {
    Method method = Method::kGet;
    std::string_view pattern;  // `/api/orgs/{id}/members/{userId}`; a parameter is one whole segment
    Access access = Access::kCaller;
    std::string_view scope = {};  // a token needs it; a literal
    Gate gate = Gate::kNone;
    std::string_view area;     // "Organizations"
    std::string_view summary;  // "List the caller's organizations"
    std::size_t body_limit = std::size_t{64} * 1024;
    Head head = Head::kRefused;
    Surface surface = Surface::kApi;
    Bucket bucket = Bucket::kGeneral;
    QueryToken query_token = QueryToken::kIgnored;
    Handler handler = nullptr;
};

std::string_view MethodText(Method method);
/// HEAD asks for what GET answers. Nothing for methods no row can have.
std::optional<Method> RouteMethod(std::string_view text);

}  // namespace pulse::http
