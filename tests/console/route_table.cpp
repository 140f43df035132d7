#include "tests/console/route_table.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "controller/web/route.hpp"
#include "platform/base/text.hpp"

namespace console_test {
namespace {

constexpr std::array<std::string_view, 9> kNoPages{
    "/audit/export",
    "/audit/key",
    "/fleet/instances/{instance}",  // a page: kill_test.cpp looks at it, where instances are real
    "/navigation",
    "/operations/{operation}/report.html",
    "/operations/{operation}/report.json",
    "/operations/{operation}/report.md",
    "/releases/{release}/memos/{number}/{form}",
    "/rollouts/{rollout}/measured",
};

bool IsOf(std::string_view pattern, std::string_view address) {
    constexpr std::string_view kHome = "/console";
    if (!address.starts_with(kHome)) {
        return false;
    }
    address = address.substr(kHome.size(), address.find('?') - kHome.size());
    const auto wanted = platform::Split(pattern, '/');
    const auto given = platform::Split(address, '/');
    return std::ranges::equal(wanted, given, [](std::string_view one, std::string_view other) {
        return one.starts_with('{') ? !other.empty() : one == other;
    });
}

}  // namespace

std::vector<std::string> PagesNotAmong(const std::vector<std::string>& addresses) {
    std::vector<std::string> missing;
    std::size_t others = 0;
    for (const auto& area : web::AllRoutes()) {
        for (const web::Route& route : area) {
            if (route.verb != web::Verb::kGet) {
                continue;
            }
            if (std::ranges::find(kNoPages, route.pattern) != kNoPages.end()) {
                ++others;
            } else if (std::ranges::none_of(addresses, [&](const auto& each) { return IsOf(route.pattern, each); })) {
                missing.emplace_back(route.pattern);
            }
        }
    }
    if (others != kNoPages.size()) {
        missing.emplace_back("(the list of what is no page names a route that does not exist)");
    }
    return missing;
}

}  // namespace console_test
