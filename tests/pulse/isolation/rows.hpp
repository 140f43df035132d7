// One row for each route of pulsed: how somebody would reach for another tenant through it. A route without a row fails
// the matrix, so that none is added without thinking of this.
#pragma once

#include <string_view>
#include <vector>

#include "pulse/http/route.hpp"

namespace isolation {

enum class About {
    kNothing,   // the same for everybody
    kSelected,  // what the caller selected: reaching for another tenant means selecting it
    kNamed      // path, query or body name something of a tenant: for anybody of another one it is never 2xx
};

struct Row {
    std::string_view method;
    std::string_view pattern;  // as in the route table
    About about = About::kNothing;
    std::string_view path;       // of a tenant, see Tenant::Fill
    std::string_view body = {};  // JSON, filled in the same way
    /// The tenant's own owner, inside it, reads the marker here. Proves that there was something to see.
    bool shows_marker = false;
    /// What the tenant's own owner, or a super admin for administration, gets: proves that the request was right, so
    /// that only who asked was wrong. 0: not tried. Tried in the order of the rows, the last ones take things away.
    int control = 0;
    bool by_super_admin = false;
    bool ends_session = false;
};

const std::vector<Row>& Rows();

}  // namespace isolation
