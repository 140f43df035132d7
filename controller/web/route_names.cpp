#include "controller/web/route_names.hpp"

#include <array>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "controller/web/visit.hpp"

namespace web {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kOwnRoutes{{{"/console/{unknown}", "none"},
                                                                                   {"/", "GET"},
                                                                                   {"/console/assets/{file}", "GET"},
                                                                                   {"/console/sign-in", "GET"},
                                                                                   {"/console/sign-in", "POST"},
                                                                                   {"/console/sign-out", "POST"},
                                                                                   {"/console/live", "GET"}}};

struct RouteNames {
    RouteNames() {
        for (const auto& area : AllRoutes()) {
            for (const Route& route : area) {
                indexes.emplace(&route, kOwnRoutes.size() + patterns.size());
                patterns.emplace_back(std::string(kHome).append(route.pattern),
                                      route.verb == Verb::kGet ? "GET" : "POST");
            }
        }
    }

    std::vector<std::pair<std::string, std::string_view>> patterns;
    std::unordered_map<const Route*, std::size_t> indexes;
};

const RouteNames& AllNames() {
    static const RouteNames kNames;
    return kNames;
}

}  // namespace

RouteName NameOf(OwnRoute route) {
    const auto index = static_cast<std::size_t>(route);
    return {index, kOwnRoutes.at(index).first, kOwnRoutes.at(index).second};
}

RouteName NameOf(const Route* route) {
    const RouteNames& names = AllNames();
    const auto found = names.indexes.find(route);
    if (found == names.indexes.end()) {
        return NameOf(OwnRoute::kUnknown);
    }
    const auto& [pattern, method] = names.patterns[found->second - kOwnRoutes.size()];
    return {found->second, pattern, method};
}

std::size_t RouteNameCount() {
    return kOwnRoutes.size() + AllNames().patterns.size();
}

}  // namespace web
