// The route table: all areas together.
#pragma once

#include <vector>

#include "pulse/http/route.hpp"

namespace pulse::http {

std::vector<Route> AllRoutes();

}  // namespace pulse::http
