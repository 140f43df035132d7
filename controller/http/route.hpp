// One row per operation of the API: what it is called, who may call it, what it takes, what it answers, who handles it.
//
// The router, the middleware, /openapi.json, /docs and the tests read the same rows; nothing about an operation is
// written twice. Each area exports its rows from its own file (routes_tenants.cpp ...); routes.cpp lists the areas.
// Static data; thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "controller/policy/permissions.hpp"
#include "platform/httpd/server.hpp"

namespace http {

class Exchange;

enum class Method : std::uint8_t { kGet, kPost, kPut, kPatch, kDelete };

enum class Kind : std::uint8_t {
    kRead,    // changes nothing; answers carry an ETag
    kList,    // a read that takes `limit` and `cursor`
    kCreate,  // makes a resource; takes an Idempotency-Key
    kChange,  // changes one that exists; needs If-Match, takes an Idempotency-Key
    kAct      // anything else that is recorded; takes an Idempotency-Key
};

enum class Access : std::uint8_t {
    kToken,        // the caller is named before the handler runs
    kTokenInRead,  // the handler names the caller itself: Exchange::Credential and Admit
    kOpen          // anybody: health, version, documentation
};

enum class BodyKind : std::uint8_t {
    kNone,
    kJson,
    kOptionalJson,  // an empty body stands for {}
    kJsonOrYaml,
    kText  // text/markdown or text/plain
};

struct QueryParameter {
    std::string_view name;
    std::string_view schema;  // JSON Schema, with the shorthands of wire/schema.hpp
    std::string_view description;
};

struct RouteBody {
    BodyKind kind = BodyKind::kNone;
    std::string_view schema;        // name in the registry
    std::size_t limit = 64 * 1024;  // bytes; above it 413
    std::string_view example;       // when the schema's own example would not do; JSON
};

struct RouteAnswer {
    int status = 200;
    std::string_view schema;                            // name in the registry; "Page:Tenant" for a list of Tenant
    std::string_view media_types = "application/json";  // comma separated, the default first
};

using Handler = platform::HttpResponse (*)(Exchange&);
/// Of a complete request, before it is handled; must not wait.
using Urgency = bool (*)(const platform::HttpRequest&);

struct Route {
    Method method = Method::kGet;
    /// `/v1/tenants/{tenant}`, `/v1/tokens/{token}:revoke`. A parameter is one whole segment, but for a verb after a
    /// colon; ids hold no colon, so the two never meet.
    std::string_view pattern;
    Kind kind = Kind::kRead;
    policy::Permission permission = policy::Permission::kRead;
    std::string_view area;     // heading in /docs: "Tenants"
    std::string_view summary;  // "Register a tenant"
    RouteAnswer answer;        // success; the errors follow from the other columns
    RouteBody body = {};
    std::span<const QueryParameter> query = {};
    Access access = Access::kToken;
    Handler handler = nullptr;
    Urgency urgent = nullptr;  // which of its requests are handled however many others wait; null: none
};

std::string_view MethodText(Method method);
/// Every status the route may answer beside success, in order: what /openapi.json promises.
std::span<const int> RefusalStatuses(const Route& route);
constexpr bool Mutates(Kind kind) {
    return kind == Kind::kCreate || kind == Kind::kChange || kind == Kind::kAct;
}

}  // namespace http
