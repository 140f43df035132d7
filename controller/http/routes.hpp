// The route table: one function per area, and all of them together.
//
// How to add a resource (tenants are the worked one; each step is one small file of the same name):
//   1. store/tenants.{hpp,cpp}     rows: Load, List, Insert, Update. SQL stops here
//   2. wire/tenant_json.{hpp,cpp}  the view and the commands as structs, Encode, Decode, and their Schemas
//   3. app/tenants.{hpp,cpp}       Outcome<View> Verb(store::Tx&, const Call&, ...): check, write, RecordDone as the
//   last
//                                  statement; a refusal is `return Refused(RecordRefusal(...))`
//   4. http/routes_tenants.cpp     one handler per row (read what was sent, then exchange.Read, List or Mutate), and
//   the
//                                  rows themselves; declare the area in areas.hpp, name it and its schemas in
//                                  routes.cpp
//   5. tests/api/tenants_test.cpp  what it does and what it refuses. That the rows are documented, their examples are
//                                  accepted and every answer fits its schema is tested for all rows already
#pragma once

#include <span>

#include "controller/http/route.hpp"
#include "controller/wire/schema.hpp"

namespace http {

/// In the order of /docs. Static storage.
std::span<const Route> AllRoutes();
/// Every schema the table may name.
wire::Schemas AllSchemas();

}  // namespace http
