// The pages and the actions of the console. Each page is a file in pages/ that exports its rows; routes.cpp lists them.
//
// A GET row shows a page. A POST row does something, by the same operation as the API, and names the GET row's handler
// that shows its form: when the operation refuses, or when the session was over meanwhile, that page is shown with
// everything that was typed still in it. Static data; thread safe.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "controller/policy/permissions.hpp"
#include "controller/web/reply.hpp"

namespace web {

class Visit;
using Handler = Reply (*)(Visit&);

enum class Verb : std::uint8_t { kGet, kPost };

struct Route {
    Verb verb = Verb::kGet;
    /// Below /console: "/releases/{release}". A parameter is one whole segment.
    std::string_view pattern;
    policy::Permission permission = policy::Permission::kRead;
    Handler handler = nullptr;
    /// Of a POST: the page with its form, and the form's name there (Visit::FormOf).
    Handler page = nullptr;
    std::string_view form = {};
    /// Handled however many other requests wait: kills.
    bool urgent = false;
};

std::span<const std::span<const Route>> AllRoutes();

}  // namespace web
