#include "controller/http/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "controller/http/exchange.hpp"

namespace http {
namespace {

platform::HttpResponse Nothing(Exchange&) {
    return {};
}

Route Row(Method method, std::string_view pattern) {
    return {.method = method, .pattern = pattern, .handler = Nothing};
}

class RouterTest : public ::testing::Test {
protected:
    const std::vector<Route> routes_ = {
        Row(Method::kGet, "/v1/releases"),
        Row(Method::kPost, "/v1/releases"),
        Row(Method::kGet, "/v1/releases/{release}"),
        Row(Method::kPost, "/v1/releases/{release}:withdraw"),
        Row(Method::kGet, "/v1/releases/{release}/gates/{channel}"),
        Row(Method::kPost, "/v1/releases/{release}/gates/{channel}:evaluate"),
        Row(Method::kPost, "/v1/memos/lint"),
        Row(Method::kGet, "/v1/memos/{n}"),
        Row(Method::kGet, "/v1/memos/{n}/signatures"),
        Row(Method::kGet, "/v1/memos/lint/help"),
        Row(Method::kGet, "/docs"),
    };
    const Router router_{routes_};

    std::string_view Find(std::string_view method, std::string_view path) const {
        const RouteMatch match = router_.Match(method, path);
        return match.route == nullptr ? std::string_view() : match.route->pattern;
    }
};

TEST_F(RouterTest, PathsFindTheirRows) {
    EXPECT_EQ(Find("GET", "/v1/releases"), "/v1/releases");
    EXPECT_EQ(Find("GET", "/docs"), "/docs");
    EXPECT_EQ(Find("GET", "/v1/releases/r-1"), "/v1/releases/{release}");
    EXPECT_EQ(Find("POST", "/v1/releases/r-1:withdraw"), "/v1/releases/{release}:withdraw");
    EXPECT_EQ(Find("GET", "/v1/releases/r-1/gates/stable"), "/v1/releases/{release}/gates/{channel}");
    EXPECT_EQ(Find("POST", "/v1/releases/r-1/gates/stable:evaluate"),
              "/v1/releases/{release}/gates/{channel}:evaluate");
}

TEST_F(RouterTest, ParametersAreWholeSegmentsWithoutTheVerb) {
    const RouteMatch match = router_.Match("POST", "/v1/releases/r-1/gates/stable:evaluate");
    ASSERT_NE(match.route, nullptr);
    EXPECT_EQ(match.Parameter("release"), "r-1");
    EXPECT_EQ(match.Parameter("channel"), "stable");
    EXPECT_FALSE(match.FindParameter("tenant").has_value());
    EXPECT_THROW(match.Parameter("tenant"), std::logic_error);
}

TEST_F(RouterTest, LiteralsWinOverParametersAndTheWayBackIsFound) {
    EXPECT_EQ(Find("POST", "/v1/memos/lint"), "/v1/memos/lint");
    EXPECT_EQ(Find("GET", "/v1/memos/7"), "/v1/memos/{n}");
    EXPECT_EQ(Find("GET", "/v1/memos/lint/signatures"), "/v1/memos/{n}/signatures");
    EXPECT_EQ(router_.Match("GET", "/v1/memos/lint/signatures").Parameter("n"), "lint");
    EXPECT_EQ(Find("GET", "/v1/memos/lint/help"), "/v1/memos/lint/help");
}

TEST_F(RouterTest, HeadFindsTheRowOfGet) {
    EXPECT_EQ(Find("HEAD", "/v1/releases"), "/v1/releases");
    EXPECT_EQ(router_.Match("HEAD", "/v1/releases").route->method, Method::kGet);
}

TEST_F(RouterTest, OtherMethodsOfAKnownPathAreNamed) {
    const RouteMatch match = router_.Match("DELETE", "/v1/releases");
    EXPECT_EQ(match.route, nullptr);
    EXPECT_EQ(match.allowed, "GET, HEAD, POST");
    EXPECT_EQ(router_.Match("GET", "/v1/releases/r-1:withdraw").allowed, "POST");
    EXPECT_EQ(router_.Match("BREW", "/docs").allowed, "GET, HEAD");
}

TEST_F(RouterTest, UnknownPathsHaveNoMethods) {
    for (const char* path :
         {"/", "/v1", "/v1/", "/v1/releases/", "/v1/releases//gates/stable", "/v1/releases/r-1/gates",
          "/v1/releases/r-1/gates/stable/", "//v1/releases", "/docs/x", "", "docs"}) {
        EXPECT_TRUE(router_.Match("GET", path).allowed.empty()) << path;
    }
}

TEST_F(RouterTest, AVerbAloneIsNoParameter) {
    EXPECT_TRUE(router_.Match("POST", "/v1/releases/:withdraw").route == nullptr);
}

TEST(RouterTable, ContradictionsAreRefused) {
    const std::vector<Route> twice = {Row(Method::kGet, "/a/{x}"), Row(Method::kGet, "/a/{x}")};
    EXPECT_THROW(Router{twice}, std::logic_error);
    const std::vector<Route> two_names = {Row(Method::kGet, "/a/{x}"), Row(Method::kGet, "/a/{y}/b")};
    EXPECT_THROW(Router{two_names}, std::logic_error);
    for (const char* pattern : {"a", "", "/a/{", "/a/{}", "/a/{x}verb", "/a/{x}:", "/{a}/{b}/{c}/{d}/{e}"}) {
        const std::vector<Route> malformed = {Row(Method::kGet, pattern)};
        EXPECT_THROW(Router{malformed}, std::logic_error) << pattern;
    }
    const std::vector<Route> nobody = {{.method = Method::kGet, .pattern = "/a"}};
    EXPECT_THROW(Router{nobody}, std::logic_error);
}

}  // namespace
}  // namespace http
