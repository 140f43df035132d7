#include <set>

#include <gtest/gtest.h>

#include "pulse/auth/scopes.hpp"
#include "pulse/http/meter.hpp"
#include "pulse/http/router.hpp"
#include "pulse/http/routes.hpp"

namespace pulse::http {
namespace {

platform::HttpResponse Nothing(Exchange&) {
    return {};
}

Route Row(Method method, std::string_view pattern) {
    Route route;
    route.method = method;
    route.pattern = pattern;
    route.handler = Nothing;
    return route;
}

TEST(RouteTable, IsWholeAndDescribed) {
    const Router router(AllRoutes());  // throws when two rows collide
    std::set<std::string_view> scopes(auth::KnownScopes().begin(), auth::KnownScopes().end());
    int org_routes = 0;
    for (const Route& route : router.Routes()) {
        EXPECT_FALSE(route.area.empty()) << route.pattern;
        EXPECT_FALSE(route.summary.empty()) << route.pattern;
        EXPECT_TRUE(route.scope.empty() || scopes.contains(route.scope)) << route.pattern;
        const bool org = route.pattern.starts_with("/api/orgs") || route.pattern.starts_with("/api/org-invitations");
        org_routes += org ? 1 : 0;
        if (org) {
            EXPECT_EQ(route.gate, Gate::kOrgRoutes) << route.pattern;
            EXPECT_EQ(route.access, Access::kCaller) << route.pattern;
            EXPECT_EQ(route.scope, route.method == Method::kGet ? auth::kSettingsRead : auth::kSettingsWrite)
                << route.pattern;
        }
    }
    EXPECT_EQ(org_routes, 19);
}

TEST(Router, LiteralsWinOnlyWhereTheyLeadSomewhere) {
    const Router router({Row(Method::kGet, "/s/incoming"), Row(Method::kDelete, "/s/{id}"),
                         Row(Method::kPost, "/s/{id}/x"), Row(Method::kGet, "/s/{other}/y/{deep}"),
                         Row(Method::kGet, "/")});
    EXPECT_EQ(router.Match("GET", "/s/incoming").route->pattern, "/s/incoming");
    EXPECT_EQ(router.Match("HEAD", "/s/incoming").route->pattern, "/s/incoming");
    const RouteMatch share = router.Match("DELETE", "/s/incoming");
    EXPECT_EQ(share.route->pattern, "/s/{id}");
    EXPECT_EQ(share.Parameter("id"), "incoming");
    EXPECT_EQ(router.Match("PUT", "/s/incoming").allowed, "DELETE, GET, HEAD");
    EXPECT_EQ(router.Match("PUT", "/s/a").allowed, "DELETE");
    EXPECT_EQ(router.Match("GET", "/s/a/y/b").Parameter("deep"), "b");
    EXPECT_EQ(router.Match("GET", "/s/").route, nullptr);
    EXPECT_EQ(router.Match("GET", "/s//x").route, nullptr);
    EXPECT_EQ(router.Match("GET", "/").route->pattern, "/");
    EXPECT_EQ(router.Match("BREW", "/").route, nullptr);
    EXPECT_THROW(Router({Row(Method::kGet, "/a"), Row(Method::kGet, "/a")}), std::logic_error);
}

TEST(Meter, FiveHundredAndOneIsNoServerError) {
    EXPECT_EQ(StatusClass(200), "");
    EXPECT_EQ(StatusClass(404), "client_error");
    EXPECT_EQ(StatusClass(501), "feature_disabled");
    EXPECT_EQ(StatusClass(503), "server_error");
}

}  // namespace
}  // namespace pulse::http
