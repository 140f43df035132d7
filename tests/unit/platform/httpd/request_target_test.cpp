#include "platform/httpd/request_target.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using platform::DecodeTarget;
using platform::HttpRequest;

std::string DecodedPath(std::string_view target) {
    HttpRequest request;
    const auto refusal = DecodeTarget(target, request);
    return refusal ? "refused: " + refusal->detail : request.path;
}

TEST(RequestTarget, PathIsDecoded) {
    EXPECT_EQ(DecodedPath("/"), "/");
    EXPECT_EQ(DecodedPath("/v1/releases/2025-01-15-audit-filter-ui"), "/v1/releases/2025-01-15-audit-filter-ui");
    EXPECT_EQ(DecodedPath("/a%20b/c%2Bd+e"), "/a b/c+d+e");
    EXPECT_EQ(DecodedPath("/caf%C3%A9"), "/caf\xC3\xA9");
    EXPECT_EQ(DecodedPath("/gates/candidate:evaluate"), "/gates/candidate:evaluate");
    EXPECT_EQ(DecodedPath("/trailing/"), "/trailing/");
    EXPECT_EQ(DecodedPath("/%41%7a"), "/Az");
    EXPECT_EQ(DecodedPath("/..hidden/...or/.not"), "/..hidden/...or/.not");
}

TEST(RequestTarget, DecodingHappensOnce) {
    EXPECT_EQ(DecodedPath("/%252e%252e/x"), "/%2e%2e/x");
}

TEST(RequestTarget, AbsoluteFormLosesItsAuthority) {
    EXPECT_EQ(DecodedPath("http://example.org:80/v1/rules?x=1"), "/v1/rules");
    EXPECT_EQ(DecodedPath("https://example.org"), "/");
    EXPECT_TRUE(DecodedPath("http:///v1").starts_with("refused"));
    EXPECT_TRUE(DecodedPath("ftp://example.org/v1").starts_with("refused"));
}

class RefusedTarget : public testing::TestWithParam<const char*> {};

TEST_P(RefusedTarget, IsAnswered400WithAReason) {
    HttpRequest request;
    const auto refusal = DecodeTarget(GetParam(), request);
    ASSERT_TRUE(refusal.has_value()) << request.path;
    EXPECT_EQ(refusal->status, 400);
    EXPECT_EQ(refusal->code, platform::kMalformed);
    EXPECT_FALSE(refusal->detail.empty());
}

INSTANTIATE_TEST_SUITE_P(Paths, RefusedTarget,
                         testing::Values("/%", "/%4", "/%4g", "/%g4", "/100%", "/a%00b", "/a%0ab", "/a%1Fb", "/a%7Fb",
                                         "/a%C2%85b", "/%FF", "/%C3", "/%C0%AF", "/%ED%A0%80", "/%F4%90%80%80",
                                         "/%E0%80%AF", "/..", "/../etc/passwd", "/a/../b", "/a/./b", "/.", "/%2e%2e/b",
                                         "/a/%2E./b", "/a/..", "/a%2Fb", "/a%2fb", "/a%5Cb", "/a\\b", "//a", "/a//b",
                                         "/a#b", "/caf\xC3\xA9", "/a\tb", "*", "a", "", "?x=1"));
INSTANTIATE_TEST_SUITE_P(Queries, RefusedTarget,
                         testing::Values("/?a=%", "/?%zz=1", "/?a=%00", "/?a=x%0Ay", "/?a=%FF", "/?%C3=1", "/?a=\xFF",
                                         "/?a=1#b"));

TEST(RequestTarget, QueryIsDecodedInOrder) {
    HttpRequest request;
    ASSERT_FALSE(DecodeTarget("/list?limit=10&a%26b=c%3Dd&empty=&bare&&x=1+2%2B3&x=second&e=a=b", request));
    const std::vector<std::pair<std::string, std::string>> expected = {
        {"limit", "10"}, {"a&b", "c=d"}, {"empty", ""}, {"bare", ""}, {"x", "1 2+3"}, {"x", "second"}, {"e", "a=b"}};
    EXPECT_EQ(request.query, expected);
    EXPECT_EQ(request.Query("x"), "1 2+3");
    EXPECT_EQ(request.Query("bare"), "");
    EXPECT_EQ(request.Query("absent"), std::nullopt);
}

TEST(RequestTarget, QueryMayContainWhatAPathMayNot) {
    HttpRequest request;
    ASSERT_FALSE(DecodeTarget("/q?path=../a%2Fb%5Cc//", request));
    EXPECT_EQ(request.Query("path"), "../a/b\\c//");
}

TEST(RequestTarget, EmptyQueryIsNone) {
    HttpRequest request;
    request.query.emplace_back("left", "over");
    ASSERT_FALSE(DecodeTarget("/q?", request));
    EXPECT_TRUE(request.query.empty());
}

}  // namespace
