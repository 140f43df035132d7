// What the console's requests are called in metrics and logs: a fixed number of patterns, whatever is asked for.
// Static data; thread safe.
#pragma once

#include <cstddef>
#include <string_view>

#include "controller/web/route.hpp"

namespace web {

/// What is no row of a page.
enum class OwnRoute : std::size_t { kUnknown, kRoot, kAsset, kShowSignIn, kSignIn, kSignOut, kLive };

struct RouteName {
    std::size_t index = 0;     // below RouteNameCount()
    std::string_view pattern;  // "/console/releases/{release}"
    std::string_view method;
};

RouteName NameOf(OwnRoute route);
/// None: unknown.
RouteName NameOf(const Route* route);
std::size_t RouteNameCount();

}  // namespace web
