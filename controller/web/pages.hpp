// The rows of each page's file; routes.cpp lists them. Static data; thread safe.
#pragma once

#include <span>

#include "controller/web/route.hpp"

namespace web {

std::span<const Route> BoardRoutes();

}  // namespace web
