// The OpenAPI 3.1 document, made from the route table and the schemas of controller/wire; nothing in it is written by
// hand. Pure; thread safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "controller/http/route.hpp"
#include "controller/wire/schema.hpp"

namespace http {

/// std::logic_error when the table names a schema that is not there, or a schema is malformed.
std::string MakeOpenApi(std::span<const Route> routes, const wire::Schemas& schemas);

/// Of the whole table, made once.
const std::string& OpenApiText();

/// "Page:Tenant" is TenantPage, a list of Tenant; everything else is itself.
std::string ComponentName(std::string_view schema);

}  // namespace http
