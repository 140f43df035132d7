#include "platform/httpd/response_text.hpp"

#include <gtest/gtest.h>

#include "platform/httpd/refusal.hpp"

namespace {

using platform::ConnectionAfter;
using platform::HttpResponse;
using platform::WriteResponseHead;

constexpr std::time_t kInstant = 1'736'942'400;  // 2025-01-15T12:00:00Z

TEST(ResponseText, HeadIsCompleteAndEndsWithABlankLine) {
    HttpResponse response;
    response.status = 201;
    response.headers = {{"Content-Type", "application/json"}, {"ETag", "\"7\""}};
    response.body = "{}";
    std::string head = "left over";
    ASSERT_TRUE(WriteResponseHead(response, ConnectionAfter::kKeepAlive, kInstant, head));
    EXPECT_EQ(head,
              "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nETag: \"7\"\r\nContent-Length: 2\r\n"
              "Date: Wed, 15 Jan 2025 12:00:00 GMT\r\nConnection: keep-alive\r\n\r\n");
}

TEST(ResponseText, DateFollowsTheClock) {
    std::string head;
    ASSERT_TRUE(WriteResponseHead({}, ConnectionAfter::kClose, kInstant + 1, head));
    EXPECT_NE(head.find("12:00:01 GMT"), std::string::npos);
    ASSERT_TRUE(WriteResponseHead({}, ConnectionAfter::kClose, kInstant + 2, head));
    EXPECT_NE(head.find("12:00:02 GMT"), std::string::npos);
    EXPECT_NE(head.find("Connection: close\r\n"), std::string::npos);
}

TEST(ResponseText, ServersOwnHeadersCannotBeSet) {
    HttpResponse response;
    response.headers = {
        {"content-length", "999"}, {"Connection", "x"}, {"Transfer-Encoding", "chunked"}, {"DATE", "x"}};
    response.body = "abc";
    std::string head;
    ASSERT_TRUE(WriteResponseHead(response, ConnectionAfter::kKeepAlive, kInstant, head));
    EXPECT_EQ(head,
              "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nDate: Wed, 15 Jan 2025 12:00:00 GMT\r\n"
              "Connection: keep-alive\r\n\r\n");
}

TEST(ResponseText, AnswersWithoutABodyHaveNoLength) {
    std::string head;
    ASSERT_TRUE(WriteResponseHead({.status = 204}, ConnectionAfter::kKeepAlive, kInstant, head));
    EXPECT_EQ(head.find("Content-Length"), std::string::npos);
    EXPECT_FALSE(platform::MayHaveBody(204));
    EXPECT_FALSE(platform::MayHaveBody(304));
    EXPECT_TRUE(platform::MayHaveBody(200));
}

TEST(ResponseText, HeadersThatBreakTheMessageAreRefused) {
    std::string head;
    for (const HttpResponse& response :
         {HttpResponse{.headers = {{"X", "a\r\nSet-Cookie: b"}}}, HttpResponse{.headers = {{"X", "a\nb"}}},
          HttpResponse{.headers = {{"X", std::string("a\0b", 3)}}}, HttpResponse{.headers = {{"X Y", "a"}}},
          HttpResponse{.headers = {{"X:", "a"}}}, HttpResponse{.headers = {{"", "a"}}},
          HttpResponse{.headers = {{"X\r\nY", "a"}}}, HttpResponse{.status = 0}, HttpResponse{.status = 100},
          HttpResponse{.status = 600}, HttpResponse{.status = -200}}) {
        EXPECT_FALSE(WriteResponseHead(response, ConnectionAfter::kKeepAlive, kInstant, head));
    }
}

TEST(ResponseText, ProblemHasTypeTitleStatusDetail) {
    const HttpResponse response =
        platform::ProblemResponse({.status = 413, .code = platform::kBodyTooLarge, .detail = R"(a "quoted" \ word)"});
    EXPECT_EQ(response.status, 413);
    EXPECT_EQ(response.headers, (platform::HeaderList{{"Content-Type", "application/problem+json"}}));
    EXPECT_EQ(response.body,
              R"({"type":"urn:portcullis:problem:input.too_large","title":"The request body is too large",)"
              R"("status":413,"detail":"a \"quoted\" \\ word"})");
}

TEST(ResponseText, EveryProblemHasATitleOfItsOwn) {
    for (const auto code :
         {platform::kMalformed, platform::kBodyTooLarge, platform::kTargetTooLong, platform::kHeadersTooLarge,
          platform::kTimedOut, platform::kMethodUnknown, platform::kEncodingUnknown, platform::kVersionUnknown,
          platform::kExpectationUnknown, platform::kInternalError}) {
        const std::string body = platform::ProblemResponse({.status = 299, .code = code, .detail = ""}).body;
        EXPECT_EQ(body.find(platform::ReasonPhrase(299)), std::string::npos) << body;
    }
}

}  // namespace
